"""Draw the curves of a training run from its journal, a panel for each stage.

`python tools/embedded_model/curves.py` reads var/embedded_model/journal.jsonl and writes
docs/images/model-training.png.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 2
WIDTH, HEIGHT = 560, 300
# Room around the axes inside a panel: left, top, right, bottom.
MARGINS = (64, 44, 24, 46)
PAPER, INK, FAINT, GRID = (255, 255, 255), (38, 40, 48), (108, 112, 124), (228, 230, 236)
LINE = (36, 92, 190)
# Twice as large while drawing, so that lines come out smooth.
ZOOM = 2
# Losses that fall further than this are shown on a logarithmic scale.
LARGEST_LINEAR_RATIO = 8.0
# What a journal's lines are called, by stage and measurement; anything else goes by its own names.
TITLES = {
    ("vae", "loss"): "Autoencoder: loss",
    ("text", "loss"): "Text encoder: loss",
    ("text", "read"): "Text encoder: share of all answers right, silence included",
    ("text unseen patterns", "read"): "Text encoder: share of named words read, unseen patterns",
    ("face", "loss"): "Face encoder: loss",
    ("classifier", "loss"): "Attribute classifier: loss",
    ("reader", "loss"): "Latent reader: loss",
    ("reader", "read"): "Latent reader: share of words read, unseen people",
    ("unet", "loss"): "Denoiser: loss",
    ("unet", "reading"): "Denoiser: loss of what the latent reader reads",
}


@dataclasses.dataclass(frozen=True)
class Curve:
    """Values of one stage over its minutes; a share goes from 0 to 1, a loss from wherever it starts."""

    title: str
    minutes: list[float]
    values: list[float]
    steps: int
    is_share: bool

    @property
    def is_logarithmic(self) -> bool:
        """Say whether a linear scale would hide most of the way."""
        low, high = min(self.values), max(self.values)
        return not self.is_share and low > 0 and high / low > LARGEST_LINEAR_RATIO


def read_curves(journal: Path) -> list[Curve]:
    """Read all curves, in the order of TITLES.

    Where a stage went on from a checkpoint, or began again, the later lines count. Raises ValueError if there
    is nothing to draw.
    """
    series: dict[tuple[str, str], list[tuple[int, float, float]]] = {}
    for text in journal.read_text().splitlines():
        entry: dict[str, Any] = json.loads(text)
        stage, step, minutes = entry.pop("stage"), entry.pop("step"), entry.pop("minutes")
        for name, value in entry.items():
            points = series.setdefault((stage, name), [])
            while points and points[-1][0] >= step:
                points.pop()
            points.append((step, minutes, value))
    if not series:
        raise ValueError(f"{journal} has no lines")
    order = [*TITLES, *(key for key in series if key not in TITLES)]
    return [
        Curve(
            title=TITLES.get(key, ": ".join(key)),
            minutes=[minutes for _, minutes, _ in series[key]],
            values=[value for _, _, value in series[key]],
            steps=series[key][-1][0],
            is_share=key[1] != "loss",
        )
        for key in order
        if key in series
    ]


def linear_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about `count` round values from `low` to `high`."""
    rough = (high - low) / count
    power = 10 ** math.floor(math.log10(rough))
    step = min((power * factor for factor in (1, 2, 5, 10)), key=lambda size: abs(size - rough))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def logarithmic_ticks(low: float, high: float) -> list[float]:
    """Return the values 1, 2 and 5 times a power of ten from `low` to `high`."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [
        factor * 10**power for power in powers for factor in (1, 2, 5) if low <= factor * 10**power <= high
    ]


def _limits(curve: Curve) -> tuple[float, float]:
    """Return the ends of the vertical axis."""
    low, high = min(curve.values), max(curve.values)
    if curve.is_share:
        return 0.0, 1.0
    if curve.is_logarithmic:
        return low / 1.15, high * 1.15
    return 0.0 if low >= 0 else low, high * 1.05 if high > 0 else 1.0


class Panel:
    """One curve with its axes, in a box of WIDTH by HEIGHT."""

    def __init__(self, draw: ImageDraw.ImageDraw, left: int, top: int, curve: Curve) -> None:
        """Place the panel; `left` and `top` in pixels of the finished picture."""
        self.draw, self.curve = draw, curve
        self.corner = left, top
        self.left, self.top = left + MARGINS[0], top + MARGINS[1]
        self.right, self.bottom = left + WIDTH - MARGINS[2], top + HEIGHT - MARGINS[3]
        self.low, self.high = _limits(curve)
        self.end = max(*curve.minutes, 1e-6)
        self.font = ImageFont.load_default(13 * ZOOM)

    def paint(self) -> None:
        """Draw the axes, the curve, its last value and the names."""
        heading = ImageFont.load_default(16 * ZOOM)
        self._text(self.left, self.corner[1] + 14, self.curve.title, INK, "la", heading)
        scale = logarithmic_ticks if self.curve.is_logarithmic else linear_ticks
        for value in scale(self.low, self.high):
            y = self._y(value)
            self._line([(self.left, y), (self.right, y)], GRID, 1)
            self._text(self.left - 8, y, f"{value:g}" if value < 1e4 else f"{value:.0e}", FAINT, "rm")
        for minutes in linear_ticks(0, self.end):
            self._text(self._x(minutes), self.bottom + 8, f"{minutes:g}", FAINT, "ma")
        self._line([(self.left, self.bottom), (self.right, self.bottom)], FAINT, 1)
        scale_note = "; vertical scale logarithmic" if self.curve.is_logarithmic else ""
        note = f"minutes; {self.curve.steps} steps{scale_note}"
        self._text(self.left, self.bottom + 24, note, FAINT, "la")
        points = [
            (self._x(minutes), self._y(value))
            for minutes, value in zip(self.curve.minutes, self.curve.values, strict=True)
        ]
        if len(points) > 1:
            self._line(points, LINE, 2)
        x, y = (part * ZOOM for part in points[-1])
        self.draw.ellipse((x - 4 * ZOOM, y - 4 * ZOOM, x + 4 * ZOOM, y + 4 * ZOOM), fill=LINE)
        # In the panel's corner nothing can run through it.
        self._text(self.right, self.corner[1] + 15, f"{self.curve.values[-1]:.3g}", LINE, "ra")

    def _x(self, minutes: float) -> float:
        return self.left + (self.right - self.left) * minutes / self.end

    def _y(self, value: float) -> float:
        if self.curve.is_logarithmic:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * share

    def _line(self, points: Sequence[tuple[float, float]], colour: tuple[int, int, int], width: int) -> None:
        scaled = [(x * ZOOM, y * ZOOM) for x, y in points]
        self.draw.line(scaled, fill=colour, width=width * ZOOM, joint="curve")

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        colour: tuple[int, int, int],
        anchor: str,
        font: ImageFont.FreeTypeFont | ImageFont.ImageFont | None = None,
    ) -> None:
        self.draw.text((x * ZOOM, y * ZOOM), text, fill=colour, anchor=anchor, font=font or self.font)


def draw_curves(curves: Sequence[Curve], path: Path) -> None:
    """Write a PNG with a panel for each curve."""
    rows = -(-len(curves) // COLUMNS)
    size = (COLUMNS * WIDTH, rows * HEIGHT)
    sheet = Image.new("RGB", (size[0] * ZOOM, size[1] * ZOOM), PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, curve in enumerate(curves):
        Panel(draw, index % COLUMNS * WIDTH, index // COLUMNS * HEIGHT, curve).paint()
    path.parent.mkdir(parents=True, exist_ok=True)
    small = sheet.resize(size, Image.Resampling.LANCZOS)
    small.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("journal", type=Path, nargs="?", default=ROOT / "var/embedded_model/journal.jsonl")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images/model-training.png")
    options = parser.parse_args()
    try:
        curves = read_curves(options.journal)
    except (OSError, ValueError) as error:
        parser.error(f"{error}; train.py writes the journal")
    draw_curves(curves, options.out)


if __name__ == "__main__":
    main()
