"""The four parts of the pipeline, at the sizes the embedded model has, and how they are put in a folder."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

PICTURE_SIDE = 256
LATENT_SIDE = 32
TOKENS = 64


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Widths of the networks; `MINIATURE` exists so that tests can run every stage in seconds."""

    unet: tuple[int, int, int]
    vae: tuple[int, int, int, int]
    text: int
    text_layers: int
    groups: int


FULL = Sizes(unet=(48, 96, 160), vae=(24, 48, 96, 96), text=128, text_layers=3, groups=16)
MINIATURE = Sizes(unet=(16, 16, 32), vae=(8, 8, 16, 16), text=32, text_layers=2, groups=8)


def make_vae(sizes: Sizes) -> AutoencoderKL:
    """Build the picture autoencoder: (B, 3, 256, 256) in -1..1 to (B, 4, 32, 32) and back."""
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=sizes.vae,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=8,
        sample_size=PICTURE_SIDE,
        # Attention would tie the weights to one picture size, and training works on crops.
        mid_block_add_attention=False,
        force_upcast=False,
    )


def make_unet(sizes: Sizes) -> UNet2DConditionModel:
    """Build the denoiser over (B, 4, 32, 32) latents."""
    return UNet2DConditionModel(
        sample_size=LATENT_SIDE,
        in_channels=4,
        out_channels=4,
        block_out_channels=sizes.unet,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=1,
        cross_attention_dim=sizes.text,
        attention_head_dim=4,
        norm_num_groups=sizes.groups,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=32,
        projection_class_embeddings_input_dim=sizes.text + 6 * 32,
    )


def make_text_encoder(sizes: Sizes, vocabulary: int, end_id: int) -> CLIPTextModelWithProjection:
    """Build the reader of prompts: (B, TOKENS) ids to (B, TOKENS, width) states and a (B, width) summary."""
    return CLIPTextModelWithProjection(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=sizes.text,
            intermediate_size=4 * sizes.text,
            projection_dim=sizes.text,
            num_hidden_layers=sizes.text_layers,
            num_attention_heads=4,
            max_position_embeddings=TOKENS,
            hidden_act="gelu",
            eos_token_id=end_id,
            bos_token_id=end_id - 1,
            pad_token_id=end_id,
        )
    )


def make_scheduler() -> DDIMScheduler:
    """Build the noise schedule.

    Zero terminal signal and prediction of v: otherwise a sampler that starts from pure noise cannot reach
    the flat, very light or very dark backgrounds of the drawings (arXiv 2305.08891).
    """
    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.012,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=False,
    )


def size_ids(rows: int) -> torch.Tensor:
    """Return SDXL's picture-size conditioning, (rows, 6): original size, crop corner, target size."""
    side = float(PICTURE_SIDE)
    return torch.tensor([[side, side, 0.0, 0.0, side, side]]).repeat(rows, 1)


def save_pipeline(
    folder: Path,
    *,
    vae: AutoencoderKL,
    unet: UNet2DConditionModel,
    text_encoder: CLIPTextModelWithProjection,
    tokenizer: CLIPTokenizer,
) -> None:
    """Write a model folder in half precision, replacing each part of an older one only when it is complete."""
    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    pipeline = StableDiffusionXLPipeline(
        vae=vae,
        text_encoder=None,
        text_encoder_2=text_encoder,
        tokenizer=None,
        tokenizer_2=tokenizer,
        unet=unet,
        scheduler=make_scheduler(),
        # As SDXL does it, and as one caption in ten was in training.
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )
    dtype = next(unet.parameters()).dtype
    pipeline.to(torch.float16).save_pretrained(aside, safe_serialization=True)
    pipeline.to(dtype)
    # Paths of the machine that trained have no place in the product.
    for config in aside.rglob("*.json"):
        content = json.loads(config.read_text())
        if isinstance(content, dict) and content.pop("_name_or_path", None) is not None:
            config.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    folder.mkdir(parents=True, exist_ok=True)
    for part in sorted(aside.iterdir()):
        target = folder / part.name
        if target.is_dir():
            shutil.rmtree(target)
        part.replace(target)
    aside.rmdir()
