"""Scenes under a roof, in picture units; what tells them lies left, right and above the person."""

from __future__ import annotations

import random

from tools.embedded_model.attributes import Colour
from tools.embedded_model.drawing.canvas import Canvas, light, mix, shadow, smooth


def box(canvas: Canvas, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
    """Fill an upright rectangle."""
    canvas.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], fill)


def draw_room(canvas: Canvas, rng: random.Random) -> None:
    """A living room: window with curtains, framed picture, lamp and a potted plant."""
    canvas.gradient((250, 224, 190), (240, 200, 164), (0, 0, 256, 256))
    drift = rng.uniform(-5, 5)
    _window(canvas, drift)
    # Picture on the wall.
    x, y = 196 + drift, 26 + rng.uniform(-4, 4)
    box(canvas, x + 3, y + 4, x + 51, y + 60, (214, 168, 132))
    box(canvas, x, y, x + 48, y + 56, (150, 96, 64))
    box(canvas, x + 5, y + 5, x + 43, y + 51, (252, 244, 230))
    canvas.ellipse((x + 24, y + 22), (10, 10), (240, 150, 96))
    hill = [(x + 9, y + 47), (x + 9, y + 38), (x + 22, y + 29), (x + 39, y + 40), (x + 39, y + 47)]
    canvas.polygon(hill, (96, 152, 136))
    # Panelling, then what stands before it.
    box(canvas, 0, 186, 256, 256, (206, 142, 108))
    box(canvas, 0, 182, 256, 188, (252, 240, 220))
    for x in (10, 214):
        box(canvas, x, 200, x + 34, 248, (190, 126, 94))
    _plant(canvas, 226 + drift)
    canvas.glow((128, 90), (150, 150), (255, 244, 220), 0.35)


def _window(canvas: Canvas, drift: float) -> None:
    left, right, top, bottom = 4 + drift, 76 + drift, 18, 150
    box(canvas, left - 5, top - 5, right + 5, bottom + 6, (255, 250, 240))
    box(canvas, left, top, right, bottom, (150, 210, 244))
    canvas.ellipse((left + 24, top + 40), (16, 8), (240, 250, 255))
    canvas.ellipse((left + 40, top + 46), (18, 9), (240, 250, 255))
    meadow = [
        (left, bottom),
        (left, bottom - 26),
        (left + 30, bottom - 38),
        (right, bottom - 24),
        (right, bottom),
    ]
    canvas.polygon(meadow, (140, 202, 120))
    middle = (left + right) / 2
    box(canvas, middle - 3, top, middle + 3, bottom, (255, 250, 240))
    box(canvas, left, 82, right, 87, (255, 250, 240))
    box(canvas, left - 10, bottom + 4, right + 10, bottom + 12, (255, 250, 240))
    for x, out in ((left - 6, -1), (right + 4, 1)):
        cloth = smooth(
            [(x - 13, 6), (x + 13, 6), (x + 8 + out * 5, 90), (x + 12, 176), (x - 12, 176), (x - 8, 90)],
            steps=4,
        )
        canvas.polygon(cloth, (226, 108, 88))
        canvas.polygon([(x - 3, 8), (x + 4, 8), (x + 3, 174), (x - 3, 174)], (202, 86, 74))
        canvas.polygon([(x - 10, 8), (x - 6, 8), (x - 6, 174), (x - 10, 174)], (240, 136, 110))
    box(canvas, left - 24, 4, right + 22, 10, (136, 88, 62))


def _plant(canvas: Canvas, x: float) -> None:
    leaves = (
        (-34, -62, 0),
        (-14, -86, 1),
        (14, -88, 0),
        (32, -64, 1),
        (-40, -30, 1),
        (40, -32, 0),
        (2, -58, 1),
    )
    for dx, dy, tone in leaves:
        tip, side = (x + dx, 222 + dy), (-dy * 0.18, dx * 0.18)
        middle = (x + dx * 0.6, 222 + dy * 0.6)
        leaf = [
            (x, 226),
            (middle[0] + side[0], middle[1] + side[1]),
            tip,
            (middle[0] - side[0], middle[1] - side[1]),
        ]
        canvas.polygon(smooth(leaf, steps=5), ((62, 140, 92), (88, 172, 104))[tone])
        canvas.line([(x, 224), (x + dx * 0.85, 222 + dy * 0.85)], (130, 200, 130), 1.6)
    canvas.polygon([(x - 22, 216), (x + 22, 216), (x + 16, 256), (x - 16, 256)], (244, 240, 232))
    canvas.polygon([(x + 6, 216), (x + 22, 216), (x + 16, 256), (x + 4, 256)], (212, 202, 200))


_BOOKS: tuple[Colour, ...] = (
    (172, 62, 54),
    (48, 98, 128),
    (212, 166, 82),
    (74, 120, 84),
    (130, 78, 118),
    (216, 196, 164),
    (66, 66, 112),
)


def draw_library(canvas: Canvas, rng: random.Random) -> None:
    """Bookshelves from wall to wall, darker towards the middle."""
    canvas.gradient((74, 44, 32), (58, 34, 28), (0, 0, 256, 256))
    top = rng.uniform(-10, 6)
    for shelf in range(5):
        floor = top + 44 + shelf * 54
        # Nobody sees the middle: one dark strip of wood stands for it.
        for start, end in ((0.0, 96.0), (160.0, 256.0)):
            x = start
            while x < end - 8:
                width, height = rng.choice((10, 12, 14)), rng.choice((32, 36, 40))
                width = min(width, end - x)
                _book(canvas, x, floor, width, height, rng.choice(_BOOKS))
                x += width + 1
                if rng.random() < 0.08:
                    x += 9
        box(canvas, 0, floor, 256, floor + 8, (168, 116, 72))
        box(canvas, 0, floor + 6, 256, floor + 9, (98, 60, 42))
    for x in (96, 152):
        box(canvas, x, 0, x + 8, 256, (158, 106, 66))
        box(canvas, x + 6, 0, x + 9, 256, (104, 64, 44))
    _shelf_middle(canvas, top)
    canvas.glow((128, 10), (190, 120), (255, 214, 140), 0.38)


def _book(canvas: Canvas, x: float, floor: float, width: float, height: float, fill: Colour) -> None:
    box(canvas, x, floor - height, x + width, floor, fill)
    box(canvas, x + width * 0.7, floor - height, x + width, floor, shadow(fill, 0.3))
    box(canvas, x, floor - height + 6, x + width, floor - height + 10, light(fill, 0.45))


def _shelf_middle(canvas: Canvas, top: float) -> None:
    for shelf in range(2):
        floor = top + 44 + shelf * 54
        for index, x in enumerate((106, 118, 130, 141)):
            _book(canvas, x, floor, 10, 34 + 4 * (index % 2), _BOOKS[(index * 3 + shelf) % 7])


def draw_cafe(canvas: Canvas, rng: random.Random) -> None:
    """A coffee bar: teal wall, lit hanging lamps, menu board, shelves with cups and bottles, counter."""
    canvas.gradient((34, 94, 94), (24, 70, 74), (0, 0, 256, 256))
    drift = rng.uniform(-5, 5)
    # Menu board.
    box(canvas, 2 + drift, 64, 66 + drift, 168, (176, 122, 74))
    box(canvas, 7 + drift, 69, 61 + drift, 163, (38, 42, 46))
    canvas.ellipse((34 + drift, 86), (11, 9), (236, 232, 220))
    canvas.ellipse((45 + drift, 85), (5, 5), None, (236, 232, 220), 2.4)
    for row in range(4):
        y = 107 + row * 13
        box(canvas, 14 + drift, y, 38 + drift - row % 2 * 6, y + 5, (226, 222, 210))
        box(canvas, 46 + drift, y, 56 + drift, y + 5, (240, 190, 96))
    # Shelves.
    for floor in (108, 164):
        box(canvas, 178, floor, 256, floor + 7, (190, 132, 80))
        box(canvas, 178, floor + 5, 256, floor + 8, (120, 78, 52))
    x = 186 + drift
    for index, fill in enumerate(((206, 110, 74), (240, 232, 214), (120, 176, 128), (240, 232, 214))):
        left = x + index * 18
        box(canvas, left, 82, left + 12, 108, fill)
        box(canvas, left + 4, 70, left + 8, 84, fill)
        box(canvas, left + 8, 84, left + 12, 108, shadow(fill, 0.2))
    for index in range(3):
        left, fill = x + index * 24, ((246, 240, 226), (236, 150, 92), (246, 240, 226))[index]
        canvas.ellipse((left + 17, 152), (6, 6), None, fill, 3)
        canvas.polygon([(left, 144), (left + 17, 144), (left + 14, 164), (left + 3, 164)], fill)
    # Counter.
    box(canvas, 0, 206, 256, 256, (150, 94, 58))
    box(canvas, 0, 200, 256, 209, (224, 168, 108))
    for left in range(12, 256, 40):
        box(canvas, left, 216, left + 28, 256, (130, 78, 50))
    for x, length in ((30, 40), (92, 24), (164, 24), (226, 40)):
        _lamp(canvas, x + drift, length + rng.uniform(-3, 3))


def _lamp(canvas: Canvas, x: float, length: float) -> None:
    canvas.glow((x, length + 14), (52, 48), (255, 196, 96), 0.75)
    box(canvas, x - 1.2, 0, x + 1.2, length - 14, (28, 30, 34))
    shade = [(x - 6, length - 16), (x + 6, length - 16), (x + 19, length + 4), (x - 19, length + 4)]
    canvas.polygon(shade, (232, 130, 62))
    canvas.polygon(
        [shade[1], shade[2], (x + 6, length + 4), (x + 1, length - 16)],
        mix((232, 130, 62), (90, 40, 40), 0.3),
    )
    canvas.ellipse((x, length + 5), (10, 7), (255, 246, 206))
