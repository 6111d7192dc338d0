"""Clothes of a portrait, in head units: every garment covers shoulders, chest and belly up to the neck."""

from __future__ import annotations

import dataclasses
import math

from tools.embedded_model.attributes import Colour
from tools.embedded_model.drawing.canvas import Canvas, light, mirrored, mix, oval, shadow, smooth
from tools.embedded_model.drawing.clothes_body import (
    FLOOR,
    Body,
    Cloth,
    curve,
    draw_body,
    make_cloth,
    neckband,
    pair,
    pair_line,
    shade,
    torso_outline,
    turned,
)

WHITE: Colour = (248, 248, 252)
WHITE_EDGE: Colour = (122, 116, 144)
BRASS: Colour = (226, 184, 92)


def draw_clothes(canvas: Canvas, garment: str, colour: Colour, skin: Colour, width: float) -> None:
    """Dress the body; `width` is its half width at the shoulders."""
    neck = 16.0 + 4.5 * min(1.0, max(0.0, (width - 74) / 16))
    _WARDROBE[garment](canvas, Body(width, neck, skin), make_cloth(colour))


def _tshirt(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    draw_body(canvas, body, cloth, dip=78, sleeve="short")
    band = neckband(body, 75, 7, top=61)
    canvas.polygon(band, mix(cloth.colour, cloth.dark, 0.45), cloth.edge, 1.5)


def _hoodie(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    body = dataclasses.replace(body, bulk=4)
    n = body.neck
    draw_body(canvas, body, cloth, dip=72)
    pocket = smooth([(-24, 158), (24, 158), (42, 192), (42, FLOOR), (-42, FLOOR), (-42, 192)], steps=3)
    canvas.polygon(pocket, mix(cloth.colour, cloth.pale, 0.12), cloth.edge, 1.5)
    pair_line(canvas, [(27, 163), (40, 192)], cloth.seam, 1.4)
    inside = [*curve([(-n, 56), (-n * 0.7, 70), (0, 80), (n * 0.7, 70), (n, 56)]), (n + 14, 60), (0, 112)]
    canvas.polygon([*inside, (-n - 14, 60)], mix(cloth.colour, cloth.dark, 0.9))
    hood = smooth(
        [
            (n - 3, 50),
            (n + 14, 46),
            (48, 56),
            (56, 74),
            (46, 94),
            (24, 110),
            (0, 117),
            (6, 100),
            (n, 80),
            (n + 4, 64),
        ]
    )
    within = [(n - 6, 48), (n + 10, 52), (n + 15, 72), (18, 98), (0, 112), (0, 96), (n - 2, 78)]
    shine = [(40, 58), (50, 70), (42, 86), (34, 92), (42, 74)]
    lobes = [turned(hood, side) for side in (-1, 1)]
    for lobe in lobes:
        canvas.polygon(lobe, cloth.colour)
    tones = [([within, turned(within, -1)], cloth.dark, 0.75), ([turned(shine, -1)], cloth.pale, 0.55)]
    shade(canvas, lobes, tones)
    for lobe in lobes:
        canvas.line([*lobe, lobe[0]], cloth.edge, 1.8)
    for side in (-1, 1):
        cord = turned(curve([(9, 106), (12, 118), (10, 140)]), side)
        canvas.line(cord, cloth.edge, 4.4)
        canvas.line(cord, cloth.trim, 2.6)
        canvas.line([cord[-3], cord[-1]], BRASS, 3.0)


def _shirt(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    n = body.neck
    draw_body(canvas, body, cloth, dip=80)
    canvas.polygon([(-7, 84), (7, 84), (7, FLOOR), (-7, FLOOR)], mix(cloth.colour, cloth.pale, 0.22))
    for x in (-7, 7):
        canvas.line([(x, 88), (x, FLOOR)], cloth.seam, 1.4)
    for y in (101, 123, 145, 167, 189):
        canvas.ellipse((0, y), (3, 3), cloth.trim, cloth.edge, 1.2)
    pocket = [(24, 124), (48, 122), (48, 146), (36, 153), (25, 147)]
    canvas.polygon(pocket, mix(cloth.colour, cloth.pale, 0.1), cloth.seam, 1.5)
    canvas.line([(24.5, 130), (48, 128)], cloth.seam, 1.4)
    wing = [(n - 1, 54), (n + 9, 61), (n + 17, 78), (n + 7, 101), (0, 82), (n * 0.6, 74), (n - 3, 65)]
    for side in (-1, 1):
        fill = mix(cloth.colour, cloth.pale, 0.55 if side < 0 else 0.3)
        canvas.polygon(turned(wing, side), fill, cloth.edge, 1.8)
    canvas.ellipse((0, 86), (2.6, 2.6), cloth.trim, cloth.edge, 1.2)


def _suit(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    n = body.neck
    draw_body(canvas, body, cloth, dip=76)
    canvas.polygon([(-n - 6, 64), (0, 74), (n + 6, 64), (26, 100), (4, 164), (-4, 164), (-26, 100)], WHITE)
    tie: Colour = (62, 66, 92) if sum(cloth.colour) > 260 else (168, 44, 58)
    shape = [(-5, 84), (5, 84), (10, 136), (0, 160), (-10, 136)]
    shade(
        canvas, [[(-26, 78), (26, 78), (0, 164)]], [([[(4, 80), (30, 80), (4, 160)]], (176, 174, 204), 0.7)]
    )
    canvas.polygon(shape, tie, shadow(tie, 0.6), 1.4)
    for y in (100, 116, 132):
        canvas.tint([(-12, y + 6), (12, y - 6), (12, y), (-12, y + 12)], shape, light(tie, 0.25), 0.9)
    knot = [(-8, 71), (8, 71), (5.5, 85), (-5.5, 85)]
    canvas.polygon(knot, light(tie, 0.1), shadow(tie, 0.6), 1.4)
    wing = [(n - 2, 56), (n + 6, 62), (n + 8, 76), (15, 93), (2, 74), (n * 0.6, 69)]
    pair(canvas, wing, WHITE, WHITE_EDGE, 1.5)
    lapel = [
        (n + 3, 57),
        (n + 15, 66),
        (40, 88),
        (53, 99),
        (45, 106),
        (48, 116),
        (3, 170),
        (14, 130),
        (20, 100),
    ]
    for side in (-1, 1):
        fill = mix(cloth.colour, cloth.pale, 0.26 if side < 0 else 0.1)
        canvas.polygon(turned(lapel, side), fill, cloth.edge, 1.8)
        canvas.line(turned([(45, 106), (29, 99)], side), cloth.edge, 1.5)
    canvas.line([(2, 168), (-6, FLOOR)], cloth.edge, 1.7)
    canvas.ellipse((-5, 180), (3.4, 3.4), cloth.trim, cloth.edge, 1.3)
    handkerchief = [(35, 134), (39, 126), (44, 132), (49, 125), (54, 133)]
    canvas.polygon([*handkerchief, (54, 136), (35, 138)], WHITE, WHITE_EDGE, 1.3)
    canvas.line([(33, 138), (56, 136)], cloth.edge, 2.2)


def _sweater(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    body = dataclasses.replace(body, bulk=3)
    n, w = body.neck, body.width
    draw_body(canvas, body, cloth, dip=72)
    heights = [88 + 3 * step for step in range(43)]
    for x in (-26, 0, 26):
        for turn in (-1, 1):
            strand = [(x + turn * 6 * math.sin(math.pi * (y - 88) / 14), y) for y in heights]
            canvas.line(strand, mix(cloth.colour, cloth.dark, 0.95), 2.0)
            canvas.line([(px - 1.8, y) for px, y in strand], mix(cloth.colour, cloth.pale, 0.45), 1.4)
    for x in (13, 39):
        pair_line(canvas, [(x, 86 if x < 20 else 92), (x, FLOOR)], cloth.seam, 1.5)
    raglan = curve([(n + 8, 70), (w - 36, 100), (w - 17, 128)])
    pair_line(canvas, raglan, cloth.edge, 1.5)
    roll = smooth(
        mirrored([(0, 56), (n - 2, 48), (n + 4, 50), (n + 7, 62), (n + 9, 78), (n - 2, 87), (0, 90)])
    )
    canvas.polygon(roll, mix(cloth.colour, cloth.pale, 0.16))
    dark = [oval((4, 58), (26, 13)), [(n - 4, 50), (n + 14, 50), (n + 14, 90), (n - 2, 90)]]
    shade(canvas, [roll], [(dark, cloth.dark, 0.75)])
    for share in (-0.85, -0.5, -0.17, 0.17, 0.5, 0.85):
        x = (n + 5) * share
        canvas.line([(x * 0.92, 56), (x * 1.06, 86 - 5 * share * share)], cloth.seam, 1.6)
    canvas.line([*roll, roll[0]], cloth.edge, 1.8)


def _jacket(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    body = dataclasses.replace(body, bulk=5)
    n = body.neck
    draw_body(canvas, body, cloth, dip=72)
    inner = make_cloth((96, 104, 124) if sum(cloth.colour) > 620 else (238, 236, 234))
    top = [*curve([(-n, 61), (-n * 0.62, 70), (0, 74), (n * 0.62, 70), (n, 61)]), (25, 84), (27, FLOOR)]
    front = [*top, (-27, FLOOR), (-25, 84)]
    canvas.polygon(front, inner.colour)
    folds = [[(14, 80), (30, 80), (30, FLOOR), (16, FLOOR)], [(-18, 140), (10, 156), (12, 162), (-18, 152)]]
    shade(canvas, [front], [([*folds, oval((2, 66), (26, 16))], inner.dark, 0.8)])
    canvas.polygon(neckband(body, 70, 6), mix(inner.colour, inner.dark, 0.3), inner.edge, 1.3)
    for side in (-1, 1):
        # The open front folds back a little and shows its zip.
        flap = turned([(n + 6, 70), (27, 92), (26, FLOOR), (20, FLOOR), (19, 100), (n + 1, 76)], side)
        canvas.polygon(flap, mix(cloth.colour, cloth.dark, 0.7), cloth.edge, 1.5)
        canvas.line(turned([(20, 96), (20.5, FLOOR)], side), (206, 210, 222), 2.6)
        for y in range(100, 212, 8):
            canvas.line(turned([(18.8, y), (21.8, y)], side), (110, 112, 128), 1.3)
        pocket = turned([(40, 158), (54, 186)], side)
        canvas.line(pocket, cloth.edge, 4.2)
        canvas.line(pocket, (206, 210, 222), 1.6)
    collar = smooth(
        [(n - 4, 50), (n + 6, 51), (n + 13, 62), (n + 16, 82), (22, 98), (17, 92), (n - 1, 74), (n - 4, 62)]
    )
    ribbed = mix(cloth.colour, cloth.dark, 0.6)
    for side in (-1, 1):
        canvas.polygon(turned(collar, side), ribbed, cloth.edge, 1.8)
        for step in range(5):
            y = 58 + step * 7.5
            rib = [(n - 1 + step * 0.4, y + 3), (n + 9 + step * 0.7, y)]
            canvas.line(turned(rib, side), mix(cloth.colour, cloth.pale, 0.5), 1.7)


def _dress(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    n, w = body.neck, body.width
    draw_body(canvas, body, cloth, dip=76, sleeve="long")
    # One half of the front is laid over the other and tied at the waist.
    canvas.tint(
        smooth([(-n - 8, 66), (4, 96), (w - 26, 168), (w - 34, 176), (-6, 112), (-n - 16, 78)]),
        torso_outline(body, 76),
        cloth.dark,
        0.6,
    )
    canvas.line(curve([(-n - 10, 68), (2, 98), (w - 30, 170)]), cloth.edge, 1.8)
    canvas.line(curve([(n + 10, 68), (10, 88), (3, 98)]), cloth.edge, 1.6)
    for x in (14, 28):
        pair_line(canvas, [(x * 0.9, 188), (x * 1.2, FLOOR)], cloth.seam, 1.5)
    waist = w - 22
    belt = curve([(-waist, 170), (0, 174), (waist, 170)]) + curve(
        [(waist - 1, 184), (0, 188), (-waist + 1, 184)]
    )
    canvas.polygon(belt, mix(cloth.colour, cloth.dark, 0.85), cloth.edge, 1.6)
    canvas.ellipse((w - 36, 178), (7, 7), BRASS, shadow(BRASS, 0.5), 1.5)
    pearls = ((n + 2, 60), (n - 1, 69), (n - 7, 77), (n - 14, 82))
    for x, y in pearls:
        for side in (-1, 1):
            canvas.ellipse((side * x, y), (3.6, 3.6), (252, 250, 246), WHITE_EDGE, 1.4)
    canvas.ellipse((0, 84), (4.2, 4.2), (252, 250, 246), WHITE_EDGE, 1.4)


def _overalls(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    n, w = body.neck, body.width
    tee = make_cloth((246, 246, 250))
    draw_body(canvas, body, tee, dip=72)
    stripe: Colour = (124, 132, 166)
    torso = torso_outline(body, 72)
    outer, inner = body.sleeve("long")
    arm = [*curve([(w - 18, 92), *outer]), *reversed(curve(inner))]
    for y in range(88, 216, 15):
        # Below, the bib hides the tee.
        if y < 168:
            band = [(-w, y), (0, y + 3), (w, y), (w, y + 6), (0, y + 9), (-w, y + 6)]
            canvas.tint(band, torso, stripe, 0.85)
        for side in (-1, 1):
            bar = [(w - 20, y + 6), (w + 20, y + 1), (w + 20, y + 7), (w - 20, y + 12)]
            canvas.tint(turned(bar, side), turned(arm, side), stripe, 0.85)
    canvas.polygon(neckband(body, 70, 7), stripe, shadow(stripe, 0.5), 1.5)
    bib = [(-32, 103), (32, 103), (38, 150), (w - 22, 166), (w - 23, FLOOR)]
    bib = [*bib, (-w + 23, FLOOR), (-w + 22, 166), (-38, 150)]
    canvas.polygon(bib, cloth.colour)
    folds = [[(22, 104), (34, 104), (w - 16, 166), (w - 20, FLOOR), (w - 40, FLOOR), (30, 150)]]
    shade(
        canvas,
        [bib],
        [(folds, cloth.dark, 0.8), ([[(-28, 108), (-16, 108), (-20, 146), (-30, 150)]], cloth.pale, 0.5)],
    )
    canvas.line([*bib, bib[0]], cloth.edge, 1.8)
    canvas.line([(-31, 109), (31, 109)], cloth.seam, 1.4)
    pocket = [(-18, 122), (18, 122), (18, 146), (0, 153), (-18, 146)]
    canvas.polygon(pocket, mix(cloth.colour, cloth.pale, 0.14), cloth.edge, 1.5)
    canvas.line([(-18, 128), (18, 128)], cloth.seam, 1.4)
    canvas.line([(-w + 23, 172), (w - 23, 172)], cloth.seam, 1.5)
    strap = [(n + 5, 64), (n + 17, 71), (39, 84), (36, 116), (20, 116), (n + 6, 84), (n + 3, 70)]
    for side in (-1, 1):
        fill = mix(cloth.colour, cloth.pale, 0.2 if side < 0 else 0.06)
        canvas.polygon(turned(strap, side), fill, cloth.edge, 1.8)
        canvas.ellipse((side * 28, 109), (4.6, 4.6), BRASS, shadow(BRASS, 0.55), 1.5)


def _coat(canvas: Canvas, body: Body, cloth: Cloth) -> None:
    body = dataclasses.replace(body, bulk=6)
    n, w = body.neck, body.width
    draw_body(canvas, body, cloth, dip=74)
    under = mix(cloth.colour, cloth.dark, 1.0)
    canvas.polygon([*curve([(-n, 60), (0, 76), (n, 60)]), (n + 8, 70), (0, 122), (-n - 8, 70)], under)
    canvas.polygon(neckband(body, 69, 7), mix(under, cloth.colour, 0.4), cloth.edge, 1.4)
    canvas.line([(22, 128), (22, FLOOR)], cloth.edge, 1.7)
    for y in (138, 160):
        for x in (-17, 13):
            canvas.ellipse((x, y), (4.4, 4.4), cloth.trim, cloth.edge, 1.5)
    belt = [(-w + 22, 174), (w - 22, 174), (w - 24, 188), (-w + 24, 188)]
    canvas.polygon(belt, mix(cloth.colour, cloth.dark, 0.5), cloth.edge, 1.7)
    canvas.polygon([(-10, 172), (10, 172), (10, 190), (-10, 190)], BRASS, shadow(BRASS, 0.6), 1.5)
    canvas.polygon([(-5, 177), (5, 177), (5, 185), (-5, 185)], mix(cloth.colour, cloth.dark, 0.5))
    for side in (-1, 1):
        tab = turned([(w - 34, 80), (w - 4, 96), (w - 8, 105), (w - 36, 91)], side)
        canvas.polygon(tab, mix(cloth.colour, cloth.pale, 0.12), cloth.edge, 1.5)
        canvas.ellipse((side * (w - 30), 87), (2.8, 2.8), cloth.trim, cloth.edge, 1.2)
    lapel = [(n + 2, 84), (34, 96), (58, 104), (54, 118), (22, 132), (4, 130), (-2, 118)]
    collar = [(n - 4, 49), (n + 10, 50), (46, 70), (50, 90), (34, 103), (n - 2, 92), (n, 72)]
    for side in (1, -1):
        tone = 0.3 if side < 0 else 0.1
        canvas.polygon(turned(lapel, side), mix(cloth.colour, cloth.pale, tone * 0.5), cloth.edge, 1.8)
        canvas.polygon(turned(collar, side), mix(cloth.colour, cloth.pale, tone), cloth.edge, 1.8)


_WARDROBE = {
    "t-shirt": _tshirt,
    "hoodie": _hoodie,
    "shirt": _shirt,
    "suit": _suit,
    "sweater": _sweater,
    "jacket": _jacket,
    "dress": _dress,
    "overalls": _overalls,
    "coat": _coat,
}
