"""Stages that read pictures: the face encoder of the identity condition, and the attribute classifier.

Both learn to name attributes, from different drawings: what measures a picture had no hand in making it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import nn
from torch.nn import functional

from imagegen.engine.faces import FaceEncoder
from imagegen.engine.likeness import AttributeClassifier
from imagegen.engine.portraits import PortraitReader, Widths
from tools.embedded_model.attributes import (
    IDENTITY_FIELDS,
    VOCABULARY,
    Portrait,
    visible_fields,
)
from tools.embedded_model.drawing.face import Proportions
from tools.embedded_model.training import precision
from tools.embedded_model.training.checkpoint import Checkpoint
from tools.embedded_model.training.muon import Muon
from tools.embedded_model.training.schedule import Budget
from tools.embedded_model.training.train_vae import as_tensor

PEAK_RATE = 1.5e-3
BATCH = 64
WIDTHS = Widths(face=(32, 48, 64, 80), whole=(32, 48, 60))
TINY_WIDTHS = Widths(face=(8, 8, 8, 8), whole=(8, 8, 8))
# Of the finder's mistakes, in numbers as small as hundredths, beside the loss of the reading.
FINDER_WEIGHT = 5.0
# While learning, faces are cut out as inexactly as the finder will do it: deviations of its three numbers.
_CARELESS = (0.012, 0.012, 0.03)
# Behind the last class of every field: not to be seen in this picture.
HIDDEN = -100
# The proportions as numbers near -1..1: offset and half range of each.
_SHAPES = {
    "width": (0.0, 0.03),
    "eye_spacing": (21.5, 1.6),
    "eye_size": (1.0, 0.07),
    "eye_height": (4.0, 1.5),
    "mouth_height": (39.0, 1.5),
    "mouth_width": (1.0, 0.1),
    "hair_side": (0.0, 1.0),
}


def answers(portraits: Sequence[Portrait], fields: Sequence[str]) -> torch.Tensor:
    """Return class indices, (N, fields), HIDDEN where a picture does not show the field."""
    rows = []
    for portrait in portraits:
        seen = visible_fields(portrait)
        rows.append(
            [
                VOCABULARY[field].index(getattr(portrait, field)) if field in seen else HIDDEN
                for field in fields
            ]
        )
    return torch.tensor(rows)


def shapes(portraits: Sequence[Portrait]) -> torch.Tensor:
    """Return the proportions of each face, (N, 7), near -1..1."""
    every = [Proportions.of(portrait) for portrait in portraits]
    return torch.tensor(
        [[(getattr(one, name) - middle) / half for name, (middle, half) in _SHAPES.items()] for one in every]
    )


def spoiled(
    pictures: torch.Tensor, places: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Vary (B, 3, H, W) in -1..1 as generated pictures vary: light, contrast, softness, noise, place.

    Returns them, and where their faces are now, (B, 3) as `dataset.places` says it.
    """

    def uniform(low: float, high: float) -> float:
        return low + (high - low) * torch.rand((), generator=generator).item()

    side = pictures.shape[-1]
    edge = side // 32
    pictures = functional.pad(pictures, (edge, edge, edge, edge), mode="replicate")
    left, top = (int(uniform(0, 2 * edge + 1)) for _ in range(2))
    pictures = pictures[:, :, top : top + side, left : left + side]
    places = places + 2 / side * torch.tensor([edge - left, edge - top, 0.0])
    small = functional.interpolate(pictures, size=int(side * uniform(0.4, 0.9)), mode="area")
    soft = functional.interpolate(small, size=pictures.shape[2:], mode="bilinear")
    # Every batch has sharp and soft pictures: normalisation learns what the average of a batch is.
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator) < 0.4
    pictures = torch.where(chosen, soft, pictures)
    tint = 1 + 0.06 * (torch.rand(len(pictures), 3, 1, 1, generator=generator) - 0.5)
    lift = 0.12 * (torch.rand(len(pictures), 1, 1, 1, generator=generator) - 0.5)
    amount = 0.06 * torch.rand(len(pictures), 1, 1, 1, generator=generator)
    noise = torch.randn(pictures.shape, generator=generator) * amount
    return (pictures * tint + lift + noise).clamp(-1, 1), places


@torch.no_grad()
def redrawn(vae: AutoencoderTiny, pictures: np.ndarray, seed: int, noise: float = 0.12) -> np.ndarray:
    """Send (N, 256, 256, 3) uint8 through the autoencoder, with some noise on the way."""
    generator = torch.Generator().manual_seed(seed)
    parts = []
    # One at a time, as `train_vae.encode` does.
    for row in range(len(pictures)):
        with precision.mixed():
            latents = vae.encode(as_tensor(pictures[row : row + 1])).latents
            amount = noise * torch.rand(1, 1, 1, 1, generator=generator)
            latents = latents + amount * torch.randn(latents.shape, generator=generator)
            restored = vae.decode(latents).sample
        parts.append(((restored.float().clamp(-1, 1) + 1) * 127.5).round().byte())
    return torch.cat(parts).permute(0, 2, 3, 1).numpy()


class Joined:
    """Two memory-mapped picture arrays as one, without a copy."""

    def __init__(self, first: np.ndarray, second: np.ndarray) -> None:
        self.first, self.second = first, second

    def __len__(self) -> int:
        return len(self.first) + len(self.second)

    def __getitem__(self, row: int) -> np.ndarray:
        here = len(self.first)
        return np.asarray(self.first[row] if row < here else self.second[row - here])


def cross_entropies(logits: Sequence[torch.Tensor], wanted: torch.Tensor) -> torch.Tensor:
    """Return the loss of each field, (fields,), of logits (B, words) each; `wanted` as `answers` says it."""
    losses = [
        functional.cross_entropy(part.float(), wanted[:, index], ignore_index=HIDDEN, reduction="sum")
        / (wanted[:, index] != HIDDEN).sum().clamp(min=1)
        for index, part in enumerate(logits)
    ]
    return torch.stack(losses)


def cross_entropy(logits: Sequence[torch.Tensor], wanted: torch.Tensor) -> torch.Tensor:
    """Return the mean of `cross_entropies`."""
    return cross_entropies(logits, wanted).mean()


def is_inner(name: str, value: nn.Parameter) -> bool:
    """Say whether a parameter is a matrix between hidden layers, which Muon is for."""
    return value.ndim >= 2 and ".body.1.0." not in name and "head." not in name


def optimisers(
    inner: Sequence[nn.Parameter], every: Sequence[nn.Parameter], rate: float
) -> dict[str, torch.optim.Optimizer]:
    """Return Muon for the inner matrices and AdamW for all other parameters."""
    chosen = {id(value) for value in inner}
    others = [value for value in every if id(value) not in chosen]
    return {
        "muon": Muon(inner, rate),
        "adam": torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.99), weight_decay=0.02),
    }


def _train(
    stage: str,
    parts: dict[str, nn.Module],
    reader: PortraitReader,
    loss_of: Callable[[torch.Tensor, torch.Tensor, list[int]], torch.Tensor],
    pictures: np.ndarray | Joined,
    places: torch.Tensor,
    checkpoint: Path,
    budget: Budget,
    seed: int,
) -> None:
    """Run the common loop; `loss_of` gets (B, 3, H, W) in -1..1, where the faces are, and their rows."""
    values = [value for part in parts.values() for value in part.parameters()]
    inner = [value for name, value in parts[stage].named_parameters() if is_inner(name, value)]
    steppers = optimisers(inner, values, PEAK_RATE)
    saved = Checkpoint(checkpoint, {**parts, **steppers}, budget)
    rng = np.random.default_rng([seed, budget.done])
    generator = torch.Generator().manual_seed(seed + budget.done)
    average: float | None = None
    for part in parts.values():
        part.train()
    while budget.goes_on():
        for stepper in steppers.values():
            for group in stepper.param_groups:
                group["lr"] = budget.rate(PEAK_RATE, warm_up=50)
        rows = rng.integers(0, len(pictures), min(BATCH, len(pictures))).tolist()
        drawn = as_tensor(np.stack([pictures[row] for row in rows]))
        batch, there = spoiled(drawn, places[rows], generator)
        about = there + torch.randn(there.shape, generator=generator) * torch.tensor(_CARELESS)
        with precision.mixed():
            loss = loss_of(batch, about, rows)
            loss = loss + FINDER_WEIGHT * (reader.finder(batch) - there).abs().mean()
        for stepper in steppers.values():
            stepper.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(values, 1.0)
        for stepper in steppers.values():
            stepper.step()
        budget.done += 1
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if budget.done % 50 == 0:
            budget.log(stage, loss=average)
        saved.save_when_due()
    saved.save()
    for part in parts.values():
        part.eval()


def train_face_encoder(
    encoder: FaceEncoder,
    portraits: list[Portrait],
    pictures: np.ndarray | Joined,
    places: torch.Tensor,
    checkpoint: Path,
    budget: Budget,
    *,
    seed: int,
) -> None:
    """Teach the face encoder who is seen, whatever else the picture shows.

    places: where the faces are, (N, 3), as `dataset.places` says it.
    """
    wanted, proportions = answers(portraits, IDENTITY_FIELDS), shapes(portraits)
    width = encoder.config.projection_dim
    heads = nn.ModuleDict({field: nn.Linear(width, len(VOCABULARY[field])) for field in IDENTITY_FIELDS})
    shape_head = nn.Linear(width, len(_SHAPES))

    def loss_of(batch: torch.Tensor, about: torch.Tensor, rows: list[int]) -> torch.Tensor:
        embeds = encoder(batch, about).image_embeds
        loss = cross_entropy([head(embeds) for head in heads.values()], wanted[rows])
        loss = loss + 0.2 * (shape_head(embeds).float() - proportions[rows]).square().mean()
        # The adapter takes these vectors as they come: keep them near unit size.
        return loss + 0.01 * (embeds.float().square().mean() - 1).square()

    parts: dict[str, nn.Module] = {"face": encoder, "heads": heads, "shape_head": shape_head}
    _train("face", parts, encoder.reader, loss_of, pictures, places, checkpoint, budget, seed)


@torch.no_grad()
def embed(encoder: FaceEncoder, pictures: np.ndarray) -> torch.Tensor:
    """Return the embeddings of (N, 256, 256, 3) uint8, (N, IMAGE_WIDTH)."""
    parts = []
    for start in range(0, len(pictures), 64):
        with precision.mixed():
            batch = as_tensor(pictures[start : start + 64])
            parts.append(encoder(batch).image_embeds.float())
    return torch.cat(parts)


def make_classifier(widths: Widths) -> AttributeClassifier:
    """Build an untrained classifier of the whole vocabulary."""
    fields = {field: list(words) for field, words in VOCABULARY.items()}
    return AttributeClassifier(fields, list(IDENTITY_FIELDS), widths)


def train_classifier(
    classifier: AttributeClassifier,
    portraits: list[Portrait],
    pictures: np.ndarray | Joined,
    places: torch.Tensor,
    checkpoint: Path,
    budget: Budget,
    *,
    seed: int,
) -> None:
    """Teach the classifier to name every attribute that can be seen; `places` as in `train_face_encoder`."""
    wanted = answers(portraits, list(VOCABULARY))

    def loss_of(batch: torch.Tensor, about: torch.Tensor, rows: list[int]) -> torch.Tensor:
        return cross_entropy(list(classifier(batch, about).values()), wanted[rows])

    parts: dict[str, nn.Module] = {"classifier": classifier}
    _train("classifier", parts, classifier.reader, loss_of, pictures, places, checkpoint, budget, seed)


@torch.no_grad()
def accuracy(
    classifier: AttributeClassifier, portraits: Sequence[Portrait], pictures: np.ndarray
) -> dict[str, tuple[int, int]]:
    """Return for each field how many pictures are read rightly, of how many that show it."""
    wanted = answers(portraits, list(VOCABULARY))
    logits: dict[str, list[torch.Tensor]] = {}
    for start in range(0, len(pictures), 64):
        for field, part in classifier(as_tensor(pictures[start : start + 64])).items():
            logits.setdefault(field, []).append(part)
    result = {}
    for index, field in enumerate(VOCABULARY):
        seen = wanted[:, index] != HIDDEN
        hits = torch.cat(logits[field]).argmax(1) == wanted[:, index]
        result[field] = (int(hits[seen].sum()), int(seen.sum()))
    return result
