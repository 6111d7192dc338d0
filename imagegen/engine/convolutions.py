"""Convolutional networks that read 256 x 256 pictures: what they are built of, and their folders on disk."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

CONFIG, WEIGHTS = "config.json", "model.safetensors"
SIDE = 256


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, values: Tensor) -> Tensor:
        return torch.relu(values + self.body(values))


def _convolution(before: int, after: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after), nn.ReLU())


def trunk(fold: int, widths: Sequence[int], channels: int = 3) -> nn.Sequential:
    """Build a network from (B, channels, side, side) to (B, widths[-1], cells, cells).

    fold: pixels a side that become one cell. widths: channels there and after each halving of the cells.
    """
    layers = [nn.PixelUnshuffle(fold), _convolution(channels * fold**2, widths[0], stride=1)]
    for index, (before, after) in enumerate(pairwise(widths)):
        layers += [_convolution(before, after, stride=2), _Residual(after)]
        if index > 0:
            layers.append(_Residual(after))
    return nn.Sequential(*layers)


def save(network: nn.Module, config: Mapping[str, object], folder: Path) -> None:
    """Write a network's configuration and its weights, these in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n")
    halves = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in network.state_dict().items()
    }
    save_file(halves, folder / WEIGHTS)


def read_config(folder: Path) -> dict[str, Any]:
    """Return the configuration that `save` wrote."""
    config: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return config


def restore(network: nn.Module, folder: Path) -> None:
    """Load the weights that `save` wrote, in float32, for use: a picture takes milliseconds on a CPU."""
    network.load_state_dict(load_file(folder / WEIGHTS))
    network.float().eval()


def as_tensor(picture: Image.Image) -> Tensor:
    """Return any picture as (3, 256, 256) in -1..1."""
    scaled = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(scaled).copy()).permute(2, 0, 1).float() / 127.5 - 1
