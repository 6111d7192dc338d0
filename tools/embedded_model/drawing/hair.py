"""Hair of a portrait, in head units. The shapes are in `hair_behind` and `hair_front`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tools.embedded_model.attributes import Colour
from tools.embedded_model.drawing.canvas import Canvas, mix
from tools.embedded_model.drawing.hair_behind import BEHIND, tones
from tools.embedded_model.drawing.hair_front import FRONT, FRONT_UNDER_HAT, Style

# Headwear that hair has to fit under.
_COVERS = frozenset({"cap", "beanie", "hat"})


def draw_hair_behind(canvas: Canvas, style: str, colour: Colour, headwear: str, side: int) -> None:
    """Draw what lies behind neck and shoulders; `side` (-1 or 1) is where the hair is parted or falls."""
    _draw(canvas, BEHIND, "behind", style, colour, headwear, side)


def draw_hair_front(canvas: Canvas, style: str, colour: Colour, headwear: str, side: int) -> None:
    """Draw the cap of hair over the skull, its fringe, and the locks before the shoulders."""
    styles = FRONT_UNDER_HAT if headwear in _COVERS else FRONT
    _draw(canvas, styles, "front", style, colour, headwear, side)


def _draw(
    canvas: Canvas,
    styles: Mapping[str, Style],
    layer: Literal["front", "behind"],
    style: str,
    colour: Colour,
    headwear: str,
    side: int,
) -> None:
    if style not in styles or headwear == "headscarf":
        return
    before = canvas.layer, canvas.flip
    canvas.layer, canvas.flip = layer, side < 0
    styles[style](canvas, tones(colour), headwear in _COVERS)
    canvas.layer, canvas.flip = before


def strand_tint(hair: Colour, age: str) -> Colour:
    """Return the hair colour as drawn; elderly people keep the named colour, slightly faded."""
    return mix(hair, (214, 214, 218), 0.12) if age == "elderly" else hair
