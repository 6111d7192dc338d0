"""Stable Diffusion XL with random weights, full-size or in miniature: its parts without a download."""

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from imagegen.engine import families
from imagegen.engine.description import SETTINGS_FILE

_EMBEDDED = Path(__file__).resolve().parents[2] / "imagegen" / "models" / "embedded"
SIDE, MINIATURE_SIDE = 1024, 64
_GRID = 8
_TOKENS = 77

# Layouts as the published model's own config files give them; the miniature keeps what makes code take
# another path: blocks with attention and without, linear projections, two encoders, an autoencoder that
# halves three times.
_FULL: dict[str, dict[str, Any]] = {
    "unet": {
        "block_out_channels": (320, 640, 1280),
        "layers_per_block": 2,
        "transformer_layers_per_block": (1, 2, 10),
        "attention_head_dim": (5, 10, 20),
        "cross_attention_dim": 2048,
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    },
    "vae": {"block_out_channels": (128, 256, 512, 512), "layers_per_block": 2},
    "text_encoder": {
        "vocab_size": 49408,
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "projection_dim": 768,
    },
    "text_encoder_2": {
        "vocab_size": 49408,
        "hidden_size": 1280,
        "intermediate_size": 5120,
        "num_hidden_layers": 32,
        "num_attention_heads": 20,
        "projection_dim": 1280,
        "hidden_act": "gelu",
    },
}
_SMALL_ENCODER = {
    "vocab_size": 2000,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "projection_dim": 16,
}
_MINIATURE: dict[str, dict[str, Any]] = {
    "unet": {
        "block_out_channels": (32, 64, 64),
        "layers_per_block": 1,
        "transformer_layers_per_block": (1, 1, 2),
        "attention_head_dim": (2, 2, 4),
        "cross_attention_dim": 64,
        "addition_time_embed_dim": 8,
        "projection_class_embeddings_input_dim": 16 + 6 * 8,
    },
    "vae": {"block_out_channels": (32, 32, 32, 32), "layers_per_block": 1},
    "text_encoder": _SMALL_ENCODER,
    "text_encoder_2": _SMALL_ENCODER,
}


def load(device: str, dtype: torch.dtype, *, is_miniature: bool = False) -> families.Family:
    """Return the family of a model made on the device; the same weights each time, rounded to `dtype`."""
    layout = _MINIATURE if is_miniature else _FULL
    torch.manual_seed(1)
    with torch.device(device):
        pipeline = StableDiffusionXLPipeline(
            vae=_make_vae(layout["vae"]),
            text_encoder=CLIPTextModel(_text_config(layout["text_encoder"])),
            text_encoder_2=CLIPTextModelWithProjection(_text_config(layout["text_encoder_2"])),
            tokenizer=_tokenizer(),
            tokenizer_2=_tokenizer(),
            unet=_make_unet(layout["unet"], SIDE // _GRID if not is_miniature else MINIATURE_SIDE // _GRID),
            scheduler=EulerDiscreteScheduler(
                beta_start=0.00085,
                beta_end=0.012,
                beta_schedule="scaled_linear",
                steps_offset=1,
                timestep_spacing="leading",
            ),
        )
    return families.build(
        pipeline.to(device, dtype), "random", device=device, dtype=dtype, sampler="", has_adapter=False
    )


def describe(folder: Path, *, side: int) -> Path:
    """Write what an engine reads beside the weights; returns the folder."""
    model = folder / f"random-xl-{side}"
    model.mkdir()
    (model / SETTINGS_FILE).write_text(json.dumps({"name": model.name, "width": side, "height": side}))
    return model


def _make_unet(layout: dict[str, Any], sample_size: int) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=sample_size,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        use_linear_projection=True,
        addition_embed_type="text_time",
        **layout,
    )


def _make_vae(layout: dict[str, Any]) -> AutoencoderKL:
    blocks = len(layout["block_out_channels"])
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * blocks,
        up_block_types=("UpDecoderBlock2D",) * blocks,
        latent_channels=4,
        scaling_factor=0.13025,
        force_upcast=True,
        **layout,
    )


def _text_config(layout: dict[str, Any]) -> CLIPTextConfig:
    return CLIPTextConfig(max_position_embeddings=_TOKENS, **layout)


def _tokenizer() -> Any:
    # Which words there are does not matter to the clock, only how many tokens are read.
    return CLIPTokenizer.from_pretrained(
        _EMBEDDED / "tokenizer_2", local_files_only=True, model_max_length=_TOKENS
    )
