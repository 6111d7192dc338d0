"""How much two pictures show the same person, by an encoder of pictures from transformers.

Any model of transformers that turns pixels into `image_embeds` will do: a `CLIPVisionModelWithProjection`, or
one that was trained to tell faces apart.
"""

from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image
from torch import Tensor
from torch.nn import functional
from transformers import AutoImageProcessor, AutoModel, CLIPImageProcessorPil

from imagegen.engine.caches import Cache, picture_key
from imagegen.engine.schedules import UnsupportedModelError

_PROCESSOR_CONFIG = "preprocessor_config.json"
# People ask for several photos of one portrait in a row.
_KEPT_REFERENCES = 64


class EmbeddingLikeness:
    """Compares pictures by the angle between their embeddings."""

    def __init__(self, encoder: Any, processor: Any) -> None:
        """Take an encoder and what prepares its pictures. Raises UnsupportedModelError without embeddings."""
        self._encoder, self._processor = encoder.eval(), processor
        self._known: Cache[Tensor] = Cache(_KEPT_REFERENCES)
        self._embed(Image.new("RGB", (64, 64)))

    def likeness(self, reference: Image.Image, picture: Image.Image) -> float:
        """Return 0 to 1: the cosine of the angle between both embeddings.

        Below 0 there is nothing in common, so that is 0; above it the cosine stays as it is, because the
        thresholds that encoders are published with, and a model's `likeness_floor`, are cosines.
        """
        known = self._known.get(picture_key(reference), lambda: self._embed(reference))
        cosine = functional.cosine_similarity(known, self._embed(picture), dim=0)
        return min(max(float(cosine), 0.0), 1.0)

    @torch.inference_mode()
    def _embed(self, picture: Image.Image) -> Tensor:
        """Return the embedding of a picture, (width,) in float32."""
        inputs = self._processor(picture.convert("RGB"), return_tensors="pt")
        pixels = inputs.pixel_values.to(self._encoder.device, self._encoder.dtype)
        embedded = getattr(self._encoder(pixel_values=pixels), "image_embeds", None)
        if embedded is None:
            raise UnsupportedModelError(f"{type(self._encoder).__name__} has no embeddings of pictures")
        found: Tensor = embedded[0].float()
        return found


def load(folder: Path, *, device: str | torch.device = "cpu") -> EmbeddingLikeness:
    """Read an encoder from disk only. Raises UnsupportedModelError for one without embeddings of pictures."""
    config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True)
    # AutoModel would leave the projection of CLIP's vision model out, which is what makes its embeddings.
    named = [getattr(transformers, name, None) for name in config.architectures or ()]
    kind = next(filter(None, named), AutoModel)
    encoder = kind.from_pretrained(folder, local_files_only=True, use_safetensors=True, dtype=torch.float32)
    if (folder / _PROCESSOR_CONFIG).is_file():
        processor = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
    else:
        side = config.image_size
        processor = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size=side)
    return EmbeddingLikeness(encoder.to(device), processor)
