"""What stays and what changes in a prompt (R1)."""

import pytest
from django.conf import settings

from imagegen.engine import description
from imagegen.engine.prompts import compose

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
