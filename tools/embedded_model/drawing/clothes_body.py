"""Body, sleeves and folds that every garment starts from, in head units."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tools.embedded_model.attributes import Colour
from tools.embedded_model.drawing.canvas import (
    SUPERSAMPLING,
    Canvas,
    Point,
    light,
    line_colour,
    mirrored,
    oval,
    shadow,
    smooth,
)

# Below the lower edge of the widest framing.
FLOOR = 216.0
# Soft shading is blurred on a picture reduced by this.
_COARSE = 4
_MARGIN = 6


@dataclasses.dataclass(frozen=True)
class Cloth:
    """One colour and the tones its shape is shown with."""

    colour: Colour
    edge: Colour
    seam: Colour
    dark: Colour
    pale: Colour
    trim: Colour


def make_cloth(colour: Colour) -> Cloth:
    brightness = sum(colour)
    if brightness < 200:
        # Black has no room for shadows: its folds are shown by what shines.
        return Cloth(colour, (14, 12, 22), (14, 12, 22), (22, 20, 32), (112, 112, 134), (206, 206, 218))
    if brightness > 680:
        return Cloth(
            colour, (106, 100, 130), (166, 162, 188), (188, 186, 212), (255, 255, 255), (140, 138, 160)
        )
    return Cloth(
        colour,
        line_colour(colour),
        shadow(colour, 0.38),
        shadow(colour, 0.34),
        light(colour, 0.4),
        (248, 248, 252) if brightness < 560 else shadow(colour, 0.6),
    )


@dataclasses.dataclass(frozen=True)
class Body:
    """Measures of the wearer: half widths at the shoulders and the neck, and how far sleeves stand off."""

    width: float
    neck: float
    skin: Colour
    bulk: float = 0.0

    def slope(self) -> list[Point]:
        """Return the line from the neck to where the sleeve begins."""
        return [(self.neck, 60), (self.neck + 8, 65.5), (42, 72.5), (self.width - 20, 84)]

    def sleeve(self, kind: str) -> tuple[list[Point], list[Point]]:
        """Return the outer and inner side of the right arm's sleeve, both from top to bottom."""
        w, b = self.width, self.bulk
        if kind == "short":
            outer = [(w - 6, 94), (w + 4, 107), (w + 11, 128), (w + 15, 150)]
            return outer, [(w - 17, 128), (w - 17, 153)]
        if kind == "puff":
            outer = [(w - 9, 84), (w + 5, 86), (w + 14, 101), (w + 14, 120), (w + 7, 134)]
            return outer, [(w - 17, 122), (w - 14, 137)]
        outer = [(w - 6, 94), (w + 4 + b, 107), (w + 8 + b, 130), (w + 11 + b, 158), (w + 13 + b, 186)]
        inner = [(w - 17, 128), (w - 14, 158), (w - 13 - b / 2, 186), (w - 13, FLOOR)]
        return [*outer, (w + 12 + b, FLOOR)], inner

    def side(self) -> list[Point]:
        """Return the right side of the torso, from the armhole down."""
        w = self.width
        return [(w - 8, 92), (w - 16, 108), (w - 17, 128), (w - 22, 158), (w - 25, 184), (w - 22, FLOOR)]


def turned(points: Sequence[Point], side: int) -> list[Point]:
    return [(side * x, y) for x, y in points]


def curve(points: Sequence[Point], steps: int = 6) -> list[Point]:
    return smooth(points, closed=False, steps=steps)


def pair(
    canvas: Canvas, points: Sequence[Point], fill: Colour, edge: Colour | None, width: float = 1.5
) -> None:
    for side in (-1, 1):
        canvas.polygon(turned(points, side), fill, edge, width)


def pair_line(canvas: Canvas, points: Sequence[Point], fill: Colour, width: float = 1.5) -> None:
    for side in (-1, 1):
        canvas.line(turned(points, side), fill, width)


def shade(
    canvas: Canvas,
    within: Sequence[Sequence[Point]],
    tones: Sequence[tuple[Sequence[Sequence[Point]], Colour, float]],
) -> None:
    """Shade the inside of outlines; `tones` are groups of shapes with their colour and opacity."""
    scale, (ox, oy) = canvas.zoom * SUPERSAMPLING, canvas.origin
    across = -scale if canvas.flip else scale
    placed = [
        [(ox * SUPERSAMPLING + across * x, oy * SUPERSAMPLING + scale * y) for x, y in outline]
        for outline in within
    ]
    left = max(0, int(min(x for outline in placed for x, _ in outline)))
    upper = max(0, int(min(y for outline in placed for _, y in outline)))
    right = min(canvas.image.width, int(max(x for outline in placed for x, _ in outline)) + 2)
    lower = min(canvas.image.height, int(max(y for outline in placed for _, y in outline)) + 2)
    if right <= left or lower <= upper:
        return
    clip = Image.new("L", (right - left, lower - upper))
    pen = ImageDraw.Draw(clip)
    for outline in placed:
        pen.polygon([(x - left, y - upper) for x, y in outline], fill=255)
    # The coarse mask reaches over the box, so that nothing is blurred against its edge.
    wide, high = clip.width // _COARSE + 2 * _MARGIN, clip.height // _COARSE + 2 * _MARGIN
    ox, oy = (ox * SUPERSAMPLING - left) / _COARSE + _MARGIN, (oy * SUPERSAMPLING - upper) / _COARSE + _MARGIN
    across, scale = across / _COARSE, scale / _COARSE
    part = (_MARGIN, _MARGIN, _MARGIN + clip.width / _COARSE, _MARGIN + clip.height / _COARSE)
    for shapes, fill, opacity in tones:
        mask = Image.new("L", (wide, high))
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            pen.polygon([(ox + across * x, oy + scale * y) for x, y in shape], fill=round(255 * opacity))
        blurred = mask.filter(ImageFilter.GaussianBlur(1.5 * canvas.zoom))
        soft = blurred.resize(clip.size, Image.Resampling.BILINEAR, box=part)
        canvas.image.paste(fill, (left, upper), ImageChops.multiply(soft, clip))


def torso_outline(body: Body, dip: float) -> list[Point]:
    neckline = curve([(0, dip), (body.neck * 0.62, dip - 5), (body.neck, 61)])
    slope = curve([*body.slope(), body.side()[0]])
    return mirrored([*neckline, *slope, *curve(body.side())])


def draw_body(canvas: Canvas, body: Body, cloth: Cloth, dip: float = 76, sleeve: str = "long") -> None:
    """Draw arms and torso in one cloth, with its folds and outlines but without a collar."""
    outer, inner = body.sleeve(sleeve)
    if sleeve != "long":
        _draw_arms(canvas, body)
    # The curve begins on the slope, so that shoulder and sleeve are one line.
    edge = curve([*body.slope(), *outer])
    arm = [*edge[12:], *reversed(curve(inner)), (body.width - 30, 110)]
    torso = torso_outline(body, dip)
    pair(canvas, arm, cloth.colour, None)
    canvas.polygon(torso, cloth.colour)
    shade(
        canvas,
        [torso, arm, turned(arm, -1)],
        [(_shadows(body), cloth.dark, 0.78), (_lights(body), cloth.pale, 0.5)],
    )
    pair_line(canvas, edge, cloth.edge, 1.8)
    armhole, flank = body.side()[:3], body.side()[2:]
    pair_line(canvas, curve(armhole), cloth.seam, 1.4)
    pair_line(canvas, curve(flank), cloth.edge, 1.7)
    pair_line(canvas, curve(inner), cloth.edge, 1.7)
    if sleeve == "short":
        (x0, y0), (x1, y1) = inner[-1], outer[-1]
        hem = curve([(x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2 + 2.5), (x1, y1)])
        pair_line(canvas, hem, cloth.edge, 1.8)
        pair_line(canvas, [(x - 0.6, y - 5) for x, y in hem[1:-1]], cloth.seam, 1.3)


def _draw_arms(canvas: Canvas, body: Body) -> None:
    w, skin = body.width, body.skin
    outer = curve([(w - 6, 100), (w + 6, 126), (w + 9, 152), (w + 11, 180), (w + 8, FLOOR)])
    inner = curve([(w - 15, 124), (w - 13, 152), (w - 10, 180), (w - 11, FLOOR)])
    arm = [*outer, *reversed(inner)]
    pair(canvas, arm, skin, line_colour(skin), 1.7)
    strip = [(w - 20, 120), (w - 6, 130), (w - 4, FLOOR), (w - 20, FLOOR)]
    far = [(w + 3, 130), (w + 12, 130), (w + 14, FLOOR), (w + 3, FLOOR)]
    under = [(w - 20, 135), (w + 16, 132), (w + 16, 159), (w - 20, 160)]
    dark = [turned(strip, -1), far, under, turned(under, -1)]
    shade(canvas, [arm, turned(arm, -1)], [(dark, shadow(skin, 0.3), 0.7)])


def _shadows(body: Body) -> list[list[Point]]:
    w = body.width
    shapes = [
        # What the head throws, then the side away from the light.
        oval((3, 62), (body.neck + 13, 17)),
        [(w - 12, 96), (w - 12, FLOOR), (w - 52, FLOOR), (w - 40, 168), (w - 28, 130)],
        [(w - 2, 100), (w + 20, 104), (w + 20, FLOOR), (w + 4, FLOOR), (w + 2, 130)],
        [(w - 24, 174), (12, 196), (6, 202), (w - 24, 194)],
        [(-w + 24, 172), (-20, 190), (-16, 197), (-w + 26, 187)],
        [(-w + 14, 118), (-w + 28, 160), (-w + 28, FLOOR), (-w + 18, FLOOR), (-w + 16, 140)],
    ]
    for side in (-1, 1):
        shapes += [
            turned([(w - 13, 106), (w - 42, 127), (w - 50, 139), (w - 17, 132)], side),
            turned([(w - 12, 108), (w - 5, 124), (w - 7, 150), (w - 16, 150)], side),
            turned([(w - 14, 166), (w + 10, 172), (w + 6, 178), (w - 14, 182)], side),
        ]
    return shapes


def _lights(body: Body) -> list[list[Point]]:
    w = body.width
    return [
        [(-w + 2, 107), (-w + 13, 95), (-w + 30, 85), (-42, 77), (-40, 81), (-w + 26, 97), (-w + 10, 106)],
        [(-w + 34, 150), (-w + 42, 128), (-26, 104), (-22, 110), (-w + 50, 140), (-w + 40, 176)],
        [(-w - 4, 112), (-w + 3, 110), (-w - 1, 162), (-w - 8, 162)],
        [(w - 40, 80), (w - 18, 90), (w - 8, 98), (w - 26, 93)],
        [(w - 6, 99), (w, 106), (w - 1, 136), (w - 5, 130)],
    ]


def neckband(body: Body, dip: float, thick: float, top: float = 59) -> list[Point]:
    """Return the ring of a round neckline; `top` is where it meets the sides of the neck."""
    n = body.neck
    above = curve([(-n + 1, top), (-n * 0.66, dip - 4), (0, dip), (n * 0.66, dip - 4), (n - 1, top)])
    low, out = dip + thick, n + thick * 0.75
    below = curve([(out, top + 6), (out * 0.68, low - 4), (0, low), (-out * 0.68, low - 4), (-out, top + 6)])
    return [*above, *below]
