"""Small pictures of what is on its way, straight from the latents: no autoencoder runs for them."""

import colorsys

import torch
from PIL import Image
from torch import Tensor

from imagegen.engine.families import Family
from imagegen.engine.pictures import to_images

# Patches that the colours are learned from: hues by brightness, each so many latents a side.
_HUES, _SHADES, _CELLS = 12, 5, 4


class PreviewPainter:
    """Knows the colours that a model's latents stand for.

    A linear map from channels to red, green and blue comes near enough. It is fitted to what the model's own
    autoencoder makes of patches of known colours, so it needs no numbers from elsewhere.
    """

    def __init__(self, family: Family) -> None:
        colours = _patches()
        side = family.grid * _CELLS
        sheet = Image.new("RGB", (side * _HUES, side * _SHADES))
        for number, colour in enumerate(colours):
            place = (number % _HUES * side, number // _HUES * side)
            sheet.paste(
                tuple(round(255 * part) for part in colour), (*place, place[0] + side, place[1] + side)
            )
        latents = family.draw_reference(sheet, torch.Generator().manual_seed(0)).float().cpu()[0]
        # The middle of each patch, where its neighbours are far.
        middle = latents[:, _CELLS // 2 :: _CELLS, _CELLS // 2 :: _CELLS].flatten(1).T
        known = torch.cat([middle, torch.ones(len(middle), 1)], dim=1)
        self._map = torch.linalg.lstsq(known, torch.tensor(colours), driver="gelsd").solution

    def paint(self, latents: Tensor) -> Image.Image:
        """Return a picture with a pixel for each latent, from (1, channels, h, w)."""
        pixels = latents[0].float().cpu().permute(1, 2, 0)
        colours = pixels @ self._map[:-1] + self._map[-1]
        return to_images(colours.clamp(0, 1).mul(255).round().to(torch.uint8)[None])[0]


def _patches() -> list[tuple[float, float, float]]:
    return [
        colorsys.hls_to_rgb(hue / _HUES, (shade + 1) / (_SHADES + 1), 0.8)
        for shade in range(_SHADES)
        for hue in range(_HUES)
    ]
