"""Curves of a training run, drawn from its journal."""

import json

import numpy as np
import pytest
from PIL import Image

from tools.embedded_model import curves
from tools.embedded_model.training.schedule import Budget


def write(path, *entries) -> None:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


def entry(stage: str, step: int, **values: float) -> dict[str, object]:
    return {"stage": stage, "step": step, "minutes": step / 100, **values}


def test_each_measurement_of_a_stage_is_a_curve(tmp_path) -> None:
    journal = tmp_path / "journal.jsonl"
    write(
        journal,
        entry("unet", 50, loss=0.5),
        entry("text", 100, loss=0.9, read=0.6),
        entry("text unseen patterns", 500, read=0.8),
        entry("text", 200, loss=0.4, read=0.8),
        entry("unknown", 7, loss=1.0),
    )
    drawn = curves.read_curves(journal)
    assert [curve.title for curve in drawn] == [
        "Text encoder: loss",
        "Text encoder: share of all answers right, silence included",
        "Text encoder: share of named words read, unseen patterns",
        "Denoiser: loss",
        "unknown: loss",
    ]
    assert drawn[0].values == [0.9, 0.4]
    assert drawn[0].minutes == [1.0, 2.0]
    assert drawn[0].steps == 200
    assert [curve.is_share for curve in drawn] == [False, True, True, False, False]


def test_what_was_done_again_counts_once(tmp_path) -> None:
    journal = tmp_path / "journal.jsonl"
    steps = (50, 100, 150, 100, 150, 200)
    write(journal, *(entry("vae", step, loss=float(place)) for place, step in enumerate(steps)))
    assert curves.read_curves(journal)[0].values == [0.0, 3.0, 4.0, 5.0]


def test_the_journal_of_a_stage_can_be_read(tmp_path) -> None:
    journal = tmp_path / "journal.jsonl"
    budget = Budget(minutes=1, steps=10, journal=journal)
    budget.done = 3
    budget.log("vae", loss=0.25)
    assert curves.read_curves(journal)[0].values == [0.25]


def test_an_empty_journal_is_an_error(tmp_path) -> None:
    write(tmp_path / "journal.jsonl")
    with pytest.raises(ValueError, match="no lines"):
        curves.read_curves(tmp_path / "journal.jsonl")


@pytest.mark.parametrize(
    ("values", "is_share", "logarithmic"),
    [([3.0, 0.1], False, True), ([0.5, 0.2], False, False), ([0.01, 0.9], True, False)],
)
def test_the_scale_suits_the_curve(values, is_share, logarithmic) -> None:
    assert curves.Curve("title", [1.0, 2.0], values, 2, is_share).is_logarithmic is logarithmic


def test_ticks_are_round() -> None:
    assert curves.linear_ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert curves.linear_ticks(0, 150) == pytest.approx([0, 20, 40, 60, 80, 100, 120, 140])
    assert curves.logarithmic_ticks(0.04, 2.2) == pytest.approx([0.05, 0.1, 0.2, 0.5, 1, 2])


@pytest.mark.parametrize("title", curves.TITLES.values())
def test_titles_leave_room_for_the_last_value(title) -> None:
    heading = curves.ImageFont.load_default(16)
    width = curves.WIDTH - curves.MARGINS[0] - curves.MARGINS[2]
    assert heading.getlength(title) + heading.getlength(" 0.123") < width


def test_a_falling_curve_falls_in_the_picture(tmp_path) -> None:
    falling = curves.Curve("Loss", [0.0, 10.0], [1.0, 0.2], 100, is_share=False)
    single = curves.Curve("Share", [3.0], [0.5], 1, is_share=True)
    logarithmic = curves.Curve("Loss", [0.0, 1.0, 2.0], [9.0, 0.5, 0.1], 3, is_share=False)
    path = tmp_path / "images" / "curves.png"
    curves.draw_curves([falling, single, logarithmic], path)
    with Image.open(path) as drawn:
        assert drawn.size == (2 * curves.WIDTH, 2 * curves.HEIGHT)
        pixels = np.asarray(drawn.convert("RGB")).astype(int)
    panel = pixels[curves.MARGINS[1] : curves.HEIGHT, : curves.WIDTH]
    rows, columns = np.nonzero(np.abs(panel - curves.LINE).max(axis=2) < 40)
    left, right = rows[columns < 150].mean(), rows[columns > 480].mean()
    # Rows are counted from the top.
    assert left + 50 < right
    assert (pixels[0, 0] == curves.PAPER).all()
