"""The drawings: the embedded model's only training pictures."""

import dataclasses
import random

import numpy as np
import pytest

from tests.embedded_model.people import PLAIN
from tools.embedded_model import attributes, dataset
from tools.embedded_model.attributes import (
    CHANGEABLE_FIELDS,
    CLOTHES,
    FRAMINGS,
    GARMENTS,
    IDENTITY_FIELDS,
    SKIN,
    TURNS,
    VOCABULARY,
    is_held_out,
    visible_fields,
)
from tools.embedded_model.drawing import drawer
from tools.embedded_model.drawing.face import FACE_VARIANTS, Proportions


def distance(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.abs(picture.astype(int) - colour).max(axis=-1)


def test_equal_records_give_equal_bytes() -> None:
    first, second = (drawer.draw(PLAIN, seed=5).tobytes() for _ in range(2))
    assert first == second


def test_seeds_vary_the_scene_and_never_move_the_person() -> None:
    person = PLAIN.changed(background="forest")
    pictures = [np.asarray(drawer.draw(person, seed=seed)) for seed in range(30)]
    assert len({picture.tobytes() for picture in pictures}) == drawer.SCENE_VARIANTS
    faces = {picture[100:160, 100:156].tobytes() for picture in pictures}
    assert len(faces) == 1


@pytest.mark.parametrize(
    ("field", "word"), [(field, word) for field, words in VOCABULARY.items() for word in words]
)
def test_every_word_can_be_drawn_and_changes_the_picture(field: str, word: str) -> None:
    portrait = PLAIN.changed(**{field: word})
    picture = drawer.draw(portrait)
    assert picture.size == (256, 256)
    if field != "kind":  # a person without a gender looks like one of the two
        assert (portrait == PLAIN) == (picture.tobytes() == drawer.draw(PLAIN).tobytes())


def test_a_word_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="age"):
        PLAIN.changed(age="ageless")


@pytest.mark.parametrize("framing", ["bust", "half body"])
@pytest.mark.parametrize("garment", GARMENTS)
def test_clothes_cover_the_chest_in_every_garment(garment: str, framing: str) -> None:
    portrait = PLAIN.changed(garment=garment, clothes_colour="green", framing=framing)
    picture = np.asarray(drawer.draw(portrait))
    zoom, x, y = drawer.FRAMES[framing]
    # From a hand's breadth below the chin down; arms hang further out.
    top, half = round(y + 92 * zoom), round(56 * zoom)
    chest = picture[top:256, round(x) - half : round(x) + half]
    assert (distance(chest, SKIN["pale"]) > 8).all()
    assert (distance(chest, CLOTHES["green"]) < 24).mean() > 0.15


def test_a_head_turns_its_features_and_not_its_shoulders() -> None:
    def middle_of_red(turn: str) -> float:
        # Full lips of a surprised mouth are the reddest thing in this picture.
        portrait = PLAIN.changed(
            turn=turn, expression="surprised", lips="full", hair_colour="black", clothes_colour="white"
        )
        picture = np.asarray(drawer.draw(portrait)).astype(int)[150:200]
        red = (picture[..., 0] - picture[..., 1] > 70) & (picture[..., 0] > 150)
        return float(np.nonzero(red)[1].mean())

    left, front, right = (middle_of_red(turn) for turn in TURNS)
    assert left < front - 8
    assert right > front + 8


def test_framings_differ_in_the_size_of_the_head() -> None:
    zooms = [drawer.FRAMES[framing][0] for framing in FRAMINGS]
    assert zooms[0] > 1.2 * zooms[1] > 1.2 * 1.2 * zooms[2]


def test_proportions_belong_to_the_person() -> None:
    assert Proportions.of(PLAIN) == Proportions.of(PLAIN.changed(expression="sad", turn="left"))
    assert Proportions.of(PLAIN) != Proportions.of(dataclasses.replace(PLAIN, face_seed=PLAIN.face_seed + 1))


def test_people_of_one_description_come_in_a_few_builds() -> None:
    builds = [Proportions.of(dataclasses.replace(PLAIN, face_seed=seed)) for seed in range(3 * FACE_VARIANTS)]
    assert builds[:FACE_VARIANTS] == builds[FACE_VARIANTS : 2 * FACE_VARIANTS]
    assert len({dataclasses.astuple(build) for build in builds}) == FACE_VARIANTS
    people = [dataclasses.replace(PLAIN, kind="person", face_seed=seed) for seed in range(FACE_VARIANTS)]
    assert sum(Proportions.of(person).manly for person in people) == FACE_VARIANTS // 2


def test_another_picture_changes_the_moment_and_keeps_the_person() -> None:
    rng = random.Random(4)
    others = [attributes.another_picture(PLAIN, rng) for _ in range(20)]
    for other in others:
        assert all(getattr(other, field) == getattr(PLAIN, field) for field in IDENTITY_FIELDS)
        assert other.face_seed == PLAIN.face_seed
    for field in CHANGEABLE_FIELDS:
        assert len({getattr(other, field) for other in others}) > 1


@pytest.mark.parametrize(
    ("changes", "hidden"),
    [
        ({}, set()),
        ({"kind": "person"}, {"kind"}),
        ({"glasses": "sunglasses"}, {"eyes", "eye_shape"}),
        ({"headwear": "headscarf"}, {"hair_style", "earrings", "hair_colour", "face_shape"}),
        (
            {"headwear": "headscarf", "framing": "close-up"},
            {"hair_style", "earrings", "hair_colour", "face_shape", "garment", "clothes_colour"},
        ),
        ({"headwear": "cap"}, {"hair_style", "hair_colour"}),
        ({"headwear": "cap", "hair_style": "afro"}, set()),
        ({"hair_style": "bald"}, {"hair_colour"}),
        ({"hair_style": "bald", "facial_hair": "beard"}, {"lips", "face_shape"}),
        ({"expression": "laughing"}, {"lips"}),
    ],
)
def test_what_cannot_be_seen_is_not_asked_for(changes: dict[str, str], hidden: set[str]) -> None:
    assert set(VOCABULARY) - visible_fields(PLAIN.changed(**changes)) == hidden


@pytest.mark.parametrize("seed", range(12))
def test_what_counts_as_visible_can_be_seen(seed: int) -> None:
    rng = random.Random(seed)
    portrait = attributes.random_portrait(rng)
    before = np.asarray(drawer.draw(portrait)).astype(int)
    for field in sorted(visible_fields(portrait)):
        other = portrait.changed(
            **{field: rng.choice([word for word in VOCABULARY[field] if word != getattr(portrait, field)])}
        )
        if field in visible_fields(other):
            changed = np.abs(np.asarray(drawer.draw(other)).astype(int) - before).max(axis=-1) > 12
            assert changed.sum() > 20, (field, portrait, other)


def test_records_repeat_with_their_seed() -> None:
    assert dataset.records(20, 4) == dataset.records(20, 4)
    assert dataset.records(20, 4) != dataset.records(20, 5)


def test_training_never_sees_held_out_combinations() -> None:
    assert not any(is_held_out(portrait) for portrait in dataset.records(300, 1))
    assert not any(is_held_out(portrait) for portrait in dataset.people(300, 1))
    assert all(is_held_out(portrait) for portrait in dataset.records(100, 1, held_out=True))


def test_every_word_occurs_among_the_held_out_combinations() -> None:
    seen = dataset.records(600, 2, held_out=True)
    for field, words in VOCABULARY.items():
        assert {getattr(portrait, field) for portrait in seen} == set(words)


def test_people_have_their_pictures_side_by_side() -> None:
    count, rng = 4 * dataset.PICTURES_EACH, random.Random(0)
    portraits = dataset.people(count, 3)
    for row in range(count):
        other = dataset.other_picture_of_same(row, count, rng)
        assert other != row
        assert portraits[other].face_seed == portraits[row].face_seed
    # The last person of a set that was cut short may have one picture only.
    assert dataset.other_picture_of_same(4, 5, rng) == 4


def test_pictures_are_kept_between_runs(tmp_path) -> None:
    portraits, pictures = dataset.prepared(tmp_path, "few", 3, seed=8)
    again, kept = dataset.prepared(tmp_path, "few", 3, seed=8)
    assert again == portraits
    assert pictures.shape == (3, 256, 256, 3)
    assert (kept == pictures).all()


def test_the_vocabulary_has_only_clothed_adults() -> None:
    assert set(VOCABULARY["kind"]) == {"woman", "man", "person"}
    assert set(VOCABULARY["age"]) == {"young", "mature", "elderly"}
    assert "none" not in VOCABULARY["garment"]
