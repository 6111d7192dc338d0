"""What stays and what changes in a prompt (R1)."""

import json

import pytest
from django.conf import settings

from imagegen.engine import description
from imagegen.engine.prompts import compose, count_tokens
from tools.embedded_model.attributes import VOCABULARY

LOOK = "young woman, light skin, long red hair, green eyes, green sweater, library background"


@pytest.fixture(scope="module")
def vocabulary():
    return description.read(str(settings.EMBEDDED_IMAGE_MODEL)).vocabulary


def test_without_a_wish_the_appearance_is_sent_as_it_is(vocabulary):
    assert compose(appearance=LOOK, wish="", vocabulary=vocabulary) == LOOK


@pytest.mark.parametrize(
    ("wish", "kept", "gone"),
    [
        ("in a red jacket", "library background", "green sweater"),
        ("at the beach", "green sweater", "library background"),
        ("smiling, blue dress, Forest background", "long red hair", "green sweater"),
    ],
)
def test_r1_a_wish_takes_the_place_of_what_it_contradicts(vocabulary, wish, kept, gone):
    """R1: who it is stays, what was asked for changes."""
    prompt = compose(appearance=LOOK, wish=wish, vocabulary=vocabulary)
    assert prompt.startswith("young woman, light skin, long red hair, green eyes")
    assert prompt.endswith(wish)
    assert kept in prompt
    assert gone not in prompt


def test_a_clause_that_says_who_it_is_stays(vocabulary):
    look = "a woman with red hair in a green sweater"
    prompt = compose(appearance=look, wish="in a red jacket", vocabulary=vocabulary)
    assert prompt == f"{look}, in a red jacket"


def test_colours_alone_move_nothing(vocabulary):
    assert compose(appearance=LOOK, wish="blue light", vocabulary=vocabulary) == f"{LOOK}, blue light"


def test_a_model_without_a_vocabulary_gets_both_texts():
    assert compose(appearance=LOOK, wish="in a red jacket", vocabulary={}) == f"{LOOK}, in a red jacket"


def test_an_empty_appearance_leaves_the_wish(vocabulary):
    assert compose(appearance="", wish="a lighthouse", vocabulary=vocabulary) == "a lighthouse"


@pytest.mark.parametrize(
    ("look", "wish", "prompt"),
    [
        (
            "a cheerful baker in a white shirt, freckles",
            "in a red dress",
            "a cheerful baker in a white shirt, freckles, in a red dress",
        ),
        (
            "young woman, red hair, wearing a dark suit",
            "in a red dress",
            "young woman, red hair, in a red dress",
        ),
        ("young woman, light blue shirt", "in a red dress", "young woman, in a red dress"),
        ("young woman, dark forest, pale skin", "at the beach", "young woman, pale skin, at the beach"),
        ("young woman\nred hair\nblue sweater", "in a red dress", "young woman, red hair, in a red dress"),
        (
            "An old man. He wears a green hoodie; scar on his left cheek.",
            "in a red jacket",
            "An old man, scar on his left cheek, in a red jacket",
        ),
        ("young woman.\nLong red hair!", "in a red dress", "young woman.\nLong red hair!, in a red dress"),
    ],
)
def test_r1_who_it_is_stays_in_any_writing(vocabulary, look, wish, prompt):
    """R1: the first clause and the face stay; adjectives of clothes protect nothing."""
    assert compose(appearance=look, wish=wish, vocabulary=vocabulary) == prompt


# As the model that we ship describes itself.
WORDS = {
    "kind": ["woman", "man", "person"],
    "face_shape": ["oval", "round", "square", "heart"],
    "skin": ["pale", "light", "tan"],
    "eyes": ["brown", "blue", "green"],
    "eye_shape": ["round", "almond", "narrow"],
    "nose": ["small", "long", "wide"],
    "hair": ["black", "brown", "red", "white"],
    "hair_style": ["short", "long", "wavy", "bob", "bun"],
    "glasses": ["none", "round", "square"],
    "headwear": ["none", "cap", "beanie", "hat"],
    "expression": ["neutral", "smiling", "laughing", "sad"],
    "garment": ["sweater", "jacket", "dress", "coat"],
    "clothes": ["red", "green", "blue", "white"],
    "background": ["white", "blue", "library", "forest", "beach", "snow", "night city"],
    "framing": ["close-up", "bust", "half body"],
    "turn": ["left", "front", "right"],
    "light": ["soft", "warm", "cool", "dramatic"],
}
PERSON = "young woman, oval face, light skin, long red hair, round green eyes, small nose, round glasses"
MOMENT = "smiling, green sweater, wearing a cap, library background, half body, facing left, warm light"


@pytest.mark.parametrize(
    ("wish", "gone"),
    [
        ("sad", {"smiling"}),
        ("looking grumpy", {"smiling"}),
        ("in a light jacket", {"green sweater"}),
        ("in blue", {"green sweater"}),
        ("in white, laughing", {"green sweater", "smiling"}),
        ("another outfit", {"green sweater"}),
        ("with a red hat", {"wearing a cap"}),
        ("with a top-hat", {"wearing a cap"}),
        ("at the seaside", {"library background"}),
        ("close-up", {"half body"}),
        ("only the face, please", {"half body"}),
        ("facing the camera", {"facing left"}),
        ("looking to the right", {"facing left"}),
        ("in profile", {"facing left"}),
        ("in front of a forest", {"library background"}),
        ("in cool light", {"warm light"}),
        ("dramatic lighting", {"warm light"}),
        ("in a snow-white dress", {"green sweater"}),
        ("with a warm smile", {"smiling"}),
        ("a bust portrait in the snow, facing right", {"half body", "library background", "facing left"}),
        ("with a blue scarf", set()),
    ],
)
def test_r1_every_kind_of_moment_makes_room_for_a_wish(wish, gone):
    """R1: a wish for framing, turn, light, mood, clothes or place replaces that, and nothing of the face."""
    prompt = compose(appearance=f"{PERSON}, {MOMENT}", wish=wish, vocabulary=WORDS)
    left = [clause for clause in MOMENT.split(", ") if clause not in gone]
    assert prompt == ", ".join([PERSON, *left, wish])


# The words that the embedded model is trained with, under the names of the product's forms.
TRAINED = {
    {"hair_colour": "hair", "clothes_colour": "clothes"}.get(field, field): list(words)
    for field, words in VOCABULARY.items()
}


@pytest.mark.parametrize("garment", [*TRAINED["garment"], "clothes"])
@pytest.mark.parametrize("colour", [*TRAINED["clothes"], "violet", "amber"])
def test_r1_clothes_of_every_colour_make_room(colour, garment):
    """R1: the colour of clothes is nobody's face."""
    prompt = compose(
        appearance=f"young woman, oval face, {colour} {garment}, cafe background",
        wish="blue coat, city background",
        vocabulary=TRAINED,
    )
    assert prompt == "young woman, oval face, blue coat, city background"


@pytest.mark.parametrize("colour", TRAINED["hair"])
def test_r1_hair_and_eyes_of_every_colour_stay(colour):
    """R1: the same colours, said of the person, are not torn out with the clothes."""
    look = f"young woman, {colour} hair, {colour} eyes"
    wish = "blue coat, city background"
    assert compose(appearance=look, wish=wish, vocabulary=TRAINED) == f"{look}, {wish}"


@pytest.mark.parametrize(
    "wish",
    [
        "in a winter coat",
        "in a winter trench coat",
        "in street clothes",
        "with a garden hat",
        "in a beach dress",
        "in a forest green jacket",
        "wearing a kitchen apron",
        "in a park ranger uniform",
        "feeding winter birds",
    ],
)
def test_a_place_that_is_said_of_clothes_is_no_place(wish):
    prompt = compose(appearance="young woman, library background", wish=wish, vocabulary=TRAINED)
    assert prompt == f"young woman, library background, {wish}"


@pytest.mark.parametrize(
    "wish",
    [
        "in winter",
        "in the street",
        "a sunny garden",
        "kitchen",
        "laughing, the park",
        "winter landscape",
        "town background",
        "trees behind her",
        "at home",
        "under a golden evening sky",
        "in front of a brick wall",
        "at the beach in a dress",
        "in a winter coat by the wall",
        "walking through the old town",
        "calm sea",
    ],
)
def test_r1_a_place_makes_room_for_a_place(wish):
    """R1: however it is said."""
    prompt = compose(appearance="young woman, library background", wish=wish, vocabulary=TRAINED)
    assert prompt == f"young woman, {wish}"


@pytest.mark.parametrize(
    ("wish", "kept"),
    [
        ("a calm evening", True),
        ("a happy summer day", True),
        ("neutral background", True),
        ("calm", False),
        ("calm and composed", False),
        ("a calm face", False),
        ("laughing at night", False),
        ("laughing city background", False),
        ("sad in the evening", False),
    ],
)
def test_a_mood_that_is_said_of_a_place_is_no_mood(wish, kept):
    prompt = compose(appearance="young woman, smiling", wish=wish, vocabulary=TRAINED)
    assert prompt == f"young woman, {'smiling, ' if kept else ''}{wish}"


@pytest.mark.parametrize(
    "clause",
    [
        "light blue eyes",
        "scar on the left side of the nose",
        "hair lit by grey strands",
        "wide round face in soft light",
    ],
)
def test_r1_a_clause_about_the_face_stays_whatever_else_it_says(clause):
    """R1: words of a moment beside words of a face are not torn out of it."""
    look = f"young woman, {clause}"
    wish = "sad, in a red coat, at the beach, close-up, facing left, cool light"
    assert compose(appearance=look, wish=wish, vocabulary=WORDS) == f"{look}, {wish}"


def test_a_canonical_description_with_a_wish_fits_as_it_is():
    look, wish = f"{PERSON}, {MOMENT}", "in a blue coat, at the beach, laughing"
    whole = compose(appearance=look, wish=wish, vocabulary=WORDS)
    assert compose(appearance=look, wish=wish, vocabulary=WORDS, room=75) == whole


def test_where_room_is_short_the_moment_goes_before_the_person_and_the_wish_stays():
    who, _, face = PERSON.partition(", ")
    look, wish = f"{who}, {MOMENT}, {face}", "at the beach"

    def prompt(room):
        text = compose(appearance=look, wish=wish, vocabulary=WORDS, room=room)
        assert count_tokens(text) <= room
        return text

    assert prompt(34) == f"{who}, smiling, green sweater, {face}, {wish}"
    assert prompt(17) == "young woman, oval face, light skin, long red hair, at the beach"
    assert prompt(7) == "young woman, at the beach"


def test_who_it_is_and_the_wish_stay_where_there_is_no_room_at_all():
    assert compose(appearance=PERSON, wish="sad", vocabulary=WORDS, room=1) == "young woman, sad"


def test_without_a_vocabulary_the_last_clauses_make_room_only_where_it_is_short():
    look = "a man;  tall. thin"
    assert compose(appearance=look, wish="sad", vocabulary={}, room=8) == f"{look}, sad"
    assert compose(appearance=look, wish="sad", vocabulary={}, room=7) == "a man, tall, sad"
    assert compose(appearance=look, wish="", vocabulary={}, room=6) == look


def test_clauses_of_scripts_without_spaces_make_room_too():
    look = "\u82e5\u3044\u5973\u6027\u3001\u9ed2\u3044\u9aea\u3001\u9752\u3044\u76ee"
    assert compose(appearance=look, wish="sad", vocabulary={}, room=10) == (
        "\u82e5\u3044\u5973\u6027, \u9ed2\u3044\u9aea, sad"
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("long red hair", 3),
        ("middle-aged man, 45", 7),
        ("extraordinarily", 2),
        ("a... b", 3),
        # Japanese, Thai and Korean.
        ("\u9577\u3044\u9ed2\u9aea", 4),
        ("\u0e1c\u0e39\u0e49", 3),
        ("red \uba38\ub9ac", 3),
    ],
)
def test_words_digits_and_marks_are_counted(text, count):
    assert count_tokens(text) == count


def test_a_model_says_how_much_it_reads(tmp_path):
    def prompt_room(**lengths):
        for name, length in lengths.items():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "tokenizer_config.json").write_text(json.dumps({"model_max_length": length}))
        return description.read(str(tmp_path)).prompt_room

    assert prompt_room() is None
    assert prompt_room(tokenizer=77) == 75
    # Another text encoder beside it reads more.
    assert prompt_room(tokenizer_2=512) == 510
    assert description.read("somebody/model").prompt_room is None
