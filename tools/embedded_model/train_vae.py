"""Stage 1: the picture autoencoder, trained on crops of the drawings."""

from __future__ import annotations

import copy
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch.nn import functional

from tools.embedded_model import networks
from tools.embedded_model.schedule import Budget

CROP = 128
BATCH = 4
PEAK_RATE = 2e-3


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


def loss_of(vae: AutoencoderTiny, pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return the training loss of one batch of crops."""
    latents = vae.encoder(pictures)
    # The decoder must bear what a sampler leaves over; and only latents near unit size make this noise mean
    # something.
    restored = vae.decoder(latents + torch.randn(latents.shape, generator=generator) * 0.05).float()
    error = restored - pictures
    squares = functional.relu(latents.float().square().mean(dim=(0, 2, 3)) - 1.0).mean()
    # Plain L1 blurs line art; the steps between neighbours are its edges.
    edges = error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()
    return error.abs().mean() + 2 * error.square().mean() + 0.5 * edges + 0.05 * squares


def train(
    vae: AutoencoderTiny, pictures: np.ndarray, checkpoint: Path, budget: Budget, *, seed: int, log: bool
) -> None:
    """Train until the budget ends; resumes from `checkpoint` and leaves the averaged weights in `vae`."""
    optimiser = torch.optim.AdamW(vae.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-4)
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
        with networks.mixed_precision():
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
            print(
                f"vae step {budget.done} minutes {budget.used() / 60:.1f} loss {loss.item():.4f}", flush=True
            )
        if time.monotonic() - saved > 60:
            _save(checkpoint, vae, averaged, optimiser, budget)
            saved = time.monotonic()
    if budget.done > first:
        _save(checkpoint, vae, averaged, optimiser, budget)
    vae.load_state_dict(averaged.state_dict())
    vae.eval()


def _save(
    path: Path,
    vae: AutoencoderTiny,
    averaged: AutoencoderTiny,
    optimiser: torch.optim.Optimizer,
    budget: Budget,
) -> None:
    aside = path.with_suffix(".new")
    torch.save(
        {
            "vae": vae.state_dict(),
            "averaged": averaged.state_dict(),
            "optimiser": optimiser.state_dict(),
            "done": budget.done,
            "spent": budget.used(),
        },
        aside,
    )
    aside.replace(path)


@torch.no_grad()
def encode(vae: AutoencoderTiny, pictures: np.ndarray, batch: int = 16) -> torch.Tensor:
    """Encode (N, 256, 256, 3) uint8 to unscaled latents, (N, 4, 32, 32) half precision."""
    parts = []
    for start in range(0, len(pictures), batch):
        with networks.mixed_precision():
            latents = vae.encode(as_tensor(pictures[start : start + batch])).latents
        parts.append(latents.half())
    return torch.cat(parts)


@torch.no_grad()
def psnr(vae: AutoencoderTiny, pictures: np.ndarray) -> float:
    """Return the mean reconstruction quality in decibel; `pictures` is (N, 256, 256, 3) uint8."""
    values = []
    for start in range(0, len(pictures), 8):
        original = as_tensor(pictures[start : start + 8])
        restored = vae.decode(vae.encode(original).latents).sample.clamp(-1, 1)
        error = (restored - original).square().mean(dim=(1, 2, 3)) / 4
        values.append(-10 * torch.log10(error))
    return torch.cat(values).mean().item()
