"""Procedural portraits of clothed adults: the only source of the embedded model's training pictures."""

from __future__ import annotations

import random
from typing import NamedTuple

from PIL import Image

from tools.embedded_model.attributes import CLOTHES, HAIR, SKIN, Portrait
from tools.embedded_model.drawing import clothes, hair, headwear, lighting, scenes, worn
from tools.embedded_model.drawing.canvas import Canvas
from tools.embedded_model.drawing.face import Face

# Zoom, and where the middle of the face lies in the picture.
FRAMES: dict[str, tuple[float, float, float]] = {
    "close-up": (1.55, 128.0, 128.0),
    "bust": (1.18, 128.0, 114.0),
    "half body": (0.88, 128.0, 92.0),
}
TURNS = {"left": -1.0, "front": 0.0, "right": 1.0}
# Headwear has no named colour; these go with most clothes.
HEADWEAR_COLOURS = (
    (196, 62, 70),
    (60, 96, 168),
    (70, 130, 96),
    (230, 190, 120),
    (88, 72, 120),
    (232, 226, 214),
)


class Placement(NamedTuple):
    """The scale of a figure, and where the middle of its face lies before tilt and turn, in pixels."""

    zoom: float
    x: float
    y: float


def placement_of(portrait: Portrait, jitter_seed: int = 0) -> Placement:
    """Return where `draw` puts the figure, from the same arguments."""
    jitter = random.Random(jitter_seed)
    jitter.random()
    return _place(portrait, jitter)


def _place(portrait: Portrait, jitter: random.Random) -> Placement:
    zoom, x, y = FRAMES[portrait.framing]
    return Placement(zoom * jitter.uniform(0.96, 1.04), x + jitter.uniform(-4, 4), y + jitter.uniform(-3, 3))


def draw(portrait: Portrait, jitter_seed: int = 0) -> Image.Image:
    """Draw one portrait, (256, 256) RGB; equal arguments give equal bytes.

    `portrait.face_seed` fixes the proportions of the face; `jitter_seed` moves and tilts the figure a little,
    as another picture of the same person would.
    """
    jitter = random.Random(jitter_seed)
    canvas = Canvas()
    scene_seed = jitter.random()
    placement = _place(portrait, jitter)
    scenes.draw_background(canvas, portrait.background, random.Random(scene_seed))
    canvas.zoom, canvas.origin = placement.zoom, (placement.x, placement.y)
    canvas.turn, canvas.tilt = TURNS[portrait.turn], jitter.uniform(-0.05, 0.05)
    headwear_colour = jitter.choice(HEADWEAR_COLOURS)
    skin, strands = SKIN[portrait.skin], hair.strand_tint(HAIR[portrait.hair_colour], portrait.age)
    face = Face(canvas, portrait, skin, strands)
    side, hat = face.shape.hair_side, portrait.headwear

    hair.draw_hair_behind(canvas, portrait.hair_style, strands, hat, side)
    headwear.draw_headwear_behind(canvas, hat, headwear_colour)
    face.draw_neck()
    width = (98.0 if face.shape.manly else 82.0) * (1 + 0.5 * face.shape.width)
    clothes.draw_clothes(canvas, portrait.garment, CLOTHES[portrait.clothes_colour], skin, width)
    canvas.layer = "front"
    face.draw_head()
    face.draw_age()
    face.draw_beard()
    face.draw_nose()
    face.draw_mouth()
    face.draw_moustache()
    face.draw_eyes()
    face.draw_brows()
    worn.draw_temples(face)
    hair.draw_hair_front(canvas, portrait.hair_style, strands, hat, side)
    headwear.draw_headwear_front(canvas, hat, headwear_colour)
    worn.draw_glasses(face)
    if hat != "headscarf":
        worn.draw_earrings(face)
    return lighting.light(canvas.finished(), portrait.light)
