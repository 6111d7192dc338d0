"""What lies behind the person: plain coloured walls and seven simple scenes."""

from __future__ import annotations

import random

from tools.embedded_model.attributes import PLAIN_BACKGROUNDS, SCENES
from tools.embedded_model.canvas import Canvas, light, mix, shadow, smooth


def draw_background(canvas: Canvas, name: str, rng: random.Random) -> None:
    """Fill the whole canvas."""
    if name in PLAIN_BACKGROUNDS:
        colour = PLAIN_BACKGROUNDS[name]
        canvas.gradient(light(colour, 0.12), shadow(colour, 0.06), (0, 0, 256, 256))
        canvas.glow((128, 110), (150, 150), light(colour, 0.55), 0.7)
        return
    {
        "forest": _forest,
        "beach": _beach,
        "city": _city,
        "night": _night,
        "sunset": _sunset,
        "mountains": _mountains,
        "library": _library,
    }[name](canvas, rng)


def _forest(canvas: Canvas, rng: random.Random) -> None:
    canvas.gradient((190, 226, 168), (92, 150, 84), (0, 0, 256, 256))
    for middle, width in ((16, 15), (56, 10), (204, 11), (240, 16)):
        x = middle + rng.uniform(-3, 3)
        canvas.polygon(
            [(x - width / 2, 40), (x + width / 2, 40), (x + width * 0.7, 256), (x - width * 0.7, 256)],
            (112, 82, 58),
        )
        canvas.polygon([(x, 40), (x + width / 2, 40), (x + width * 0.7, 256), (x, 256)], (92, 66, 50))
    for x, y, radius, colour in (
        (0, 20, 44, (54, 122, 68)),
        (256, 24, 46, (54, 122, 68)),
        (60, 2, 40, (66, 142, 78)),
        (200, 4, 42, (66, 142, 78)),
        (130, -14, 44, (54, 122, 68)),
        (14, 70, 22, (84, 164, 88)),
        (244, 72, 22, (84, 164, 88)),
        (8, 246, 46, (50, 116, 64)),
        (248, 246, 46, (50, 116, 64)),
    ):
        canvas.ellipse((x + rng.uniform(-3, 3), y), (radius, radius * 0.8), colour)
        canvas.ellipse(
            (x - radius * 0.25, y - radius * 0.25), (radius * 0.55, radius * 0.4), light(colour, 0.12)
        )


def _beach(canvas: Canvas, rng: random.Random) -> None:
    canvas.gradient((122, 198, 246), (212, 240, 252), (0, 0, 256, 128))
    canvas.ellipse((212, 38), (19, 19), (255, 240, 168))
    for x, y in ((38, 42), (60, 36), (80, 44)):
        canvas.ellipse((x + rng.uniform(-3, 3), y), (20, 9), (255, 255, 255))
    canvas.gradient((44, 152, 206), (82, 198, 214), (0, 128, 256, 190))
    for y in (142, 156, 172):
        canvas.line(
            smooth([(0, y), (30, y - 3), (60, y), (200, y), (228, y - 3), (256, y)], closed=False),
            (170, 226, 236),
            1.6,
        )
    canvas.gradient((246, 222, 166), (236, 200, 138), (0, 188, 256, 256))


def _city(canvas: Canvas, rng: random.Random) -> None:
    canvas.gradient((176, 208, 236), (236, 232, 224), (0, 0, 256, 256))
    shift = rng.uniform(-3, 3)
    for index, (x, width, top) in enumerate(
        ((-4, 34, 62), (30, 28, 104), (58, 26, 76), (172, 26, 84), (198, 28, 48), (226, 36, 92))
    ):
        colour = ((104, 118, 146), (128, 140, 164), (116, 128, 156))[index % 3]
        left = x + shift
        canvas.polygon([(left, top), (left + width, top), (left + width, 256), (left, 256)], colour)
        for row in range(top + 8, 250, 17):
            for column in range(2):
                window = left + 5 + column * (width - 18)
                canvas.polygon(
                    [(window, row), (window + 8, row), (window + 8, row + 9), (window, row + 9)],
                    (250, 232, 160) if (row + column + index) % 3 else (168, 186, 208),
                )


def _night(canvas: Canvas, rng: random.Random) -> None:
    canvas.gradient((16, 20, 58), (58, 52, 120), (0, 0, 256, 256))
    canvas.glow((212, 42), (48, 48), (170, 180, 240), 0.7)
    canvas.ellipse((212, 42), (17, 17), (250, 246, 220))
    canvas.ellipse((219, 37), (14, 14), (44, 46, 100))
    for x, y in (
        (20, 30),
        (48, 62),
        (30, 104),
        (66, 20),
        (14, 150),
        (46, 182),
        (104, 16),
        (150, 22),
        (178, 74),
        (240, 96),
        (220, 130),
        (246, 168),
        (206, 188),
        (16, 214),
        (172, 34),
    ):
        radius = rng.uniform(1.1, 2.2)
        canvas.ellipse((x + rng.uniform(-3, 3), y), (radius, radius), (255, 252, 230))


def _sunset(canvas: Canvas, rng: random.Random) -> None:
    canvas.gradient((130, 74, 150), (250, 128, 92), (0, 0, 256, 130))
    canvas.gradient((250, 128, 92), (255, 206, 110), (0, 130, 256, 200))
    canvas.glow((206, 150), (70, 70), (255, 240, 180), 0.8)
    canvas.ellipse((206 + rng.uniform(-3, 3), 150), (22, 22), (255, 244, 196))
    for x, y, width in ((30, 60, 44), (70, 92, 34), (216, 70, 46), (24, 122, 34)):
        canvas.ellipse((x, y), (width, 6), (238, 130, 140))
    canvas.gradient((96, 50, 92), (58, 32, 72), (0, 198, 256, 256))


def _mountains(canvas: Canvas, rng: random.Random) -> None:
    canvas.gradient((150, 206, 246), (232, 244, 250), (0, 0, 256, 256))
    for x, top, half, colour in (
        (40 + rng.uniform(-4, 4), 56, 92, (122, 146, 180)),
        (222 + rng.uniform(-4, 4), 40, 100, (104, 130, 168)),
    ):
        canvas.polygon([(x, top), (x + half, 210), (x - half, 210)], colour)
        canvas.polygon([(x, top), (x + half, 210), (x + 6, 210)], mix(colour, (60, 76, 120), 0.25))
        canvas.polygon(
            [
                (x, top),
                (x + half * 0.27, top + 42),
                (x + 10, top + 32),
                (x, top + 46),
                (x - 11, top + 34),
                (x - half * 0.27, top + 42),
            ],
            (250, 252, 255),
        )
    canvas.polygon(
        smooth([(-20, 196), (60, 182), (128, 194), (200, 180), (276, 194), (280, 300), (-20, 300)]),
        (110, 166, 104),
    )


def _library(canvas: Canvas, rng: random.Random) -> None:
    canvas.gradient((124, 82, 54), (96, 60, 42), (0, 0, 256, 256))
    books = ((156, 52, 48), (46, 92, 120), (202, 158, 74), (66, 110, 76), (120, 70, 110), (210, 190, 160))
    for shelf in range(5):
        floor = 48 + shelf * 54
        canvas.polygon([(0, floor), (256, floor), (256, floor + 6), (0, floor + 6)], (156, 108, 70))
        x, index = -2.0, shelf * 2
        while x < 256:
            width, height = (9, 12, 8, 11, 10)[index % 5], (38, 33, 40, 30, 36)[(index * 3) % 5]
            canvas.polygon(
                [(x, floor - height), (x + width, floor - height), (x + width, floor), (x, floor)],
                books[(index * 5 + shelf) % 6],
                (70, 44, 34),
                1,
            )
            x += width + 0.5
            index += 1
    canvas.glow((128 + rng.uniform(-6, 6), 20), (150, 90), (255, 220, 150), 0.35)


assert set(SCENES) == {"forest", "beach", "city", "night", "sunset", "mountains", "library"}  # noqa: S101
