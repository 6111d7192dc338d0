"""What lies behind the person: plain coloured walls and scenes told apart by large shapes and colours."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from tools.embedded_model.attributes import PLAIN_BACKGROUNDS, Colour
from tools.embedded_model.drawing import scenes_indoor, scenes_outdoor
from tools.embedded_model.drawing.canvas import SIZE, SUPERSAMPLING, Canvas, light, shadow

# Nothing is gained by mirroring it.
_SYMMETRIC = frozenset({"library"})
_RAMP = Image.linear_gradient("L")


class _Backdrop(Canvas):
    """A canvas of half the resolution: quicker to fill, and softer than the person, who then stands out."""

    def __init__(self, *, mirror: bool) -> None:
        super().__init__()
        self.image = Image.new("RGB", (SIZE, SIZE))
        self._draw = ImageDraw.Draw(self.image)
        self.zoom = 1 / SUPERSAMPLING
        self.flip = mirror
        self.origin = (SIZE / SUPERSAMPLING if mirror else 0.0, 0.0)

    def gradient(self, top: Colour, bottom: Colour, box: tuple[float, float, float, float]) -> None:
        """Fill a box of the whole picture, from one colour down to another."""
        left, upper, right, lower = (round(value) for value in box)
        self._draw.rectangle((left, upper, right - 1, lower - 1), fill=top)
        self.image.paste(bottom, (left, upper), _RAMP.resize((right - left, lower - upper)))


def draw_background(canvas: Canvas, name: str, rng: random.Random) -> None:
    """Fill the whole canvas, whatever its origin and zoom."""
    if name in PLAIN_BACKGROUNDS:
        backdrop, colour = _Backdrop(mirror=False), PLAIN_BACKGROUNDS[name]
        backdrop.gradient(light(colour, 0.08), shadow(colour, 0.07), (0, 0, SIZE, SIZE))
        backdrop.glow((128 + rng.uniform(-8, 8), 112), (165, 165), light(colour, 0.6), 0.8)
    else:
        backdrop = _Backdrop(mirror=rng.random() < 0.5 and name not in _SYMMETRIC)
        _SCENES[name](backdrop, rng)
    soft = backdrop.image.reduce(2).resize(canvas.image.size, Image.Resampling.BILINEAR)
    canvas.image.paste(soft)


_SCENES: dict[str, Callable[[Canvas, random.Random], None]] = {
    "room": scenes_indoor.draw_room,
    "library": scenes_indoor.draw_library,
    "cafe": scenes_indoor.draw_cafe,
    "forest": scenes_outdoor.draw_forest,
    "beach": scenes_outdoor.draw_beach,
    "mountains": scenes_outdoor.draw_mountains,
    "snow": scenes_outdoor.draw_snow,
    "city": scenes_outdoor.draw_city,
    "night city": scenes_outdoor.draw_night_city,
    "sunset": scenes_outdoor.draw_sunset,
    "space": scenes_outdoor.draw_space,
}
