"""What of the hair lies in front of the head: cap, fringe, and locks that fall over the shoulders."""

from __future__ import annotations

import math
from collections.abc import Callable

from tools.embedded_model.drawing.canvas import Canvas, Point, mix, smooth
from tools.embedded_model.drawing.hair_behind import (
    Outline,
    Tones,
    cast_shadow,
    draw_ropes,
    paint,
    path,
    points,
    ringlets,
    rope,
    scallop,
    spread,
    strand,
    strands,
    under_hat,
)


def _halo(reach: Point, first: float, last: float, thick: float, teeth: int, middle: float = -6.0) -> Outline:
    """Return the gloss on a head of hair: an arc over the skull whose edges follow the strands.

    `reach` is half its width and its height above `middle`; the angles run from 180 (left) to 0 (right).
    """
    upper, lower = [], []
    for tooth in range(2 * teeth + 1):
        share = tooth / (2 * teeth)
        angle = math.radians(first + (last - first) * share)
        swell = math.sin(math.pi * share) ** 0.6
        ragged = 1.0 if tooth % 2 else 0.45
        for edge, by in ((upper, 0.35 * ragged), (lower, -0.65 * ragged)):
            far = 1 + by * thick * swell / reach[1]
            edge.append((math.cos(angle) * reach[0] * far, middle - math.sin(angle) * reach[1] * far))
    return [*upper, *reversed(lower)]


def _cap(canvas: Canvas, outline: Outline, tone: Tones, covered: bool = False) -> None:
    if covered:
        outline = under_hat(outline, -40)
    cast_shadow(canvas, outline)
    canvas.polygon(outline, tone.base, tone.edge)


def _shine(canvas: Canvas, within: Outline, tone: Tones, band: Outline, opacity: float = 0.8) -> None:
    canvas.tint(band, within, tone.pale, opacity)


_GLOSS = _halo((44, 51), 158, 66, 13, 5)
_WIDE_GLOSS = _halo((46, 44), 168, 12, 15, 8)
_HIGH_GLOSS = _halo((47, 53), 160, 20, 10, 8)

# Sideburns: all that is left of short hair under headwear.
_SIDEBURNS = [
    path("40,-34 50,-34 50,-12 47,6 | 42,2 41,-12"),
    path("-40,-34 -50,-34 -50,-12 -47,6 | -42,2 -41,-12"),
]


def _sideburns(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    for shape in _SIDEBURNS:
        canvas.polygon(shape, tone.base, tone.edge, 1.4)


def _within(point: Point, outline: Outline) -> bool:
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
    return inside


_BUZZ = path("0,-65 26,-60 42,-42 48,-16 46,4 | 41,2 40,-18 | 33,-35 18,-39 0,-40", mirror=True)
_BUZZ_DOTS = [
    (x, y)
    for row in range(13)
    for column in range(-11, 12)
    for x, y in [(4.2 * column + 2.1 * (row % 2) + (row * 7 + column * 5) % 3 * 0.5, -61 + 4.6 * row)]
    if _within((x, y), _BUZZ)
]


def _buzz_cut(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    # Skin shines through, and no hard line marks the hairline.
    canvas.tint(_BUZZ, _BUZZ, tone.base, 0.9)
    canvas.glow((-10, -54), (28, 10), tone.pale, 0.4)
    stubble = mix(tone.base, tone.dark, 0.75)
    for x, y in _BUZZ_DOTS:
        canvas.polygon(((x, y - 1.4), (x + 0.8, y), (x, y + 1.4), (x - 0.8, y)), stubble)
    canvas.line(_BUZZ_TOP, tone.edge, 1.8)


_BUZZ_TOP = smooth(
    points("-46,4 -48,-16 -42,-42 -26,-60 0,-65 26,-60 42,-42 48,-16 46,4"), closed=False, steps=6
)

_SHORT = path(
    "-44,6 -50,-14 -49,-40 -41,-60 | -32,-73 -19,-71 | -8,-81 8,-76 | 20,-80 34,-68 | 47,-63 50,-42 "
    "50,-14 44,6 |41,-8 40,-22 37,-30 | 32,-23 20,-34 | 14,-25 0,-36 | -4,-27 -18,-34 | -19,-29 "
    "-32,-33 | -39,-22 -41,-8"
)
_SHORT_FADE = [path("38,-40 56,-40 56,10 38,10 | 41,-14"), path("-38,-40 -56,-40 -56,10 -38,10 | -41,-14")]
_SHORT_LOCKS = strands(
    "-34,-66 -24,-58 -22,-42 / -14,-72 -2,-62 2,-44 / 10,-74 20,-62 22,-42 / 30,-68 38,-54 36,-38", width=3.2
)


def _short(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    _cap(canvas, _SHORT, tone)
    for side in _SHORT_FADE:
        canvas.tint(side, _SHORT, tone.dark, 0.7)
    _shine(canvas, _SHORT, tone, _GLOSS)
    paint(canvas, _SHORT_LOCKS, tone.dark)


_PARTED = path(
    "-45,5 -50,-16 -48,-40 -38,-58 -21,-66 | -14,-77 10,-80 36,-70 50,-46 51,-16 45,5 |"
    "42,-10 41,-25 | 28,-25 8,-31 -10,-42 -20,-52 | -25,-41 -35,-30 -40,-18 -41,-6"
)
_PARTED_LOCKS = strands(
    "-16,-60 2,-52 22,-42 42,-32 / -16,-66 8,-62 30,-52 46,-34 / -12,-72 14,-72 36,-60 48,-38", width=2.6
) + strands("-24,-62 -36,-50 -44,-30 / -24,-54 -36,-42 -43,-20", width=2.4)
_PARTING = strand("-20,-48 -21,-58 -18,-72", 4.5)
_PARTED_GLOSS = path("-14,-63 6,-60 26,-50 40,-38 | 44,-44 30,-58 10,-67 -13,-69", steps=5)


def _side_parted(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    _cap(canvas, _PARTED, tone)
    _shine(canvas, _PARTED, tone, _PARTED_GLOSS)
    paint(canvas, _PARTED_LOCKS, tone.dark)
    canvas.polygon(_PARTING, tone.edge)


_SLICKED = path(
    "0,-77 25,-73 43,-57 50,-32 50,-8 46,12 | 42,-6 40,-22 35,-38 24,-48 11,-47 0,-42", mirror=True
)
_SLICKED_LOCKS = strands(
    "0,-44 1,-60 0,-75 / 12,-48 14,-60 10,-74 / 24,-49 27,-59 20,-72 / 34,-42 38,-54 31,-67 / "
    "40,-28 45,-42 42,-56 / 43,-12 48,-26 48,-42",
    width=2.4,
    mirror=True,
)
_SLICKED_SHINE = strands(
    "-30,-48 -30,-58 -24,-68 / -18,-51 -18,-62 -14,-72 / -6,-49 -5,-62 -4,-73 / 18,-51 20,-62 15,-71", width=5
)


def _slicked_back(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    _cap(canvas, _SLICKED, tone)
    paint(canvas, _SLICKED_SHINE, tone.pale)
    paint(canvas, _SLICKED_LOCKS, tone.dark)


_SPIKY = points(
    "-44,5 -50,-10 -60,-22 -51,-28 -65,-50 -49,-50 -54,-73 -33,-65 -30,-88 -13,-70 -2,-92 9,-70 26,-90 "
    "31,-66 52,-76 48,-52 66,-54 51,-30 61,-24 50,-10 44,5 41,-10 36,-30 30,-20 21,-36 12,-19 3,-37 "
    "-7,-20 -15,-36 -25,-20 -34,-32 -41,-10"
)
_SPIKE_LIGHT = [
    points(text)
    for text in (
        "-30,-88 -30,-58 -22,-64",
        "-2,-92 -5,-60 3,-66",
        "26,-90 19,-62 26,-66",
        "-54,-73 -42,-50 -37,-58",
        "52,-76 38,-52 43,-56",
    )
]
_SPIKE_DARK = [
    points(text)
    for text in (
        "-13,-70 -17,-46 -10,-60",
        "9,-70 10,-46 16,-62",
        "31,-66 31,-44 37,-58",
        "-33,-65 -33,-44 -27,-58",
        "48,-52 40,-34 46,-40",
        "-49,-50 -42,-34 -45,-44",
    )
]


def _spiky(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    _cap(canvas, _SPIKY, tone)
    paint(canvas, _SPIKE_LIGHT, tone.pale)
    paint(canvas, _SPIKE_DARK, tone.dark)


_MOHAWK = path(
    "-15,-40 -20,-58 -27,-74 | -20,-75 | -22,-87 | -12,-83 | -9,-93 | -1,-85 | 7,-94 | 12,-84 | "
    "22,-88 | 20,-76 |28,-75 20,-58 15,-40 | 8,-29 | 2,-36 | -4,-27 | -10,-37"
)
_MOHAWK_LOCKS = strands(
    "-19,-76 -14,-62 -10,-38 / -9,-85 -5,-65 -4,-32 / 6,-85 4,-65 3,-38 / 18,-78 13,-62 9,-36", width=3
)
_MOHAWK_SHINE = strands("-14,-83 -8,-70 -5,-56 / 0,-86 1,-73 1,-58", width=5)


def _mohawk(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    canvas.tint(_BUZZ, _BUZZ, tone.dark, 0.42)
    _cap(canvas, _MOHAWK, tone)
    paint(canvas, _MOHAWK_SHINE, tone.pale)
    paint(canvas, _MOHAWK_LOCKS, tone.dark)


_PIXIE = path(
    "-43,30 -51,6 -54,-18 -48,-46 -30,-65 0,-72 29,-67 49,-49 55,-20 52,6 43,32 | 41,10 42,-8 40,-20 |"
    "37,-16 28,-29 | 24,-19 10,-33 | 3,-22 -10,-36 -21,-54 | -29,-38 -39,-22 -42,-2"
)
_PIXIE_LOCKS = strands(
    "-18,-56 -2,-42 18,-26 / -14,-62 10,-48 34,-24 / -10,-68 18,-58 42,-28 / 10,-71 34,-58 47,-24 45,6",
    width=2.8,
) + strands("-24,-60 -40,-40 -47,-8 -45,16", width=2.8)
_PIXIE_GLOSS = path("-16,-60 6,-52 26,-38 | 34,-44 14,-62 -14,-68", steps=5)


def _pixie(canvas: Canvas, tone: Tones, covered: bool) -> None:
    _cap(canvas, _PIXIE, tone, covered)
    if not covered:
        _shine(canvas, _PIXIE, tone, _PIXIE_GLOSS)
    paint(canvas, _PIXIE_LOCKS, tone.dark)


_BOB = path(
    "0,-71 30,-65 51,-40 58,-4 60,28 54,56 | 42,61 37,55 | 41,30 43,4 41,-17 | 20,-21 0,-22", mirror=True
)
_BOB_LOCKS = strands(
    "8,-58 12,-40 13,-22 / 22,-56 29,-38 30,-20 / 36,-50 46,-18 50,18 46,54 / 44,-24 51,6 54,30 52,48",
    width=2.6,
    mirror=True,
)


def _bob(canvas: Canvas, tone: Tones, covered: bool) -> None:
    _cap(canvas, _BOB, tone, covered)
    if not covered:
        _shine(canvas, _BOB, tone, _WIDE_GLOSS)
    paint(canvas, _BOB_LOCKS, tone.dark)


_LONG = path(
    "0,-71 26,-67 47,-46 54,-14 56,30 61,78 63,112 | 52,124 | 41,112 38,76 42,44 43,20 40,-6 31,-26 "
    "16,-41 0,-55",
    mirror=True,
)
_LONG_LOCKS = strands(
    "4,-62 26,-46 42,-14 47,30 51,80 52,112 / 2,-57 22,-42 38,-14 / 16,-62 42,-40 50,-4 52,40 56,80",
    width=2.6,
    mirror=True,
)
_LONG_SHINE = strands("45,18 47,46 50,72", width=5, mirror=True)


def _long(canvas: Canvas, tone: Tones, covered: bool) -> None:
    _cap(canvas, _LONG, tone, covered)
    if not covered:
        _shine(canvas, _LONG, tone, _HIGH_GLOSS)
    paint(canvas, _LONG_SHINE, tone.pale)
    paint(canvas, _LONG_LOCKS, tone.dark)


_WAVY = path(
    "-12,-70 14,-77 42,-62 56,-36 58,-10 68,12 60,34 72,58 63,80 73,102 60,128 | 46,120 | 48,102 38,82 "
    "46,60 40,38 47,16 41,-4 34,-22 14,-40 -13,-55 | -27,-40 -38,-22 -41,-4 -48,16 -40,38 -47,60 "
    "-38,82 -48,104 -46,120 |-60,128 -73,102 -63,80 -72,58 -60,34 -68,12 -57,-10 -54,-36 -38,-61"
)
_WAVY_LOCKS = strands(
    "-8,-62 24,-50 44,-20 50,6 57,18 51,36 62,58 53,82 62,104 56,118 / "
    "4,-68 36,-54 50,-22 60,10 54,34 66,60 58,80 / -10,-57 18,-44 36,-20",
    width=2.8,
) + strands(
    "-18,-62 -40,-40 -48,-8 -58,14 -51,36 -63,58 -54,82 -63,104 -56,118 / -18,-55 -34,-36 -42,-10", width=2.8
)
_WAVY_SHINE = strands(
    "62,8 56,20 56,32 64,48 / 52,60 58,74 54,86 62,100 / -62,8 -56,20 -56,32 -64,48 / "
    "-52,60 -58,74 -54,86 -62,100",
    width=5,
)


def _wavy(canvas: Canvas, tone: Tones, covered: bool) -> None:
    _cap(canvas, _WAVY, tone, covered)
    if not covered:
        _shine(canvas, _WAVY, tone, _HIGH_GLOSS)
    paint(canvas, _WAVY_SHINE, tone.pale)
    paint(canvas, _WAVY_LOCKS, tone.dark)


_CURLY = scallop(
    points(
        "-44,40 -58,30 -64,14 -60,-4 -63,-22 -54,-38 -48,-56 -32,-65 -16,-74 2,-76 20,-73 36,-64 50,-54 "
        "56,-36 64,-20 60,-2 64,16 58,32 44,40 39,26 42,10 40,-6 36,-18 26,-26 14,-30 2,-31 -12,-30 "
        "-24,-27 -35,-19 -40,-6 -42,10 -39,26"
    ),
    5.5,
)
_CURLS_DARK = ringlets(
    "-50,24 -52,2 -50,-22 -38,-44 -20,-58 2,-62 24,-58 42,-42 51,-20 52,4 50,26 -28,-34 -6,-42 16,-42 32,-30",
    6,
    3,
)
_CURLS_PALE = ringlets("-44,-32 -28,-52 -8,-66 12,-64 -16,-42 34,-52 -52,-10 52,-8", 5, 4)


def _curly(canvas: Canvas, tone: Tones, covered: bool) -> None:
    _cap(canvas, _CURLY, tone, covered)
    if not covered:
        paint(canvas, _CURLS_PALE, tone.pale)
    paint(canvas, [curl for curl in _CURLS_DARK if not covered or curl[0][1] > -30], tone.dark)


_AFRO_CAP = scallop(
    spread(path("0,-72 34,-66 53,-40 54,-12 46,6 42,-6 39,-22 26,-35 0,-39", mirror=True), 9), 1.6
)
_AFRO_LINE = scallop(
    points(
        "46,6 43,-4 40,-14 36,-24 29,-32 20,-37 10,-39 0,-40 -10,-39 -20,-37 -29,-32 -36,-24 -40,-14 "
        "-43,-4 -46,6 -44,7"
    ),
    2.0,
)
_AFRO_CURLS = ringlets(
    "-44,-24 -38,-38 -28,-48 -15,-53 -2,-56 11,-53 24,-50 36,-40 44,-26 -47,-10 47,-10 -8,-45 8,-45 "
    "-21,-41 22,-41",
    3.4,
    2.2,
)


def _afro(canvas: Canvas, tone: Tones, covered: bool) -> None:
    if covered:
        canvas.polygon(under_hat(_AFRO_CAP, -30), tone.base)
        return
    cast_shadow(canvas, _AFRO_CAP)
    canvas.polygon(_AFRO_CAP, tone.base)
    canvas.line(_AFRO_LINE[:75], tone.edge, 1.6)
    paint(canvas, _AFRO_CURLS, mix(tone.base, tone.dark, 0.8))


_TIED = path("0,-70 27,-65 45,-45 50,-18 47,2 | 42,-8 39,-24 27,-38 12,-43 0,-43", mirror=True)
_PONY_LOCKS = strands(
    "-36,-28 -22,-48 10,-67 / -20,-40 -6,-54 12,-67 / 0,-43 8,-56 14,-67 / 20,-40 24,-54 19,-67 / "
    "38,-26 38,-46 24,-65 / -45,-12 -40,-40 -6,-66",
    width=2.6,
)


def _ponytail(canvas: Canvas, tone: Tones, covered: bool) -> None:
    _cap(canvas, _TIED, tone, covered)
    if not covered:
        _shine(canvas, _TIED, tone, _GLOSS)
        paint(canvas, _PONY_LOCKS, tone.dark)


_BUN_LOCKS = strands(
    "44,-10 38,-42 10,-66 / 34,-30 26,-50 7,-67 / 16,-42 12,-56 4,-67", width=2.6, mirror=True
)
_TENDRILS = [strand(f"{s * 40},-26 {s * 49},-6 {s * 44},16 {s * 50},34 {s * 45},46", 6.5) for s in (-1, 1)]


def _bun(canvas: Canvas, tone: Tones, covered: bool) -> None:
    for lock in _TENDRILS:
        canvas.polygon(lock, tone.base, tone.edge, 1.3)
    _cap(canvas, _TIED, tone, covered)
    if not covered:
        _shine(canvas, _TIED, tone, _HIGH_GLOSS)
        paint(canvas, _BUN_LOCKS, tone.dark)


_BRAIDED = path(
    "-10,-68 16,-71 42,-56 54,-30 57,-4 58,24 61,42 | 48,52 | 36,42 41,24 44,8 41,-12 32,-27 12,-40 "
    "-12,-53 | -28,-40 -38,-24 -42,-6 |-46,10 -52,-6 -53,-30 -40,-54"
)
_BRAID_LOCKS = strands(
    "-8,-62 20,-52 42,-26 48,6 48,40 / -10,-57 16,-46 36,-24 / 8,-68 38,-52 50,-20", width=2.6
) + strands("-16,-62 -38,-42 -48,-10 / -16,-56 -34,-38 -43,-14", width=2.6)
_BRAID_MIDDLE = [(49.0 - 0.9 * step, 47.0 + 12.5 * step) for step in range(7)]


def _plait(at: Point, side: int, size: float) -> Outline:
    x, y = at
    half = points("-1,9 2,-3 9,-9 14,-6 13,3 6,10")
    return smooth([(x + side * px * size, y + py * size) for px, py in half], steps=4)


_PLAITS = [
    (_plait(at, side, 1.35 - 0.05 * index), side)
    for index, at in enumerate(_BRAID_MIDDLE)
    for side in (-1, 1)
]
_PLAIT_LIGHT = points("5,-7 12,-18 16,-16 15,-11 8,-4")
_TUFT = path("38,130 48,130 52,142 44,154 | 42,148 | 36,151 34,141")
_BRAID_TIE = path("36,127 50,127 49,133 37,133")


def _braid(canvas: Canvas, tone: Tones, covered: bool) -> None:
    canvas.polygon(_TUFT, tone.base, tone.edge)
    for outline, side in reversed(_PLAITS):
        canvas.polygon(outline, tone.base, tone.edge, 1.5)
        x, y = outline[0]
        canvas.polygon([(x + side * px, y + py) for px, py in _PLAIT_LIGHT], tone.pale)
    canvas.polygon(_BRAID_TIE, tone.dark, tone.edge, 1.4)
    _cap(canvas, _BRAIDED, tone, covered)
    if not covered:
        _shine(canvas, _BRAIDED, tone, _HIGH_GLOSS)
    paint(canvas, _BRAID_LOCKS, tone.dark)


_DREAD_CAP = path("0,-72 28,-66 48,-44 53,-12 46,2 | 42,-8 36,-26 18,-40 0,-46", mirror=True)
_DREADS = [
    rope(f"{s * a},{b} {s * c},{d} {s * e},{f} {s * g},{h}", 5.2)
    for a, b, c, d, e, f, g, h in (
        (1, -69, 40, -60, 58, -16, 73, 40),
        (2, -63, 36, -53, 53, -8, 59, 66),
        (2, -56, 28, -44, 43, -14, 46, 46),
    )
    for s in (-1, 1)
]


def _dreadlocks(canvas: Canvas, tone: Tones, covered: bool) -> None:
    _cap(canvas, _DREAD_CAP, tone, covered)
    ropes = [under_hat(lock, -36) for lock in _DREADS] if covered else _DREADS
    draw_ropes(canvas, ropes, tone.base, tone)


Style = Callable[[Canvas, Tones, bool], None]
FRONT: dict[str, Style] = {
    "buzz cut": _buzz_cut,
    "short": _short,
    "side-parted": _side_parted,
    "slicked-back": _slicked_back,
    "spiky": _spiky,
    "mohawk": _mohawk,
    "pixie": _pixie,
    "bob": _bob,
    "long": _long,
    "wavy": _wavy,
    "curly": _curly,
    "afro": _afro,
    "ponytail": _ponytail,
    "bun": _bun,
    "braid": _braid,
    "dreadlocks": _dreadlocks,
}

FRONT_UNDER_HAT: dict[str, Style] = FRONT | dict.fromkeys(
    ("buzz cut", "short", "side-parted", "slicked-back", "spiky", "mohawk"), _sideburns
)
