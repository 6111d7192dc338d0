"""Keeping a face: an IP-Adapter (arXiv 2308.06721) beside a model, in batches where each row has its own.

Pipelines set one scale for a whole model and show every row the same people. Here the scale is a tensor with
a number for each row of a batch; a row without a face has 0, which leaves it the picture that the model draws
without an adapter.
"""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.attention_processor import IPAdapterAttnProcessor2_0
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from imagegen.engine import faces
from imagegen.engine.caches import Cache, picture_key
from imagegen.engine.description import ADAPTER_FOLDER, ADAPTER_WEIGHTS, FACE_ENCODER_FOLDER
from imagegen.engine.schedules import UnsupportedModelError

# People ask for several photos of one portrait in a row.
_KEPT_FACES = 64
_SEQUENCE_DIMENSIONS = 3


def load_adapter(pipeline: Any, folder: Path) -> None:
    """Load the adapter of a model folder into a pipeline, with the encoder it was trained with.

    That is CLIP's in `image_encoder`, or a face encoder of ours in `face_encoder` (see `faces`).
    """
    faces_folder = folder / ADAPTER_FOLDER / FACE_ENCODER_FOLDER
    pipeline.load_ip_adapter(
        str(folder),
        subfolder=ADAPTER_FOLDER,
        weight_name=ADAPTER_WEIGHTS,
        image_encoder_folder=None if faces_folder.is_dir() else "image_encoder",
        local_files_only=True,
    )
    if faces_folder.is_dir():
        # Its weights are few: float32 costs nothing, and it is called once for a face.
        encoder = faces.load(faces_folder).to(pipeline.device)
        pipeline.register_modules(image_encoder=encoder, feature_extractor=faces.FaceProcessor())
    pipeline.image_encoder.eval()


class RowScales:
    """How strongly the face of each row counts, for all attention layers of one denoiser."""

    def __init__(self) -> None:
        self.values: Tensor | None = None

    def set(self, values: Tensor) -> None:
        """Take (R,) for the next call; the layers look at no face where all are known to be 0."""
        self.values = None if values.device.type == "cpu" and not values.any() else values[:, None, None]


class FaceAdapter:
    """The adapter of one pipeline, which belongs to the thread that owns the pipeline."""

    def __init__(self, pipeline: Any, folder: Path) -> None:
        """Load the adapter of a model folder into `pipeline`, from disk only.

        Raises UnsupportedModelError for attention layers that cannot take a scale for each row.
        """
        load_adapter(pipeline, folder)
        self._pipeline = pipeline
        self.scales = RowScales()
        _give_row_scales(pipeline.unet, self.scales)
        self._known: Cache[list[Tensor]] = Cache(_KEPT_FACES)
        with torch.inference_mode():
            blank = self._embed(Image.new("RGB", (64, 64)))
        self._nobody = [torch.zeros_like(embedding) for embedding in blank]
        self.names = [f"face_{number}" for number in range(len(blank))]

    def show(self, face: Image.Image | None, *, scale: float) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Return conditions of the row with the prompt, and of the row that guidance compares with.

        There nobody is shown, which the adapter's projection turns into tokens like anybody else.
        """
        shown = self._nobody
        if face is not None and scale > 0:
            shown = self._known.get(picture_key(face), lambda: self._embed(face))
        like = shown[0]
        strength = like.new_full((1,), scale if face is not None else 0.0)
        halves = [embedding.chunk(2) for embedding in shown]
        with_face, without = (
            {name: half[side] for name, half in zip(self.names, halves, strict=True)} for side in (1, 0)
        )
        return with_face | {"face_scale": strength}, without | {"face_scale": strength}

    def _embed(self, face: Image.Image) -> list[Tensor]:
        """Return for each adapter what is shown without the prompt and with it, (2, 1, ...)."""
        embeddings: list[Tensor] = self._pipeline.prepare_ip_adapter_image_embeds(
            ip_adapter_image=[face],
            ip_adapter_image_embeds=None,
            device=self._pipeline.device,
            num_images_per_prompt=1,
            do_classifier_free_guidance=True,
        )
        return [embedding.to(self._pipeline.unet.dtype) for embedding in embeddings]


class RowScaledProcessor(nn.Module):
    """The attention of an IP-Adapter's layer, with a scale for each row: text first, then each adapter."""

    def __init__(self, loaded: IPAdapterAttnProcessor2_0, scales: RowScales) -> None:
        super().__init__()
        self.to_k_ip, self.to_v_ip = loaded.to_k_ip, loaded.to_v_ip
        self._scales = scales

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: tuple[Tensor, list[Tensor]],
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
    ) -> Tensor:
        """Attend from (R, pixels, width) to the tokens of the text and of the faces."""
        del attention_mask, temb
        text, shown = encoder_hidden_states
        query = _heads(attn, attn.to_q(hidden_states))
        result = _attend(attn, query, attn.to_k(text), attn.to_v(text))
        if self._scales.values is not None:
            for tokens, to_k, to_v in zip(shown, self.to_k_ip, self.to_v_ip, strict=True):
                seen = tokens.flatten(1, 2) if tokens.dim() > _SEQUENCE_DIMENSIONS else tokens
                result = result + self._scales.values * _attend(attn, query, to_k(seen), to_v(seen))
        output: Tensor = attn.to_out[0](result)
        return output / attn.rescale_output_factor


def _heads(attn: Any, values: Tensor) -> Tensor:
    """Turn (R, n, width) into (R, heads, n, width / heads)."""
    return values.unflatten(2, (attn.heads, -1)).transpose(1, 2)


def _attend(attn: Any, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    seen = functional.scaled_dot_product_attention(query, _heads(attn, key), _heads(attn, value))
    return seen.transpose(1, 2).flatten(2)


def _give_row_scales(unet: Any, scales: RowScales) -> None:
    processors = dict(unet.attn_processors)
    for name, processor in processors.items():
        if not hasattr(processor, "to_k_ip"):
            continue
        attention = unet.get_submodule(name.removesuffix(".processor"))
        if (
            not isinstance(processor, IPAdapterAttnProcessor2_0)
            or attention.spatial_norm is not None
            or attention.group_norm is not None
            or attention.norm_cross
            or attention.residual_connection
        ):
            raise UnsupportedModelError(f"{type(attention).__name__} at {name} with an IP-Adapter")
        processors[name] = RowScaledProcessor(processor, scales)
    unet.set_attn_processor(processors)
