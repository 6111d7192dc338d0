"""Stage 1: the picture autoencoder, trained on crops of the drawings."""

from __future__ import annotations

import copy
import itertools
import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch.nn import functional

from tools.embedded_model.attributes import Portrait
from tools.embedded_model.drawing import drawer
from tools.embedded_model.training import networks, precision
from tools.embedded_model.training.checkpoint import Checkpoint
from tools.embedded_model.training.schedule import Budget

CROP = 128
BATCH = 4
PEAK_RATE = 2e-3


def as_tensor(pictures: np.ndarray) -> torch.Tensor:
    """Turn (B, H, W, 3) uint8 into (B, 3, H, W) float in -1..1."""
    return torch.tensor(np.asarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def crops(
    pictures: np.ndarray, portraits: Sequence[Portrait], rng: np.random.Generator, count: int
) -> torch.Tensor:
    """Cut `count` squares, (count, 3, CROP, CROP); every other one from the face, where softness is seen."""
    result = []
    last = networks.PICTURE_SIDE - CROP
    for index in range(count):
        row = int(rng.integers(len(pictures)))
        if index % 2:
            zoom, x, y = drawer.FRAMES[portraits[row].framing]
            # The middle of eyes and mouth, give or take.
            corner = np.array([x, y + 15 * zoom]) - CROP / 2 + rng.integers(-16, 17, 2)
            left, top = (int(value) for value in np.clip(corner, 0, last))
        else:
            left, top = (int(value) for value in rng.integers(0, last + 1, size=2))
        result.append(pictures[row, top : top + CROP, left : left + CROP])
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
    vae: AutoencoderTiny,
    portraits: Sequence[Portrait],
    pictures: np.ndarray,
    checkpoint: Path,
    budget: Budget,
    *,
    seed: int,
) -> None:
    """Train until the budget ends; resumes from `checkpoint` and leaves the averaged weights in `vae`."""
    optimiser = torch.optim.AdamW(vae.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-4)
    averaged = copy.deepcopy(vae)
    saved = Checkpoint(checkpoint, {"vae": vae, "averaged": averaged, "optimiser": optimiser}, budget)
    rng = np.random.default_rng([seed, budget.done])
    generator = torch.Generator().manual_seed(seed + budget.done)
    vae.train()
    while budget.goes_on():
        for group in optimiser.param_groups:
            group["lr"] = budget.rate(PEAK_RATE, warm_up=50)
        with precision.mixed():
            loss = loss_of(vae, crops(pictures, portraits, rng, BATCH), generator)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimiser.step()
        budget.done += 1
        decay = min(0.995, budget.done / (budget.done + 10))
        with torch.no_grad():
            for target, source in zip(averaged.parameters(), vae.parameters(), strict=True):
                target.lerp_(source, 1 - decay)
        if budget.done % 50 == 0:
            budget.log("vae", loss=loss.item())
        saved.save_when_due()
    saved.save()
    vae.load_state_dict(averaged.state_dict())
    vae.eval()


@torch.no_grad()
def encode(vae: AutoencoderTiny, pictures: np.ndarray, batch: int = 1) -> torch.Tensor:
    """Encode (N, 256, 256, 3) uint8 to unscaled latents, (N, 8, 32, 32) half precision.

    One at a time, whose maps of 8 MB stay in the processor's cache: twice as fast as sixteen at a time.
    """
    parts = []
    for start in range(0, len(pictures), batch):
        with precision.mixed():
            latents = vae.encode(as_tensor(pictures[start : start + batch])).latents
        parts.append(latents.half())
    return torch.cat(parts)


def encode_in_processes(vae: AutoencoderTiny, pictures: np.ndarray, processes: int) -> torch.Tensor:
    """Do what `encode` does, in several processes of one thread each; `pictures` may be memory-mapped."""
    bounds = np.linspace(0, len(pictures), processes * 8 + 1).astype(int)
    tasks = [(pictures[low:high]) for low, high in itertools.pairwise(bounds)]
    if processes == 1:
        return torch.cat([encode(vae, task) for task in tasks])
    # Spawned, not forked: the parent already runs torch's threads.
    with multiprocessing.get_context("spawn").Pool(processes, _keep, (vae,)) as pool:
        return torch.cat([torch.from_numpy(part) for part in pool.imap(_encode_kept, tasks)])


_kept: AutoencoderTiny


def _keep(vae: AutoencoderTiny) -> None:
    global _kept  # noqa: PLW0603 - a worker process has one autoencoder
    torch.set_num_threads(1)
    _kept = vae


def _encode_kept(pictures: np.ndarray) -> np.ndarray:
    return encode(_kept, pictures).numpy()


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
