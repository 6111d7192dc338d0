"""Hair and clothes of a portrait. Coordinates: picture units relative to the middle of the head."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from tools.embedded_model.attributes import Colour
from tools.embedded_model.canvas import Canvas, Point, light, mirrored, mix, shadow, smooth

# The shoulders end far below the picture's lower edge, so that no cut is seen when the head moves.
FLOOR = 190.0


def line_colour(colour: Colour) -> Colour:
    """Return the outline colour of a filled shape."""
    return shadow(colour, 0.55)


def torso(width: float) -> list[Point]:
    """Return the outline of neck base, shoulders and chest; `width` is the half width at the shoulders."""
    return smooth(
        mirrored([(0, 74), (22, 77), (44, 87), (width - 10, 96), (width, 114), (width + 8, 150), (width + 9, FLOOR)])
    )


def draw_clothes(canvas: Canvas, garment: str, colour: Colour, width: float) -> None:
    """Cover shoulders and chest; every garment reaches the base of the neck."""
    edge, dark, pale = line_colour(colour), shadow(colour, 0.22), light(colour, 0.25)
    body = torso(width)
    canvas.polygon(body, colour, edge)
    canvas.tint(smooth([(width - 26, 90), (width + 20, 100), (width + 20, FLOOR), (width - 16, FLOOR),
                        (width - 12, 130)]), body, dark, 0.8)
    canvas.tint(smooth([(-width - 4, 112), (-width + 14, 97), (-width + 10, 116), (-width + 2, 150)]), body, pale, 0.6)
    for side in (-1, 1):
        canvas.line(smooth([(side * (width - 14), 124), (side * (width - 11), 150), (side * (width - 12), FLOOR)],
                           closed=False), edge, 1.4)
    {
        "t-shirt": _tshirt, "hoodie": _hoodie, "shirt": _shirt, "suit": _suit,
        "sweater": _sweater, "jacket": _jacket, "dress": _dress,
    }[garment](canvas, colour, edge, body)


def _collar_band(inner: float, outer: float, drop: float) -> list[Point]:
    """Return a ring-shaped band around the neck; half widths and depth in picture units."""
    above = smooth([(-inner, 70), (-inner * 0.6, 70 + drop), (0, 70 + drop * 1.35), (inner * 0.6, 70 + drop),
                    (inner, 70)], closed=False)
    below = smooth([(outer, 76), (outer * 0.6, 79 + drop), (0, 79 + drop * 1.35), (-outer * 0.6, 79 + drop),
                    (-outer, 76)], closed=False)
    return [*above, *below]


def _tshirt(canvas: Canvas, colour: Colour, edge: Colour, body: Sequence[Point]) -> None:
    canvas.polygon(_collar_band(21, 27, 14), shadow(colour, 0.18), edge, 1.3)


def _sweater(canvas: Canvas, colour: Colour, edge: Colour, body: Sequence[Point]) -> None:
    for y in range(106, 190, 9):
        wave = [(x, y + 2.5 * math.sin(x / 5.0)) for x in range(-60, 61, 4)]
        canvas.line(wave, shadow(colour, 0.14), 1.2)
    # A roll neck covers the throat.
    roll = smooth(mirrored([(0, 52), (17, 50), (23, 58), (25, 78), (14, 88), (0, 90)]))
    canvas.polygon(roll, light(colour, 0.08), edge, 1.5)
    for x in (-15, -8, 0, 8, 15):
        canvas.line([(x * 0.9, 60), (x, 82)], shadow(colour, 0.25), 1.1)


def _hoodie(canvas: Canvas, colour: Colour, edge: Colour, body: Sequence[Point]) -> None:
    for side in (-1, 1):
        hood = smooth([(side * 20, 60), (side * 38, 66), (side * 50, 86), (side * 34, 104), (side * 2, 116),
                       (side * 12, 92), (side * 22, 78)])
        canvas.polygon(hood, light(colour, 0.1) if side < 0 else shadow(colour, 0.12), edge)
    cord = (250, 250, 250) if sum(colour) < 600 else (120, 120, 132)
    for side in (-1, 1):
        canvas.line([(side * 9, 106), (side * 10, 132)], cord, 2.4)
    canvas.line(smooth([(-34, 168), (-22, 146), (22, 146), (34, 168)], closed=False), edge, 1.4)


def _shirt(canvas: Canvas, colour: Colour, edge: Colour, body: Sequence[Point]) -> None:
    canvas.line([(0, 92), (0, FLOOR)], edge, 1.4)
    for y in (112, 130):
        canvas.ellipse((4.5, y), (2, 2), light(colour, 0.7) if sum(colour) < 600 else (120, 120, 132))
    for side in (-1, 1):
        canvas.polygon([(side * 20, 66), (side * 30, 78), (side * 22, 104), (0, 89), (side * 10, 84)],
                       light(colour, 0.2), edge, 1.4)


def _suit(canvas: Canvas, colour: Colour, edge: Colour, body: Sequence[Point]) -> None:
    canvas.polygon([(-22, 74), (22, 74), (17, 110), (0, 150), (-17, 110)], (250, 250, 252))
    tie = (64, 66, 84) if sum(colour) > 260 else (190, 50, 60)
    canvas.polygon([(-6, 86), (6, 86), (4, 97), (9, 140), (0, 156), (-9, 140), (-4, 97)], tie, shadow(tie, 0.4), 1.2)
    for side in (-1, 1):
        canvas.polygon([(side * 19, 66), (side * 25, 76), (side * 12, 97), (0, 88)], (255, 255, 255),
                       (150, 150, 166), 1.2)
        canvas.polygon([(side * 24, 74), (side * 44, 86), (side * 46, 108), (side * 36, 111), (side * 38, 120),
                        (side * 2, 162), (side * 10, 118)], light(colour, 0.13), edge, 1.4)


def _jacket(canvas: Canvas, colour: Colour, edge: Colour, body: Sequence[Point]) -> None:
    inner = (236, 236, 240) if sum(colour) < 600 else (86, 92, 108)
    canvas.polygon([(-20, 74), (20, 74), (17, 120), (14, FLOOR), (-14, FLOOR), (-17, 120)], inner)
    canvas.polygon(_collar_band(19, 23, 13), shadow(inner, 0.12), shadow(inner, 0.4), 1.1)
    for side in (-1, 1):
        canvas.line([(side * 16, 104), (side * 14, FLOOR)], edge, 2.2)
        canvas.polygon(smooth([(side * 21, 68), (side * 36, 78), (side * 42, 100), (side * 22, 116),
                               (side * 16, 98)], steps=4), light(colour, 0.15), edge, 1.5)


def _dress(canvas: Canvas, colour: Colour, edge: Colour, body: Sequence[Point]) -> None:
    canvas.polygon(_collar_band(24, 31, 16), light(colour, 0.5), edge, 1.2)
    for x, y in ((-42, 112), (-22, 122), (0, 116), (22, 124), (42, 112), (-32, 138), (-10, 138), (12, 140), (34, 138)):
        canvas.ellipse((x, y), (3, 3), light(colour, 0.55) if sum(colour) < 600 else (150, 156, 190))


def _locks(canvas: Canvas, colour: Colour, strands: Sequence[Sequence[Point]], width: float = 1.3) -> None:
    for strand in strands:
        canvas.line(smooth(strand, closed=False), shadow(colour, 0.3), width)


def draw_hair_behind(canvas: Canvas, style: str, colour: Colour) -> None:
    """Draw what lies behind neck and shoulders."""
    back, edge = shadow(colour, 0.2), line_colour(colour)
    if style == "bob":
        canvas.polygon(smooth(mirrored([(0, -66), (36, -56), (54, -22), (58, 20), (56, 52), (40, 62), (0, 62)])),
                       back, edge)
    elif style == "long":
        canvas.polygon(smooth(mirrored([(0, -66), (36, -56), (54, -20), (57, 30), (60, 90), (62, 132), (44, 140),
                                        (0, 138)])), back, edge)
    elif style == "wavy":
        canvas.polygon(smooth(mirrored([(0, -67), (38, -57), (57, -22), (54, 8), (64, 32), (59, 58), (70, 84),
                                        (63, 108), (66, 130), (44, 136), (0, 132)])), back, edge)
    elif style == "curly":
        for angle in range(-40, 221, 20):
            x, y = 52 * math.cos(math.radians(angle)), -10 - 52 * math.sin(math.radians(angle))
            canvas.ellipse((x, y), (18, 18), back, edge)
        for side in (-1, 1):
            for x, y in ((56, 36), (52, 56), (40, 62)):
                canvas.ellipse((side * x, y), (17, 16), back, edge)
        canvas.ellipse((0, 0), (56, 58), back)
    elif style == "ponytail":
        canvas.polygon(smooth([(30, -54), (58, -60), (78, -36), (82, 4), (76, 44), (66, 74), (62, 40), (60, 8),
                               (52, -18)]), back, edge)
        _locks(canvas, colour, [[(58, -46), (72, -16), (70, 40)]])
        canvas.polygon(smooth(mirrored([(0, -62), (34, -52), (48, -18), (46, 16), (0, 30)])), back)
    elif style == "bun":
        canvas.ellipse((0, -78), (24, 21), colour, edge)
        canvas.tint(smooth([(4, -98), (26, -84), (24, -60), (6, -58), (14, -76)]),
                    smooth([(-24, -78), (0, -99), (24, -78), (0, -57)]), back, 0.8)
        _locks(canvas, colour, [[(-14, -86), (-2, -92), (12, -86)], [(-10, -74), (2, -82), (16, -76)]])
        canvas.polygon(smooth(mirrored([(0, -62), (34, -52), (48, -18), (46, 10), (0, 30)])), back)
    elif style == "afro":
        for angle in range(-30, 211, 16):
            x, y = 55 * math.cos(math.radians(angle)), -26 - 55 * math.sin(math.radians(angle))
            canvas.ellipse((x, y), (19, 19), colour, edge)
        canvas.ellipse((0, -25), (67, 66), colour)


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
        for x, y in ((-36, -50), (-12, -58), (14, -56), (38, -46), (-48, -24), (48, -22), (-24, -38), (24, -40)):
            canvas.line(smooth([(x - 6, y + 2), (x - 2, y - 4), (x + 4, y - 3), (x + 5, y + 2)], closed=False),
                        shadow(colour, 0.22), 1.3)
        canvas.glow((-18, -58), (26, 14), pale, 0.55)
    else:
        band = smooth([(-43, -34), (-28, -52), (-6, -58), (16, -56), (32, -46), (27, -38), (12, -47), (-6, -49),
                       (-24, -43), (-38, -26)])
        canvas.tint(band, cap, pale, 0.75)
        _locks(canvas, colour, _STRANDS.get(style, _STRANDS["short"]))
    canvas.flip = flip_before


def _cap(style: str) -> list[Point]:
    if style == "short":
        return smooth([(-47, 4), (-50, -20), (-42, -46), (-22, -64), (4, -70), (30, -62), (46, -42), (50, -18),
                       (46, 4), (42, -10), (38, -24), (20, -30), (-8, -38), (-26, -28), (-38, -20), (-42, -8)])
    if style == "spiky":
        return [(-46, 2), (-54, -18), (-48, -24), (-58, -42), (-43, -46), (-44, -68), (-25, -62), (-18, -84),
                (-3, -68), (12, -86), (20, -66), (40, -72), (39, -52), (57, -48), (48, -28), (54, -18), (46, 2),
                (42, -14), (34, -26), (26, -18), (16, -32), (4, -20), (-6, -34), (-16, -20), (-26, -32),
                (-36, -18), (-42, -10)]
    if style == "bob":
        return smooth([(-54, 50), (-58, 16), (-54, -22), (-38, -56), (0, -68), (38, -56), (54, -22), (58, 16),
                       (54, 50), (44, 54), (42, 20), (40, -6), (34, -18), (0, -22), (-34, -18), (-40, -6), (-42, 20),
                       (-44, 54)])
    if style in {"long", "wavy"}:
        low = 84 if style == "long" else 78
        sway = 0 if style == "long" else 7
        return smooth([(-56, low), (-57 - sway, 46), (-54 + sway * 0.4, 8), (-53, -22), (-38, -56), (2, -68),
                       (38, -56), (53, -22), (54 - sway * 0.4, 8), (57 + sway, 46), (56, low), (45, low - 6),
                       (46 + sway * 0.5, 44), (42, 10), (38, -14), (20, -30), (-10, -46), (-26, -28), (-39, -10),
                       (-42, 10), (-46 - sway * 0.5, 44), (-45, low - 6)])
    if style == "curly":
        return smooth([(-50, 18), (-58, 2), (-52, -14), (-58, -32), (-44, -44), (-40, -60), (-20, -62), (-4, -72),
                       (14, -64), (34, -64), (42, -48), (56, -36), (52, -14), (58, 2), (50, 18), (44, 6), (43, -8),
                       (34, -14), (28, -26), (14, -20), (2, -30), (-12, -20), (-24, -28), (-34, -14), (-43, -8),
                       (-44, 6)], steps=5)
    if style == "afro":
        return smooth(mirrored([(0, -80), (34, -72), (54, -48), (58, -20), (48, 4), (43, -8), (37, -26), (20, -36),
                                (0, -38)]))
    # Ponytail and bun: combed back.
    return smooth(mirrored([(0, -68), (28, -62), (46, -40), (50, -14), (46, 6), (42, -10), (33, -32), (16, -42),
                            (0, -44)]))


_STRANDS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "short": (((-10, -66), (8, -52), (30, -36)), ((-24, -60), (-26, -46), (-34, -28)), ((8, -68), (26, -54), (42, -30))),
    "spiky": (((-20, -64), (-16, -48), (-20, -34)), ((10, -68), (8, -50), (12, -36)), ((34, -56), (28, -44), (30, -32))),
    "bob": (((-10, -64), (-16, -44), (-20, -24)), ((12, -64), (16, -44), (20, -24)), ((0, -64), (0, -44), (0, -26)),
            ((-48, 0), (-51, 24), (-48, 46)), ((48, 0), (51, 24), (48, 46))),
    "long": (((-10, -62), (14, -46), (40, -12)), ((-14, -60), (-34, -40), (-44, -4)),
             ((-49, 10), (-51, 46), (-50, 74)), ((49, 10), (51, 46), (50, 74))),
    "wavy": (((-10, -62), (14, -46), (40, -12)), ((-14, -60), (-34, -40), (-44, -4)),
             ((-47, 10), (-54, 46), (-49, 70)), ((47, 10), (54, 46), (49, 70))),
    "ponytail": (((-8, -64), (-22, -50), (-34, -30)), ((8, -64), (26, -48), (38, -26)), ((0, -64), (2, -54), (0, -46))),
    "bun": (((-8, -62), (-22, -48), (-36, -24)), ((8, -62), (24, -48), (38, -24)), ((0, -62), (0, -52), (0, -46))),
}


def strand_tint(hair: Colour, age: str) -> Colour:
    """Return the hair colour as drawn; elderly people keep the named colour, slightly faded."""
    return mix(hair, (214, 214, 218), 0.12) if age == "elderly" else hair
