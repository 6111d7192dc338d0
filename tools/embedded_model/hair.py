"""Hair of a portrait. Coordinates: picture units relative to the middle of the head."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from tools.embedded_model.attributes import Colour
from tools.embedded_model.canvas import Canvas, Point, light, line_colour, mirrored, mix, shadow, smooth


def _locks(canvas: Canvas, colour: Colour, strands: Sequence[Sequence[Point]], width: float = 1.3) -> None:
    for strand in strands:
        canvas.line(smooth(strand, closed=False), shadow(colour, 0.3), width)


def _bob_behind(canvas: Canvas, colour: Colour) -> None:
    canvas.polygon(
        smooth(mirrored([(0, -66), (36, -56), (54, -22), (58, 20), (56, 52), (40, 62), (0, 62)])),
        shadow(colour, 0.2),
        line_colour(colour),
    )


def _long_behind(canvas: Canvas, colour: Colour) -> None:
    canvas.polygon(
        smooth(
            mirrored([(0, -66), (36, -56), (54, -20), (57, 30), (60, 90), (62, 132), (44, 140), (0, 138)])
        ),
        shadow(colour, 0.2),
        line_colour(colour),
    )


def _wavy_behind(canvas: Canvas, colour: Colour) -> None:
    canvas.polygon(
        smooth(
            mirrored(
                [
                    (0, -67),
                    (38, -57),
                    (57, -22),
                    (54, 8),
                    (64, 32),
                    (59, 58),
                    (70, 84),
                    (63, 108),
                    (66, 130),
                    (44, 136),
                    (0, 132),
                ]
            )
        ),
        shadow(colour, 0.2),
        line_colour(colour),
    )


def _curly_behind(canvas: Canvas, colour: Colour) -> None:
    for angle in range(-40, 221, 20):
        x, y = 52 * math.cos(math.radians(angle)), -10 - 52 * math.sin(math.radians(angle))
        canvas.ellipse((x, y), (18, 18), shadow(colour, 0.2), line_colour(colour))
    for side in (-1, 1):
        for x, y in ((56, 36), (52, 56), (40, 62)):
            canvas.ellipse((side * x, y), (17, 16), shadow(colour, 0.2), line_colour(colour))
    canvas.ellipse((0, 0), (56, 58), shadow(colour, 0.2))


def _ponytail_behind(canvas: Canvas, colour: Colour) -> None:
    canvas.polygon(
        smooth([(30, -54), (58, -60), (78, -36), (82, 4), (76, 44), (66, 74), (62, 40), (60, 8), (52, -18)]),
        shadow(colour, 0.2),
        line_colour(colour),
    )
    _locks(canvas, colour, [[(58, -46), (72, -16), (70, 40)]])
    canvas.polygon(smooth(mirrored([(0, -62), (34, -52), (48, -18), (46, 16), (0, 30)])), shadow(colour, 0.2))


def _bun_behind(canvas: Canvas, colour: Colour) -> None:
    canvas.ellipse((0, -78), (24, 21), colour, line_colour(colour))
    canvas.tint(
        smooth([(4, -98), (26, -84), (24, -60), (6, -58), (14, -76)]),
        smooth([(-24, -78), (0, -99), (24, -78), (0, -57)]),
        shadow(colour, 0.2),
        0.8,
    )
    _locks(canvas, colour, [[(-14, -86), (-2, -92), (12, -86)], [(-10, -74), (2, -82), (16, -76)]])
    canvas.polygon(smooth(mirrored([(0, -62), (34, -52), (48, -18), (46, 10), (0, 30)])), shadow(colour, 0.2))


def _afro_behind(canvas: Canvas, colour: Colour) -> None:
    for angle in range(-30, 211, 16):
        x, y = 55 * math.cos(math.radians(angle)), -26 - 55 * math.sin(math.radians(angle))
        canvas.ellipse((x, y), (19, 19), colour, line_colour(colour))
    canvas.ellipse((0, -25), (67, 66), colour)


_BEHIND = {
    "bob": _bob_behind,
    "long": _long_behind,
    "wavy": _wavy_behind,
    "curly": _curly_behind,
    "ponytail": _ponytail_behind,
    "bun": _bun_behind,
    "afro": _afro_behind,
}


def draw_hair_behind(canvas: Canvas, style: str, colour: Colour) -> None:
    """Draw what lies behind neck and shoulders."""
    if style in _BEHIND:
        _BEHIND[style](canvas, colour)


def draw_hair_front(canvas: Canvas, style: str, colour: Colour, rng: random.Random) -> None:
    """Draw the cap of hair over the skull, its fringe and its highlight."""
    if style == "bald":
        return
    edge, pale = line_colour(colour), light(colour, 0.38 if sum(colour) > 200 else 0.28)
    flip_before = canvas.flip
    if style != "ponytail":
        canvas.flip = bool(rng.getrandbits(1))
    cap = _cap(style)
    canvas.polygon(cap, colour, edge)
    if style in {"afro", "curly"}:
        for x, y in (
            (-36, -50),
            (-12, -58),
            (14, -56),
            (38, -46),
            (-48, -24),
            (48, -22),
            (-24, -38),
            (24, -40),
        ):
            canvas.line(
                smooth([(x - 6, y + 2), (x - 2, y - 4), (x + 4, y - 3), (x + 5, y + 2)], closed=False),
                shadow(colour, 0.22),
                1.3,
            )
        canvas.glow((-18, -58), (26, 14), pale, 0.55)
    else:
        band = smooth(
            [
                (-43, -34),
                (-28, -52),
                (-6, -58),
                (16, -56),
                (32, -46),
                (27, -38),
                (12, -47),
                (-6, -49),
                (-24, -43),
                (-38, -26),
            ]
        )
        canvas.tint(band, cap, pale, 0.75)
        _locks(canvas, colour, _STRANDS.get(style, _STRANDS["short"]))
    canvas.flip = flip_before


def _cap(style: str) -> list[Point]:
    if style == "short":
        return smooth(
            [
                (-47, 4),
                (-50, -20),
                (-42, -46),
                (-22, -64),
                (4, -70),
                (30, -62),
                (46, -42),
                (50, -18),
                (46, 4),
                (42, -10),
                (38, -24),
                (20, -30),
                (-8, -38),
                (-26, -28),
                (-38, -20),
                (-42, -8),
            ]
        )
    if style == "spiky":
        return [
            (-46, 2),
            (-54, -18),
            (-48, -24),
            (-58, -42),
            (-43, -46),
            (-44, -68),
            (-25, -62),
            (-18, -84),
            (-3, -68),
            (12, -86),
            (20, -66),
            (40, -72),
            (39, -52),
            (57, -48),
            (48, -28),
            (54, -18),
            (46, 2),
            (42, -14),
            (34, -26),
            (26, -18),
            (16, -32),
            (4, -20),
            (-6, -34),
            (-16, -20),
            (-26, -32),
            (-36, -18),
            (-42, -10),
        ]
    if style == "bob":
        return smooth(
            [
                (-54, 50),
                (-58, 16),
                (-54, -22),
                (-38, -56),
                (0, -68),
                (38, -56),
                (54, -22),
                (58, 16),
                (54, 50),
                (44, 54),
                (42, 20),
                (40, -6),
                (34, -18),
                (0, -22),
                (-34, -18),
                (-40, -6),
                (-42, 20),
                (-44, 54),
            ]
        )
    if style in {"long", "wavy"}:
        low = 84 if style == "long" else 78
        sway = 0 if style == "long" else 7
        return smooth(
            [
                (-56, low),
                (-57 - sway, 46),
                (-54 + sway * 0.4, 8),
                (-53, -22),
                (-38, -56),
                (2, -68),
                (38, -56),
                (53, -22),
                (54 - sway * 0.4, 8),
                (57 + sway, 46),
                (56, low),
                (45, low - 6),
                (46 + sway * 0.5, 44),
                (42, 10),
                (38, -14),
                (20, -30),
                (-10, -46),
                (-26, -28),
                (-39, -10),
                (-42, 10),
                (-46 - sway * 0.5, 44),
                (-45, low - 6),
            ]
        )
    if style == "curly":
        return smooth(
            [
                (-50, 18),
                (-58, 2),
                (-52, -14),
                (-58, -32),
                (-44, -44),
                (-40, -60),
                (-20, -62),
                (-4, -72),
                (14, -64),
                (34, -64),
                (42, -48),
                (56, -36),
                (52, -14),
                (58, 2),
                (50, 18),
                (44, 6),
                (43, -8),
                (34, -14),
                (28, -26),
                (14, -20),
                (2, -30),
                (-12, -20),
                (-24, -28),
                (-34, -14),
                (-43, -8),
                (-44, 6),
            ],
            steps=5,
        )
    if style == "afro":
        return smooth(
            mirrored(
                [(0, -80), (34, -72), (54, -48), (58, -20), (48, 4), (43, -8), (37, -26), (20, -36), (0, -38)]
            )
        )
    # Ponytail and bun: combed back.
    return smooth(
        mirrored(
            [(0, -68), (28, -62), (46, -40), (50, -14), (46, 6), (42, -10), (33, -32), (16, -42), (0, -44)]
        )
    )


_STRANDS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "short": (
        ((-10, -66), (8, -52), (30, -36)),
        ((-24, -60), (-26, -46), (-34, -28)),
        ((8, -68), (26, -54), (42, -30)),
    ),
    "spiky": (
        ((-20, -64), (-16, -48), (-20, -34)),
        ((10, -68), (8, -50), (12, -36)),
        ((34, -56), (28, -44), (30, -32)),
    ),
    "bob": (
        ((-10, -64), (-16, -44), (-20, -24)),
        ((12, -64), (16, -44), (20, -24)),
        ((0, -64), (0, -44), (0, -26)),
        ((-48, 0), (-51, 24), (-48, 46)),
        ((48, 0), (51, 24), (48, 46)),
    ),
    "long": (
        ((-10, -62), (14, -46), (40, -12)),
        ((-14, -60), (-34, -40), (-44, -4)),
        ((-49, 10), (-51, 46), (-50, 74)),
        ((49, 10), (51, 46), (50, 74)),
    ),
    "wavy": (
        ((-10, -62), (14, -46), (40, -12)),
        ((-14, -60), (-34, -40), (-44, -4)),
        ((-47, 10), (-54, 46), (-49, 70)),
        ((47, 10), (54, 46), (49, 70)),
    ),
    "ponytail": (
        ((-8, -64), (-22, -50), (-34, -30)),
        ((8, -64), (26, -48), (38, -26)),
        ((0, -64), (2, -54), (0, -46)),
    ),
    "bun": (
        ((-8, -62), (-22, -48), (-36, -24)),
        ((8, -62), (24, -48), (38, -24)),
        ((0, -62), (0, -52), (0, -46)),
    ),
}


def strand_tint(hair: Colour, age: str) -> Colour:
    """Return the hair colour as drawn; elderly people keep the named colour, slightly faded."""
    return mix(hair, (214, 214, 218), 0.12) if age == "elderly" else hair
