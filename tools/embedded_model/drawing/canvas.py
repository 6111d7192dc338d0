"""Drawing primitives in picture units (0..256), rendered larger and reduced for smooth edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from tools.embedded_model.attributes import Colour

Point = tuple[float, float]
SIZE = 256
SUPERSAMPLING = 2


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """Blend two colours; `amount` 0..1 is the share of the second."""
    red, green, blue = (round(a + (b - a) * amount) for a, b in zip(first, second, strict=True))
    return red, green, blue


def shadow(colour: Colour, amount: float = 0.25) -> Colour:
    """Darken towards violet: shadows that only lose brightness look dirty."""
    return mix(colour, (40, 18, 52), amount)


def light(colour: Colour, amount: float = 0.3) -> Colour:
    """Lighten towards a warm white."""
    return mix(colour, (255, 250, 240), amount)


def line_colour(colour: Colour) -> Colour:
    """Return the outline colour of a filled shape."""
    return shadow(colour, 0.55)


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 8) -> list[Point]:
    """Run a Catmull-Rom curve through `points`; returns `steps` points for each segment."""
    nodes = np.asarray(points, dtype=np.float64)
    if closed:
        before, after, second = np.roll(nodes, 1, 0), np.roll(nodes, -1, 0), np.roll(nodes, -2, 0)
        start = nodes
    else:
        padded = np.concatenate([nodes[:1], nodes, nodes[-1:]])
        before, start, after, second = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (part[:, None, :] for part in (before, start, after, second))
    curve = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    result = curve.reshape(-1, 2)
    if not closed:
        result = np.concatenate([result, nodes[-1:]])
    return [(float(x), float(y)) for x, y in result]


def mirrored(half: Sequence[Point]) -> list[Point]:
    """Close a half outline, given from top to bottom at x >= 0, around the vertical axis."""
    return [*half, *[(-x, y) for x, y in reversed(half) if x != 0]]


# A head turns by moving what is near the middle of the face sideways: the far half gets narrower and the near
# half wider, as on a ball. `_BULGE` is the shift of the middle, `_BALL` where it has faded to nothing.
_BULGE, _BALL = 15.0, 56.0
# What is behind the head moves a little the other way.
_BEHIND = 5.0


def oval(centre: Point, radius: Point, points: int = 28) -> list[Point]:
    """Return an ellipse as an outline."""
    steps = (2 * math.pi * index / points for index in range(points))
    return [(centre[0] + radius[0] * math.cos(a), centre[1] + radius[1] * math.sin(a)) for a in steps]


class Canvas:
    """A picture under construction; `origin` moves and `zoom` enlarges what every following call draws.

    With `layer` "front" or "behind", calls draw on the head: they follow its `turn` (-1 left to 1 right, in
    the picture's own sense). Without a layer they do not.
    """

    def __init__(self) -> None:
        side = SIZE * SUPERSAMPLING
        self.image = Image.new("RGB", (side, side))
        self._draw = ImageDraw.Draw(self.image)
        self.origin: Point = (0.0, 0.0)
        self.zoom = 1.0
        self.flip = False
        self.turn = 0.0
        self.layer: Literal["front", "behind"] | None = None

    def _placed(self, x: float, y: float) -> Point:
        if self.flip:
            x = -x
        if self.layer is None:
            return x, y
        if self.layer == "front":
            crown = 1 - 0.5 * min(1.0, max(0.0, (-30 - y) / 40))
            x += self.turn * _BULGE * crown * max(0.0, 1 - (x / _BALL) ** 2)
        else:
            x -= self.turn * _BEHIND
        return x, y

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        ox, oy = self.origin
        scale = self.zoom * SUPERSAMPLING
        placed = (self._placed(x, y) for x, y in points)
        return [(ox * SUPERSAMPLING + scale * x, oy * SUPERSAMPLING + scale * y) for x, y in placed]

    def _pen(self, width: float) -> int:
        return max(1, round(width * self.zoom * SUPERSAMPLING))

    def polygon(
        self, points: Sequence[Point], fill: Colour, outline: Colour | None = None, width: float = 1.6
    ) -> None:
        """Fill a closed outline and stroke its edge."""
        scaled = self._scaled(points)
        self._draw.polygon(scaled, fill=fill)
        if outline is not None:
            self._draw.line(
                [*scaled, scaled[0], scaled[1]], fill=outline, width=self._pen(width), joint="curve"
            )

    def line(self, points: Sequence[Point], fill: Colour, width: float = 1.6) -> None:
        """Stroke an open curve with round ends."""
        scaled = self._scaled(points)
        self._draw.line(scaled, fill=fill, width=self._pen(width), joint="curve")
        radius = self._pen(width) / 2 - 0.5
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def ellipse(
        self,
        centre: Point,
        radius: Point,
        fill: Colour | None,
        outline: Colour | None = None,
        width: float = 1.6,
    ) -> None:
        """Fill an upright ellipse; on the head it bends with the head."""
        if self.layer is not None:
            points = oval(centre, radius)
            if fill is not None:
                self.polygon(points, fill, outline, width)
            elif outline is not None:
                self.line([*points, points[0], points[1]], outline, width)
            return
        ((x, y),) = self._scaled([centre])
        rx, ry = (value * self.zoom * SUPERSAMPLING for value in radius)
        self._draw.ellipse(
            (x - rx, y - ry, x + rx, y + ry), fill=fill, outline=outline, width=self._pen(width)
        )

    def tint(
        self, points: Sequence[Point], within: Sequence[Point], fill: Colour, opacity: float = 1.0
    ) -> None:
        """Fill the part of `points` that lies inside the outline `within`."""
        shape, clip = self._scaled(points), self._scaled(within)
        left = max(0, int(min(x for x, _ in shape)))
        top = max(0, int(min(y for _, y in shape)))
        right = min(self.image.width, int(max(x for x, _ in shape)) + 2)
        bottom = min(self.image.height, int(max(y for _, y in shape)) + 2)
        if right <= left or bottom <= top:
            return
        masks = []
        for outline, value in ((shape, round(255 * opacity)), (clip, 255)):
            mask = Image.new("L", (right - left, bottom - top))
            ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in outline], fill=value)
            masks.append(mask)
        self.image.paste(fill, (left, top), ImageChops.multiply(*masks))

    def glow(self, centre: Point, radius: Point, fill: Colour, opacity: float) -> None:
        """Lay a soft spot of colour, strongest in the middle."""
        ((x, y),) = self._scaled([centre])
        rx, ry = (value * self.zoom * SUPERSAMPLING for value in radius)
        spot = _GLOW.resize((max(1, round(2 * rx)), max(1, round(2 * ry))))
        mask = spot.point([round(value * opacity) for value in range(256)])
        self.image.paste(fill, (round(x - rx), round(y - ry)), mask)

    def gradient(self, top: Colour, bottom: Colour, box: tuple[float, float, float, float]) -> None:
        """Fill a box (left, top, right, bottom) of the whole picture, from one colour down to another."""
        left, upper, right, lower = (round(value * SUPERSAMPLING) for value in box)
        mask = _RAMP.resize((right - left, lower - upper))
        self._draw.rectangle((left, upper, right - 1, lower - 1), fill=top)
        self.image.paste(bottom, (left, upper), mask)

    def finished(self) -> Image.Image:
        """Return the picture at its final size, (256, 256) RGB."""
        return self.image.reduce(SUPERSAMPLING)


_RAMP = Image.linear_gradient("L")
_GLOW = Image.radial_gradient("L").point([max(0, 255 - 2 * value) for value in range(256)])
