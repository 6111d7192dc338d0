"""Stage before the denoiser: a network that reads attributes from latents, and then tells it what it missed.

Mean square error cares for a nose as for any four cells of a wall. The denoiser's guess of the finished
latents is therefore also read, and what cannot be read there as it is counts as a mistake: the reward of
arXiv 2304.05977, as a cross-entropy at a single step. The reader is thrown away afterwards; pictures are
measured by the classifier, which knows pixels, other drawings and nothing of this.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

from imagegen.engine.portraits import View, cut_out
from tools.embedded_model.attributes import VOCABULARY, Portrait
from tools.embedded_model.training import networks, precision, train_readers
from tools.embedded_model.training.checkpoint import Checkpoint
from tools.embedded_model.training.schedule import Budget

BATCH = 64
PEAK_RATE = 1.5e-3
# Of the latents, at the end: people that the reader is not taught with.
UNSEEN_SHARE = 0.02
_DROPOUT = 0.2
# Guesses are softer than latents, and a little wrong everywhere.
_NOISE, _SOFT_SHARE = 0.35, 0.5
# As inexact as places are when faces are cut out of pictures.
_CARELESS = (0.015, 0.015, 0.03)


class LatentWidths(NamedTuple):
    """Channels of the two views at 32, 16 and 8 cells a side."""

    face: tuple[int, int, int]
    whole: tuple[int, int, int]


WIDTHS = LatentWidths(face=(48, 64, 96), whole=(40, 56, 72))
TINY_WIDTHS = LatentWidths(face=(8, 8, 8), whole=(8, 8, 8))


class LatentReader(nn.Module):
    """Turns latents (B, 8, 32, 32) and the places of their faces (B, 3) into logits for every field."""

    def __init__(self, widths: LatentWidths) -> None:
        super().__init__()
        channels = networks.LATENT_CHANNELS
        self.face = View(1, widths.face, channels)
        self.whole = View(1, widths.whole, channels)
        self.dropout = nn.Dropout(_DROPOUT)
        self.head = nn.Linear(
            self.face.features + self.whole.features, sum(len(words) for words in VOCABULARY.values())
        )

    def forward(self, latents: torch.Tensor, places: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return logits (B, words) of each field, in the order of VOCABULARY."""
        face = cut_out(latents, places, networks.LATENT_SIDE)
        features = self.dropout(torch.cat([self.face(face), self.whole(latents)], dim=1))
        return self.head(features).split([len(words) for words in VOCABULARY.values()], dim=1)


def softened(latents: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Vary (B, 8, 32, 32) as guesses vary: some are smoothed, all are a little wrong."""
    rows = len(latents)
    smooth = functional.avg_pool2d(latents, 3, stride=1, padding=1, count_include_pad=False)
    is_soft = (torch.rand(rows, 1, 1, 1, generator=generator) < _SOFT_SHARE).float()
    share = is_soft * torch.rand(rows, 1, 1, 1, generator=generator)
    amount = _NOISE * torch.rand(rows, 1, 1, 1, generator=generator)
    return latents.lerp(smooth, share) + amount * torch.randn(latents.shape, generator=generator)


def train(
    reader: LatentReader,
    portraits: Sequence[Portrait],
    latents: torch.Tensor,
    places: torch.Tensor,
    checkpoint: Path,
    budget: Budget,
    *,
    seed: int,
) -> None:
    """Teach the reader; latents (N, 8, 32, 32) scaled to unit deviation, places (N, 3) of their faces."""
    inner = [value for name, value in reader.named_parameters() if train_readers.is_inner(name, value)]
    steppers = train_readers.optimisers(inner, list(reader.parameters()), PEAK_RATE)
    saved = Checkpoint(checkpoint, {"reader": reader, **steppers}, budget)
    wanted = train_readers.answers(portraits, list(VOCABULARY))
    taught = len(latents) - round(len(latents) * UNSEEN_SHARE)
    generator = torch.Generator().manual_seed(seed + budget.done)
    careless = torch.tensor(_CARELESS)
    average: float | None = None
    reader.train()
    while budget.goes_on():
        for stepper in steppers.values():
            for group in stepper.param_groups:
                group["lr"] = budget.rate(PEAK_RATE, warm_up=50)
        rows = torch.randint(0, taught, (min(BATCH, taught),), generator=generator)
        seen = softened(latents[rows].float(), generator)
        about = places[rows] + careless * torch.randn(len(rows), 3, generator=generator)
        with precision.mixed():
            loss = train_readers.cross_entropy(reader(seen, about), wanted[rows])
        for stepper in steppers.values():
            stepper.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        for stepper in steppers.values():
            stepper.step()
        budget.done += 1
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if budget.done % 200 == 0:
            hits = share_read(reader, latents[taught:], places[taught:], wanted[taught:])
            budget.log("reader", loss=average, read=sum(hits.values()) / max(1, len(hits)))
        saved.save_when_due()
    saved.save()
    reader.requires_grad_(requires_grad=False).eval()


@torch.no_grad()
def share_read(
    reader: LatentReader, latents: torch.Tensor, places: torch.Tensor, wanted: torch.Tensor
) -> dict[str, float]:
    """Return for each field that anybody shows the share that is read rightly."""
    was_training = reader.training
    reader.eval()
    logits = reader(latents.float(), places) if len(latents) else ()
    reader.train(was_training)
    shares = {}
    for index, (field, part) in enumerate(zip(VOCABULARY, logits, strict=False)):
        seen = wanted[:, index] != train_readers.HIDDEN
        if seen.any():
            shares[field] = (part.argmax(1) == wanted[:, index])[seen].float().mean().item()
    return shares
