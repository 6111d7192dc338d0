"""What people are told about the drawing model's words."""

import json

import pytest
from django.conf import settings as project_settings

from imagegen import hints
from imagegen.engine import description
from tests.imagegen.test_prompts import WORDS


@pytest.fixture
def know(settings, tmp_path):
    """Return a function that installs a model with this vocabulary."""

    def install(**vocabulary):
        values = {"name": "words", "vocabulary": vocabulary}
        (tmp_path / "storychat.json").write_text(json.dumps(values))
        settings.IMAGE_MODEL = str(tmp_path)

    return install


def words_of(hint, name):
    (kind,) = (kind for kind in hint.kinds if kind.name == name)
    return [word.text for word in kind.words]


def test_a_model_that_reads_any_text_needs_no_hint(settings, know):
    know()
    assert hints.present_hint(hints.PORTRAIT_KINDS) is None
    settings.IMAGE_MODEL = "somebody/model"
    assert hints.present_hint(hints.PORTRAIT_KINDS) is None


def test_every_kind_of_word_of_the_shipped_model_has_a_place_on_a_page():
    vocabulary = description.read(str(project_settings.EMBEDDED_IMAGE_MODEL)).vocabulary
    assert set(vocabulary) <= {*hints.IDENTITY_KINDS, *hints.PHOTO_KINDS}
    shown = {kind.name for kind in hints.present_hint(hints.PORTRAIT_KINDS).kinds}
    shown |= {kind.name for kind in hints.present_hint(hints.PHOTO_KINDS).kinds}
    assert shown == set(vocabulary)


def test_a_photo_is_offered_nothing_of_the_face(know):
    """R1: the face stays."""
    know(**WORDS)
    for kind in hints.present_hint(hints.PHOTO_KINDS).kinds:
        assert kind.name not in hints.IDENTITY_KINDS


def test_words_are_those_that_are_written(know):
    know(
        age=["young", "mature"],
        face_shape=["heart"],
        earrings=["none", "studs", "hoops"],
        turn=["front", "left"],
    )
    hint = hints.present_hint((*hints.PORTRAIT_KINDS, "turn"))
    assert words_of(hint, "age") == ["young", "middle-aged"]
    assert words_of(hint, "face_shape") == ["heart-shaped"]
    # What is absent is not said.
    assert words_of(hint, "earrings") == ["stud", "hoop"]
    assert words_of(hint, "turn") == ["forward", "left"]


def test_a_kind_with_nothing_to_say_is_left_out(know):
    know(glasses=["none"], skin=["pale"])
    assert [kind.name for kind in hints.present_hint(hints.PORTRAIT_KINDS).kinds] == ["skin"]
    know(glasses=["none"])
    assert hints.present_hint(hints.PORTRAIT_KINDS) is None


def test_the_example_is_written_as_the_model_knows_it_best(know):
    know(**WORDS)
    assert hints.present_hint(hints.IDENTITY_KINDS).example == (
        "woman, oval face, light skin, wavy black hair, almond green eyes, round glasses"
    )
    assert hints.present_hint(hints.PHOTO_KINDS).example == (
        "smiling, red jacket, beach background, half body, facing left"
    )


@pytest.mark.parametrize(
    ("vocabulary", "example"),
    [
        ({"hair": ["red"], "hair_style": ["bob"]}, "red bob"),
        ({"hair": ["red"], "hair_style": ["braid"]}, "red hair in a braid"),
        ({"hair": ["red"], "hair_style": ["bald"]}, "bald"),
        ({"hair": ["red"]}, "red hair"),
        ({"glasses": ["sunglasses"]}, "sunglasses"),
        ({"clothes": ["blue"]}, "blue clothes"),
        ({"garment": ["coat"]}, "coat"),
        ({"age": ["elderly"]}, "elderly"),
        ({"expression": ["neutral"]}, "neutral expression"),
    ],
)
def test_words_that_a_model_lacks_leave_a_sentence_that_reads(know, vocabulary, example):
    know(**vocabulary)
    assert hints.present_hint(hints.PORTRAIT_KINDS).example == example
