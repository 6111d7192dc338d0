"""What is worn on the face and at the ears. Coordinates: head units, see `face`."""

from __future__ import annotations

from tools.embedded_model.attributes import Colour
from tools.embedded_model.drawing.canvas import oval, shadow, smooth
from tools.embedded_model.drawing.face import Face

GOLD: Colour = (238, 188, 70)
FRAME: Colour = (38, 34, 50)


def draw_temples(face: Face) -> None:
    """Draw the arms of the glasses, which hair may cover."""
    if face.portrait.glasses == "none":
        return
    for side in (-1, 1):
        if side != face.canvas.turn:
            y = face.shape.eye_height
            face.canvas.line([(side * 38, y - 4), (side * 48, y - 3)], FRAME, 3.0)


def draw_glasses(face: Face) -> None:
    """Draw frames and lenses on the nose."""
    kind, canvas = face.portrait.glasses, face.canvas
    if kind == "none":
        return
    y, spacing = face.shape.eye_height, face.shape.eye_spacing + 0.5
    for side in (-1, 1):
        x = side * spacing
        lens = {
            "round": oval((x, y + 1), (18.5, 18.5)),
            "square": [(x - 19, y - 13), (x + 19, y - 13), (x + 18, y + 14), (x - 18, y + 14)],
            "cat-eye": smooth(
                [
                    (x - side * 17, y - 9),
                    (x + side * 8, y - 12),
                    (x + side * 25, y - 19),
                    (x + side * 19, y + 4),
                    (x + side * 6, y + 14),
                    (x - side * 12, y + 12),
                ]
            ),
            "sunglasses": smooth(
                [
                    (x - 19, y - 11),
                    (x, y - 13),
                    (x + 19, y - 11),
                    (x + 18, y + 6),
                    (x + 5, y + 16),
                    (x - 9, y + 16),
                    (x - 18, y + 6),
                ]
            ),
        }[kind]
        if kind == "sunglasses":
            canvas.polygon(lens, (34, 34, 48))
            canvas.tint(
                [(x - 20, y + 18), (x + 20, y + 18), (x + 20, y + 2), (x - 20, y + 6)],
                lens,
                (86, 84, 112),
                0.8,
            )
        glint = [(x - 14, y + 4), (x - 5, y - 16), (x + 1, y - 16), (x - 9, y + 9)]
        canvas.tint(glint, lens, (255, 255, 255), 0.3)
        canvas.line([*lens, lens[0], lens[1]], FRAME, 3.2)
    gap = spacing - 18.5
    canvas.line(smooth([(-gap, y - 3), (0, y - 5), (gap, y - 3)], closed=False), FRAME, 3.2)


def draw_earrings(face: Face) -> None:
    """Draw what hangs from the lobes that can be seen."""
    kind, canvas = face.portrait.earrings, face.canvas
    if kind == "none":
        return
    edge = shadow(GOLD, 0.75)
    for side in (-1, 1):
        if side == canvas.turn:
            continue
        x = side * 47 * (1 + face.shape.width)
        if kind == "studs":
            canvas.ellipse((x, 25), (5.8, 5.8), GOLD, edge, 1.7)
            canvas.ellipse((x - 1.6, 23.4), (2.2, 2.2), (255, 250, 226))
        else:
            ring = oval((x, 36), (10, 13))
            canvas.line([*ring, ring[0], ring[1]], edge, 5.4)
            canvas.line([*ring, ring[0], ring[1]], GOLD, 3.0)
