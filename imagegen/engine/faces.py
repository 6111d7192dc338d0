"""A face encoder for IP-Adapters that were trained with one instead of CLIP's image encoder.

As IP-Adapter-FaceID does it: what a network that knows faces says about a picture goes to the adapter's
projection. Encoder and processor have the interface of CLIP's, so a pipeline takes them in its place.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace

import torch
from PIL import Image
from torch import Tensor, nn

from imagegen.engine import convolutions
from imagegen.engine.portraits import PortraitReader, Widths, widths_of


@dataclass(frozen=True, slots=True)
class FaceEmbedding:
    """What the encoder says: `image_embeds`, (B, width)."""

    image_embeds: Tensor


class FaceEncoder(nn.Module):
    """Says who is seen, whatever else a picture shows.

    widths: see `portraits.Widths`. width: numbers of an embedding.
    """

    def __init__(self, widths: Widths, width: int) -> None:
        super().__init__()
        self.widths = widths
        self.config = SimpleNamespace(image_size=convolutions.SIDE, projection_dim=width)
        self.reader = PortraitReader(widths)
        self.head = nn.Linear(self.reader.features, width)

    @property
    def device(self) -> torch.device:
        """Where its weights are; pipelines ask their parts for it."""
        return self.head.weight.device

    @property
    def dtype(self) -> torch.dtype:
        """What its weights are; pipelines ask their parts for it."""
        return self.head.weight.dtype

    def forward(self, pixel_values: Tensor, places: Tensor | None = None) -> FaceEmbedding:
        """Encode (B, 3, 256, 256) in -1..1; `places` as in `PortraitReader`."""
        return FaceEmbedding(self.head(self.reader(pixel_values, places)))

    def save(self, folder: Path) -> None:
        """Write configuration and weights, these in half precision."""
        config = {"widths": asdict(self.widths), "width": self.config.projection_dim}
        convolutions.save(self, config, folder)


class FaceProcessor:
    """Turns pictures into the encoder's input."""

    def __call__(
        self, images: Image.Image | Sequence[Image.Image], return_tensors: str = "pt"
    ) -> SimpleNamespace:
        """Return `pixel_values`, (B, 3, 256, 256) in -1..1.

        return_tensors: as pipelines call it; anything but "pt" raises ValueError.
        """
        if return_tensors != "pt":
            raise ValueError(f"only torch tensors can be returned, not {return_tensors!r}")
        several = [images] if isinstance(images, Image.Image) else images
        return SimpleNamespace(pixel_values=torch.stack([convolutions.as_tensor(image) for image in several]))


def load(folder: Path) -> FaceEncoder:
    """Read an encoder that `save` wrote, in float32."""
    config = convolutions.read_config(folder)
    encoder = FaceEncoder(widths_of(config), config["width"])
    convolutions.restore(encoder, folder)
    return encoder
