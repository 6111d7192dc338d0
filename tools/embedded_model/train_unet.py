"""Stage 3: the denoiser, on latents that were encoded once."""

from __future__ import annotations

import copy
import random
import time
from pathlib import Path

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from tools.embedded_model import captions, networks
from tools.embedded_model.attributes import Portrait
from tools.embedded_model.parallel import Group
from tools.embedded_model.schedule import Budget
from tools.embedded_model.train_text import tokenize

# Captions replaced by zeros (the pipeline's answer to no negative prompt), and by text that describes nothing
# (what people put into a negative prompt). Both teach the picture without a prompt.
CAPTION_DROPOUT = 0.07
IDLE_CAPTIONS = 0.04
PEAK_RATE = 8e-4
# The text encoder can already read; pictures only adjust it.
TEXT_RATE_SHARE = 0.3


class Average:
    """Moving average of a module's parameters: smoother than the last step, and what is shipped."""

    def __init__(self, module: nn.Module) -> None:
        self.module = copy.deepcopy(module).requires_grad_(requires_grad=False).eval()

    @torch.no_grad()
    def update(self, source: nn.Module, decay: float) -> None:
        """Move a share of 1 - decay towards `source`."""
        torch._foreach_lerp_(list(self.module.parameters()), list(source.parameters()), 1 - decay)


def face_weights() -> torch.Tensor:
    """Return loss weights per latent cell, (1, 1, 32, 32), mean 1: eyes and mouth are small but looked at."""
    weights = torch.ones(1, 1, networks.LATENT_SIDE, networks.LATENT_SIDE)
    weights[:, :, 12:22, 9:23] = 3.0
    return weights / weights.mean()


def condition(
    encoder: CLIPTextModelWithProjection, ids: torch.Tensor, dropped: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Encode prompts as the SDXL pipeline does; rows where `dropped` (B,) is true become all zeros.

    Returns states (B, TOKENS, width) and summaries (B, width).
    """
    output = encoder(ids, output_hidden_states=True)
    kept = (~dropped).to(output.text_embeds.dtype)
    return output.hidden_states[-2] * kept[:, None, None], output.text_embeds * kept[:, None]


def _text(portrait: Portrait, rng: random.Random) -> str:
    return (
        captions.idle_caption(rng)
        if rng.random() < IDLE_CAPTIONS
        else captions.free_caption(portrait, rng)[0]
    )


class Trainer:
    """Holds the networks, their averages and the optimiser of this stage."""

    def __init__(
        self,
        unet: UNet2DConditionModel,
        encoder: CLIPTextModelWithProjection,
        tokenizer: CLIPTokenizer,
        checkpoint: Path,
        budget: Budget,
        seed: int,
    ) -> None:
        self.unet, self.encoder, self.tokenizer = unet, encoder, tokenizer
        self.checkpoint, self.budget, self.seed = checkpoint, budget, seed
        self.unet_average, self.encoder_average = Average(unet), Average(encoder)
        self.optimiser = torch.optim.AdamW(
            [{"params": list(unet.parameters())}, {"params": list(encoder.parameters())}],
            lr=PEAK_RATE,
            betas=(0.9, 0.99),
            weight_decay=0.01,
        )
        self.scheduler: DDIMScheduler = networks.make_scheduler()
        self.weights = face_weights()
        # Of the last fifty steps or so; starts with the first loss of a run.
        self.loss_average: float | None = None
        self.spent_minutes = 0.0
        if checkpoint.exists():
            self._load()

    def _parts(self) -> dict[str, nn.Module]:
        return {
            "unet": self.unet,
            "encoder": self.encoder,
            "unet_average": self.unet_average.module,
            "encoder_average": self.encoder_average.module,
        }

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.optimiser.load_state_dict(state["optimiser"])
        self.budget.restart(state["done"], state["spent"])
        self.spent_minutes = state["spent"] / 60

    def save(self) -> None:
        """Write a checkpoint, complete or not at all."""
        state: dict[str, object] = {name: part.state_dict() for name, part in self._parts().items()}
        state |= {
            "optimiser": self.optimiser.state_dict(),
            "done": self.budget.done,
            "spent": self.budget.used(),
        }
        aside = self.checkpoint.with_suffix(".new")
        torch.save(state, aside)
        aside.replace(self.checkpoint)

    def train(
        self,
        latents: torch.Tensor,
        portraits: list[Portrait],
        batch: int,
        log: bool,
        group: Group | None = None,
    ) -> None:
        """Train until the budget ends; `latents` is (N, 4, 32, 32), scaled to unit deviation."""
        group = group or Group()
        seed = self.seed + self.budget.done + 7919 * group.rank
        rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
        saved, first = time.monotonic(), self.budget.done
        self.unet.train()
        self.encoder.train()
        # A rate of zero is how the leader says that the budget has ended.
        while rate := group.agree(self.budget.rate(PEAK_RATE, warm_up=100) if self.budget.goes_on() else 0.0):
            for parameters, share in zip(self.optimiser.param_groups, (1.0, TEXT_RATE_SHARE), strict=True):
                parameters["lr"] = rate * share
            rows = [rng.randrange(len(portraits)) for _ in range(batch // group.size)]
            texts = [_text(portraits[row], rng) for row in rows]
            loss = self._loss(latents[rows].float(), texts, generator)
            self._step(loss, group)
            before = loss.item() if self.loss_average is None else self.loss_average
            self.loss_average = before + 0.02 * (loss.item() - before)
            if log and self.budget.done % 50 == 0:
                minutes = self.budget.used() / 60
                print(
                    f"unet step {self.budget.done} minutes {minutes:.1f} loss {self.loss_average:.4f}",
                    flush=True,
                )
            if group.leads and time.monotonic() - saved > 90:
                self.save()
                saved = time.monotonic()
        # A run without a step only exports; another one may be training at this moment.
        if group.leads and self.budget.done > first:
            self.save()
            self.spent_minutes = self.budget.used() / 60

    def _step(self, loss: torch.Tensor, group: Group) -> None:
        self.optimiser.zero_grad()
        loss.backward()
        group.average_gradients([*self.unet.parameters(), *self.encoder.parameters()])
        nn.utils.clip_grad_norm_(self.unet.parameters(), 1.0)
        nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
        self.optimiser.step()
        self.budget.done += 1
        decay = min(0.996, self.budget.done / (self.budget.done + 20))
        self.unet_average.update(self.unet, decay)
        self.encoder_average.update(self.encoder, decay)

    def _loss(self, clean: torch.Tensor, texts: list[str], generator: torch.Generator) -> torch.Tensor:
        rows = len(clean)
        noise = torch.randn(clean.shape, generator=generator)
        # One time from each slice of the schedule: less noise in the gradient than independent draws.
        spread = (torch.arange(rows) + torch.rand(rows, generator=generator)) / rows
        times = (spread * 1000).long().clamp(max=999)
        noisy = self.scheduler.add_noise(clean, noise, times)
        target = self.scheduler.get_velocity(clean, noise, times)
        dropped = torch.rand(rows, generator=generator) < CAPTION_DROPOUT
        with networks.mixed_precision():
            states, summaries = condition(self.encoder, tokenize(self.tokenizer, texts), dropped)
            guess = self.unet(
                noisy,
                times,
                states,
                added_cond_kwargs={"text_embeds": summaries, "time_ids": networks.size_ids(rows)},
            ).sample
        return ((guess.float() - target).square() * self.weights).mean()
