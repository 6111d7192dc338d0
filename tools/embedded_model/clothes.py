"""Clothes of a portrait. Coordinates: picture units relative to the middle of the head."""

from __future__ import annotations

import math

from tools.embedded_model.attributes import Colour
from tools.embedded_model.canvas import Canvas, Point, light, line_colour, mirrored, shadow, smooth

# The shoulders end far below the picture's lower edge, so that no cut is seen when the head moves.
FLOOR = 190.0


def torso(width: float) -> list[Point]:
    """Return the outline of neck base, shoulders and chest; `width` is the half width at the shoulders."""
    return smooth(
        mirrored(
            [
                (0, 74),
                (22, 77),
                (44, 87),
                (width - 10, 96),
                (width, 114),
                (width + 8, 150),
                (width + 9, FLOOR),
            ]
        )
    )


def draw_clothes(canvas: Canvas, garment: str, colour: Colour, width: float) -> None:
    """Cover shoulders and chest; every garment reaches the base of the neck."""
    edge, dark, pale = line_colour(colour), shadow(colour, 0.22), light(colour, 0.25)
    body = torso(width)
    canvas.polygon(body, colour, edge)
    canvas.tint(
        smooth(
            [(width - 26, 90), (width + 20, 100), (width + 20, FLOOR), (width - 16, FLOOR), (width - 12, 130)]
        ),
        body,
        dark,
        0.8,
    )
    canvas.tint(
        smooth([(-width - 4, 112), (-width + 14, 97), (-width + 10, 116), (-width + 2, 150)]), body, pale, 0.6
    )
    for side in (-1, 1):
        canvas.line(
            smooth(
                [(side * (width - 14), 124), (side * (width - 11), 150), (side * (width - 12), FLOOR)],
                closed=False,
            ),
            edge,
            1.4,
        )
    {
        "t-shirt": _tshirt,
        "hoodie": _hoodie,
        "shirt": _shirt,
        "suit": _suit,
        "sweater": _sweater,
        "jacket": _jacket,
        "dress": _dress,
    }[garment](canvas, colour, edge)


def _collar_band(inner: float, outer: float, drop: float) -> list[Point]:
    """Return a ring-shaped band around the neck; half widths and depth in picture units."""
    above = smooth(
        [
            (-inner, 70),
            (-inner * 0.6, 70 + drop),
            (0, 70 + drop * 1.35),
            (inner * 0.6, 70 + drop),
            (inner, 70),
        ],
        closed=False,
    )
    below = smooth(
        [
            (outer, 76),
            (outer * 0.6, 79 + drop),
            (0, 79 + drop * 1.35),
            (-outer * 0.6, 79 + drop),
            (-outer, 76),
        ],
        closed=False,
    )
    return [*above, *below]


def _tshirt(canvas: Canvas, colour: Colour, edge: Colour) -> None:
    canvas.polygon(_collar_band(21, 27, 14), shadow(colour, 0.18), edge, 1.3)


def _sweater(canvas: Canvas, colour: Colour, edge: Colour) -> None:
    for y in range(106, 190, 9):
        wave = [(x, y + 2.5 * math.sin(x / 5.0)) for x in range(-60, 61, 4)]
        canvas.line(wave, shadow(colour, 0.14), 1.2)
    # A roll neck covers the throat.
    roll = smooth(mirrored([(0, 52), (17, 50), (23, 58), (25, 78), (14, 88), (0, 90)]))
    canvas.polygon(roll, light(colour, 0.08), edge, 1.5)
    for x in (-15, -8, 0, 8, 15):
        canvas.line([(x * 0.9, 60), (x, 82)], shadow(colour, 0.25), 1.1)


def _hoodie(canvas: Canvas, colour: Colour, edge: Colour) -> None:
    for side in (-1, 1):
        hood = smooth(
            [
                (side * 20, 60),
                (side * 38, 66),
                (side * 50, 86),
                (side * 34, 104),
                (side * 2, 116),
                (side * 12, 92),
                (side * 22, 78),
            ]
        )
        canvas.polygon(hood, light(colour, 0.1) if side < 0 else shadow(colour, 0.12), edge)
    cord = (250, 250, 250) if sum(colour) < 600 else (120, 120, 132)
    for side in (-1, 1):
        canvas.line([(side * 9, 106), (side * 10, 132)], cord, 2.4)
    canvas.line(smooth([(-34, 168), (-22, 146), (22, 146), (34, 168)], closed=False), edge, 1.4)


def _shirt(canvas: Canvas, colour: Colour, edge: Colour) -> None:
    canvas.line([(0, 92), (0, FLOOR)], edge, 1.4)
    for y in (112, 130):
        canvas.ellipse((4.5, y), (2, 2), light(colour, 0.7) if sum(colour) < 600 else (120, 120, 132))
    for side in (-1, 1):
        canvas.polygon(
            [(side * 20, 66), (side * 30, 78), (side * 22, 104), (0, 89), (side * 10, 84)],
            light(colour, 0.2),
            edge,
            1.4,
        )


def _suit(canvas: Canvas, colour: Colour, edge: Colour) -> None:
    canvas.polygon([(-22, 74), (22, 74), (17, 110), (0, 150), (-17, 110)], (250, 250, 252))
    tie = (64, 66, 84) if sum(colour) > 260 else (190, 50, 60)
    canvas.polygon(
        [(-6, 86), (6, 86), (4, 97), (9, 140), (0, 156), (-9, 140), (-4, 97)], tie, shadow(tie, 0.4), 1.2
    )
    for side in (-1, 1):
        canvas.polygon(
            [(side * 19, 66), (side * 25, 76), (side * 12, 97), (0, 88)],
            (255, 255, 255),
            (150, 150, 166),
            1.2,
        )
        canvas.polygon(
            [
                (side * 24, 74),
                (side * 44, 86),
                (side * 46, 108),
                (side * 36, 111),
                (side * 38, 120),
                (side * 2, 162),
                (side * 10, 118),
            ],
            light(colour, 0.13),
            edge,
            1.4,
        )


def _jacket(canvas: Canvas, colour: Colour, edge: Colour) -> None:
    inner = (236, 236, 240) if sum(colour) < 600 else (86, 92, 108)
    canvas.polygon([(-20, 74), (20, 74), (17, 120), (14, FLOOR), (-14, FLOOR), (-17, 120)], inner)
    canvas.polygon(_collar_band(19, 23, 13), shadow(inner, 0.12), shadow(inner, 0.4), 1.1)
    for side in (-1, 1):
        canvas.line([(side * 16, 104), (side * 14, FLOOR)], edge, 2.2)
        canvas.polygon(
            smooth(
                [(side * 21, 68), (side * 36, 78), (side * 42, 100), (side * 22, 116), (side * 16, 98)],
                steps=4,
            ),
            light(colour, 0.15),
            edge,
            1.5,
        )


def _dress(canvas: Canvas, colour: Colour, edge: Colour) -> None:
    canvas.polygon(_collar_band(24, 31, 16), light(colour, 0.5), edge, 1.2)
    for x, y in (
        (-42, 112),
        (-22, 122),
        (0, 116),
        (22, 124),
        (42, 112),
        (-32, 138),
        (-10, 138),
        (12, 140),
        (34, 138),
    ):
        canvas.ellipse((x, y), (3, 3), light(colour, 0.55) if sum(colour) < 600 else (150, 156, 190))
