"""Make the embedded model from nothing: draw, train three stages, write the model folder.

`python tools/embedded_model/train.py --processes 2` takes about two hours on two cores. It can be stopped at
any time and continues where it was, also in slices (`--minutes 10`); `--minutes 0` writes the folder from
what there is, also while another run trains. `--tiny` runs all stages in miniature.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from diffusers import AutoencoderTiny, UNet2DConditionModel
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from tools.embedded_model import dataset, describe, networks, train_text, train_unet, train_vae
from tools.embedded_model.attributes import Portrait
from tools.embedded_model.parallel import Helpers
from tools.embedded_model.schedule import Budget

ROOT = Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a run does; minutes and steps are whichever ends first."""

    sizes: networks.Sizes
    vae_pictures: int
    pictures: int
    vae_minutes: float
    text_minutes: float
    unet_minutes: float
    vae_steps: int = 10**6
    text_steps: int = 10**6
    unet_steps: int = 10**6
    batch: int = 32
    texts: int = 20_000


TINY = Plan(
    networks.MINIATURE,
    vae_pictures=24,
    pictures=24,
    vae_minutes=1,
    text_minutes=1,
    unet_minutes=1,
    vae_steps=4,
    text_steps=4,
    unet_steps=4,
    batch=4,
    texts=200,
)


class Stages:
    """Runs the stages in order; each leaves its result in the work folder."""

    def __init__(self, plan: Plan, work: Path, seed: int, deadline: float, start: Path | None = None) -> None:
        """Every stage begins with the weights of the model folder `start`, or with random ones."""
        self.plan, self.work, self.seed, self.deadline, self.start = plan, work, seed, deadline, start
        self.vae_steps = 0
        work.mkdir(parents=True, exist_ok=True)

    def vae(self) -> AutoencoderTiny | None:
        """Return the trained autoencoder, or None if the time of this run ended first."""
        torch.manual_seed(self.seed)
        vae = (
            AutoencoderTiny.from_pretrained(self.start, subfolder="vae", dtype=torch.float32)
            if self.start
            else networks.make_vae(self.plan.sizes)
        )
        budget = Budget(self.plan.vae_minutes, self.plan.vae_steps, self.deadline)
        if self.plan.vae_minutes > 0:
            _, pictures = dataset.prepared(self.work, "vae_pictures", self.plan.vae_pictures, self.seed)
            train_vae.train(vae, pictures, self.work / "vae.pt", budget, seed=self.seed, log=True)
        self.vae_steps = budget.done
        return vae if budget.is_complete() else None

    def psnr(self, vae: AutoencoderTiny, count: int = 32) -> float:
        """Return the quality of reconstruction, in decibel, of drawings no stage has seen."""
        portraits = dataset.records(count, self.seed + 2, held_out=True)
        return train_vae.psnr(vae, dataset.draw_pictures(portraits, self.seed + 2))

    def text(self) -> tuple[CLIPTextModelWithProjection, CLIPTokenizer] | None:
        """Return the text encoder that has learned to read, and its tokenizer."""
        folder = self.work / "text"
        if not (folder / "config.json").exists():
            if time.monotonic() > self.deadline:
                return None
            torch.manual_seed(self.seed)
            if self.start:
                tokenizer = CLIPTokenizer.from_pretrained(self.start, subfolder="tokenizer_2")
                encoder = CLIPTextModelWithProjection.from_pretrained(
                    self.start, subfolder="text_encoder_2", dtype=torch.float32
                )
            else:
                tokenizer = train_text.train_tokenizer(self.seed, self.plan.texts)
                encoder = networks.make_text_encoder(self.plan.sizes, len(tokenizer), tokenizer.eos_token_id)
            budget = Budget(self.plan.text_minutes, self.plan.text_steps)
            train_text.train(encoder, tokenizer, budget, seed=self.seed, log=True)
            tokenizer.save_pretrained(folder)
            encoder.save_pretrained(folder)
        return CLIPTextModelWithProjection.from_pretrained(folder), CLIPTokenizer.from_pretrained(folder)

    def latents(self, vae: AutoencoderTiny) -> tuple[list[Portrait], torch.Tensor, float]:
        """Return records, latents scaled to unit deviation (N, 4, 32, 32), and that scale."""
        path = self.work / "latents.pt"
        portraits, pictures = dataset.prepared(self.work, "pictures", self.plan.pictures, self.seed + 1)
        if not path.exists():
            aside = path.with_suffix(".new")
            torch.save(train_vae.encode(vae, np.asarray(pictures)), aside)
            aside.replace(path)
        latents = torch.load(path, weights_only=True)
        scale = 1 / latents.float().std().item()
        return portraits, (latents.float() * scale).half(), scale

    def unet(
        self,
        portraits: list[Portrait],
        latents: torch.Tensor,
        text: tuple[CLIPTextModelWithProjection, CLIPTokenizer],
        helpers: Helpers,
    ) -> train_unet.Trainer:
        """Train the denoiser until its budget or this run ends."""
        torch.manual_seed(self.seed)
        budget = Budget(self.plan.unet_minutes, self.plan.unet_steps, self.deadline)
        unet = (
            UNet2DConditionModel.from_pretrained(self.start, subfolder="unet", dtype=torch.float32)
            if self.start
            else networks.make_unet(self.plan.sizes)
        )
        trainer = train_unet.Trainer(unet, *text, self.work / "unet.pt", budget, self.seed)
        with helpers.joined() as group:
            trainer.train(latents, portraits, self.plan.batch, log=group.leads, group=group)
        return trainer


def former_rounds(folder: Path) -> list[dict[str, object]]:
    """Return what a model folder says about the training it has had."""
    rounds: list[dict[str, object]] = json.loads((folder / describe.RECORD).read_text())["rounds"]
    return rounds


def run(
    plan: Plan,
    work: Path,
    out: Path,
    seed: int,
    minutes: float,
    helpers: Helpers | None = None,
    start: Path | None = None,
) -> bool:
    """Run or continue all stages and write `out`; returns whether every stage is complete."""
    helpers = helpers or Helpers()
    stages = Stages(plan, work, seed, time.monotonic() + minutes * 60, start)
    vae = stages.vae()
    text = stages.text() if vae else None
    if vae is None or text is None:
        print("stopped early; run again to go on")
        return False
    portraits, latents, scale = stages.latents(vae)
    trainer = stages.unet(portraits, latents, text, helpers)
    if helpers.rank > 0:
        return True
    vae.register_to_config(scaling_factor=round(scale, 5))
    networks.save_pipeline(
        out,
        vae=vae,
        unet=trainer.unet_average.module,
        text_encoder=trainer.encoder_average.module,
        tokenizer=text[1],
    )
    describe.write_settings(out)
    this_round = {
        "command": f"--pictures {plan.pictures} --vae-minutes {plan.vae_minutes:g} "
        f"--text-minutes {plan.text_minutes:g} --unet-minutes {plan.unet_minutes:g} "
        f"--processes {helpers.size}" + (" --start FOLDER" if start else ""),
        "pictures": plan.pictures,
        "seed": seed,
        "vae_steps": stages.vae_steps,
        "vae_minutes": plan.vae_minutes,
        "text_minutes": plan.text_minutes,
        "unet_steps": trainer.budget.done,
        "unet_minutes": round(trainer.spent_minutes),
        "batch": plan.batch,
    }
    rounds = [*former_rounds(start), this_round] if start else [this_round]
    record = {"psnr": round(stages.psnr(vae), 1), "rounds": rounds}
    (out / describe.RECORD).write_text(json.dumps(record, indent=2) + "\n")
    print(f"wrote {out}, complete: {trainer.budget.is_complete()}")
    return trainer.budget.is_complete()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "imagegen/models/embedded", help="model folder to write"
    )
    parser.add_argument(
        "--work", type=Path, default=ROOT / "var/embedded_model", help="checkpoints and pictures"
    )
    parser.add_argument(
        "--start", type=Path, help="model folder whose weights training begins with; without it, random ones"
    )
    parser.add_argument("--minutes", type=float, default=math.inf, help="end this run after so many minutes")
    parser.add_argument("--vae-minutes", type=float, default=15)
    parser.add_argument("--text-minutes", type=float, default=10)
    parser.add_argument("--unet-minutes", type=float, default=90)
    parser.add_argument("--pictures", type=int, default=7_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tiny", action="store_true", help="miniature of everything, in well under a minute")
    parser.add_argument("--processes", type=int, default=1, help="train the denoiser in so many processes")
    parser.add_argument("--rank", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--meeting", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    helpers = Helpers(options.processes, Path(__file__), sys.argv[1:], options.rank, options.meeting)
    plan = (
        TINY
        if options.tiny
        else Plan(
            networks.FULL,
            vae_pictures=3_000,
            pictures=options.pictures,
            vae_minutes=options.vae_minutes,
            text_minutes=options.text_minutes,
            unet_minutes=options.unet_minutes,
        )
    )
    work = options.work / "tiny" if options.tiny else options.work
    run(plan, work, options.out, options.seed, options.minutes, helpers, options.start)


if __name__ == "__main__":
    main()
