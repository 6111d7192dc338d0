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
# Of each scene: mirrored, or with its things moved about.
SCENE_VARIANTS = 4
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
    """The scale of a figure, and where the middle of its face lies before it turns, in pixels."""

    zoom: float
    x: float
    y: float


def placement_of(portrait: Portrait) -> Placement:
    """Return where `draw` puts the figure.

    It follows from the framing alone. Moved by a few pixels from picture to picture, eyes fall differently on
    the cells of the latents each time: that was more than half of what a denoiser had to learn about a face.
    """
    return Placement(*FRAMES[portrait.framing])


def draw(portrait: Portrait, seed: int = 0) -> Image.Image:
    """Draw one portrait, (256, 256) RGB; equal arguments give equal bytes.

    `portrait.face_seed` fixes the proportions of the face; `seed` chooses what no word describes and is not
    the person: how the scene is arranged, and the colour of a hat.
    """
    chance = random.Random(seed)
    canvas = Canvas()
    placement = placement_of(portrait)
    scenes.draw_background(canvas, portrait.background, random.Random(chance.randrange(SCENE_VARIANTS)))
    canvas.zoom, canvas.origin = placement.zoom, (placement.x, placement.y)
    canvas.turn = TURNS[portrait.turn]
    headwear_colour = chance.choice(HEADWEAR_COLOURS)
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
