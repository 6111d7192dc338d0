"""Last stage: the denoiser with its identity condition, on latents that were encoded once."""

from __future__ import annotations

import copy
import dataclasses
import functools
import random
from pathlib import Path

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from tools.embedded_model import dataset
from tools.embedded_model.attributes import FRAMINGS, VOCABULARY, Portrait
from tools.embedded_model.captioning import captions
from tools.embedded_model.drawing import drawer
from tools.embedded_model.training import adapters, networks, precision, train_readers
from tools.embedded_model.training.checkpoint import Checkpoint
from tools.embedded_model.training.muon import Muon
from tools.embedded_model.training.parallel import Group
from tools.embedded_model.training.schedule import Budget
from tools.embedded_model.training.train_latent_reader import LatentReader
from tools.embedded_model.training.train_text import tokenize

# Captions replaced by zeros (the pipeline's answer to no negative prompt), and by text that describes nothing
# (what people put into a negative prompt). Both teach the picture without a prompt.
CAPTION_DROPOUT = 0.07
IDLE_CAPTIONS = 0.03
PEAK_RATE = 1e-3
# The text encoder can already read; pictures only adjust it.
TEXT_RATE_SHARE = 0.3
FACE_WEIGHT = 4.0
# Share of noise levels chosen evenly; the others are around the logit of this share of the schedule.
ANYWHERE, MIDDLE_TIME = 0.25, -0.6
# Of what the latent reader misses, beside the mean square error; and between which shares of signal in the
# noisy latents it is asked: before there is nothing to see, after there is nothing left to decide.
READING_WEIGHT = 0.05
READABLE = (0.04, 0.85)


class Average:
    """Moving average of a module's parameters: smoother than the last step, and what is shipped."""

    def __init__(self, module: nn.Module) -> None:
        self.module = copy.deepcopy(module).requires_grad_(requires_grad=False).eval()

    @torch.no_grad()
    def update(self, source: nn.Module, decay: float) -> None:
        """Move a share of 1 - decay towards `source`."""
        torch._foreach_lerp_(list(self.module.parameters()), list(source.parameters()), 1 - decay)


def face_weights() -> torch.Tensor:
    """Return loss weights per framing and latent cell, (framings, 1, 32, 32), each of mean 1.

    Eyes, nose and mouth are a small part of a picture, and what people look at.
    """
    side = networks.LATENT_SIDE
    cells = (torch.arange(side) + 0.5) * networks.PICTURE_SIDE / side
    every = []
    for framing in FRAMINGS:
        zoom, x, y = drawer.FRAMES[framing]
        across = (cells - x).abs() < 48 * zoom
        down = (cells - (y + 16 * zoom)).abs() < 40 * zoom
        weights = 1 + (FACE_WEIGHT - 1) * (down[:, None] & across[None, :]).float()
        every.append(weights[None] / weights.mean())
    return torch.stack(every)


def _slices(count: int, generator: torch.Generator) -> torch.Tensor:
    """Return one number of each slice of 0..1: less noise in the gradient than independent draws."""
    return (torch.arange(count) + torch.rand(count, generator=generator)) / count


def training_times(count: int, generator: torch.Generator) -> torch.Tensor:
    """Choose noise levels, (count,) in 0..999: most where faces are decided, some everywhere.

    Logit-normal as in arXiv 2403.03206. Over even draws two fifths are so noisy that only the layout shows.
    """
    anywhere = max(1, round(count * ANYWHERE))
    details = torch.special.ndtri(_slices(count - anywhere, generator))
    chosen = torch.sigmoid(MIDDLE_TIME + details)
    return (torch.cat([_slices(anywhere, generator), chosen]) * 1000).long().clamp(max=999)


def condition(
    encoder: CLIPTextModelWithProjection, ids: torch.Tensor, dropped: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Encode prompts as the SDXL pipeline does; rows where `dropped` (B,) is true become all zeros.

    Returns states (B, TOKENS, width) and summaries (B, width).
    """
    output = encoder(ids, output_hidden_states=True)
    kept = (~dropped).to(output.text_embeds.dtype)
    return output.hidden_states[-2] * kept[:, None, None], output.text_embeds * kept[:, None]


def text_alone(portrait: Portrait, rng: random.Random) -> str:
    """Word a picture for a row that sees no other picture."""
    if rng.random() < IDLE_CAPTIONS:
        return captions.idle_caption(rng)
    return captions.free_caption(portrait, rng)[0]


def text_beside_image(portrait: Portrait, before: Portrait, rng: random.Random) -> str:
    """Word a picture for a row that sees the person at another moment: often only what is new."""
    form = rng.random()
    if form < 0.35:
        return captions.change_caption(portrait)
    if form < 0.65:
        return captions.wish_caption(before, portrait, rng)
    if form < 0.8:
        return captions.full_caption(portrait)
    return captions.free_caption(portrait, rng)[0]


def worded(
    portraits: list[Portrait], rows: list[int], with_image: float, rng: random.Random
) -> tuple[list[str], list[int], list[float]]:
    """Word every row; returns texts, the rows of the pictures shown beside them, and how much they are seen.

    The share `with_image` of the rows sees the person at another moment (1), the others only text (0).
    """
    texts, others, scales = [], [], []
    for row in rows:
        other = dataset.other_picture_of_same(row, len(portraits), rng)
        shown = rng.random() < with_image
        before, after = portraits[other], portraits[row]
        texts.append(text_beside_image(after, before, rng) if shown else text_alone(after, rng))
        others.append(other)
        scales.append(float(shown))
    return texts, others, scales


def hardest_first(losses: torch.Tensor) -> torch.Tensor:
    """Return the mean of losses (fields,), each weighted by its share of all of them.

    Most fields are soon read without a mistake, and a plain mean would hardly hear the others.
    """
    shares = losses.detach() / losses.detach().mean().clamp(min=1e-6)
    return (shares * losses).mean()


def is_inner_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Say whether a parameter of the denoiser is a matrix between hidden layers, which Muon is for."""
    return parameter.ndim >= 2 and not name.startswith(("conv_in.", "conv_out."))


@dataclasses.dataclass(frozen=True)
class Examples:
    """What the denoiser learns from, a row for each picture.

    latents: (N, 8, 32, 32), scaled to unit deviation. images: what the face encoder says about the same
    pictures, (N, IMAGE_WIDTH). portraits: their records, in the order of `dataset.people`. places: where
    their faces are, (N, 3).
    """

    latents: torch.Tensor
    images: torch.Tensor
    portraits: list[Portrait]
    places: torch.Tensor

    @functools.cached_property
    def wanted(self) -> torch.Tensor:
        """What is to be read from each picture, (N, fields)."""
        return train_readers.answers(self.portraits, list(VOCABULARY))


class Trainer:
    """Holds the networks, their averages and the optimisers of this stage."""

    def __init__(
        self,
        unet: UNet2DConditionModel,
        encoder: CLIPTextModelWithProjection,
        tokenizer: CLIPTokenizer,
        checkpoint: Path,
        budget: Budget,
        seed: int,
        reader: LatentReader | None = None,
        rate: float = PEAK_RATE,
    ) -> None:
        """Take a denoiser that has its adapter (see `adapters.add_adapter`), and who tells what it missed."""
        self.unet, self.encoder, self.tokenizer = unet, encoder, tokenizer
        self.budget, self.seed, self.reader, self.rate = budget, seed, reader, rate
        self.unet_average, self.encoder_average = Average(unet), Average(encoder)
        inner = [part for name, part in unet.named_parameters() if is_inner_matrix(name, part)]
        outer = [part for name, part in unet.named_parameters() if not is_inner_matrix(name, part)]
        self.muon = Muon(inner, rate)
        self.adam = torch.optim.AdamW(
            [{"params": outer}, {"params": list(encoder.parameters())}],
            lr=rate,
            betas=(0.9, 0.99),
            weight_decay=0.01,
        )
        self.scheduler: DDIMScheduler = networks.make_scheduler()
        self.weights = face_weights()
        # Of the last fifty steps or so; start with the first losses of a run.
        self.averages: dict[str, float] = {}
        parts = {
            "unet": unet,
            "encoder": encoder,
            "unet_average": self.unet_average.module,
            "encoder_average": self.encoder_average.module,
            "muon": self.muon,
            "adam": self.adam,
        }
        self.saved = Checkpoint(checkpoint, parts, budget)

    def train(self, examples: Examples, batch: int, with_image: float, group: Group | None = None) -> None:
        """Train until the budget ends; of all rows the share `with_image` sees the person elsewhere, too."""
        group = group or Group()
        self.muon.group = group
        seed = self.seed + self.budget.done + 7919 * group.rank
        rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
        self.unet.train()
        self.encoder.train()
        # A rate of zero is how the leader says that the budget has ended.
        while rate := group.agree(self.budget.rate(self.rate, warm_up=100) if self.budget.goes_on() else 0.0):
            groups = [*self.muon.param_groups, *self.adam.param_groups]
            for parameters, share in zip(groups, (1.0, 1.0, TEXT_RATE_SHARE), strict=True):
                parameters["lr"] = rate * share
            rows = [rng.randrange(len(examples.portraits)) for _ in range(batch // group.size)]
            losses = self._losses(examples, rows, with_image, rng, generator)
            self._step(losses["loss"] + READING_WEIGHT * losses.get("reading", 0.0), group)
            for name, value in losses.items():
                before = self.averages.setdefault(name, value.item())
                self.averages[name] = before + 0.02 * (value.item() - before)
            if group.leads:
                if self.budget.done % 50 == 0:
                    self.budget.log("unet", **self.averages)
                self.saved.save_when_due()
        if group.leads:
            self.saved.save()

    def _step(self, loss: torch.Tensor, group: Group) -> None:
        self.muon.zero_grad()
        self.adam.zero_grad()
        loss.backward()
        group.average_gradients([*self.unet.parameters(), *self.encoder.parameters()])
        nn.utils.clip_grad_norm_(self.unet.parameters(), 1.0)
        nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
        self.muon.step()
        self.adam.step()
        self.budget.done += 1
        decay = min(0.997, self.budget.done / (self.budget.done + 20))
        self.unet_average.update(self.unet, decay)
        self.encoder_average.update(self.encoder, decay)

    def _losses(
        self,
        examples: Examples,
        rows: list[int],
        with_image: float,
        rng: random.Random,
        generator: torch.Generator,
    ) -> dict[str, torch.Tensor]:
        count, clean = len(rows), examples.latents[rows].float()
        texts, others, scales = worded(examples.portraits, rows, with_image, rng)
        noise = torch.randn(clean.shape, generator=generator)
        times = training_times(count, generator)
        noisy = self.scheduler.add_noise(clean, noise, times)
        target = self.scheduler.get_velocity(clean, noise, times)
        dropped = torch.rand(count, generator=generator) < CAPTION_DROPOUT
        # Where guidance compares with nothing, the picture of the person is nothing, too.
        seen = examples.images[others] * (~dropped)[:, None]
        weights = self.weights[[FRAMINGS.index(examples.portraits[row].framing) for row in rows]]
        # Without the fused attention, whose way back is several times slower on a CPU at so few channels.
        with precision.mixed(), sdpa_kernel(SDPBackend.MATH):
            states, summaries = condition(self.encoder, tokenize(self.tokenizer, texts), dropped)
            adapters.show(self.unet, seen, torch.tensor(scales))
            guess = self.unet(
                noisy,
                times,
                states,
                added_cond_kwargs={"text_embeds": summaries, "time_ids": networks.size_ids(count)},
            ).sample
        losses = {"loss": ((guess.float() - target).square() * weights).mean()}
        if self.reader is not None:
            signal = self.scheduler.alphas_cumprod[times]
            shares = signal[:, None, None, None]
            finished = shares.sqrt() * noisy - (1 - shares).sqrt() * guess.float()
            readable = (signal > READABLE[0]) & (signal < READABLE[1])
            with precision.mixed():
                logits = self.reader(finished[readable], examples.places[rows][readable])
            losses["reading"] = hardest_first(
                train_readers.cross_entropies(logits, examples.wanted[rows][readable])
            )
        return losses
