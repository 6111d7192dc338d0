"""PDQ, the perceptual hash in which lists of known pictures are exchanged, with Pillow alone.

Web processes look at uploads and have no numpy, which the bindings of the reference code need. What it gives
differs from theirs in about 6 of 256 bits, because Pillow rounds when it softens; the tests hold it against
hashes that they made. Source: facebook/ThreatExchange, pdq/, "The TMK+PDQF Video-Hashing Algorithm and
the PDQ Image-Hashing Algorithm", section 3.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from operator import mul

from PIL import Image, ImageFilter

BITS = 256
_SIDE = 64
_FREQUENCIES = 16
# What the reference calls too plain to tell pictures apart; in percent.
_QUALITY_MIN = 50
_GRADIENTS_PER_PERCENT = 90
# Sums of what should be equal differ in the last digits.
_DIGITS = 6

# Frequencies 1 to 16 of a discrete cosine transform: the mean of the picture stays out.
_COSINES = tuple(
    tuple(
        math.sqrt(2 / _SIDE) * math.cos(math.pi / (2 * _SIDE) * frequency * (2 * place + 1))
        for place in range(_SIDE)
    )
    for frequency in range(1, _FREQUENCIES + 1)
)

_Rows = list[list[float]]


@dataclass(frozen=True, slots=True)
class PictureHash:
    """Where a picture's coarse waves lie above their median, as it is and seen in a mirror."""

    value: int
    mirrored: int
    # Percent; below 50 the picture is too plain for its hash to mean anything.
    quality: int

    @property
    def is_telling(self) -> bool:
        """Whether other pictures are unlikely to have a hash like this."""
        return self.quality >= _QUALITY_MIN

    @property
    def hex(self) -> str:
        """The hash as lists write it: 64 hexadecimal digits."""
        return f"{self.value:064x}"


def compute(image: Image.Image) -> PictureHash:
    """Return the hash of a picture of any size and mode. Some 10 ms of one core."""
    rows = _shrink(image)
    columns = list(zip(*rows, strict=True))
    # Vertical waves of each column, then horizontal ones of those: 16 x 64, then 16 x 16.
    vertical = [[_dot(wave, column) for column in columns] for wave in _COSINES]
    waves = [[round(_dot(wave, row), _DIGITS) for wave in _COSINES] for row in vertical]
    # In a mirror, waves with an odd count of half periods across the picture change their sign.
    mirrored = [[-value if place % 2 == 0 else value for place, value in enumerate(row)] for row in waves]
    return PictureHash(_to_bits(waves), _to_bits(mirrored), _quality_of(rows))


def _shrink(image: Image.Image) -> _Rows:
    """Return 64 rows of 64 luma values of the picture, softened as the reference softens it."""
    luma = image.convert("RGB").convert("L")
    # Twice a box whose sides are 1/128 of the picture's, rounded up: radius and side are 2 r + 1.
    radii = [(math.ceil(side / (2 * _SIDE)) - 1) / 2 for side in luma.size]
    soft = ImageFilter.BoxBlur((radii[0], radii[1]))
    small = luma.filter(soft).filter(soft).resize((_SIDE, _SIDE), Image.Resampling.NEAREST)
    values = [float(value) for value in small.tobytes()]
    return [values[start : start + _SIDE] for start in range(0, _SIDE * _SIDE, _SIDE)]


def _dot(left: tuple[float, ...], right: list[float] | tuple[float, ...]) -> float:
    return sum(map(mul, left, right))


def _to_bits(waves: _Rows) -> int:
    flat = [value for row in waves for value in row]
    # Of 256 the reference takes the lower of the two in the middle.
    middle = sorted(flat)[BITS // 2 - 1]
    return sum(1 << place for place, value in enumerate(flat) if value > middle)


def _quality_of(rows: _Rows) -> int:
    columns = [list(column) for column in zip(*rows, strict=True)]
    steps = sum(
        abs(int((here - there) * 100 / 255))
        for lines in (rows, columns)
        for line in lines
        for here, there in pairwise(line)
    )
    return min(100, steps // _GRADIENTS_PER_PERCENT)
