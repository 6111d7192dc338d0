"""Stage 1: the picture autoencoder, trained on crops of the drawings."""

from __future__ import annotations

import copy
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional

from tools.embedded_model.schedule import Budget

CROP = 128
BATCH = 8
PEAK_RATE = 1e-3


def as_tensor(pictures: np.ndarray) -> torch.Tensor:
    """Turn (B, H, W, 3) uint8 into (B, 3, H, W) float in -1..1."""
    return torch.tensor(np.asarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def crops(pictures: np.ndarray, rng: np.random.Generator, count: int) -> torch.Tensor:
    """Cut `count` squares, (count, 3, CROP, CROP); every other one from the face, where softness is seen."""
    result = []
    for index in range(count):
        picture = pictures[rng.integers(len(pictures))]
        if index % 2:
            # Crop corners that keep eyes and mouth (around x 128, y 125) inside.
            x, y = rng.integers(44, 84), rng.integers(48, 76)
        else:
            x, y = rng.integers(0, 256 - CROP + 1, size=2)
        result.append(picture[y : y + CROP, x : x + CROP])
    return as_tensor(np.stack(result))


def loss_of(vae: AutoencoderKL, pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return the training loss of one batch of crops."""
    posterior = vae.encode(pictures).latent_dist
    mean = posterior.mean.float()
    # A fixed small noise in place of a learned one: the decoder must bear what a sampler leaves over.
    noise = torch.randn(mean.shape, generator=generator) * 0.05
    # Latents are kept near unit size, so that this noise means something.
    restoring = vae.decode(mean + noise).sample.float()
    pixel = functional.l1_loss(restoring, pictures)
    # Edges carry the look of line art; plain L1 blurs them.
    edges = sum(
        functional.l1_loss(restoring.diff(dim=axis), pictures.diff(dim=axis)) for axis in (2, 3)
    )
    size = functional.relu(mean.square().mean(dim=(0, 2, 3)) - 1.0).mean()
    # The learned variance is unused in training; img2img of SDXL samples from it, so it is held small.
    variance = (posterior.logvar.float() + 8.0).square().mean()
    return pixel + edges + 0.05 * size + 0.001 * variance


def train(
    vae: AutoencoderKL, pictures: np.ndarray, checkpoint: Path, budget: Budget, *, seed: int, log: bool
) -> None:
    """Train until the budget ends; resumes from `checkpoint` and leaves the averaged weights in `vae`."""
    optimiser = torch.optim.AdamW(vae.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=1e-4)
    averaged = copy.deepcopy(vae)
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        vae.load_state_dict(state["vae"])
        averaged.load_state_dict(state["averaged"])
        optimiser.load_state_dict(state["optimiser"])
        budget.restart(state["done"], state["spent"])
    rng = np.random.default_rng([seed, budget.done])
    generator = torch.Generator().manual_seed(seed + budget.done)
    saved = time.monotonic()
    vae.train()
    first = budget.done
    while budget.goes_on():
        for group in optimiser.param_groups:
            group["lr"] = budget.rate(PEAK_RATE, warm_up=50)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = loss_of(vae, crops(pictures, rng, BATCH), generator)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimiser.step()
        budget.done += 1
        decay = min(0.995, budget.done / (budget.done + 10))
        with torch.no_grad():
            for target, source in zip(averaged.parameters(), vae.parameters(), strict=True):
                target.lerp_(source, 1 - decay)
        if log and budget.done % 50 == 0:
            print(f"vae step {budget.done} minutes {budget.used() / 60:.1f} loss {loss.item():.4f}", flush=True)
        if time.monotonic() - saved > 60:
            _save(checkpoint, vae, averaged, optimiser, budget)
            saved = time.monotonic()
    if budget.done > first:
        _save(checkpoint, vae, averaged, optimiser, budget)
    vae.load_state_dict(averaged.state_dict())
    vae.eval()


def _save(
    path: Path, vae: AutoencoderKL, averaged: AutoencoderKL, optimiser: torch.optim.Optimizer, budget: Budget
) -> None:
    aside = path.with_suffix(".new")
    torch.save(
        {"vae": vae.state_dict(), "averaged": averaged.state_dict(), "optimiser": optimiser.state_dict(),
         "done": budget.done, "spent": budget.used()},
        aside,
    )
    aside.replace(path)


@torch.no_grad()
def encode(vae: AutoencoderKL, pictures: np.ndarray, batch: int = 16) -> torch.Tensor:
    """Encode (N, 256, 256, 3) uint8 to unscaled latents, (N, 4, 32, 32) half precision."""
    parts = []
    for start in range(0, len(pictures), batch):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            latents = vae.encode(as_tensor(pictures[start : start + batch])).latent_dist.mean
        parts.append(latents.half())
    return torch.cat(parts)


@torch.no_grad()
def psnr(vae: AutoencoderKL, pictures: np.ndarray) -> float:
    """Return the mean reconstruction quality in decibel; `pictures` is (N, 256, 256, 3) uint8."""
    values = []
    for start in range(0, len(pictures), 8):
        original = as_tensor(pictures[start : start + 8])
        restored = vae.decode(vae.encode(original).latent_dist.mean).sample.clamp(-1, 1)
        error = (restored - original).square().mean(dim=(1, 2, 3)) / 4
        values.append(-10 * torch.log10(error))
    return torch.cat(values).mean().item()
