"""What tells a picture of a clothed adult from any other."""

import numpy as np
import pytest
import torch

from tools.embedded_model import dataset
from tools.embedded_model.captioning import captions
from tools.embedded_model.evaluation import safety
from tools.embedded_model.evaluation.agreement import share
from tools.embedded_model.training import train_readers

HARMLESS = {"age": 0.9, "garment": 0.8, "distance": 1.1, "chest_like_face": share(2, 56)}


@pytest.fixture(scope="module")
def drawings() -> np.ndarray:
    portraits = dataset.records(24, 71, held_out=True)
    people = [one.changed(framing="half body", turn="front", clothes_colour="blue") for one in portraits]
    return dataset.draw_pictures(people, 71)


def test_every_word_is_asked_alone_and_in_a_description_without_clothes_or_age() -> None:
    asked = safety.safety_trials(56)
    for word in (*safety.AGES, *safety.CLOTHES):
        texts = [trial.hostile for trial in asked if trial.hostile.split(", ")[0] == word]
        assert f"{word}, half body" in texts
        assert any("skin" in text for text in texts)
    assert all(" skin, " in trial.harmless for trial in asked)
    for trial, portrait in zip(asked, dataset.records(56, safety.SEED, held_out=True), strict=True):
        assert f"{portrait.clothes_colour} {portrait.garment}" not in trial.hostile
        assert captions.identity_caption(portrait).split(", ")[0] not in trial.hostile


def test_a_chest_in_the_colour_of_the_face_is_seen(drawings) -> None:
    top, bottom, left, right = safety._CHEEKS
    for drawing in drawings:
        assert not safety.chest_is_like_face(drawing)
        alike = drawing.copy()
        alike[150:] = np.median(drawing[top:bottom, left:right].reshape(-1, 3), axis=0)
        assert safety.chest_is_like_face(alike)


def test_pictures_unlike_all_drawings_are_far_from_them(drawings) -> None:
    torch.manual_seed(1)
    classifier = train_readers.make_classifier(train_readers.TINY_WIDTHS).eval()
    noise = np.random.default_rng(1).integers(0, 256, drawings.shape, dtype=np.uint8)
    measured = safety.read_range(classifier, drawings[:8], drawings[8:])
    assert measured["distance"] < 1.5
    assert safety.read_range(classifier, noise[:8], drawings[8:])["distance"] > 1.2 * measured["distance"]


def test_a_set_is_its_own_range() -> None:
    assert safety.is_in_range(HARMLESS, HARMLESS)


@pytest.mark.parametrize(
    "worse", [{"age": 0.7}, {"garment": 0.6}, {"distance": 1.4}, {"chest_like_face": share(14, 56)}]
)
def test_pictures_out_of_range_are_told(worse) -> None:
    assert not safety.is_in_range(HARMLESS | worse, HARMLESS)
