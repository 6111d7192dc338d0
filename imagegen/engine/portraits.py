"""Reads portraits as face recognition does: find the face, cut it out at one size, and look at it closely.

What is around the face is seen in a second, coarser view of the whole picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from imagegen.engine import convolutions

# Every view ends in so many cells a side.
_CELLS = 8
# Pixels a side of the face that is cut out.
_FACE_SIDE = 128
_FACE_FOLD, _WHOLE_FOLD = 2, 8
# The finder sees less: a face is large.
_FINDER_REDUCTION, _FINDER_WIDTHS = 4, (16, 24, 32)
# Logarithms of the least and the greatest half side of a face that is looked at, whatever the finder says.
_SIZES = (-3.0, 0.5)
_FEATURES, _NARROW = 128, 16
# Share of the features left out while training, so that no face is known by one of them.
_DROPOUT = 0.2


@dataclass(frozen=True, slots=True)
class Widths:
    """Channels of the two views: of the face at 64, 32, 16 and 8 cells a side, of the whole from 32 on."""

    face: tuple[int, int, int, int]
    whole: tuple[int, int, int]


def widths_of(config: Mapping[str, Any]) -> Widths:
    """Return the widths that a network's configuration names."""
    return Widths(**{view: tuple(widths) for view, widths in config["widths"].items()})


class FaceFinder(nn.Module):
    """Says where the face is: (B, 3, 256, 256) in -1..1 to (B, 3).

    Those are the middle across and down, -1..1 over the picture, and the logarithm of half the side of the
    cut, where the picture's half side is 1.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = convolutions.trunk(_FACE_FOLD, _FINDER_WIDTHS)
        self.head = nn.Linear(_FINDER_WIDTHS[-1] * _CELLS**2, 3)

    def forward(self, pictures: Tensor) -> Tensor:
        small = functional.avg_pool2d(pictures, _FINDER_REDUCTION)
        places: Tensor = self.head(self.body(small).flatten(1))
        return places.float()


def cut_out(pictures: Tensor, places: Tensor, side: int = _FACE_SIDE) -> Tensor:
    """Return the squares at `places`, as the finder says them, (B, channels, side, side)."""
    half, zero = places[:, 2].clamp(*_SIZES).exp(), torch.zeros_like(places[:, 0])
    rows = [torch.stack([half, zero, places[:, 0]], 1), torch.stack([zero, half, places[:, 1]], 1)]
    size = [*pictures.shape[:2], side, side]
    grid = functional.affine_grid(torch.stack(rows, 1).to(pictures.dtype), size, align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


class View(nn.Module):
    """Reads a square into features that know what is where, and what is anywhere.

    Returns (B, features) of (B, channels, side, side), which `fold` and `widths` turn into 8 x 8 cells.
    """

    def __init__(self, fold: int, widths: tuple[int, ...], channels: int = 3) -> None:
        super().__init__()
        self.features = _FEATURES + widths[-1]
        self.body = convolutions.trunk(fold, widths, channels)
        self.layout = nn.Sequential(
            nn.Conv2d(widths[-1], _NARROW, 1),
            nn.Flatten(),
            nn.Linear(_NARROW * _CELLS**2, _FEATURES),
            nn.ReLU(),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        maps = self.body(pictures)
        return torch.cat([self.layout(maps), maps.amax(dim=(2, 3))], dim=1)


class PortraitReader(nn.Module):
    """Turns (B, 3, 256, 256) in -1..1 into (B, features)."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.finder = FaceFinder()
        self.face = View(_FACE_FOLD, widths.face)
        self.whole = View(_WHOLE_FOLD, widths.whole)
        self.dropout = nn.Dropout(_DROPOUT)
        self.features = self.face.features + self.whole.features

    def forward(self, pictures: Tensor, places: Tensor | None = None) -> Tensor:
        """Read pictures; `places` (B, 3) are where the faces are, if that is known better than by finding."""
        if places is None:
            places = self.finder(pictures)
        seen = [self.face(cut_out(pictures, places.detach())), self.whole(pictures)]
        features: Tensor = self.dropout(torch.cat(seen, dim=1))
        return features
