"""Pipelines with a few thousand random weights: the same code paths as full-size models, in milliseconds."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from imagegen.engine import families

EMBEDDED = Path(__file__).resolve().parents[2] / "imagegen" / "models" / "embedded"
_WIDTH, _PROJECTION = 16, 8
# Pixels a side of a latent: the autoencoder halves twice.
GRID = 4
SIDE = 32
SCHEDULE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "steps_offset": 1,
}


def _text_config(layers: int = 1) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=2000,
        hidden_size=_WIDTH,
        intermediate_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        max_position_embeddings=77,
        projection_dim=_PROJECTION,
    )


def _tokenizer() -> Any:
    return CLIPTokenizer.from_pretrained(EMBEDDED / "tokenizer_2", local_files_only=True)


def _vae(**values: Any) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(8, 8, 16),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=4,
        norm_num_groups=4,
        layers_per_block=1,
        sample_size=SIDE,
        **values,
    )


def _unet(**values: Any) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=SIDE // GRID,
        block_out_channels=(16, 32),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        norm_num_groups=8,
        attention_head_dim=2,
        **values,
    )


def make_sd(prediction: str = "epsilon") -> StableDiffusionPipeline:
    """Return a pipeline laid out like Stable Diffusion 1.5."""
    torch.manual_seed(1)
    return StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_text_config()),
        tokenizer=_tokenizer(),
        unet=_unet(cross_attention_dim=_WIDTH),
        scheduler=DDIMScheduler(**SCHEDULE, prediction_type=prediction),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def make_sdxl(prediction: str = "epsilon") -> StableDiffusionXLPipeline:
    """Return a pipeline laid out like Stable Diffusion XL, with both text encoders."""
    torch.manual_seed(2)
    return StableDiffusionXLPipeline(
        vae=_vae(force_upcast=False),
        text_encoder=CLIPTextModel(_text_config(2)),
        text_encoder_2=CLIPTextModelWithProjection(_text_config(2)),
        tokenizer=_tokenizer(),
        tokenizer_2=_tokenizer(),
        unet=_unet(
            cross_attention_dim=2 * _WIDTH,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=_PROJECTION + 6 * 8,
            use_linear_projection=True,
        ),
        scheduler=DDIMScheduler(**SCHEDULE, prediction_type=prediction),
    )


def make_sd3() -> StableDiffusion3Pipeline:
    """Return a pipeline laid out like Stable Diffusion 3, without its largest text encoder."""
    torch.manual_seed(3)
    return StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=SIDE // GRID,
            patch_size=1,
            in_channels=4,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=32,
            caption_projection_dim=32,
            pooled_projection_dim=2 * _PROJECTION,
            out_channels=4,
            pos_embed_max_size=SIDE,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae(shift_factor=0.06, scaling_factor=1.5),
        text_encoder=CLIPTextModelWithProjection(_text_config(2)),
        tokenizer=_tokenizer(),
        text_encoder_2=CLIPTextModelWithProjection(_text_config(2)),
        tokenizer_2=_tokenizer(),
        text_encoder_3=None,
        tokenizer_3=None,
    )


def make_family(pipeline: Any, dtype: torch.dtype, *, adapter: Path | None = None) -> families.Family:
    """Wrap a pipeline for the engine, as `families.load` does after reading one from disk.

    adapter: a folder that has one, in its `ip_adapter`.
    """
    return families.build(
        pipeline.to(dtype=dtype),
        str(adapter or "tiny"),
        device="cpu",
        dtype=dtype,
        sampler="",
        has_adapter=adapter is not None,
    )


class _ExactTorch:
    """torch, but whoever asks it for float32 gets float64."""

    float32 = torch.float64

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name)


@contextlib.contextmanager
def exact_schedulers() -> Iterator[None]:
    """Let schedulers compute in float64: they turn to float32 whatever they are given."""
    modules = [
        module
        for name, module in sys.modules.items()
        if name.startswith("diffusers.schedulers.scheduling_") and hasattr(module, "torch")
    ]
    for module in modules:
        module.torch = _ExactTorch()
    try:
        yield
    finally:
        for module in modules:
            module.torch = torch
