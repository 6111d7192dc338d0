"""Read colours back from pictures, to measure whether a picture shows what its prompt asked for.

The reader knows where hair, skin, clothes and background lie in a portrait, and learns from drawings what
colours each word has there. It is not a neural network: what it says can be checked by eye.
"""

from __future__ import annotations

import math

import numpy as np

from tools.embedded_model import dataset
from tools.embedded_model.attributes import Portrait

Box = tuple[int, int, int, int]

# Boxes (left, top, right, bottom) in pixels of a 256 x 256 picture, for a head in the middle.
PATCHES: dict[str, tuple[Box, ...]] = {
    # The background's colours vary downwards (sky, sea, sand), beside the figure on both sides.
    "background": tuple(
        (left, top, left + 20, top + 20) for left in (1, 235) for top in (4, 40, 76, 112, 148, 184)
    ),
    "skin": ((120, 130, 136, 146), (94, 142, 106, 153), (150, 142, 162, 153), (121, 104, 135, 112)),
    "clothes_colour": ((58, 236, 76, 252), (78, 238, 94, 252), (162, 238, 178, 252), (180, 236, 198, 252)),
    "hair_colour": ((106, 52, 122, 66), (134, 52, 150, 66), (98, 58, 114, 72), (142, 58, 158, 72)),
}
FIELDS = tuple(PATCHES)

# Deviations smaller than this are the noise of a sampler, not a different colour (CIELAB units).
_LEAST_DEVIATION = 5.0
# No single patch may outvote the others: a strand of hair may cover it.
_LARGEST_PENALTY = 12.0


def to_lab(pixels: np.ndarray) -> np.ndarray:
    """Convert (..., 3) sRGB 0..255 to CIELAB under D65 (IEC 61966-2-1 and CIE 15)."""
    scaled = np.asarray(pixels, dtype=np.float64) / 255
    linear = np.where(scaled <= 0.04045, scaled / 12.92, ((scaled + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    ratio = xyz / np.array([0.95047, 1.0, 1.08883])
    curve = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(curve, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def patch_colours(picture: np.ndarray, field: str) -> np.ndarray:
    """Return the median colour of every patch of a field, (patches, 3) CIELAB; `picture` is (256, 256, 3)."""
    medians = [
        np.median(picture[top:bottom, left:right].reshape(-1, 3), axis=0)
        for left, top, right, bottom in PATCHES[field]
    ]
    return to_lab(np.stack(medians))


def shows(portrait: Portrait, field: str) -> bool:
    """Say whether the field can be seen at its patches: a bald head has no hair colour."""
    return field != "hair_colour" or portrait.hair_style != "bald"


class Reader:
    """Nearest learned colours; a patch's distance is measured in its deviations over the drawings."""

    def __init__(self, portraits: list[Portrait], pictures: np.ndarray) -> None:
        """Learn from drawings, (N, 256, 256, 3) uint8, of every word of every field."""
        self._means: dict[str, dict[str, np.ndarray]] = {}
        self._deviations: dict[str, dict[str, np.ndarray]] = {}
        for field in FIELDS:
            colours: dict[str, list[np.ndarray]] = {}
            for portrait, picture in zip(portraits, pictures, strict=True):
                if shows(portrait, field):
                    colours.setdefault(getattr(portrait, field), []).append(patch_colours(picture, field))
            self._means[field] = {word: np.median(seen, axis=0) for word, seen in colours.items()}
            # 1.4826 times the median distance from the median estimates a deviation and ignores outliers.
            self._deviations[field] = {
                word: np.maximum(
                    1.4826 * np.median(np.abs(np.stack(seen) - self._means[field][word]), axis=0),
                    _LEAST_DEVIATION,
                )
                for word, seen in colours.items()
            }

    def read(self, picture: np.ndarray, field: str) -> str:
        """Return the word whose colours are nearest."""
        seen = patch_colours(picture, field)

        def penalty(word: str) -> float:
            deviation = self._deviations[field][word]
            squares = ((seen - self._means[field][word]) / deviation) ** 2
            spread = 2 * np.log(deviation / _LEAST_DEVIATION)
            return float(np.minimum((squares + spread).sum(axis=1), _LARGEST_PENALTY).sum())

        return min(self._means[field], key=penalty)


def calibrated_reader(drawings: int = 1500, seed: int = 7001) -> Reader:
    """Learn from freshly drawn portraits."""
    portraits = dataset.records(drawings, seed)
    return Reader(portraits, dataset.draw_pictures(portraits, first_jitter=seed))


def wilson(hits: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share (Wilson 1927, JASA 22)."""
    if trials == 0:
        return 0.0, 1.0
    share = hits / trials
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def agreement(
    reader: Reader, portraits: list[Portrait], pictures: np.ndarray, fields: tuple[str, ...] = FIELDS
) -> dict[str, dict[str, float | list[float]]]:
    """Count for each field how often the picture shows the portrait's word."""
    result: dict[str, dict[str, float | list[float]]] = {}
    for field in fields:
        rows = [
            getattr(portrait, field) == reader.read(picture, field)
            for portrait, picture in zip(portraits, pictures, strict=True)
            if shows(portrait, field)
        ]
        low, high = wilson(sum(rows), len(rows))
        result[field] = {
            "share": round(sum(rows) / max(1, len(rows)), 4),
            "ci95": [round(low, 4), round(high, 4)],
            "pictures": len(rows),
        }
    return result
