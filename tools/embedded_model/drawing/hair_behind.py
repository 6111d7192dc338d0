"""Brushes all hair is drawn with, and what of the hair lies behind the head."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Sequence

from tools.embedded_model.attributes import Colour
from tools.embedded_model.drawing.canvas import Canvas, Point, light, line_colour, mix, oval, shadow, smooth

Outline = list[Point]


@dataclasses.dataclass(frozen=True)
class Tones:
    """The colours one head of hair is painted in, from darkest to lightest."""

    edge: Colour
    dark: Colour
    back: Colour
    base: Colour
    pale: Colour


def tones(colour: Colour) -> Tones:
    """Return the tones of a hair colour; strands stay visible on black and on white."""
    brightness = sum(colour) / 3
    if brightness < 70:
        base = mix(colour, (96, 90, 116), 0.1)
        return Tones((14, 10, 20), (22, 18, 30), mix(base, (14, 10, 20), 0.25), base, (112, 112, 138))
    if brightness > 215:
        pale = mix(colour, (255, 255, 255), 0.8)
        base = shadow(colour, 0.05)
        return Tones(line_colour(colour), shadow(colour, 0.3), shadow(colour, 0.17), base, pale)
    return Tones(line_colour(colour), shadow(colour, 0.3), shadow(colour, 0.16), colour, light(colour, 0.42))


def points(text: str) -> Outline:
    """Read points written as in an SVG path: "x,y x,y"."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def path(text: str, *, mirror: bool = False, steps: int = 6) -> Outline:
    """Read a closed outline with round corners; a "|" after a point makes that corner sharp.

    With `mirror` only the half at x >= 0 is written, from the top to where it meets the axis again.
    """
    parts = [points(part) for part in text.split("|")]
    if mirror:
        others = [[(-x, y) for x, y in reversed(part)] for part in parts]
        if len(parts) == 1:
            return smooth([*parts[0], *(p for p in others[0] if p[0])], steps=steps)
        middle = [*parts[-1], *(p for p in others[-1] if p[0])]
        crown = [*(p for p in others[0] if p[0]), *parts[0]]
        parts = [crown, *parts[1:-1], middle, *reversed(others[1:-1])]
    if len(parts) == 1:
        return smooth(parts[0], steps=steps)
    outline: Outline = []
    start = parts[-1][-1]
    for part in parts:
        curve = smooth([start, *part], closed=False, steps=steps)
        outline.extend(curve[1:])
        start = part[-1]
    return outline


def strand(text: str, width: float = 2.4, steps: int = 5) -> Outline:
    """Return a lock of hair as an outline: thick in the middle, pointed at both ends."""
    curve = smooth(points(text), closed=False, steps=steps)
    left, right = [], []
    for index, (x, y) in enumerate(curve):
        before, after = curve[max(0, index - 1)], curve[min(len(curve) - 1, index + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        half = width / 2 * math.sin(math.pi * index / (len(curve) - 1)) / (math.hypot(dx, dy) or 1)
        left.append((x - dy * half, y + dx * half))
        right.append((x + dy * half, y - dx * half))
    return [*left, *reversed(right)]


def strands(texts: str, width: float = 2.4, *, mirror: bool = False) -> list[Outline]:
    """Return several locks, parted by "/"; with `mirror` their mirror images too."""
    locks = [strand(text, width) for text in texts.split("/")]
    if mirror:
        locks += [[(-x, y) for x, y in lock] for lock in locks]
    return locks


def scallop(nodes: Sequence[Point], bulge: float, steps: int = 5) -> Outline:
    """Join the nodes of a closed outline, given clockwise, by arcs that swell outwards."""
    outline = []
    for index, (x0, y0) in enumerate(nodes):
        x1, y1 = nodes[(index + 1) % len(nodes)]
        for step in range(steps):
            t = step / steps
            out = bulge * math.sin(math.pi * t)
            length = math.hypot(x1 - x0, y1 - y0) or 1.0
            nx, ny = (y1 - y0) / length, -(x1 - x0) / length
            outline.append((x0 + (x1 - x0) * t + nx * out, y0 + (y1 - y0) * t + ny * out))
    return outline


def spread(curve: Sequence[Point], spacing: float) -> Outline:
    """Walk a closed curve in equal steps."""
    nodes, left = [curve[0]], spacing
    for (x0, y0), (x1, y1) in zip(curve, [*curve[1:], curve[0]], strict=True):
        length = math.hypot(x1 - x0, y1 - y0)
        at = left
        while at <= length:
            nodes.append((x0 + (x1 - x0) * at / length, y0 + (y1 - y0) * at / length))
            at += spacing
        left = at - length
    return nodes if math.dist(nodes[-1], nodes[0]) > spacing / 2 else nodes[:-1]


def ringlets(places: str, size: float, width: float) -> list[Outline]:
    """Return small open rings, as curls show them, at the places given."""
    result = []
    for x, y in points(places):
        # Every ring opens another way, or they look printed.
        start = math.radians((x * 37 + y * 53) % 360)
        turns = (start + math.radians(270) * step / 7 for step in range(8))
        curl = " ".join(f"{x + size * math.cos(a):.1f},{y + size * math.sin(a):.1f}" for a in turns)
        result.append(strand(curl, width, 2))
    return result


def paint(canvas: Canvas, locks: Iterable[Outline], colour: Colour) -> None:
    """Fill locks of hair."""
    for lock in locks:
        canvas.polygon(lock, colour)


# Well inside every face, so that shadows never fall beside it.
_FACE = oval((0, -2), (41, 55), 24)


def cast_shadow(canvas: Canvas, outline: Sequence[Point], drop: float = 4.0) -> None:
    """Darken the skin below what is about to be drawn."""
    canvas.tint(_FACE, [(x + 1.5, y + drop) for x, y in outline], (58, 20, 48), 0.24)


def under_hat(outline: Sequence[Point], top: float = -24.0) -> Outline:
    """Press hair down to what shows below headwear."""
    return [(x if y >= top else x * 0.86, max(y, top)) for x, y in outline]


_NAPE = path("0,-50 40,-40 47,-10 46,22 38,42 | 30,36 | 22,46 | 12,38 0,40", mirror=True)
_PIXIE = path("0,-60 44,-44 52,-16 50,12 47,30 49,42 | 38,38 | 30,50 | 18,42 0,44", mirror=True)
_BOB = path("0,-66 36,-56 53,-24 58,18 56,48 | 44,62 20,62 0,62", mirror=True)
_LONG = path("0,-66 38,-55 54,-20 57,30 63,90 66,132 | 50,140 | 36,136 18,142 0,140", mirror=True)
_WAVY = path(
    "0,-66 38,-60 58,-24 60,2 68,24 62,46 73,70 65,92 73,114 62,136 | 48,132 36,140 18,134 0,138", mirror=True
)
_WAVY_LOCKS = strands(
    "56,8 62,26 56,46 66,70 58,92 66,116 60,130 / 50,60 56,82 48,102 54,126", width=3, mirror=True
)
_CURLY = scallop(spread(path("0,-74 36,-66 58,-38 64,-4 68,30 64,58 50,74 24,66 0,64", mirror=True), 17), 6.5)
_CURLS = ringlets("62,0 66,24 58,42 62,58 46,64 -62,0 -66,24 -58,42 -62,58 -46,64 52,22 -52,22", 5.5, 3)
_AFRO = scallop(spread(oval((0, -26), (68, 66), 40), 12.5), 3.4)
_AFRO_PUFFS = scallop(spread(path("0,-26 44,-28 66,-14 71,8 62,30 44,38 20,30 0,28", mirror=True), 12.5), 3.4)
_AFRO_CURLS = ringlets(
    "-28,-84 -10,-87 8,-86 26,-83 -45,-72 -30,-70 -14,-74 2,-73 17,-71 33,-70 47,-70 -57,-56 -44,-56 "
    "-30,-58 -16,-61 1,-60 16,-58 31,-57 45,-57 58,-54 -63,-40 -51,-42 -38,-45 39,-43 52,-41 63,-38 "
    "-60,-24 60,-23 -64,-9 63,-8 -57,4 57,5",
    3.4,
    2.2,
)
_PUFF_CURLS = ringlets("-56,-8 56,-8 -60,8 60,8 -50,20 50,20 -48,4 48,4 -62,-4 62,-4", 3.4, 2.2)
_TAIL = path(
    "10,-66 16,-80 34,-89 56,-82 72,-60 79,-24 80,14 76,46 66,72 | 62,50 | 55,62 | 52,34 56,4 52,-26 "
    "40,-50 24,-58"
)
_TAIL_LOW = path("28,-6 44,-16 60,-10 70,10 74,44 72,78 64,108 | 58,88 | 50,98 | 46,66 44,40 34,22")
_TAIL_LOCKS = strands("24,-72 44,-76 62,-52 70,-14 70,26 67,56 / 26,-64 46,-62 58,-34 62,2 59,38", width=3)
_TAIL_SHINE = strands("36,-82 56,-70 68,-44 73,-12 73,12", width=5)
_TAIL_LOW_LOCKS = strands("46,-4 58,12 62,46 60,84 / 40,8 50,34 54,64 53,86", width=3)
_TIE = path("14,-70 20,-86 31,-83 26,-64")
_BUN_LOCKS = strands(
    "-16,-80 -5,-89 10,-87 18,-79 / -15,-71 -4,-81 8,-79 12,-71 6,-65 / -8,-61 6,-57 18,-65", width=2.6
)
_BUN_SHINE = strands("-13,-82 -5,-87 6,-87", width=5)
_BUN_TIE = path("-17,-62 0,-57 17,-62 16,-68 0,-63 -16,-68")


def rope(text: str, half: float = 5.0) -> Outline:
    """Return one dreadlock: a rope with knots and a blunt end."""
    curve = smooth(points(text), closed=False, steps=4)
    left, right = [], []
    for index, (x, y) in enumerate(curve):
        before, after = curve[max(0, index - 1)], curve[min(len(curve) - 1, index + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        swell = (1.14 if index % 2 else 0.9) if 0 < index < len(curve) - 1 else 0.5
        wide = half * swell / (math.hypot(dx, dy) or 1)
        left.append((x - dy * wide, y + dx * wide))
        right.append((x + dy * wide, y - dx * wide))
    return [*left, *reversed(right)]


def draw_ropes(canvas: Canvas, ropes: Sequence[Outline], fill: Colour, tone: Tones) -> None:
    """Draw dreadlocks with the bands that cross them."""
    shine = mix(fill, tone.pale, 0.75)
    for outline in ropes:
        canvas.polygon(outline, fill, tone.edge, 1.5)
        count = len(outline) // 2
        for index in range(2, count - 1, 2):
            # Every knot is drawn over half the rope, from one side and then from the other.
            first, second = outline[index], outline[-1 - index]
            if index % 4:
                first, second = second, first
            end = first[0] * 0.4 + second[0] * 0.6, first[1] * 0.4 + second[1] * 0.6 + 1.5
            canvas.line((first, end), tone.dark, 1.5)
            start = outline[index][0] * 0.6 + outline[-1 - index][0] * 0.4, first[1] + 2.5
            after = outline[index + 1][0] * 0.6 + outline[-2 - index][0] * 0.4, outline[index + 1][1] - 0.5
            canvas.line((start, after), shine, 1.8)


_ROPES = [
    rope(f"{s * 34},-40 {s * (0.4 * x + 26)},{y - 74} {s * (0.85 * x + 7)},{y - 36} {s * x},{y}", 5.4)
    for x, y in ((12, 76), (26, 84), (68, 74), (40, 92), (55, 86))
    for s in (-1, 1)
]


def _bob(canvas: Canvas, tone: Tones, covered: bool) -> None:
    canvas.polygon(under_hat(_BOB) if covered else _BOB, tone.back, tone.edge)


def _long(canvas: Canvas, tone: Tones, covered: bool) -> None:
    canvas.polygon(under_hat(_LONG) if covered else _LONG, tone.back, tone.edge)


def _wavy(canvas: Canvas, tone: Tones, covered: bool) -> None:
    canvas.polygon(under_hat(_WAVY) if covered else _WAVY, tone.back, tone.edge)
    paint(canvas, _WAVY_LOCKS, tone.dark)


def _curly(canvas: Canvas, tone: Tones, covered: bool) -> None:
    canvas.polygon(under_hat(_CURLY) if covered else _CURLY, tone.back, tone.edge)
    paint(canvas, _CURLS, tone.dark)


def _afro(canvas: Canvas, tone: Tones, covered: bool) -> None:
    shape, quiet = _AFRO_PUFFS if covered else _AFRO, mix(tone.base, tone.dark, 0.8)
    canvas.polygon(shape, tone.base, tone.edge)
    if covered:
        paint(canvas, _PUFF_CURLS, quiet)
        return
    canvas.glow((-20, -64), (46, 34), tone.pale, 0.6)
    paint(canvas, _AFRO_CURLS, quiet)


def _ponytail(canvas: Canvas, tone: Tones, covered: bool) -> None:
    if covered:
        canvas.polygon(_TAIL_LOW, tone.base, tone.edge)
        paint(canvas, _TAIL_LOW_LOCKS, tone.dark)
        return
    canvas.polygon(_TAIL, tone.base, tone.edge)
    paint(canvas, _TAIL_LOCKS, tone.dark)
    paint(canvas, _TAIL_SHINE, tone.pale)
    canvas.polygon(_TIE, tone.dark, tone.edge, 1.4)


def _bun(canvas: Canvas, tone: Tones, covered: bool) -> None:
    if covered:
        canvas.ellipse((44, 34), (18, 18), tone.base, tone.edge)
        paint(canvas, [[(x + 44, y + 107) for x, y in lock] for lock in _BUN_LOCKS], tone.dark)
        return
    canvas.ellipse((0, -74), (23, 19), tone.base, tone.edge)
    paint(canvas, _BUN_LOCKS, tone.dark)
    paint(canvas, _BUN_SHINE, tone.pale)
    canvas.polygon(_BUN_TIE, tone.dark, tone.edge, 1.2)


def _dreadlocks(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    draw_ropes(canvas, _ROPES, tone.back, tone)


def _nape(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    canvas.polygon(_NAPE, tone.back, tone.edge)


def _pixie(canvas: Canvas, tone: Tones, _covered: bool) -> None:
    canvas.polygon(_PIXIE, tone.back, tone.edge)


BEHIND: dict[str, Callable[[Canvas, Tones, bool], None]] = {
    "slicked-back": _nape,
    "pixie": _pixie,
    "bob": _bob,
    "long": _long,
    "wavy": _wavy,
    "curly": _curly,
    "afro": _afro,
    "ponytail": _ponytail,
    "bun": _bun,
    "dreadlocks": _dreadlocks,
}
