"""Procedural portraits of clothed adults: the only source of the embedded model's training pictures."""

from __future__ import annotations

import random

from PIL import Image

from tools.embedded_model import clothes, scenes
from tools.embedded_model import hair as hairs
from tools.embedded_model.attributes import CLOTHES, EYES, HAIR, SKIN, Colour, Portrait
from tools.embedded_model.canvas import Canvas, Point, light, line_colour, mirrored, mix, shadow, smooth

INK: Colour = (44, 26, 40)
LIP: Colour = (196, 84, 92)
HEAD_CENTRE: Point = (128.0, 122.0)
ZOOM = 1.12


def draw(portrait: Portrait, jitter_seed: int = 0) -> Image.Image:
    """Draw one portrait, (256, 256) RGB; equal arguments give equal bytes.

    `portrait.face_seed` fixes the proportions of the face; `jitter_seed` moves the figure by a few units, as
    another picture of the same person would.
    """
    face, jitter = random.Random(portrait.face_seed), random.Random(jitter_seed)
    canvas = Canvas()
    scenes.draw_background(canvas, portrait.background, jitter)
    canvas.origin = (HEAD_CENTRE[0] + jitter.uniform(-4, 4), HEAD_CENTRE[1] + jitter.uniform(-3, 3))
    canvas.zoom = ZOOM
    skin = SKIN[portrait.skin]
    hair = hairs.strand_tint(HAIR[portrait.hair_colour], portrait.age)
    turn = jitter.choice((-4.0, 0.0, 4.0))

    hairs.draw_hair_behind(canvas, portrait.hair_style, hair)
    manly = portrait.kind == "man" or (portrait.kind == "person" and face.random() < 0.5)
    _draw_neck(canvas, skin, manly)
    width = (86.0 if manly else 74.0) + face.uniform(-3, 3)
    clothes.draw_clothes(canvas, portrait.garment, CLOTHES[portrait.clothes_colour], width)
    _draw_head(canvas, skin, manly, face)
    _draw_age(canvas, skin, portrait.age, turn)
    canvas.glow((-24 + turn, 26), (15, 10), mix(skin, (240, 96, 104), 0.55), 0.55)
    canvas.glow((24 + turn, 26), (15, 10), mix(skin, (240, 96, 104), 0.55), 0.55)
    if portrait.facial_hair == "beard":
        _draw_beard(canvas, hair, turn)
    _draw_nose(canvas, skin, turn, manly)
    _draw_mouth(canvas, portrait.expression, skin, turn, manly)
    if portrait.facial_hair != "none":
        _draw_moustache(canvas, hair, turn)
    _draw_eyes(canvas, portrait, turn, manly, face)
    _draw_brows(canvas, portrait.expression, hair, turn, manly)
    hairs.draw_hair_front(canvas, portrait.hair_style, hair, face)
    if portrait.glasses != "none":
        _draw_glasses(canvas, portrait.glasses, turn)
    return canvas.finished()


def _draw_neck(canvas: Canvas, skin: Colour, manly: bool) -> None:
    half = 21.0 if manly else 16.5
    neck = smooth(mirrored([(0, 30), (half, 32), (half, 62), (half + 8, 80), (half + 4, 100), (0, 106)]))
    canvas.polygon(neck, shadow(skin, 0.1), line_colour(skin))
    # The chin throws its shadow on the throat.
    canvas.tint(smooth([(-40, 40), (40, 40), (24, 64), (0, 73), (-24, 64)]), neck, shadow(skin, 0.34), 0.75)


def _draw_head(canvas: Canvas, skin: Colour, manly: bool, face: random.Random) -> None:
    wide, chin = face.uniform(-1.5, 2), face.uniform(-2, 2)
    jaw = (
        [(38 + wide, 26), (31 + wide, 44), (17, 57 + chin)]
        if manly
        else [(36 + wide, 24), (25, 43), (12, 55 + chin)]
    )
    edge = line_colour(skin)
    for side in (-1, 1):
        canvas.ellipse((side * (43 + wide), 10), (7, 12), skin, edge)
        canvas.ellipse((side * (43.5 + wide), 11), (3.4, 7), shadow(skin, 0.22))
    outline = smooth(mirrored([(0, -58), (24, -53), (39 + wide, -32), (43 + wide, -4), *jaw, (0, 60 + chin)]))
    canvas.polygon(outline, skin, edge, 1.8)
    canvas.tint(
        smooth([(50, -40), (26, -50), (38, -10), (34, 20), (18, 46), (-4, 60), (10, 74), (50, 56)]),
        outline,
        shadow(skin, 0.2),
        0.55,
    )
    canvas.tint(smooth([(-46, -26), (46, -26), (44, -62), (-44, -62)]), outline, shadow(skin, 0.2), 0.5)
    canvas.glow((-14, -8), (24, 18), light(skin, 0.5), 0.45)


def _draw_age(canvas: Canvas, skin: Colour, age: str, turn: float) -> None:
    crease = shadow(skin, 0.3)
    if age == "young":
        return
    for side in (-1, 1):
        canvas.line(
            smooth([(side * 14 + turn, 21), (side * 20 + turn, 29), (side * 20 + turn, 36)], closed=False),
            crease,
            1.3,
        )
    if age == "elderly":
        for side in (-1, 1):
            canvas.line(
                smooth(
                    [(side * 12 + turn, 15), (side * 21 + turn, 19), (side * 30 + turn, 15)], closed=False
                ),
                crease,
                1.5,
            )
            canvas.line([(side * 36 + turn, 2), (side * 41 + turn, -1)], crease, 1.3)
            canvas.line([(side * 36 + turn, 6), (side * 41 + turn, 8)], crease, 1.3)
        for y, half in ((-29, 15), (-23, 18)):
            canvas.line(
                smooth([(-half + turn, y), (turn, y - 2), (half + turn, y)], closed=False), crease, 1.3
            )


def _draw_nose(canvas: Canvas, skin: Colour, turn: float, manly: bool) -> None:
    size = 1.15 if manly else 0.9
    x = turn * 1.5
    canvas.glow((x - 1, 14), (7, 9), light(skin, 0.6), 0.7)
    canvas.line(
        smooth(
            [(x + 2 * size, 2), (x + 5 * size, 14), (x + 6 * size, 19), (x, 22.5), (x - 5 * size, 20)],
            closed=False,
        ),
        shadow(skin, 0.42),
        1.5,
    )


def _draw_mouth(canvas: Canvas, expression: str, skin: Colour, turn: float, manly: bool) -> None:
    lip = mix(LIP, skin, 0.45 if manly else 0.05)
    x, y, ink = turn * 1.2, 38.0, shadow(lip, 0.55)
    if expression == "laughing":
        mouth = smooth(
            [(x - 18, y - 5), (x, y - 3), (x + 18, y - 5), (x + 12, y + 8), (x, y + 13), (x - 12, y + 8)]
        )
        canvas.polygon(mouth, (112, 32, 46))
        canvas.tint(
            [(x - 20, y - 8), (x + 20, y - 8), (x + 17, y + 2), (x - 17, y + 2)], mouth, (255, 255, 255)
        )
        canvas.tint(smooth([(x - 9, y + 14), (x, y + 5), (x + 9, y + 14)]), mouth, (226, 106, 116))
        canvas.line([*mouth, mouth[0]], ink, 1.8)
        return
    if expression == "surprised":
        canvas.ellipse((x, y + 3), (8, 10), lip, ink, 1.6)
        canvas.ellipse((x, y + 4), (5, 6.5), (104, 30, 42))
        return
    curve = {"neutral": 0.0, "smiling": 7.0, "sad": -6.0, "angry": -3.5}[expression]
    half = 16.0 if expression == "smiling" else 12.5
    corner = y - curve * 0.55
    middle = smooth(
        [
            (x - half, corner),
            (x - half / 2, y + curve * 0.35),
            (x, y + curve * 0.55),
            (x + half / 2, y + curve * 0.35),
            (x + half, corner),
        ],
        closed=False,
    )
    fullness = 4.0 if manly else 6.0
    lower = smooth(
        [
            (x + half * 0.85, corner + 1),
            (x, y + curve * 0.55 + fullness * 1.3),
            (x - half * 0.85, corner + 1),
        ],
        closed=False,
    )
    upper = smooth(
        [
            (x + half * 0.9, corner),
            (x + 4, y + curve * 0.4 - fullness * 0.75),
            (x, y + curve * 0.4 - 2),
            (x - 4, y + curve * 0.4 - fullness * 0.75),
            (x - half * 0.9, corner),
        ],
        closed=False,
    )
    canvas.polygon([*middle, *lower], light(lip, 0.12))
    canvas.polygon([*middle, *upper], lip)
    canvas.line(middle, ink, 2.0)
    if expression == "smiling":
        for side in (-1, 1):
            canvas.line(
                smooth(
                    [
                        (x + side * (half + 1), corner - 3),
                        (x + side * (half + 3), corner),
                        (x + side * (half + 1), corner + 2),
                    ],
                    closed=False,
                ),
                ink,
                1.5,
            )


def _draw_eyes(canvas: Canvas, portrait: Portrait, turn: float, manly: bool, face: random.Random) -> None:
    colour = EYES[portrait.eyes]
    spacing = 20.5 + face.uniform(-0.7, 0.7)
    height = {"surprised": 11.0, "laughing": 6.5, "angry": 7.2, "smiling": 8.4}.get(portrait.expression, 9.0)
    height -= 1.0 if manly else 0.0
    for side in (-1, 1):
        x, y = side * spacing + turn, 2.0
        outer, inner = x + side * 14, x - side * 12
        tilt = -1.5 if not manly else 0.0
        white = smooth(
            [
                (outer, y + tilt),
                (x + side * 6, y - height),
                (x - side * 5, y - height),
                (inner, y + 2),
                (x - side * 4, y + height * 0.8),
                (x + side * 6, y + height * 0.78),
            ]
        )
        canvas.polygon(white, (253, 251, 250))
        iris = (x + turn * 0.25, y - 0.4)
        ring = smooth(
            [
                (iris[0] + 8.6, iris[1]),
                (iris[0], iris[1] + 8.8),
                (iris[0] - 8.6, iris[1]),
                (iris[0], iris[1] - 8.8),
            ]
        )
        canvas.tint(ring, white, shadow(colour, 0.5))
        inside = smooth(
            [
                (iris[0] + 7.3, iris[1]),
                (iris[0], iris[1] + 7.5),
                (iris[0] - 7.3, iris[1]),
                (iris[0], iris[1] - 7.5),
            ]
        )
        canvas.tint(inside, white, colour)
        canvas.tint(
            smooth(
                [
                    (iris[0] - 5, iris[1] + 3),
                    (iris[0], iris[1] + 7),
                    (iris[0] + 5, iris[1] + 3),
                    (iris[0], iris[1] + 4),
                ]
            ),
            white,
            light(colour, 0.45),
        )
        canvas.ellipse(iris, (3.4, 3.6), (22, 14, 24))
        canvas.ellipse((iris[0] - 2.9, iris[1] - 3.1), (2.4, 2.4), (255, 255, 255))
        canvas.ellipse((iris[0] + 3.2, iris[1] + 3.0), (1.1, 1.1), (255, 255, 255))
        lid = smooth(
            [
                (outer + side * 1.5, y + tilt - (1 if manly else 2.5)),
                (x + side * 6, y - height - 0.6),
                (x - side * 5, y - height - 0.6),
                (inner, y + 2),
            ],
            closed=False,
        )
        canvas.line(lid, INK, 2.2 if manly else 2.9)
        if not manly:
            canvas.line([(outer - side, y + tilt - 1), (outer + side * 4, y - 6)], INK, 2.0)
        canvas.line(
            smooth(
                [
                    (outer - side * 3, y + height * 0.55),
                    (x + side * 2, y + height * 0.86),
                    (x - side * 6, y + height * 0.7),
                ],
                closed=False,
            ),
            mix(INK, SKIN[portrait.skin], 0.45),
            1.1,
        )


def _draw_brows(canvas: Canvas, expression: str, hair: Colour, turn: float, manly: bool) -> None:
    # White or very light brows vanish on pale skin.
    colour = mix(hair, (60, 40, 44), 0.35)
    inner, outer = {
        "sad": (-6.0, 1.5),
        "angry": (7.0, -5.0),
        "surprised": (-5.0, -6.0),
        "laughing": (-2.0, -1.0),
    }.get(expression, (0.0, 0.0))
    for side in (-1, 1):
        x, y = side * 20.5 + turn, -15.0
        canvas.line(
            smooth(
                [
                    (x - side * 12, y + inner + 1),
                    (x + side * 1, y - 3 + (inner + outer) / 2),
                    (x + side * 13, y + outer + 2),
                ],
                closed=False,
            ),
            colour,
            4.0 if manly else 2.8,
        )


def _draw_beard(canvas: Canvas, hair: Colour, turn: float) -> None:
    beard = smooth(
        [
            (-46, 4),
            (-38, 18),
            (-28, 28),
            (-16 + turn, 27),
            (turn, 27),
            (16 + turn, 27),
            (28, 28),
            (38, 18),
            (46, 4),
            (44, 34),
            (33, 56),
            (16, 70),
            (0, 73),
            (-16, 70),
            (-33, 56),
            (-44, 34),
        ]
    )
    canvas.polygon(beard, hair, line_colour(hair), 1.5)
    for x in (-24, -12, 0, 12, 24):
        canvas.line(smooth([(x, 52), (x * 0.9 + 1, 60), (x * 0.8, 66)], closed=False), shadow(hair, 0.3), 1.2)


def _draw_moustache(canvas: Canvas, hair: Colour, turn: float) -> None:
    x = turn * 1.2
    shape = smooth(
        [
            (x, 26),
            (x + 9, 25.5),
            (x + 18, 32),
            (x + 22, 37),
            (x + 12, 36),
            (x, 33),
            (x - 12, 36),
            (x - 22, 37),
            (x - 18, 32),
            (x - 9, 25.5),
        ]
    )
    canvas.polygon(shape, shadow(hair, 0.1), line_colour(hair), 1.2)


def _draw_glasses(canvas: Canvas, shape: str, turn: float) -> None:
    frame = (36, 34, 48)
    for side in (-1, 1):
        x = side * 21 + turn
        if shape == "round":
            canvas.ellipse((x, 3), (18, 17), None, frame, 2.8)
        else:
            corners = [(x - 18, -10), (x + 18, -10), (x + 17, 15), (x - 17, 15)]
            canvas.line([*corners, corners[0], corners[1]], frame, 3.0)
        canvas.line([(x + side * 18, -2), (side * 46 + turn * 0.3, -3)], frame, 2.8)
    canvas.line(smooth([(turn - 4, 0), (turn, -2), (turn + 4, 0)], closed=False), frame, 2.8)
