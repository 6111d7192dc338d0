"""Captions: what people may write, and the canonical description the product sends again."""

import random

import pytest

from tools.embedded_model import captions, dataset, words
from tools.embedded_model.attributes import VOCABULARY, Portrait

PORTRAITS = dataset.records(150, 31)


# What the last word of a part says about its first word.
NAMED_BY_LAST_WORD = {"skin": "skin", "eyes": "eyes", "glasses": "glasses", "background": "background"}
# Parts that are one word, or end in a word of their own vocabulary.
NAMED_BY_VALUE = ("facial_hair", "expression")


def parsed_part(part: str) -> dict[str, str]:
    pieces = part.split(" ")
    first, last = pieces[0], pieces[-1]
    if last in NAMED_BY_LAST_WORD:
        return {NAMED_BY_LAST_WORD[last]: first}
    if part == "bald":
        return {"hair_style": "bald"}
    if " hair in " in part:
        return {"hair_colour": first, "hair_style": last}
    if last == "hair":
        return {"hair_style": first, "hair_colour": part.split(" ")[1]}
    if last in VOCABULARY["garment"]:
        return {"clothes_colour": first, "garment": last}
    return {field: word for field in NAMED_BY_VALUE for word in VOCABULARY[field] if word in (first, last)}


def parsed(caption: str) -> dict[str, str]:
    """Read a canonical caption back, field by field."""
    person, *parts = caption.split(", ")
    age, kind = person.rsplit(" ", 1)
    found = {"kind": kind, "age": {"middle-aged": "mature"}.get(age, age)}
    found |= {"glasses": "none", "facial_hair": "none"}
    for part in parts:
        found |= parsed_part(part)
    return found


@pytest.mark.parametrize("portrait", PORTRAITS[:60], ids=lambda portrait: str(portrait.face_seed))
def test_a_canonical_caption_can_be_read_back(portrait: Portrait) -> None:
    found = parsed(captions.full_caption(portrait))
    hidden = {"hair_colour"} if portrait.hair_style == "bald" else set()
    assert {field: getattr(portrait, field) for field in VOCABULARY if field not in hidden} == found


def test_the_canonical_caption_is_identity_and_change() -> None:
    for portrait in PORTRAITS:
        identity, change = captions.identity_caption(portrait), captions.change_caption(portrait)
        assert captions.full_caption(portrait) == f"{identity}, {change}"


def test_free_captions_repeat_with_their_seed() -> None:
    first, second = (
        [captions.free_caption(portrait, rng) for portrait in PORTRAITS]
        for rng in (random.Random(1), random.Random(1))
    )
    assert first == second


def test_free_captions_only_mention_attributes() -> None:
    rng = random.Random(2)
    for portrait in PORTRAITS:
        text, mentioned = captions.free_caption(portrait, rng)
        assert text.strip()
        assert mentioned <= set(VOCABULARY)


def test_held_out_sentences_name_all_colours() -> None:
    rng = random.Random(3)
    for portrait in PORTRAITS:
        text = captions.held_out_caption(portrait, rng)
        assert any(word in text for word in words.CLOTHES_COLOUR_WORDS[portrait.clothes_colour])
        assert any(word in text for word in words.SKIN_WORDS[portrait.skin])


def test_training_never_uses_the_frames_of_the_held_out_sentences() -> None:
    frames = (
        "draw me somebody",
        "there we meet",
        "dressed in",
        "notice the",
        "i would like",
        "having",
        "clothing:",
        "setting:",
        "features:",
        "mood ",
        " / ",
        "...",
        " plus ",
    )
    rng = random.Random(6)
    trained = [captions.free_caption(portrait, rng)[0].lower() for portrait in PORTRAITS * 20]
    for frame in frames:
        assert not [text for text in trained if frame in text], frame


def test_free_captions_come_in_many_orders_and_joints() -> None:
    rng = random.Random(8)
    trained = [captions.free_caption(portrait, rng)[0] for portrait in PORTRAITS * 4]
    assert {
        text.find("hair") < text.find("eyes") for text in trained if "hair" in text and "eyes" in text
    } == {
        True,
        False,
    }
    for joint in (", ", "; ", " | ", "\n", " + "):
        assert [text for text in trained if joint in text], joint


def test_idle_captions_name_nothing() -> None:
    rng = random.Random(4)
    coloured = {
        word
        for table in (words.HAIR_WORDS, words.CLOTHES_COLOUR_WORDS)
        for row in table.values()
        for word in row
    }
    for _ in range(50):
        assert not coloured & set(captions.idle_caption(rng).split(", "))


def test_every_word_of_the_vocabulary_has_words() -> None:
    tables = {
        "kind": words.KIND_WORDS,
        "age": words.AGE_WORDS,
        "skin": words.SKIN_WORDS,
        "hair_colour": words.HAIR_WORDS,
        "hair_style": words.STYLE_WORDS,
        "eyes": words.EYE_WORDS,
        "glasses": words.GLASSES_WORDS,
        "facial_hair": words.FACIAL_HAIR_WORDS,
        "expression": words.EXPRESSION_WORDS,
        "garment": words.GARMENT_WORDS,
        "clothes_colour": words.CLOTHES_COLOUR_WORDS,
        "background": words.PLAIN_BACKGROUND_WORDS | words.SCENE_WORDS,
    }
    assert {field: set(table) for field, table in tables.items()} == {
        field: set(values) for field, values in VOCABULARY.items()
    }
