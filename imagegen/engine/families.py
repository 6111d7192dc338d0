"""Model families: what the engine needs of a model, and the parts of diffusers pipelines that give it.

A family encodes texts and references, runs the denoiser on rows of one batch, and decodes latents. It knows
nothing of requests that come and go. All of it belongs to the engine's thread.
"""

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoPipelineForText2Image
from diffusers.image_processor import VaeImageProcessor
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from diffusers.utils import logging as diffusers_logging
from PIL import Image
from torch import Tensor
from transformers.utils import logging as transformers_logging

from imagegen.engine.adapters import FaceAdapter
from imagegen.engine.caches import Cache, picture_key
from imagegen.engine.devices import upload
from imagegen.engine.schedules import Schedules, UnsupportedModelError, make_own

# They quote prompts in their warnings, and draw bars.
diffusers_logging.set_verbosity_error()
diffusers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()

# What a row of the denoiser is given beside its sample, by name; each (1, ...), so that rows concatenate.
Conditions = dict[str, Tensor]

_KEPT_TEXTS = 512
_KEPT_REFERENCES = 64
_TIME_IDS = 6


class Family:
    """One loaded model, and what all families share: texts and references are encoded once."""

    denoiser_name = "unet"

    def __init__(self, pipeline: Any, *, device: str, dtype: torch.dtype, sampler: str) -> None:
        self.pipeline, self.device, self.dtype = pipeline, device, dtype
        self.vae = pipeline.vae
        if dtype == torch.float16 and self.vae.config.force_upcast:
            # Stable Diffusion XL's own overflows in half precision.
            self.vae.to(torch.float32)
        self._encoder = _exact_encoder(self.vae)
        self.denoiser = getattr(pipeline, self.denoiser_name)
        self.adapter: FaceAdapter | None = None
        # Pixels a side that one latent stands for.
        self.grid: int = pipeline.vae_scale_factor
        # Latents a side that the denoiser takes at a time.
        self.patch: int = self.denoiser.config.get("patch_size", 1)
        own = pipeline.scheduler
        self.schedules = Schedules(make_own(own.config, sampler) if sampler else own)
        self._processor = VaeImageProcessor(vae_scale_factor=self.grid)
        self._texts: Cache[Conditions] = Cache(_KEPT_TEXTS)
        self._references: Cache[Any] = Cache(_KEPT_REFERENCES)
        self._nothing: Conditions | None = None
        # How batches call `denoise`: `speed.apply` puts something faster here.
        self.call: Callable[[Tensor, Tensor, Conditions], Tensor] = self.denoise

    @property
    def channels(self) -> int:
        return int(self.denoiser.config.in_channels)

    def encode_text(self, prompt: str) -> Conditions:
        """Return what a row gets of a prompt."""
        return self._texts.get(prompt, lambda: self._encode(prompt))

    def encode_nothing(self) -> Conditions:
        """Return what the row gets that guidance compares with."""
        if self._nothing is None:
            self._nothing = self._encode_negative()
        return self._nothing

    def add_size(self, conditions: Conditions, width: int, height: int) -> Conditions:
        """Return conditions with what the denoiser is told about the size."""
        del width, height
        return conditions

    def draw_noise(self, width: int, height: int, generator: torch.Generator) -> Tensor:
        """Return noise for a picture, (1, channels, height / grid, width / grid)."""
        shape = (1, self.channels, height // self.grid, width // self.grid)
        return self._draw(shape, generator, self.dtype)

    def draw_reference(self, picture: Image.Image, generator: torch.Generator) -> Tensor:
        """Return clean latents of a picture; where the autoencoder is random, the generator decides."""
        encoded = self._references.get(picture_key(picture), lambda: self._encode_picture(picture))
        return self._normalise(self._sample(encoded, generator).to(self.dtype))

    def first_step(self, steps: int, strength: float) -> int:
        """Return the step that image-to-image begins with."""
        return steps - min(int(steps * strength), steps)

    def decode(self, latents: Tensor) -> Tensor:
        """Turn (B, channels, h, w) into pictures, (B, height, width, 3), black 0, white 1."""
        decoded = self.vae.decode(self._denormalise(latents.to(self.vae.dtype)), return_dict=False)[0]
        pixels: Tensor = decoded.float() / 2 + 0.5
        return pixels.permute(0, 2, 3, 1)

    def denoise(self, sample: Tensor, timesteps: Tensor, conditions: Conditions) -> Tensor:
        """Run the denoiser on rows: (R, channels, h, w), (R,) and conditions of R rows."""
        raise NotImplementedError

    def _encode(self, prompt: str) -> Conditions:
        raise NotImplementedError

    def _encode_negative(self) -> Conditions:
        raise NotImplementedError

    def _encode_picture(self, picture: Image.Image) -> Any:
        pixels = upload(self._processor.preprocess(picture), self.device)
        return self._encoder.encode(pixels.to(self._encoder.dtype))

    def _sample(self, encoded: Any, generator: torch.Generator) -> Tensor:
        """Return latents of an encoded picture; autoencoders differ in how they hand them out."""
        found = encoded.latent_dist if hasattr(encoded, "latent_dist") else encoded.latents
        if isinstance(found, Tensor):
            return found
        if not isinstance(found, DiagonalGaussianDistribution):
            raise UnsupportedModelError(f"{type(self.vae).__name__} that draws {type(found).__name__}")
        noise = self._draw(tuple(found.mean.shape), generator, found.parameters.dtype)
        return found.mean + found.std * noise

    def _draw(self, shape: tuple[int, ...], generator: torch.Generator, dtype: torch.dtype) -> Tensor:
        """Return noise that is drawn on the processor, so that it is the same on every device."""
        return upload(torch.randn(shape, generator=generator, dtype=dtype), self.device)

    def _normalise(self, latents: Tensor) -> Tensor:
        mean, deviation = self._moments(latents)
        return (latents - mean) * self.vae.config.scaling_factor / deviation

    def _denormalise(self, latents: Tensor) -> Tensor:
        mean, deviation = self._moments(latents)
        return latents * deviation / self.vae.config.scaling_factor + mean

    def _moments(self, like: Tensor) -> tuple[Tensor | float, Tensor | float]:
        """Return mean and deviation of the latents where the autoencoder has its own, else 0 and 1."""
        mean = getattr(self.vae.config, "latents_mean", None)
        deviation = getattr(self.vae.config, "latents_std", None)
        if mean is None or deviation is None:
            return 0.0, 1.0
        one, other = (
            upload(torch.tensor(values, dtype=like.dtype).view(1, -1, 1, 1), like.device)
            for values in (mean, deviation)
        )
        return one, other


class UNetFamily(Family):
    """Stable Diffusion 1.5 and 2.x."""

    def __init__(self, pipeline: Any, *, device: str, dtype: torch.dtype, sampler: str) -> None:
        super().__init__(pipeline, device=device, dtype=dtype, sampler=sampler)
        config = self.denoiser.config
        if config.time_cond_proj_dim is not None:
            raise UnsupportedModelError(f"{type(self.denoiser).__name__} with time_cond_proj_dim")
        if config.in_channels != config.out_channels:
            raise UnsupportedModelError(f"{type(self.denoiser).__name__} that sees more than latents")

    def denoise(self, sample: Tensor, timesteps: Tensor, conditions: Conditions) -> Tensor:
        given = dict(conditions)
        if self.adapter is not None:
            self.adapter.scales.set(given.pop("face_scale"))
        text = given.pop("text")
        output: Tensor = self.denoiser(
            sample,
            timesteps,
            encoder_hidden_states=text,
            added_cond_kwargs=self._added(given),
            return_dict=False,
        )[0]
        return output

    def _added(self, given: Conditions) -> dict[str, Any]:
        if self.adapter is None:
            return {}
        return {"image_embeds": [given.pop(name) for name in self.adapter.names]}

    def _encode(self, prompt: str) -> Conditions:
        text, _ = self.pipeline.encode_prompt(prompt, self.pipeline.device, 1, False)  # noqa: FBT003
        return {"text": text}

    def _encode_negative(self) -> Conditions:
        _, text = self.pipeline.encode_prompt("", self.pipeline.device, 1, True)  # noqa: FBT003
        return {"text": text}


class XLFamily(UNetFamily):
    """Stable Diffusion XL: one or two text encoders, and the picture's size as a condition."""

    def __init__(self, pipeline: Any, *, device: str, dtype: torch.dtype, sampler: str) -> None:
        super().__init__(pipeline, device=device, dtype=dtype, sampler=sampler)
        unet = self.denoiser
        pooled = unet.config.projection_class_embeddings_input_dim - _TIME_IDS * (
            unet.config.addition_time_embed_dim
        )
        if pooled != pipeline.text_encoder_2.config.projection_dim:
            raise UnsupportedModelError(f"{type(unet).__name__} with other time ids than size and crop")

    def add_size(self, conditions: Conditions, width: int, height: int) -> Conditions:
        ids = torch.tensor([[height, width, 0, 0, height, width]], dtype=self.dtype)
        return conditions | {"time_ids": upload(ids, self.device)}

    def _added(self, given: Conditions) -> dict[str, Any]:
        added = super()._added(given)
        return added | {"text_embeds": given.pop("pooled"), "time_ids": given.pop("time_ids")}

    def _encode(self, prompt: str) -> Conditions:
        text, _, pooled, _ = self.pipeline.encode_prompt(prompt, do_classifier_free_guidance=False)
        return {"text": text, "pooled": pooled}

    def _encode_negative(self) -> Conditions:
        _, text, _, pooled = self.pipeline.encode_prompt("", do_classifier_free_guidance=True)
        return {"text": text, "pooled": pooled}


class TransformerFamily(Family):
    """Stable Diffusion 3: a transformer that follows a flow. The example for families without a UNet."""

    denoiser_name = "transformer"

    def first_step(self, steps: int, strength: float) -> int:
        # Rounds the other way than pipelines with a UNet do.
        return int(steps - min(steps * strength, steps))

    def denoise(self, sample: Tensor, timesteps: Tensor, conditions: Conditions) -> Tensor:
        output: Tensor = self.denoiser(
            hidden_states=sample,
            timestep=timesteps,
            encoder_hidden_states=conditions["text"],
            pooled_projections=conditions["pooled"],
            return_dict=False,
        )[0]
        return output

    def _encode(self, prompt: str) -> Conditions:
        text, _, pooled, _ = self.pipeline.encode_prompt(
            prompt, None, None, do_classifier_free_guidance=False
        )
        return {"text": text, "pooled": pooled}

    def _encode_negative(self) -> Conditions:
        _, text, _, pooled = self.pipeline.encode_prompt("", None, None, do_classifier_free_guidance=True)
        return {"text": text, "pooled": pooled}

    def _normalise(self, latents: Tensor) -> Tensor:
        return (latents - self.vae.config.shift_factor) * self.vae.config.scaling_factor

    def _denormalise(self, latents: Tensor) -> Tensor:
        return latents / self.vae.config.scaling_factor + self.vae.config.shift_factor


FAMILIES: dict[str, type[Family]] = {
    "StableDiffusionPipeline": UNetFamily,
    "StableDiffusionXLPipeline": XLFamily,
    "StableDiffusion3Pipeline": TransformerFamily,
}


def load(model: str, *, device: str, dtype: torch.dtype, sampler: str = "", has_adapter: bool) -> Family:
    """Load a diffusers folder, or a hub id in the local cache. Raises UnsupportedModelError."""
    pipeline = AutoPipelineForText2Image.from_pretrained(
        model, dtype=dtype, local_files_only=True, use_safetensors=True
    ).to(device)
    return build(pipeline, model, device=device, dtype=dtype, sampler=sampler, has_adapter=has_adapter)


def build(
    pipeline: Any, model: str, *, device: str, dtype: torch.dtype, sampler: str, has_adapter: bool
) -> Family:
    """Return the family of a loaded pipeline."""
    name = type(pipeline).__name__
    if name not in FAMILIES:
        raise UnsupportedModelError(f"{name} is not supported, only {', '.join(FAMILIES)}")
    pipeline.set_progress_bar_config(disable=True)
    made = FAMILIES[name](pipeline, device=device, dtype=dtype, sampler=sampler)
    for module in (made.denoiser, made.vae):
        module.to(memory_format=torch.channels_last).eval()
    if has_adapter:
        if not isinstance(made, UNetFamily):
            raise UnsupportedModelError(f"an IP-Adapter beside a {name}")
        made.adapter = FaceAdapter(pipeline, Path(model))
    return made


def _exact_encoder(vae: Any) -> Any:
    """Return what encodes references: pipelines do so in float32 where an autoencoder asks for that.

    A copy without the decoder, because pictures may be decoded at the same time.
    """
    if not vae.config.force_upcast or vae.dtype in {torch.float32, torch.float64}:
        return vae
    decoder, vae.decoder = vae.decoder, None
    try:
        encoder = copy.deepcopy(vae)
    finally:
        vae.decoder = decoder
    return encoder.to(torch.float32)


def join(rows: Sequence[Conditions]) -> Conditions:
    """Concatenate the conditions of rows."""
    return {name: torch.cat([row[name] for row in rows]) for name in rows[0]}
