"""The drawings: the embedded model's only training pictures."""

import numpy as np
import pytest

from tools.embedded_model import dataset, drawer, readback
from tools.embedded_model.attributes import CLOTHES, GARMENTS, SKIN, VOCABULARY, Portrait, is_held_out

PLAIN = Portrait(
    kind="woman",
    age="young",
    skin="pale",
    hair_colour="red",
    hair_style="short",
    eyes="green",
    glasses="none",
    facial_hair="none",
    expression="smiling",
    garment="t-shirt",
    clothes_colour="blue",
    background="white",
    face_seed=3,
)


def distance(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.abs(picture.astype(int) - colour).max(axis=-1)


def test_equal_records_give_equal_bytes() -> None:
    first, second = (drawer.draw(PLAIN, jitter_seed=5).tobytes() for _ in range(2))
    assert first == second


def test_the_seeds_move_the_picture() -> None:
    pictures = {drawer.draw(PLAIN, jitter_seed=seed).tobytes() for seed in range(3)}
    assert len(pictures) == 3


@pytest.mark.parametrize(
    ("field", "word"), [(field, word) for field, words in VOCABULARY.items() for word in words]
)
def test_every_word_can_be_drawn_and_changes_the_picture(field: str, word: str) -> None:
    portrait = PLAIN.changed(**{field: word})
    picture = drawer.draw(portrait)
    assert picture.size == (256, 256)
    assert (portrait == PLAIN) == (picture.tobytes() == drawer.draw(PLAIN).tobytes())


def test_a_word_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="age"):
        PLAIN.changed(age="ageless")


@pytest.mark.parametrize("garment", GARMENTS)
def test_clothes_cover_the_chest_in_every_garment(garment: str) -> None:
    picture = np.asarray(drawer.draw(PLAIN.changed(garment=garment, clothes_colour="green")))
    chest = picture[225:256, 60:196]
    # No pixel below the collar has the colour of skin; and the clothes' colour is there.
    assert (distance(chest, SKIN["pale"]) > 8).all()
    assert (distance(chest, CLOTHES["green"]) < 20).mean() > 0.15


def test_records_repeat_with_their_seed() -> None:
    assert dataset.records(20, 4) == dataset.records(20, 4)
    assert dataset.records(20, 4) != dataset.records(20, 5)


def test_training_never_sees_held_out_combinations() -> None:
    assert not any(is_held_out(portrait) for portrait in dataset.records(300, 1))
    assert all(is_held_out(portrait) for portrait in dataset.records(100, 1, held_out=True))


def test_every_colour_occurs_among_the_held_out_combinations() -> None:
    seen = dataset.records(600, 2, held_out=True)
    for field in ("hair_colour", "clothes_colour", "background", "skin"):
        assert {getattr(portrait, field) for portrait in seen} == set(VOCABULARY[field])


def test_pictures_are_kept_between_runs(tmp_path) -> None:
    portraits, pictures = dataset.prepared(tmp_path, "few", 3, seed=8)
    again, kept = dataset.prepared(tmp_path, "few", 3, seed=8)
    assert again == portraits
    assert pictures.shape == (3, 256, 256, 3)
    assert (kept == pictures).all()


def test_the_reader_reads_drawings_rightly() -> None:
    reader = readback.Reader(portraits := dataset.records(250, 21), dataset.draw_pictures(portraits, 21, 1))
    others = dataset.records(60, 22, held_out=True)
    result = readback.agreement(reader, others, dataset.draw_pictures(others, 22, 1))
    assert all(result[field]["share"] >= 0.95 for field in readback.FIELDS)


def test_a_bald_head_is_not_counted_for_its_hair() -> None:
    portraits = [PLAIN.changed(hair_style="bald"), PLAIN]
    reader = readback.Reader(portraits, pictures := dataset.draw_pictures(portraits))
    assert readback.agreement(reader, portraits, pictures)["hair_colour"]["pictures"] == 1


def test_wilson_interval_agrees_with_published_values() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 and 0 of 20.
    assert readback.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert readback.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert readback.wilson(0, 0) == (0.0, 1.0)


def test_lab_of_white_and_red() -> None:
    white, red = readback.to_lab(np.array([[255, 255, 255], [255, 0, 0]]))
    assert white == pytest.approx((100, 0, 0), abs=0.1)
    assert red == pytest.approx((53.2, 80.1, 67.2), abs=0.2)


def test_the_vocabulary_has_only_clothed_adults() -> None:
    assert set(VOCABULARY["kind"]) == {"woman", "man", "person"}
    assert set(VOCABULARY["age"]) == {"young", "mature", "elderly"}
    assert "none" not in VOCABULARY["garment"]
