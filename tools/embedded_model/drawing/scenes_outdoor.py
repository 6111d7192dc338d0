"""Scenes in the open, in picture units; what tells them lies left, right and above the person."""

from __future__ import annotations

import random

from tools.embedded_model.attributes import Colour
from tools.embedded_model.drawing.canvas import Canvas, Point, light, mix, oval, shadow, smooth
from tools.embedded_model.drawing.scenes_indoor import box


def _ground(canvas: Canvas, heights: list[Point], fill: Colour) -> None:
    """Fill everything below a curve."""
    curve = smooth(heights, closed=False, steps=6)
    canvas.polygon([*curve, (heights[-1][0], 260), (heights[0][0], 260)], fill)


def _cloud(canvas: Canvas, x: float, y: float, size: float, fill: Colour) -> None:
    for dx, dy, radius in ((-1.3, 0.1, 0.7), (-0.5, -0.4, 0.9), (0.5, -0.25, 0.8), (1.3, 0.1, 0.6)):
        canvas.ellipse((x + dx * size, y + dy * size), (radius * size, radius * size * 0.72), fill)
    box(canvas, x - 1.4 * size, y, x + 1.4 * size, y + 0.56 * size, fill)


def draw_forest(canvas: Canvas, rng: random.Random) -> None:
    """Trunks to both sides under a closed canopy, with sunlight between them."""
    canvas.gradient((196, 230, 150), (120, 180, 96), (0, 0, 256, 256))
    canvas.glow((128, 70), (110, 120), (250, 252, 200), 0.8)
    for x in (44, 82, 104, 150, 176, 212):
        left = x + rng.uniform(-5, 5)
        box(canvas, left - 4, 20, left + 4, 230, (134, 164, 98))
    _ground(canvas, [(-10, 206), (70, 196), (190, 200), (270, 192)], (92, 148, 72))
    for x, half in ((14, 15), (62, 8), (200, 9), (244, 16)):
        middle = x + rng.uniform(-5, 5)
        _trunk(canvas, middle, half)
    crowns = (
        (-4, 18, 46),
        (44, 2, 40),
        (96, -16, 42),
        (160, -18, 44),
        (212, 0, 42),
        (262, 18, 46),
        (4, 66, 26),
        (254, 70, 28),
    )
    for index, (x, y, radius) in enumerate(crowns):
        middle = (x + rng.uniform(-5, 5), y + rng.uniform(-3, 3))
        tone: Colour = ((46, 112, 62), (60, 134, 70))[index % 2]
        canvas.ellipse(middle, (radius, radius * 0.8), tone)
        canvas.ellipse(
            (middle[0] - radius * 0.2, middle[1] - radius * 0.2),
            (radius * 0.6, radius * 0.45),
            light(tone, 0.16),
        )
    for x, y, radius in ((4, 236, 34), (48, 254, 26), (214, 252, 28), (254, 232, 36)):
        tone = (52, 118, 60)
        canvas.ellipse((x + rng.uniform(-4, 4), y), (radius, radius * 0.85), tone)
        canvas.ellipse((x - 6, y - 8), (radius * 0.5, radius * 0.4), light(tone, 0.18))


def _trunk(canvas: Canvas, x: float, half: float) -> None:
    bark: Colour = (116, 80, 54)
    canvas.polygon(
        [(x - half * 0.8, 10), (x + half * 0.8, 10), (x + half * 1.3, 240), (x - half * 1.3, 240)], bark
    )
    canvas.polygon(
        [(x + half * 0.2, 10), (x + half * 0.8, 10), (x + half * 1.3, 240), (x + half * 0.3, 240)],
        shadow(bark, 0.35),
    )
    canvas.polygon(
        [(x - half * 0.8, 10), (x - half * 0.4, 10), (x - half * 0.7, 240), (x - half * 1.3, 240)],
        light(bark, 0.22),
    )


def draw_beach(canvas: Canvas, rng: random.Random) -> None:
    """Sea and sand under a blue sky, a palm on one side and a parasol on the other."""
    canvas.gradient((82, 190, 248), (206, 242, 252), (0, 0, 256, 132))
    sun = (150 + rng.uniform(-40, 40), 22)
    canvas.glow(sun, (50, 50), (255, 252, 210), 0.9)
    canvas.ellipse(sun, (14, 14), (255, 246, 180))
    _cloud(canvas, 226 + rng.uniform(-8, 8), 44, 15, (250, 253, 255))
    canvas.gradient((24, 146, 198), (70, 208, 206), (0, 130, 256, 190))
    for y, shift in ((144, 0), (160, 30)):
        for x in (14, 70, 190, 236):
            box(canvas, x + shift - 16, y, x + shift + 14, y + 3, (170, 232, 236))
    _ground(canvas, [(-10, 188), (50, 182), (128, 190), (200, 182), (270, 188)], (246, 252, 250))
    _ground(canvas, [(-10, 196), (50, 189), (128, 198), (200, 190), (270, 195)], (250, 226, 164))
    _ground(canvas, [(-10, 232), (90, 222), (170, 236), (270, 226)], (240, 208, 142))
    _parasol(canvas, 222 + rng.uniform(-5, 5), 126 + rng.uniform(-5, 5))
    _palm(canvas, 22 + rng.uniform(-5, 5), 58 + rng.uniform(-5, 5))


def _parasol(canvas: Canvas, x: float, y: float) -> None:
    box(canvas, x - 2, y - 4, x + 2, 226, (244, 240, 236))
    edge = [
        (x - 42, y + 8),
        (x - 24, y + 4),
        (x - 8, y + 5),
        (x + 8, y + 5),
        (x + 24, y + 4),
        (x + 42, y + 8),
    ]
    for index in range(5):
        fill: Colour = ((232, 74, 66), (255, 250, 242))[index % 2]
        left, right = edge[index], edge[index + 1]
        upper = [(x + (left[0] - x) * 0.72, y - 18), (x, y - 30), (x + (right[0] - x) * 0.72, y - 18)]
        canvas.polygon([left, *upper, right], fill)


def _palm(canvas: Canvas, x: float, y: float) -> None:
    trunk = smooth([(x - 3, y), (x + 4, y), (x + 2, 140), (x - 4, 216), (x - 16, 216), (x - 7, 140)], steps=5)
    canvas.polygon(trunk, (160, 112, 70))
    for step in range(7):
        canvas.line(
            [(x - 5 - step * 0.7, y + 18 + step * 19), (x + 2 - step * 0.8, y + 16 + step * 19)],
            (122, 82, 54),
            3,
        )
    for dx, dy, tone in (
        (-52, 10, 0),
        (-40, -34, 1),
        (0, -50, 0),
        (44, -36, 1),
        (56, 6, 0),
        (34, 36, 1),
        (-30, 40, 1),
    ):
        bow = (x + dx * 0.5, y + dy * 0.5 - 16)
        leaf = [(x, y - 2), (bow[0], bow[1]), (x + dx, y + dy), (bow[0] + (4 if dx > 0 else -4), bow[1] + 13)]
        canvas.polygon(smooth(leaf, steps=5), ((38, 138, 82), (72, 172, 92))[tone])
    for dx in (-5, 4):
        canvas.ellipse((x + dx, y + 5), (5, 5), (116, 74, 48))


def draw_mountains(canvas: Canvas, rng: random.Random) -> None:
    """Blue peaks with snowy tops behind a green meadow with firs."""
    canvas.gradient((126, 194, 246), (232, 244, 250), (0, 0, 256, 190))
    _cloud(canvas, 120 + rng.uniform(-30, 30), 26, 13, (248, 252, 255))
    drift = rng.uniform(-8, 8)
    _peak(canvas, 128 + drift, 70, 110, (168, 190, 220))
    _peak(canvas, 30 + drift, 34 + rng.uniform(-6, 6), 104, (112, 140, 186))
    _peak(canvas, 228 + drift, 50 + rng.uniform(-6, 6), 96, (96, 124, 172))
    _ground(canvas, [(-10, 174), (50, 162), (128, 176), (200, 162), (270, 172)], (86, 152, 98))
    _ground(canvas, [(-10, 200), (70, 192), (170, 206), (270, 190)], (126, 188, 96))
    for x, y, size in ((14, 200, 30), (44, 206, 22), (216, 204, 24), (244, 200, 32)):
        _fir(canvas, x + rng.uniform(-4, 4), y, size, (44, 108, 78), None)
    _ground(canvas, [(-10, 226), (90, 218), (170, 232), (270, 220)], (150, 206, 104))


def _peak(canvas: Canvas, x: float, top: float, half: float, rock: Colour) -> None:
    base, snow = 190.0, (250, 252, 255)
    drop = base - top

    def at(share: float, side: float) -> Point:
        return x + side * half * share, top + drop * share

    canvas.polygon([(x, top), at(1, 1), at(1, -1)], rock)
    ridge = [(x, top), (x + 8, top + drop * 0.3), (x - 4, top + drop * 0.6), (x + 10, base)]
    canvas.polygon([*ridge, at(1, 1)], mix(rock, (52, 66, 116), 0.3))
    cap = [(x, top), at(0.36, 1), (x + half * 0.2, top + drop * 0.3), (x + half * 0.08, top + drop * 0.44)]
    canvas.polygon(
        [*cap, (x - half * 0.08, top + drop * 0.3), (x - half * 0.2, top + drop * 0.42), at(0.34, -1)], snow
    )
    canvas.polygon([(x, top), *cap[1:], (x + 6, top + drop * 0.26)], (206, 220, 242))


def _fir(canvas: Canvas, x: float, base: float, size: float, green: Colour, snow: Colour | None) -> None:
    box(canvas, x - size * 0.1, base - size * 0.3, x + size * 0.1, base + size * 0.2, (104, 76, 62))
    for level in range(3):
        half, low = size * (0.62 - level * 0.14), base - size * 0.55 * level
        peak = low - size * (0.95 - level * 0.05)
        canvas.polygon(
            [(x, peak), (x + half, low), (x, low + size * 0.08), (x - half, low)], shadow(green, 0.08 * level)
        )
        canvas.polygon([(x, peak), (x + half, low), (x + half * 0.2, low)], shadow(green, 0.3))
        if snow is not None:
            heap = [
                (x, peak - 1),
                (x + half * 0.6, low - (low - peak) * 0.4),
                (x + half * 0.2, low - (low - peak) * 0.52),
            ]
            heap += [(x - half * 0.1, low - (low - peak) * 0.3), (x - half * 0.62, low - (low - peak) * 0.36)]
            canvas.polygon(heap, snow)


def draw_snow(canvas: Canvas, rng: random.Random) -> None:
    """A white winter day: snowy firs, drifts and falling flakes."""
    canvas.gradient((176, 190, 216), (232, 236, 246), (0, 0, 256, 200))
    for x, size in ((70, 34), (104, 26), (154, 26), (186, 34)):
        _fir(canvas, x + rng.uniform(-5, 5), 180, size, (142, 166, 186), (236, 242, 250))
    _ground(canvas, [(-10, 178), (60, 168), (128, 180), (200, 168), (270, 176)], (222, 230, 246))
    for x, base, size in ((26, 204, 72), (232, 200, 66)):
        _fir(canvas, x + rng.uniform(-6, 6), base, size + rng.uniform(-5, 5), (58, 98, 108), (250, 252, 255))
    _ground(canvas, [(-10, 206), (60, 194), (128, 210), (200, 196), (270, 206)], (240, 244, 252))
    _ground(canvas, [(-10, 234), (90, 222), (180, 236), (270, 226)], (252, 253, 255))
    for column in range(7):
        for row in range(6):
            x, y = column * 40 + rng.uniform(-14, 14) + row % 2 * 18, row * 40 + rng.uniform(-12, 12)
            radius = rng.uniform(2.2, 4.2)
            canvas.ellipse((x, y), (radius, radius), (255, 255, 255))


_BLOCKS = (
    (-8, 44, 70),
    (30, 36, 112),
    (62, 30, 86),
    (94, 34, 122),
    (130, 32, 104),
    (160, 34, 92),
    (190, 38, 52),
    (226, 42, 96),
)


def draw_city(canvas: Canvas, rng: random.Random) -> None:
    """High-rises by day: pale sky, sand and slate fronts with large blue panes, a street with trees."""
    canvas.gradient((156, 206, 240), (244, 236, 222), (0, 0, 256, 220))
    _cloud(canvas, 116 + rng.uniform(-30, 30), 34, 14, (252, 253, 255))
    for x in (20, 60, 92, 150, 180, 214):
        top = 80 + rng.uniform(-40, 20)
        box(canvas, x, top, x + 30, 230, (186, 204, 222))
    walls: tuple[Colour, ...] = ((214, 170, 140), (150, 166, 188), (228, 206, 174), (176, 130, 116))
    start = rng.randrange(4)
    for index, (x, width, top) in enumerate(_BLOCKS):
        roof = top + rng.uniform(-10, 10)
        _tower(canvas, x, roof, width, walls[(start + index) % 4], ((112, 156, 194),) * 2)
    box(canvas, 0, 228, 256, 256, (136, 140, 152))
    for x in (10, 52, 204, 246):
        canvas.ellipse((x, 222), (18, 15), (110, 166, 104))
        canvas.ellipse((x - 4, 217), (10, 8), (140, 190, 122))


def _tower(
    canvas: Canvas, left: float, top: float, width: float, wall: Colour, panes: tuple[Colour, ...]
) -> None:
    box(canvas, left, top, left + width, 240, wall)
    box(canvas, left + width * 0.82, top, left + width, 240, shadow(wall, 0.2))
    box(canvas, left, top, left + width, top + 4, light(wall, 0.35))
    y, row = top + 11, 0
    while y < 226:
        for column in range(2):
            x = left + 4 + column * (width * 0.82 - 8) / 2
            # A repeating pattern of lit panes; the wall's own tone stands for a dark one.
            pane = panes[(row * 2 + column + int(top)) % len(panes)]
            box(canvas, x, y, x + (width * 0.82 - 14) / 2, y + 11, pane)
        y, row = y + 20, row + 1


def draw_night_city(canvas: Canvas, rng: random.Random) -> None:
    """High-rises by night: navy sky with the moon, black fronts with lit windows."""
    canvas.gradient((10, 14, 46), (64, 54, 118), (0, 0, 256, 256))
    moon = (212 + rng.uniform(-10, 10), 30 + rng.uniform(-6, 6))
    for x, y in ((18, 20), (52, 40), (86, 14), (120, 26), (158, 12), (244, 64), (36, 66)):
        canvas.ellipse((x + rng.uniform(-6, 6), y), (1.8, 1.8), (214, 220, 255))
    for x in (16, 52, 92, 146, 182, 218):
        top = 96 + rng.uniform(-40, 20)
        box(canvas, x, top, x + 32, 256, (44, 44, 96))
    canvas.glow(moon, (52, 52), (150, 160, 240), 0.8)
    canvas.ellipse(moon, (16, 16), (252, 246, 214))
    canvas.ellipse((moon[0] - 5, moon[1] + 3), (4, 4), (230, 220, 186))
    lit: tuple[Colour, ...] = ((255, 206, 96), (36, 38, 72), (255, 226, 150), (36, 38, 72), (255, 178, 84))
    for index, (x, width, top) in enumerate(_BLOCKS):
        wall: Colour = ((20, 20, 44), (28, 26, 56))[index % 2]
        _tower(canvas, x, top + 20 + rng.uniform(-12, 12), width, wall, lit)
    canvas.glow((128, 256), (190, 70), (236, 120, 90), 0.4)


def draw_sunset(canvas: Canvas, rng: random.Random) -> None:
    """The sun sinks into the sea: violet, orange and gold, with dark hills at the sides."""
    canvas.gradient((104, 66, 150), (244, 108, 92), (0, 0, 256, 100))
    canvas.gradient((244, 108, 92), (255, 206, 104), (0, 100, 256, 172))
    sun = (200 + rng.uniform(-8, 8), 148 + rng.uniform(-6, 4))
    canvas.glow(sun, (110, 100), (255, 230, 130), 0.9)
    canvas.ellipse(sun, (28, 28), (255, 246, 190))
    for x, y, half in ((34, 34, 50), (90, 18, 40), (212, 52, 56), (20, 84, 44), (236, 96, 34)):
        middle = (x + rng.uniform(-8, 8), y + rng.uniform(-4, 4))
        canvas.ellipse(middle, (half, 7), (240, 128, 136))
        canvas.ellipse((middle[0] + 8, middle[1] + 3), (half * 0.7, 3.5), (255, 178, 132))
    canvas.gradient((226, 112, 104), (110, 62, 122), (0, 170, 256, 256))
    for step in range(5):
        y, half = 176 + step * 13, 30 - step * 3
        box(canvas, sun[0] - half, y, sun[0] + half, y + 5, (255, 214, 130))
    hills = [(-10, 128), (20, 136), (48, 152), (80, 168), (110, 173), (140, 173)]
    curve = smooth(hills, closed=False, steps=5)
    canvas.polygon([*curve, (-10, 173)], (96, 48, 104))
    _ground(canvas, [(-10, 222), (40, 226), (90, 244), (140, 256), (270, 259)], (54, 28, 72))


def draw_space(canvas: Canvas, rng: random.Random) -> None:
    """Black depth with a glowing nebula, a ringed planet, a small moon and stars."""
    canvas.gradient((10, 8, 28), (22, 12, 44), (0, 0, 256, 256))
    for x, y, rx, ry, fill, strength in (
        (40, 180, 120, 90, (180, 46, 168), 0.7),
        (20, 60, 80, 70, (44, 72, 196), 0.7),
        (224, 210, 90, 70, (30, 150, 180), 0.65),
        (128, 20, 110, 50, (110, 50, 180), 0.5),
    ):
        canvas.glow((x + rng.uniform(-10, 10), y + rng.uniform(-8, 8)), (rx, ry), fill, strength)
    for column in range(6):
        for row in range(6):
            x, y = column * 46 + rng.uniform(0, 34), row * 44 + rng.uniform(0, 30)
            radius = rng.choice((1.3, 1.6, 2.4))
            canvas.ellipse(
                (x, y), (radius, radius), rng.choice(((255, 255, 255), (206, 220, 255), (255, 232, 200)))
            )
    _planet(canvas, 210 + rng.uniform(-6, 6), 52 + rng.uniform(-6, 6))
    moon = (30 + rng.uniform(-6, 6), 120 + rng.uniform(-14, 14))
    canvas.ellipse(moon, (13, 13), (128, 214, 214))
    canvas.tint(oval((moon[0] + 6, moon[1] + 5), (13, 13)), oval(moon, (13, 13)), (52, 110, 150))


def _planet(canvas: Canvas, x: float, y: float) -> None:
    ring = [(x + 52 * c, y + 17 * s - 14 * c) for c, s in oval((0, 0), (1, 1), 36)]
    globe = oval((x, y), (28, 28), 40)
    canvas.line([*ring, ring[0]], (255, 226, 170), 6)
    canvas.polygon(globe, (240, 154, 84))
    for dy, fill in ((-14, (255, 196, 128)), (2, (216, 116, 76)), (14, (255, 190, 120))):
        canvas.tint(
            [(x - 30, y + dy + 6), (x + 30, y + dy - 8), (x + 30, y + dy), (x - 30, y + dy + 14)], globe, fill
        )
    canvas.tint(oval((x + 18, y + 14), (30, 34)), globe, (96, 40, 88), 0.55)
    canvas.line(ring[1:18], (255, 236, 190), 6)
