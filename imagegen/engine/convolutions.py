"""A small convolutional network that reads 256 x 256 pictures; what is read from it, others decide."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

CONFIG, WEIGHTS = "config.json", "model.safetensors"
SIDE = 256
_FOLD = 4
# Share of the pooled features left out while training, so that no face is known by one of them.
DROPOUT = 0.2

Widths = tuple[int, int, int, int]


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


def _narrower(before: int, after: int) -> nn.Sequential:
    """Halve height and width."""
    convolution = nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after), nn.ReLU())


def trunk(widths: Widths) -> nn.Sequential:
    """Build the network from (B, 3, 256, 256) in -1..1 to (B, widths[3], 8, 8).

    widths: channels at 64, 32, 16 and 8 cells a side.
    """
    first, second, third, last = widths
    return nn.Sequential(
        nn.PixelUnshuffle(_FOLD),
        nn.Conv2d(3 * _FOLD**2, first, 1, bias=False),
        nn.BatchNorm2d(first),
        nn.ReLU(),
        _narrower(first, second),
        _Residual(second),
        _narrower(second, third),
        _Residual(third),
        _Residual(third),
        _narrower(third, last),
        _Residual(last),
        _Residual(last),
    )


def pooled(values: Tensor) -> Tensor:
    """Return mean and maximum over all places, (B, channels, H, W) to (B, 2 * channels)."""
    return torch.cat([values.mean(dim=(2, 3)), values.amax(dim=(2, 3))], dim=1)


def features_of(widths: Widths) -> int:
    """Return how many numbers `pooled` gives for each picture."""
    return 2 * widths[3]


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
    """Return the configuration that `save` wrote; `widths` is a tuple."""
    config: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return config | {"widths": tuple(config["widths"])}


def restore(network: nn.Module, folder: Path) -> None:
    """Load the weights that `save` wrote, in float32, for use: a picture takes milliseconds on a CPU."""
    network.load_state_dict(load_file(folder / WEIGHTS))
    network.float().eval()


def as_tensor(picture: Image.Image) -> Tensor:
    """Return any picture as (3, 256, 256) in -1..1."""
    scaled = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(scaled).copy()).permute(2, 0, 1).float() / 127.5 - 1
