"""Hats, bands and scarves, in head units."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Literal

from tools.embedded_model.attributes import Colour
from tools.embedded_model.drawing.canvas import Canvas, light, line_colour, mix, shadow, smooth
from tools.embedded_model.drawing.hair_behind import (
    Outline,
    cast_shadow,
    paint,
    path,
    points,
    strand,
    strands,
)


@dataclasses.dataclass(frozen=True)
class _Cloth:
    edge: Colour
    dark: Colour
    base: Colour
    pale: Colour
    ribbon: Colour


def _cloth(colour: Colour) -> _Cloth:
    if sum(colour) < 210:
        return _Cloth(
            (16, 14, 24),
            (26, 24, 36),
            mix(colour, (110, 110, 130), 0.12),
            mix(colour, (255, 250, 240), 0.3),
            mix(colour, (255, 250, 240), 0.6),
        )
    return _Cloth(line_colour(colour), shadow(colour, 0.24), colour, light(colour, 0.36), shadow(colour, 0.5))


_CAP = path("0,-86 30,-80 50,-58 57,-34 57,-18 | 44,-26 24,-32 0,-33", mirror=True)
_CAP_SEAMS = [
    smooth(points(text), closed=False, steps=5)
    for text in ("0,-86 1,-60 0,-34", "-4,-86 -28,-64 -34,-30", "4,-86 28,-64 34,-30")
]
_VISOR = path("0,-45 26,-43 47,-33 61,-15 | 46,-15 24,-20 0,-21", mirror=True)
_VISOR_SEAMS = [
    smooth(points(text), closed=False, steps=6)
    for text in ("-49,-25 -26,-35 0,-38 26,-35 49,-25", "-53,-20 -27,-28 0,-31 27,-28 53,-20")
]
_PANEL = path("0,-76 11,-72 15,-62 12,-52 0,-49", mirror=True)


def _draw_cap(canvas: Canvas, cloth: _Cloth) -> None:
    canvas.polygon(_CAP, cloth.base, cloth.edge, 1.8)
    canvas.glow((-18, -66), (30, 22), cloth.pale, 0.7)
    for seam in _CAP_SEAMS:
        canvas.line(seam, cloth.dark, 1.5)
    canvas.ellipse((0, -86), (5, 3), cloth.dark, cloth.edge, 1.3)
    canvas.polygon(_PANEL, cloth.pale, cloth.dark, 1.5)
    # It points where the head looks.
    visor = [(x + 5 * canvas.turn * max(0.0, 1 - (x / 60) ** 2), y) for x, y in _VISOR]
    cast_shadow(canvas, visor, 6)
    canvas.polygon(visor, cloth.base, cloth.edge, 1.8)
    for seam in _VISOR_SEAMS:
        canvas.line(seam, cloth.dark, 1.5)


_BEANIE = path("0,-89 24,-85 45,-68 55,-44 57,-26 30,-34 0,-36", mirror=True)
_BEANIE_RIBS = [
    smooth(points(f"{x * 0.35:.1f},-88 {x * 0.85:.1f},-70 {x},-44"), closed=False, steps=4)
    for x in range(-44, 45, 11)
]
_RIM = path("0,-52 30,-49 57,-36 60,-18 | 48,-21 28,-27 0,-29", mirror=True)
_RIM_RIBS = [
    strand(f"{x * 0.98:.1f},{-51 + x * x * 0.0045:.1f} {x * 1.02:.1f},{-30 + x * x * 0.004:.1f}", 3.4)
    for x in range(-54, 55, 9)
]


def _draw_beanie(canvas: Canvas, cloth: _Cloth) -> None:
    canvas.polygon(_BEANIE, cloth.base, cloth.edge, 1.8)
    canvas.glow((-16, -70), (30, 22), cloth.pale, 0.7)
    for rib in _BEANIE_RIBS:
        canvas.line(rib, cloth.dark, 1.6)
    cast_shadow(canvas, _RIM, 5)
    canvas.polygon(_RIM, mix(cloth.base, cloth.pale, 0.25), cloth.edge, 1.8)
    paint(canvas, _RIM_RIBS, cloth.dark)


_BRIM_BACK = path("0,-44 50,-36 71,-20 58,-8 30,-4 0,-2", mirror=True)
_BRIM = path("0,-48 40,-45 64,-35 75,-22 | 62,-14 34,-19 0,-22", mirror=True)
_BRIM_DARK = path("0,-44 40,-41 54,-33 26,-34 0,-36", mirror=True)
_CROWN = path("0,-87 22,-87 40,-76 46,-56 47,-37 24,-41 0,-43", mirror=True)
_RIBBON = path("0,-57 24,-55 46,-50 | 47,-37 24,-41 0,-43", mirror=True)
_BRIM_RINGS = [
    smooth(points(text), closed=False, steps=6)
    for text in ("-60,-26 -34,-31 0,-33 34,-31 60,-26", "-66,-21 -36,-26 0,-28 36,-26 66,-21")
]


def _draw_brim_back(canvas: Canvas, cloth: _Cloth) -> None:
    canvas.polygon(_BRIM_BACK, shadow(cloth.base, 0.42), cloth.edge, 1.8)


def _draw_hat(canvas: Canvas, cloth: _Cloth) -> None:
    cast_shadow(canvas, _BRIM, 6)
    canvas.polygon(_BRIM, cloth.base, cloth.edge, 1.8)
    canvas.polygon(_BRIM_DARK, cloth.dark)
    for ring in _BRIM_RINGS:
        canvas.line(ring, cloth.dark, 1.3)
    canvas.polygon(_CROWN, cloth.base, cloth.edge, 1.8)
    canvas.glow((-16, -72), (24, 14), cloth.pale, 0.8)
    canvas.polygon(_RIBBON, cloth.ribbon, cloth.edge, 1.6)


_BAND = path("0,-60 28,-54 47,-39 56,-14 | 51,-3 | 47,-12 40,-26 24,-39 0,-44", mirror=True)
_BAND_LIGHT = path("-39,-41 -20,-53 0,-56 12,-55 | 10,-50 0,-51 -18,-47 -36,-37")
_BAND_SHADE = path("54,-14 | 51,-3 | 47,-12 40,-26 24,-39 4,-44 | 24,-43 42,-30 51,-15")


def _draw_headband(canvas: Canvas, cloth: _Cloth) -> None:
    canvas.polygon(_BAND, cloth.base, cloth.edge, 1.8)
    canvas.polygon(_BAND_SHADE, cloth.dark)
    canvas.polygon(_BAND_LIGHT, cloth.pale)


_SCARF_BACK = path("0,-66 40,-54 56,-18 57,24 62,60 78,92 0,100", mirror=True)
_FACE = path("0,-42 24,-37 37,-18 40,6 37,28 27,46 13,57 0,60", mirror=True)
_SCARF = path("0,-74 32,-67 51,-42 57,-8 55,28 46,56 38,76 20,88 0,90", mirror=True)
_DRAPE = path("0,54 34,50 50,66 74,86 70,100 44,104 18,118 0,124 -30,112 -62,106 -76,90 -50,66 -34,50")
_DRAPE_FOLDS = strands(
    "-48,72 -20,98 14,112 / -30,78 0,96 34,100 / 48,70 30,90 4,102 / 60,82 44,94 26,102", width=4
)
_SCARF_FOLDS = strands(
    "-44,26 -30,56 -4,72 26,70 / 46,20 36,52 14,70 -10,74 / -50,6 -44,44 -22,78 4,86 / -48,-22 -50,2 -47,26",
    width=4,
)
_SCARF_LIGHTS = strands("-30,-58 -10,-66 14,-66 / -46,-32 -52,-8 -50,16 / 50,-10 51,16 44,42", width=6)
_RIMMED = [(x * 1.07, y * 1.06) for x, y in _FACE]


def _draw_scarf_back(canvas: Canvas, cloth: _Cloth) -> None:
    canvas.polygon(_SCARF_BACK, cloth.dark, cloth.edge, 1.8)


def _holed(outer: Outline, hole: Outline) -> Outline:
    """Join two outlines that both begin at the top middle, so that the inner one stays open."""
    return [*outer, outer[0], hole[0], *reversed(hole)]


_SCARF_OPEN = _holed(_SCARF, _FACE)
_HEM = _holed(_RIMMED, _FACE)


def _draw_scarf(canvas: Canvas, cloth: _Cloth) -> None:
    canvas.layer = None
    canvas.polygon(_DRAPE, cloth.base, cloth.edge, 1.8)
    paint(canvas, _DRAPE_FOLDS, cloth.dark)
    canvas.layer = "front"
    canvas.polygon(_SCARF_OPEN, cloth.base)
    canvas.polygon(_HEM, cloth.dark)
    for outline in (_SCARF, _FACE):
        canvas.line([*outline, outline[0], outline[1]], cloth.edge, 1.8)
    paint(canvas, _SCARF_FOLDS, cloth.dark)
    paint(canvas, _SCARF_LIGHTS, mix(cloth.base, cloth.pale, 0.6))


_BEHIND: dict[str, Callable[[Canvas, _Cloth], None]] = {"hat": _draw_brim_back, "headscarf": _draw_scarf_back}
_FRONT: dict[str, Callable[[Canvas, _Cloth], None]] = {
    "cap": _draw_cap,
    "beanie": _draw_beanie,
    "hat": _draw_hat,
    "headband": _draw_headband,
    "headscarf": _draw_scarf,
}


def draw_headwear_behind(canvas: Canvas, headwear: str, colour: Colour) -> None:
    """Draw the back of what is worn on the head."""
    _draw(canvas, _BEHIND, "behind", headwear, colour)


def draw_headwear_front(canvas: Canvas, headwear: str, colour: Colour) -> None:
    """Draw what is worn on the head, over hair and face."""
    _draw(canvas, _FRONT, "front", headwear, colour)


def _draw(
    canvas: Canvas,
    pieces: Mapping[str, Callable[[Canvas, _Cloth], None]],
    layer: Literal["front", "behind"],
    headwear: str,
    colour: Colour,
) -> None:
    if headwear not in pieces:
        return
    before = canvas.layer
    canvas.layer = layer
    pieces[headwear](canvas, _cloth(colour))
    canvas.layer = before
