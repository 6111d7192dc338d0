"""Captions: what people may write, and the canonical description the product sends again."""

import random
import re
from functools import cache

import pytest

from tools.embedded_model import attributes
from tools.embedded_model.attributes import CHANGEABLE_FIELDS, IDENTITY_FIELDS, VOCABULARY, Portrait
from tools.embedded_model.captioning import captions, held_out, words
from tools.embedded_model.captioning.phrases import Phrases
from tools.embedded_model.captioning.writer import SILENT, pieces
from tools.embedded_model.evaluation import trials
from tools.embedded_model.training import train_text

_RNG = random.Random(31)
PORTRAITS = [attributes.random_portrait(_RNG) for _ in range(400)]
MIRA = Portrait(
    kind="woman",
    age="young",
    face_shape="oval",
    skin="light",
    eyes="blue",
    eye_shape="narrow",
    brows="thin",
    nose="small",
    lips="full",
    hair_colour="black",
    hair_style="long",
    facial_hair="none",
    glasses="round",
    earrings="hoops",
    headwear="none",
    expression="smiling",
    garment="coat",
    clothes_colour="green",
    background="beach",
    framing="close-up",
    turn="front",
    light="soft",
)
IMPLIED = {
    ("kind", "woman"): (*words.ELDERS["woman"], "she", "her"),
    ("kind", "man"): (*words.ELDERS["man"], "he", "him", "his"),
    ("kind", "person"): (*words.ELDERS["person"], "they", "them", "their"),
    ("age", "young"): words.DECADES["young"],
    ("age", "mature"): words.DECADES["mature"],
    ("age", "elderly"): (*words.DECADES["elderly"], *(word for row in words.ELDERS.values() for word in row)),
    ("headwear", "none"): (*words.HATLESS, "without a hat", "the hat"),
}


@cache
def names(field: str, value: str) -> re.Pattern[str]:
    """Match any word for this value of the field, as whole words."""
    known = {*words.TABLES[field][value], *IMPLIED.get((field, value), ())}
    if field not in {"glasses", "turn", "light", "earrings"}:
        # There, the bare value is no word for it: "round", "front".
        known.add(value)
    for more in (
        {"expression": words.EXPRESSION_NOUNS},
        {"facial_hair": words.FACIAL_HAIR_ADJECTIVES},
        {"hair_colour": words.HAIR_PEOPLE},
    ):
        known |= {*more.get(field, {}).get(value, ())}
    known.discard("none")
    endings = (
        r"(?!\w)"
        if field in {"hair_colour", "eyes", "skin", "hair_style", "clothes_colour"}
        else r"(?![\w-])"
    )
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(map(re.escape, sorted(known, key=len, reverse=True))) + ")" + endings
    )


@pytest.fixture
def no_slips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "TYPO_RATE", 0.0)


def free_captions(seed: int, rounds: int = 8) -> list[tuple[Portrait, str, frozenset[str]]]:
    rng = random.Random(seed)
    return [(one, *captions.free_caption(one, rng)) for one in PORTRAITS * rounds]


def test_the_canonical_appearance_is_compact_and_in_order() -> None:
    assert captions.identity_caption(MIRA) == (
        "young woman, oval face, light skin, long black hair, narrow blue eyes, thin brows, small nose, "
        "full lips, round glasses, hoop earrings"
    )
    assert captions.change_caption(MIRA) == "smiling, green coat, beach background, close-up"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"hair_style": "bald", "facial_hair": "goatee"}, ("bald", "black goatee")),
        ({"hair_style": "short", "facial_hair": "beard"}, ("short black hair", "beard")),
        ({"hair_style": "bun"}, ("black hair in a bun",)),
        ({"hair_style": "afro"}, ("black afro",)),
        ({"hair_style": "pixie"}, ("black pixie cut",)),
        ({"age": "mature", "face_shape": "heart"}, ("middle-aged woman", "heart-shaped face")),
        ({"glasses": "sunglasses", "earrings": "studs"}, ("narrow blue eyes", "sunglasses", "stud earrings")),
        (
            {"headwear": "hat", "turn": "left", "light": "cool"},
            ("wearing a hat", "facing left", "cool light"),
        ),
        ({"expression": "neutral", "framing": "half body"}, ("neutral expression", "half body")),
    ],
)
def test_a_canonical_caption_names_each_value_in_a_part(
    values: dict[str, str], said: tuple[str, ...]
) -> None:
    assert {*said} <= {*captions.full_caption(MIRA.changed(**values)).split(", ")}


def test_every_value_changes_its_half_of_the_canonical_caption_and_no_other() -> None:
    for portrait in PORTRAITS[:60]:
        for field, allowed in VOCABULARY.items():
            if field == "hair_colour" and portrait.hair_style == "bald" and portrait.facial_hair == "none":
                continue
            variants = [portrait.changed(**{field: value}) for value in allowed]
            identities = {captions.identity_caption(one) for one in variants}
            changes = {captions.change_caption(one) for one in variants}
            own, other = (identities, changes) if field in IDENTITY_FIELDS else (changes, identities)
            assert len(own) == len(allowed), field
            assert len(other) == 1, field


def test_a_canonical_caption_fits_the_text_encoder() -> None:
    # 77 tokens, less start and end.
    longest = MIRA.changed(
        age="mature",
        face_shape="heart",
        hair_style="slicked-back",
        glasses="cat-eye",
        facial_hair="moustache",
        headwear="headscarf",
        expression="neutral",
        garment="t-shirt",
        background="night city",
        framing="half body",
        turn="left",
        light="dramatic",
    )
    assert max(pieces(captions.full_caption(one)) for one in (longest, *PORTRAITS)) <= 70


def test_free_captions_repeat_with_their_seed() -> None:
    assert free_captions(1, 1) == free_captions(1, 1)
    assert free_captions(1, 1) != free_captions(2, 1)


@pytest.mark.usefixtures("no_slips")
def test_what_a_free_caption_mentions_is_in_its_text() -> None:
    for portrait, text, mentioned in free_captions(2):
        assert mentioned
        for field in mentioned:
            assert names(field, getattr(portrait, field)).search(text.lower()), (field, text)


# Their words are nobody else's; colours and sizes are shared by many fields.
UNMISTAKABLE = (
    "facial_hair",
    "glasses",
    "earrings",
    "headwear",
    "expression",
    "garment",
    "framing",
    "turn",
    "light",
)


@pytest.mark.usefixtures("no_slips")
@pytest.mark.parametrize("field", UNMISTAKABLE)
def test_what_stands_in_a_free_caption_is_mentioned(field: str) -> None:
    for _, text, mentioned in free_captions(3, 4):
        said = {value for value in VOCABULARY[field] if names(field, value).search(text.lower())}
        assert (field in mentioned) or not said, text


@pytest.mark.usefixtures("no_slips")
def test_a_scene_that_is_named_is_mentioned_and_the_right_one() -> None:
    for portrait, text, mentioned in free_captions(4, 4):
        said = {scene for scene in attributes.SCENES if names("background", scene).search(text.lower())}
        assert ("background" in mentioned) or not said, text
        if portrait.background not in {"city", "night city", "space"}:
            assert said <= {portrait.background}, text


@pytest.mark.usefixtures("no_slips")
def test_free_captions_bind_colours_to_their_things() -> None:
    found = {"hair": 0, "eyes": 0}
    for portrait, text, _ in free_captions(5):
        for thing, field in (("hair", "hair_colour"), ("eyes", "eyes")):
            for colour in re.findall(rf"(\w+) {thing}\b", text.lower()):
                if colour in VOCABULARY[field]:
                    found[thing] += 1
                    assert (
                        colour == getattr(portrait, field)
                        or colour in words.TABLES[field][getattr(portrait, field)]
                    ), text
    assert min(found.values()) > 500


def test_free_captions_have_no_gaps_and_right_articles() -> None:
    for _, text, _ in free_captions(17, 20):
        assert text == text.strip(" ,")
        assert not re.search(r"  |,,|, ,|\ban? an?\b|\ba [aeio]|\ban [^aeiou\W]", text), text


def test_free_captions_are_of_all_lengths_and_fit_the_encoder() -> None:
    texts = free_captions(6)
    counts = [len(mentioned) for _, _, mentioned in texts]
    assert sum(2 <= count <= 6 for count in counts) > len(counts) / 6
    assert sum(count >= 14 for count in counts) > len(counts) / 5
    assert max(pieces(text) for _, text, _ in texts) <= 70


def test_every_field_is_mentioned_often_and_left_out_often() -> None:
    texts = free_captions(7)
    for field in VOCABULARY:
        share = sum(field in mentioned for _, _, mentioned in texts) / len(texts)
        assert 0.1 < share < 0.99, field


@pytest.mark.parametrize("field", SILENT)
def test_absence_is_sometimes_said(field: str) -> None:
    texts = [
        text
        for portrait, text, said in free_captions(8)
        if getattr(portrait, field) == "none" and field in said
    ]
    assert texts
    assert {"no", "without"} & {word for text in texts for word in re.findall(r"\w+", text)}


def test_some_words_of_free_captions_have_slips(monkeypatch: pytest.MonkeyPatch) -> None:
    slipped = [text for _, text, _ in free_captions(9, 1)]
    monkeypatch.setattr(captions, "TYPO_RATE", 0.0)
    clean = {word for _, text, _ in free_captions(9, 20) for word in re.findall("[a-z]+", text.lower())}
    assert [word for text in slipped for word in re.findall("[a-z]+", text.lower()) if word not in clean]


def held_out_texts(seed: int, rounds: int = 4) -> list[tuple[Portrait, str, frozenset[str]]]:
    rng = random.Random(seed)
    return [(one, *captions.held_out_mentions(one, rng)) for one in PORTRAITS * rounds]


FRAMES = (
    "draw me somebody",
    "there we meet",
    " / outfit ",
    "... ",
    "my companion is",
    "could you design",
    "once upon a time",
    "looks => ",
    "when i close my lids",
    "scene one",
    "special? first",
    "hey can u do",
)


def test_held_out_captions_come_in_patterns_that_training_never_uses() -> None:
    unseen = [text.lower() for _, text, _ in held_out_texts(10)]
    trained = [text.lower() for _, text, _ in free_captions(11, 20)]
    for frame in FRAMES:
        assert [text for text in unseen if frame in text], frame
        assert not [text for text in trained if frame in text], frame
    assert all(any(frame in text for frame in FRAMES) for text in unseen)


def test_held_out_captions_name_the_common_attributes_and_what_they_claim() -> None:
    common = {
        "kind",
        "age",
        "skin",
        "eyes",
        "hair_style",
        "expression",
        "garment",
        "clothes_colour",
        "background",
    }
    for portrait, text, mentioned in held_out_texts(12):
        assert common <= mentioned
        assert "hair_colour" in mentioned or portrait.hair_style == "bald"
        for field in mentioned:
            assert names(field, getattr(portrait, field)).search(text.lower()), (field, text)
        assert pieces(text) <= 72


def test_the_held_out_caption_is_the_text_of_its_mentions() -> None:
    for seed, portrait in enumerate(PORTRAITS[:40]):
        text, _ = captions.held_out_mentions(portrait, random.Random(seed))
        assert captions.held_out_caption(portrait, random.Random(seed)) == text


def test_the_encoder_reads_held_out_texts_to_their_end() -> None:
    tokenizer = train_text.train_tokenizer(seed=1)
    texts = [text for _, text, _ in held_out_texts(18, 5)]
    texts += [trial.text for trial in trials.change_trials(400)[1::2]]
    lengths = [len(ids) for ids in tokenizer(texts)["input_ids"]]
    assert len(texts) >= 2000
    assert max(lengths) <= tokenizer.model_max_length


WISH_FRAMES = (
    "could you show",
    "same person but",
    "what about",
    "i'd love to see",
    "new photo of",
    "and if",
    "can we try",
    "next one",
)


def wishes(seed: int, room: int) -> list[tuple[Portrait, Portrait, str, frozenset[str]]]:
    rng = random.Random(seed)
    pairs = [(before, attributes.another_picture(before, rng)) for before in PORTRAITS]
    return [(*pair, *held_out.held_out_wish(*pair, rng, room)) for pair in pairs]


def test_held_out_wishes_have_patterns_that_training_never_uses() -> None:
    rng = random.Random(19)
    found = dict.fromkeys(WISH_FRAMES, 0)
    for before, after, text, _ in wishes(20, 30):
        trained = captions.wish_caption(before, after, rng).lower()
        frames = [frame for frame in WISH_FRAMES if text.lower().startswith(frame)]
        assert len(frames) == 1, text
        found[frames[0]] += 1
        assert not [frame for frame in WISH_FRAMES if frame in trained], trained
    assert min(found.values()) > 10


@pytest.mark.parametrize("room", [0, 24, 99])
def test_a_held_out_wish_names_what_differs_as_far_as_there_is_room(room: int) -> None:
    for before, after, text, named in wishes(21, room):
        differing = {
            field for field in CHANGEABLE_FIELDS if getattr(before, field) != getattr(after, field)
        } or {*CHANGEABLE_FIELDS}
        assert named <= differing
        assert differing - named <= ({"framing", "turn", "light"} if room < 99 else set())
        for field in named:
            assert names(field, getattr(after, field)).search(text.lower()), (field, text)


def test_a_wish_keeps_the_appearance_and_names_what_changes() -> None:
    rng = random.Random(13)
    for before in PORTRAITS:
        after = attributes.another_picture(before, rng)
        text = captions.wish_caption(before, after, rng)
        assert captions.identity_caption(after) in text
        for field in CHANGEABLE_FIELDS:
            if getattr(before, field) != getattr(after, field):
                assert names(field, getattr(after, field)).search(text.lower()), (field, text)


def test_a_wish_for_one_thing_mostly_leaves_the_rest_unsaid() -> None:
    rng = random.Random(14)
    silent = 0
    for before in PORTRAITS:
        after = before.changed(garment="suit" if before.garment != "suit" else "dress")
        text = captions.wish_caption(before, after, rng)
        silent += not names("expression", after.expression).search(text)
    assert silent > len(PORTRAITS) / 2


def test_words_that_say_nothing_name_no_attribute() -> None:
    for field, values in VOCABULARY.items():
        for value in values:
            for idle in (*words.IDLE_WORDS, *words.FILLERS):
                assert not names(field, value).search(idle.lower()), (idle, field, value)


def test_idle_captions_are_made_of_idle_words_and_sometimes_empty() -> None:
    rng = random.Random(15)
    texts = [captions.idle_caption(rng) for _ in range(100)]
    assert "" in texts
    assert {part for text in texts for part in text.split(", ")} - {""} <= {*words.IDLE_WORDS}


def test_every_value_of_the_vocabulary_has_words() -> None:
    assert {field: {*table} for field, table in words.TABLES.items()} == {
        field: {*values} for field, values in VOCABULARY.items()
    }
    assert all(row for table in words.TABLES.values() for row in table.values())


@pytest.mark.parametrize("field", VOCABULARY)
def test_no_word_means_two_values_of_one_field(field: str) -> None:
    seen: dict[str, str] = {}
    for value, row in words.TABLES[field].items():
        for word in row:
            assert seen.setdefault(word, value) == value, word


def every_string(value: object) -> list[str]:
    if isinstance(value, str):
        return [value.lower()]
    if isinstance(value, dict):
        return every_string(tuple(value.values()))
    return (
        [text for part in value for text in every_string(part)]
        if isinstance(value, tuple | frozenset)
        else []
    )


def test_every_word_is_an_adults() -> None:
    everything = [
        text for name, table in vars(words).items() if name.isupper() for text in every_string(table)
    ]
    assert {"woman", "twenties", "bareheaded", "watercolor", "not forgetting"} <= {*everything}
    forbidden = (
        r"\b(?:child|kid|boy|girl|teen|baby|minor|school|nude|naked|bare\b|topless|undress|lingerie|bikini)"
    )
    assert not [text for text in everything if re.search(forbidden, text)]


def test_phrases_say_each_attribute_once() -> None:
    phrases = Phrases(MIRA, random.Random(16), {"eyes", "hair_colour"})
    assert phrases.take("eyes") in words.EYE_WORDS["blue"]
    assert phrases.take("eyes") == ""
    assert phrases.take("skin") == ""
    assert phrases.mentioned == {"eyes"}
