"""The four parts of the pipeline, at the sizes the embedded model has, and how they are put in a folder."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import safetensors.torch
import torch
from diffusers import AutoencoderTiny, DDIMScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from diffusers.models.unets.unet_2d_blocks import AutoencoderTinyBlock
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

from imagegen.engine import description
from imagegen.engine.faces import FaceEncoder
from imagegen.engine.portraits import Widths
from tools.embedded_model.training import adapters

PICTURE_SIDE = 256
LATENT_SIDE = 32
# Twice as many as SDXL has: eyes and glasses are three or four latent cells wide.
LATENT_CHANNELS = 8
TOKENS = 77
# The width of what the face encoder says.
IMAGE_WIDTH = 256
# The number diffusers assumes for an adapter of the first kind.
IMAGE_TOKENS = 4
ADAPTER, ADAPTER_FILE = description.ADAPTER_FOLDER, description.ADAPTER_WEIGHTS
FACE_ENCODER = description.FACE_ENCODER_FOLDER


# Paths of the machine that trained have no place in the product; and AutoencoderTiny saves an entry that it
# complains about when it is loaded.
_USELESS = {"_name_or_path"}
_USELESS_IN_VAE = {"_name_or_path", "block_out_channels"}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Widths of the networks; `MINIATURE` exists so that tests can run every stage in seconds."""

    unet: tuple[int, int, int]
    vae: int
    text: int
    text_layers: int
    face: Widths
    groups: int


FULL = Sizes(
    unet=(48, 96, 160),
    vae=32,
    text=128,
    text_layers=4,
    face=Widths(face=(32, 48, 64, 96), whole=(32, 48, 72)),
    groups=16,
)
MINIATURE = Sizes(
    unet=(16, 16, 32),
    vae=8,
    text=32,
    text_layers=2,
    face=Widths(face=(8, 8, 8, 8), whole=(8, 8, 8)),
    groups=8,
)


def make_vae(sizes: Sizes) -> AutoencoderTiny:
    """Build the picture autoencoder: (B, 3, 256, 256) in -1..1 to (B, 8, 32, 32) and back.

    Layout of TAESD (https://github.com/madebyollin/taesd): no normalisation, so flat colours stay exact.
    """
    vae = AutoencoderTiny(
        in_channels=3,
        out_channels=3,
        latent_channels=LATENT_CHANNELS,
        encoder_block_out_channels=(sizes.vae,) * 4,
        decoder_block_out_channels=(sizes.vae,) * 4,
        num_encoder_blocks=(1, 2, 3, 4),
        num_decoder_blocks=(5, 4, 3, 1),
    )
    _start_as_average(vae)
    return vae


@torch.no_grad()
def _start_as_average(vae: AutoencoderTiny) -> None:
    """Set the first values: three channels carry the mean colour of each 8 x 8 square there and back.

    From random values the colours alone take longer than the whole time there is for this stage. All values
    stay trainable.
    """
    gain = 4.0  # mean colours are in 0..1 with a deviation near 0.25; latents want a deviation near 1

    def carry(convolution: nn.Conv2d, factor: float, bias: float = 0.0) -> None:
        weight = convolution.weight
        weight[:3] = 0
        for channel in range(3):
            # With stride 2, the lower right 2 x 2 values of the kernel are exactly one square of the input.
            if convolution.stride == (2, 2):
                weight[channel, channel, 1:, 1:] = factor / 4
            else:
                weight[channel, channel, 1, 1] = factor
        if convolution.bias is not None:
            convolution.bias[:3] = bias

    for half, ends in ((vae.encoder, (1.0, gain)), (vae.decoder, (1 / gain, 1.0))):
        layers = list(half.layers)
        for layer in layers[1:-1]:
            if isinstance(layer, nn.Conv2d):
                carry(layer, 1.0)
            elif isinstance(layer, AutoencoderTinyBlock):
                layer.conv[-1].weight[:3] = 0
                layer.conv[-1].bias[:3] = 0
        is_encoder = half is vae.encoder
        carry(layers[0], ends[0], 0.0 if is_encoder else 0.5)
        carry(layers[-1], ends[1], -gain / 2 if is_encoder else 0.0)
    # The other channels start as random features, large enough to be heard beside the colours.
    vae.encoder.layers[-1].weight[3:] *= 20


def make_unet(sizes: Sizes) -> UNet2DConditionModel:
    """Build the denoiser over (B, 8, 32, 32) latents."""
    return UNet2DConditionModel(
        sample_size=LATENT_SIDE,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
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


def make_face_encoder(sizes: Sizes) -> FaceEncoder:
    """Build the reader of faces: (B, 3, 256, 256) in -1..1 to embeddings (B, IMAGE_WIDTH)."""
    return FaceEncoder(sizes.face, IMAGE_WIDTH)


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


def adopt(module: nn.Module, former: nn.Module) -> None:
    """Copy what fits from a former version of the same network; of a grown tensor, the part both have."""
    values = former.state_dict()
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if name in values and values[name].ndim == tensor.ndim:
                common = tuple(
                    slice(0, min(pair)) for pair in zip(tensor.shape, values[name].shape, strict=True)
                )
                tensor[common] = values[name][common].to(tensor.dtype)


@dataclasses.dataclass
class Parts:
    """The trained networks of one model folder."""

    vae: AutoencoderTiny
    unet: UNet2DConditionModel
    text_encoder: CLIPTextModelWithProjection
    tokenizer: CLIPTokenizer
    face_encoder: FaceEncoder


def save_pipeline(folder: Path, parts: Parts) -> None:
    """Write a model folder in half precision; parts of an older one go when their successors are complete.

    The identity condition lies beside the pipeline, as `load_ip_adapter` wants it: in `ip_adapter` its
    weights and its face encoder.
    """
    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    unet, adapter = adapters.without_adapter(parts.unet)
    pipeline = StableDiffusionXLPipeline(
        vae=parts.vae,
        text_encoder=None,
        text_encoder_2=parts.text_encoder,
        tokenizer=None,
        tokenizer_2=parts.tokenizer,
        unet=unet,
        scheduler=make_scheduler(),
        # As SDXL does it, and as one caption in ten was in training.
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )
    dtype = next(unet.parameters()).dtype
    pipeline.to(torch.float16).save_pretrained(aside, safe_serialization=True)
    pipeline.to(dtype)
    halves = {name: value.half().contiguous() for name, value in adapter.items()}
    (aside / ADAPTER).mkdir()
    safetensors.torch.save_file(halves, aside / ADAPTER / ADAPTER_FILE)
    parts.face_encoder.save(aside / ADAPTER / FACE_ENCODER)
    for config in aside.rglob("*.json"):
        content = json.loads(config.read_text())
        useless = _USELESS_IN_VAE if config.parent.name == "vae" else _USELESS
        if isinstance(content, dict) and useless & content.keys():
            kept = {key: value for key, value in content.items() if key not in useless}
            config.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    folder.mkdir(parents=True, exist_ok=True)
    for part in sorted(aside.iterdir()):
        target = folder / part.name
        if target.is_dir():
            shutil.rmtree(target)
        part.replace(target)
    aside.rmdir()
