"""Head and features of a portrait. Coordinates: head units, the middle of the face is (0, 0).

The head's own frame: eyes at y 4 and x +-21, chin at y 60, ears at x +-46. The canvas turns it.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

from tools.embedded_model.attributes import EYES, Colour, Portrait
from tools.embedded_model.drawing.canvas import (
    Canvas,
    Point,
    light,
    line_colour,
    mirrored,
    mix,
    oval,
    shadow,
    smooth,
)

INK: Colour = (46, 28, 42)
LIP: Colour = (200, 82, 94)
# People of one description come in this many builds. Were there no end of them, eyes and mouths would fall on
# other cells of the latents in every picture, and a small denoiser would spend itself on millimetres.
FACE_VARIANTS = 8

_HALF_OUTLINES: dict[str, tuple[Point, ...]] = {
    "oval": ((0, -62), (25, -56), (40, -35), (44, -6), (41, 20), (31, 42), (14, 57), (0, 61)),
    "round": ((0, -60), (28, -54), (45, -32), (50, -2), (49, 22), (39, 43), (19, 55), (0, 57)),
    "square": ((0, -61), (28, -56), (43, -35), (46, -6), (46, 22), (42, 44), (23, 58), (0, 60)),
    "heart": ((0, -62), (30, -56), (47, -34), (48, -8), (38, 20), (22, 42), (8, 59), (0, 63)),
}


@dataclasses.dataclass(frozen=True)
class Proportions:
    """What makes two faces of one description different; all in head units."""

    manly: bool
    width: float
    eye_spacing: float
    eye_size: float
    eye_height: float
    mouth_height: float
    mouth_width: float
    nose_height: float
    brow_height: float
    hair_side: int

    @classmethod
    def of(cls, portrait: Portrait) -> Proportions:
        """Draw the proportions that belong to the portrait's face seed."""
        variant = portrait.face_seed % FACE_VARIANTS
        rng = random.Random(variant)
        coin = variant % 2 == 0
        return cls(
            manly=portrait.kind == "man" or (portrait.kind == "person" and coin),
            width=rng.uniform(-0.03, 0.03),
            eye_spacing=21.5 + rng.uniform(-1.6, 1.6),
            eye_size=rng.uniform(0.93, 1.07),
            eye_height=4 + rng.uniform(-1.5, 1.5),
            mouth_height=39 + rng.uniform(-1.5, 1.5),
            mouth_width=rng.uniform(0.9, 1.1),
            nose_height=22 + rng.uniform(-1.5, 1.5),
            brow_height=-14 + rng.uniform(-1.5, 1.0),
            hair_side=1 if variant % 4 < 2 else -1,
        )


class Face:
    """Draws one head; the canvas carries its turn."""

    def __init__(self, canvas: Canvas, portrait: Portrait, skin: Colour, hair: Colour) -> None:
        self.canvas, self.portrait, self.skin, self.hair = canvas, portrait, skin, hair
        self.shape = Proportions.of(portrait)
        # What stands out from the face moves further than the face itself.
        self.nose_x = 3.5 * canvas.turn
        self.crease = shadow(skin, 0.36)

    @property
    def outline(self) -> list[Point]:
        """Return the edge of the head."""
        wide = 1 + self.shape.width
        jaw = 2.0 if self.shape.manly else -1.0
        half = [
            (x * wide + (jaw if y > 10 and x > 10 else 0.0), y)
            for x, y in _HALF_OUTLINES[self.portrait.face_shape]
        ]
        return smooth(mirrored(half))

    def _stroke(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        self.canvas.line(smooth(points, closed=False), fill, width)

    def draw_neck(self) -> None:
        """Draw the throat; it does not turn with the head."""
        half = 21.0 if self.shape.manly else 16.0
        neck = smooth(mirrored([(0, 30), (half, 32), (half, 60), (half + 9, 80), (half + 4, 104), (0, 108)]))
        self.canvas.polygon(neck, shadow(self.skin, 0.06), line_colour(self.skin))
        x = 9 * self.canvas.turn
        chin = smooth([(x - 40, 40), (x + 40, 40), (x + 26, 62), (x, 74), (x - 26, 62)])
        self.canvas.tint(chin, neck, shadow(self.skin, 0.36), 0.8)

    def draw_head(self) -> None:
        """Draw ears and the head's shape with its light and shade."""
        canvas, edge = self.canvas, line_colour(self.skin)
        for side in (-1, 1):
            if side == canvas.turn:
                continue
            x = side * 45.5 * (1 + self.shape.width)
            canvas.ellipse((x, 10), (8, 13), self.skin, edge)
            canvas.ellipse((x + side * 0.5, 11), (4, 8), shadow(self.skin, 0.25))
        outline = self.outline
        canvas.polygon(outline, self.skin, edge, 1.8)
        shade = [(58, -40), (30, -52), (37, -14), (36, 16), (22, 42), (-2, 56), (4, 76), (60, 60)]
        canvas.tint(smooth(shade), outline, shadow(self.skin, 0.2), 0.55)
        if self.portrait.hair_style == "bald" and self.portrait.headwear == "none":
            canvas.glow((-12, -46), (22, 12), light(self.skin, 0.7), 0.7)
        else:
            fringe = smooth([(-60, -28), (60, -28), (60, -70), (-60, -70)])
            canvas.tint(fringe, outline, shadow(self.skin, 0.2), 0.5)
        canvas.glow((-13, -14), (30, 20), light(self.skin, 0.55), 0.4)
        canvas.glow((-2, 53), (10, 6), light(self.skin, 0.5), 0.5)
        rosy = mix(self.skin, (236, 84, 96), 0.5)
        for side in (-1, 1):
            canvas.glow((side * 26, 26), (17, 11), rosy, 0.6)

    def draw_age(self) -> None:
        """Draw the lines that years leave."""
        if self.portrait.age == "young":
            return
        old = self.portrait.age == "elderly"
        strong = shadow(self.skin, 0.5 if old else 0.4)
        for side in (-1, 1):
            self._stroke([(side * 13, 24), (side * 20, 31), (side * 21, 39)], strong, 2.1 if old else 1.7)
            self._stroke([(side * 11, 17.5), (side * 21, 21), (side * 31, 16.5)], strong, 1.9 if old else 1.3)
        for y, half in ((-27, 16), (-33, 12)) if old else ((-28, 13),):
            self._stroke([(-half, y), (0, y - 2), (half, y)], strong, 1.9 if old else 1.5)
        if old:
            for side in (-1, 1):
                for end in (-4, 1, 6):
                    self._stroke([(side * 37, 2 + end * 0.4), (side * 42, 1 + end)], strong, 1.5)
                self._stroke([(side * 27, 36), (side * 25, 42), (side * 20, 48)], strong, 1.6)
            self._stroke([(-7, 52), (0, 50.5), (7, 52)], strong, 1.3)

    def draw_nose(self) -> None:
        """Draw a short, a long or a broad nose."""
        canvas, x, low = self.canvas, self.nose_x, self.shape.nose_height
        ink, shade = shadow(self.skin, 0.6), shadow(self.skin, 0.24)
        lean = 1 if canvas.turn >= 0 else -1
        if self.portrait.nose == "small":
            canvas.glow((x, low - 5), (6, 5), light(self.skin, 0.7), 0.8)
            self._stroke([(x - 4, low - 2), (x, low + 0.6), (x + 4, low - 2)], ink, 2.0)
        elif self.portrait.nose == "long":
            side = [
                (x + lean * 3, -9),
                (x + lean * 4.5, 8),
                (x + lean * 8.5, low + 2),
                (x + lean * 2, low + 6.5),
                (x - lean * 5.5, low + 3.5),
            ]
            ridge = [(x - lean * 1.5, low + 2), (x, 8), (x + lean * 1, -9)]
            canvas.polygon([*smooth(side[:4], closed=False), *ridge], mix(self.skin, shade, 0.7))
            canvas.glow((x - lean * 2, low - 6), (4, 13), light(self.skin, 0.7), 0.8)
            self._stroke(side, ink, 2.2)
        else:
            canvas.glow((x, low - 1), (16, 7), mix(shade, (226, 92, 88), 0.3), 0.9)
            canvas.glow((x - 1, low - 4), (8, 6), light(self.skin, 0.7), 0.9)
            for wing in (-1, 1):
                self._stroke(
                    [(x + wing * 10, low - 6), (x + wing * 13.5, low - 1), (x + wing * 8, low + 3)], ink, 2.2
                )
            self._stroke([(x - 8, low + 3), (x, low + 5), (x + 8, low + 3)], ink, 2.2)

    def draw_mouth(self) -> None:
        """Draw the mouth of the expression, with thin or full lips."""
        canvas, expression = self.canvas, self.portrait.expression
        full = self.portrait.lips == "full"
        lip = mix(
            mix(LIP, self.skin, 0.42 if self.shape.manly else 0.04), (70, 20, 34), 0.12 if full else 0.0
        )
        x, y = self.nose_x * 0.6, self.shape.mouth_height
        ink, scale = shadow(lip, 0.6), self.shape.mouth_width
        if expression == "laughing":
            rim = 3.4 if full else 1.2
            outer = [(-20, -6), (0, -3.5), (20, -6), (14, 8), (0, 14), (-14, 8)]
            mouth = smooth([(x + px * scale, y + py) for px, py in outer])
            lips = smooth(
                [(x + px * (scale + rim / 18), y + 1 + (py - 1) * (1 + rim / 9)) for px, py in outer]
            )
            canvas.polygon(lips, lip, ink, 1.2)
            canvas.polygon(mouth, (116, 30, 46))
            canvas.tint(
                [(x - 22, y - 9), (x + 22, y - 9), (x + 19, y + 2), (x - 19, y + 2)], mouth, (255, 255, 255)
            )
            canvas.tint(smooth([(x - 10, y + 15), (x, y + 6), (x + 10, y + 15)]), mouth, (232, 110, 120))
            canvas.line([*mouth, mouth[0]], ink, 1.6)
            return
        if expression == "surprised":
            canvas.ellipse((x, y + 3), (10 if full else 8.5, 12.5 if full else 11), lip, ink, 1.6)
            canvas.ellipse((x, y + 4), (6.2, 8.4), (104, 28, 42))
            return
        curve = {"neutral": 0.0, "smiling": 9.0, "sad": -10.0, "angry": -5.0}[expression]
        half = {"smiling": 18.0, "angry": 15.0}.get(expression, 12.5) * scale
        corner, middle = y - curve * 0.55, y + curve * 0.5
        upper, lower = (6.0, 8.5) if full else (2.2, 3.4)
        line = smooth(
            [
                (x - half, corner),
                (x - half / 2, y + curve * 0.3),
                (x, middle),
                (x + half / 2, y + curve * 0.3),
                (x + half, corner),
            ],
            closed=False,
        )
        below = smooth(
            [(x + half * 0.9, corner + 0.5), (x, middle + lower * 1.25), (x - half * 0.9, corner + 0.5)],
            closed=False,
        )
        above = smooth(
            [
                (x + half * 0.92, corner),
                (x + 4, middle - upper),
                (x, middle - upper * 0.7),
                (x - 4, middle - upper),
                (x - half * 0.92, corner),
            ],
            closed=False,
        )
        canvas.polygon([*line, *below], light(lip, 0.14))
        canvas.polygon([*line, *above], lip)
        canvas.line(line, ink, 2.1)
        if full:
            canvas.glow((x - 2, middle + lower * 0.55), (6, 2.6), light(lip, 0.7), 0.8)
        if expression == "smiling":
            for side in (-1, 1):
                self._stroke(
                    [
                        (x + side * (half + 1), corner - 3.5),
                        (x + side * (half + 3.4), corner),
                        (x + side * (half + 1), corner + 2),
                    ],
                    ink,
                    1.6,
                )

    def draw_eyes(self) -> None:
        """Draw both eyes; narrow, almond-shaped or round, wider or closer with the expression."""
        shape, expression = self.portrait.eye_shape, self.portrait.expression
        half, height, rise = {
            "round": (14.5, 11.5, 0.5),
            "almond": (15.5, 9.0, -3.0),
            "narrow": (15.5, 6.2, -1.0),
        }[shape]
        height *= {"surprised": 1.22, "laughing": 0.8, "angry": 0.86, "smiling": 0.95}.get(expression, 1.0)
        rise += {"sad": 3.0, "angry": -2.5}.get(expression, 0.0)
        size = self.shape.eye_size
        for side in (-1, 1):
            self._draw_eye(side, half * size, height * size, rise)

    def _draw_eye(self, side: int, half: float, height: float, rise: float) -> None:
        canvas, colour = self.canvas, EYES[self.portrait.eyes]
        x, y = side * self.shape.eye_spacing, self.shape.eye_height
        outer, inner = (x + side * half, y + rise), (x - side * half * 0.9, y + 2.0)
        white = smooth(
            [
                outer,
                (x + side * half * 0.45, y - height),
                (x - side * half * 0.35, y - height),
                inner,
                (x - side * half * 0.35, y + height * 0.78),
                (x + side * half * 0.45, y + height * 0.78),
            ]
        )
        canvas.polygon(white, (254, 252, 250))
        iris = (x - side * 0.6 + 2.2 * canvas.turn, y - 0.4)
        radius = 9.6
        canvas.tint(oval(iris, (radius, radius)), white, shadow(colour, 0.55))
        canvas.tint(oval(iris, (radius - 1.7, radius - 1.7)), white, colour)
        canvas.tint(oval((iris[0], iris[1] + 4.6), (radius * 0.58, radius * 0.36)), white, light(colour, 0.5))
        # The upper lid throws a shadow on the ball.
        canvas.tint(
            smooth(
                [
                    (x - half - 2, y - height - 4),
                    (x + half + 2, y - height - 4),
                    (x + half + 2, y - height * 0.5),
                    (x, y - height * 0.62),
                    (x - half - 2, y - height * 0.5),
                ]
            ),
            white,
            (40, 30, 60),
            0.35,
        )
        canvas.tint(oval(iris, (4.0, 4.2)), white, (20, 12, 22))
        canvas.tint(oval((iris[0] - 3.3, iris[1] - 3.4), (3.0, 3.0)), white, (255, 255, 255))
        canvas.tint(oval((iris[0] + 3.6, iris[1] + 3.4), (1.5, 1.5)), white, (255, 255, 255))
        lid = [
            (outer[0] + side * 1.5, outer[1] - (1.0 if self.shape.manly else 2.5)),
            (x + side * half * 0.45, y - height - 0.8),
            (x - side * half * 0.35, y - height - 0.8),
            inner,
        ]
        self._stroke(lid, INK, 2.6 if self.shape.manly else 3.3)
        if not self.shape.manly:
            canvas.polygon(
                [
                    (outer[0] - side * 3, outer[1] - 3.5),
                    (outer[0] + side * 5.5, outer[1] - 6.5),
                    (outer[0] + side, outer[1] + 1),
                ],
                INK,
            )
        fold = shadow(self.skin, 0.4)
        self._stroke(
            [
                (x + side * half * 0.8, y - height * 0.75 - 3),
                (x, y - height - 4.6),
                (x - side * half * 0.6, y - height - 2.6),
            ],
            fold,
            1.3,
        )
        under = mix(INK, self.skin, 0.4)
        self._stroke(
            [
                (outer[0] - side * 3, y + height * 0.5),
                (x + side * 3, y + height * 0.86),
                (x - side * 6, y + height * 0.76),
            ],
            under,
            1.4,
        )

    def draw_brows(self) -> None:
        """Draw the brows, which carry much of the expression."""
        # White or very light brows would vanish on pale skin.
        colour = mix(self.hair, (62, 42, 46), 0.4)
        thick = self.portrait.brows == "thick"
        inner, outer = {
            "sad": (-9.0, 5.0),
            "angry": (10.0, -7.0),
            "surprised": (-9.0, -9.0),
            "laughing": (-2.5, -1.0),
        }.get(self.portrait.expression, (0.0, 0.0))
        strong = 4.0 if thick else 1.25
        for side in (-1, 1):
            x, y = side * self.shape.eye_spacing, self.shape.brow_height - (1.0 if thick else 0.0)
            spine = [
                (x - side * 13, y + inner + 1.5),
                (x - side * 3, y - 2 + inner * 0.55 + outer * 0.45),
                (x + side * 6, y - 3 + outer * 0.8 + inner * 0.2),
                (x + side * 15, y + outer + 3),
            ]
            widths = (strong, strong, strong * 0.85, 0.5)
            edge = [(px, py - w) for (px, py), w in zip(spine, widths, strict=True)]
            back = [(px, py + w) for (px, py), w in zip(reversed(spine), reversed(widths), strict=True)]
            self.canvas.polygon([*smooth(edge, closed=False), *smooth(back, closed=False)], colour)

    def draw_beard(self) -> None:
        """Draw what grows on cheeks and chin, below the mouth."""
        canvas, kind, outline = self.canvas, self.portrait.facial_hair, self.outline
        if kind == "stubble":
            area = smooth(
                [
                    (-52, 10),
                    (-38, 18),
                    (-28, 30),
                    (-14, 29),
                    (0, 28),
                    (14, 29),
                    (28, 30),
                    (38, 18),
                    (52, 10),
                    (46, 50),
                    (0, 72),
                    (-46, 50),
                ]
            )
            canvas.tint(area, outline, mix(self.hair, (70, 56, 60), 0.35), 0.36)
        elif kind == "goatee":
            y = self.shape.mouth_height
            patch = smooth(
                [
                    (-6, y + 9),
                    (6, y + 9),
                    (15, y + 13),
                    (17, y + 22),
                    (9, y + 30),
                    (0, y + 34),
                    (-9, y + 30),
                    (-17, y + 22),
                    (-15, y + 13),
                ]
            )
            canvas.polygon(patch, self.hair, line_colour(self.hair), 1.4)
            self._stroke([(-5, y + 17), (-4, y + 27)], shadow(self.hair, 0.3), 1.4)
            self._stroke([(6, y + 16), (5, y + 26)], shadow(self.hair, 0.3), 1.4)
        elif kind == "beard":
            wide = 1 + self.shape.width
            half = [
                (0, 28),
                (15, 27),
                (27, 28),
                (38, 16),
                (45, -4),
                (48, 14),
                (47, 36),
                (38, 58),
                (20, 73),
                (0, 77),
            ]
            full = smooth(mirrored([(x * wide, y) for x, y in half]))
            canvas.polygon(full, self.hair, line_colour(self.hair), 1.5)
            canvas.tint(
                smooth([(52, 0), (40, 30), (24, 56), (0, 66), (0, 84), (56, 70)]),
                full,
                shadow(self.hair, 0.3),
                0.6,
            )
            for x in (-28, -14, 0, 14, 28):
                self._stroke([(x, 54), (x * 0.92 + 1, 61), (x * 0.8, 68)], shadow(self.hair, 0.34), 1.5)

    def draw_moustache(self) -> None:
        """Draw what grows above the mouth."""
        kind = self.portrait.facial_hair
        if kind in {"none", "stubble"}:
            return
        x, y = self.nose_x * 0.8, self.shape.mouth_height - 7
        wide = 25.0 if kind == "moustache" else 19.0
        thick = 6.0 if kind == "moustache" else 4.0
        half = [
            (0, -thick * 0.45),
            (9, -thick * 0.9),
            (wide * 0.7, 0),
            (wide, 5.5),
            (wide * 0.6, thick),
            (0, thick * 0.6),
        ]
        shape = smooth(
            [*[(x + px, y + py) for px, py in half], *[(x - px, y + py) for px, py in reversed(half[1:-1])]]
        )
        self.canvas.polygon(shape, shadow(self.hair, 0.08), line_colour(self.hair), 1.5)
