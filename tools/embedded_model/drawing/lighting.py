"""The light of a portrait: a colour grade over the finished picture."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
from PIL import Image

from tools.embedded_model.drawing.canvas import SIZE

Field = npt.NDArray[np.float32]


def light(image: Image.Image, name: str) -> Image.Image:
    """Return the picture as it looks in the light `name`."""
    if name == "soft":
        return image
    gain, glow = _grades()[name]
    lit = np.asarray(image, dtype=np.float32) * gain
    # Screened, not added: a glow must not burn out what is pale already.
    lit += glow * (1 - np.minimum(lit, 255) / 255)
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


@functools.cache
def _grades() -> dict[str, tuple[Field, Field]]:
    ramp = (np.arange(SIZE, dtype=np.float32) + 0.5) / SIZE
    x, y = ramp[None, :, None], ramp[:, None, None]
    beam = np.exp(-((x / 0.5) ** 2 + (y / 0.62) ** 2))
    moon = np.exp(-(((1 - x) / 0.5) ** 2 + (y / 0.6) ** 2))
    middle = np.clip(np.hypot(x - 0.5, y - 0.5) / 0.7, 0, 1)
    away = np.clip((x + y) / 2, 0, 1)
    dark = _step((x - 0.44) / 0.42)
    return {
        "warm": (
            _blend((1.05, 1.02, 0.94), (1.0, 0.93, 0.86), away),
            beam * _colour((255, 170, 50)) * 0.42,
        ),
        "cool": (
            _blend((0.90, 0.92, 1.0), (0.76, 0.80, 0.97), middle),
            moon * _colour((110, 150, 240)) * 0.15,
        ),
        "dramatic": (
            _blend((1.10, 1.07, 1.02), (0.36, 0.33, 0.42), dark) * (1 - 0.42 * middle**2.2),
            np.zeros((1, 1, 3), dtype=np.float32),
        ),
    }


def _colour(values: tuple[float, float, float]) -> Field:
    return np.asarray(values, dtype=np.float32)


def _blend(first: tuple[float, float, float], second: tuple[float, float, float], amount: Field) -> Field:
    return (_colour(first) + (_colour(second) - _colour(first)) * amount).astype(np.float32)


def _step(value: Field) -> Field:
    clipped = np.clip(value, 0, 1)
    return clipped * clipped * (3 - 2 * clipped)
