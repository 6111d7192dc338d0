"""Make the embedded model from nothing: draw, train every stage, write the model folder.

`python tools/embedded_model/train.py --processes 2` takes about four hours on two cores. It can be stopped at
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
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from diffusers import AutoencoderTiny, UNet2DConditionModel
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from imagegen.engine import faces, likeness
from imagegen.engine.faces import FaceEncoder
from imagegen.engine.likeness import AttributeClassifier
from imagegen.engine.portraits import Widths
from tools.embedded_model import caching, dataset, describe
from tools.embedded_model.attributes import Portrait
from tools.embedded_model.training import (
    adapters,
    checkpoint,
    networks,
    train_latent_reader,
    train_readers,
    train_text,
    train_unet,
    train_vae,
)
from tools.embedded_model.training.parallel import Helpers
from tools.embedded_model.training.schedule import Budget
from tools.embedded_model.training.train_latent_reader import LatentReader, LatentWidths

ROOT = Path(__file__).resolve().parents[2]
STAGES = ("vae", "text", "face", "classifier", "reader", "unet")


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a run does; of a stage's minutes and steps, whichever ends first."""

    sizes: networks.Sizes
    minutes: dict[str, float]
    pictures: int
    classifier_pictures: int
    redrawn: int
    steps: int = 10**6
    batch: int = 32
    # Rows of a batch that are shown another picture of the person; the others have only their text.
    with_image: float = 0.45
    # The denoiser's highest learning rate; lower to go on from weights that are good already.
    rate: float = train_unet.PEAK_RATE
    texts: int = 20_000
    classifier_widths: Widths = train_readers.WIDTHS
    reader_widths: LatentWidths = train_latent_reader.WIDTHS


TINY = Plan(
    networks.MINIATURE,
    minutes=dict.fromkeys(STAGES, 1.0),
    pictures=24,
    classifier_pictures=16,
    redrawn=8,
    steps=4,
    batch=4,
    texts=200,
    classifier_widths=train_readers.TINY_WIDTHS,
    reader_widths=train_latent_reader.TINY_WIDTHS,
)


class Stages:
    """Runs the stages; each leaves its result in the work folder."""

    def __init__(
        self,
        plan: Plan,
        work: Path,
        seed: int,
        deadline: float,
        start: Path | None = None,
        processes: int = 1,
    ) -> None:
        """Every stage begins with what fits of the model folder `start`, or with random weights."""
        self.plan, self.work, self.seed, self.deadline, self.start = plan, work, seed, deadline, start
        self.processes = processes
        self.budgets: dict[str, Budget] = {}
        work.mkdir(parents=True, exist_ok=True)

    def _budget(self, stage: str) -> Budget:
        torch.manual_seed(self.seed)
        journal = self.work / "journal.jsonl"
        minutes = self.plan.minutes[stage]
        self.budgets[stage] = Budget(minutes, self.plan.steps, self.deadline, journal=journal)
        return self.budgets[stage]

    def _pictures(self) -> tuple[list[Portrait], np.ndarray]:
        return dataset.prepared(self.work, "pictures", self.plan.pictures, self.seed + 1)

    def _places(self) -> torch.Tensor:
        return torch.from_numpy(dataset.places(self._pictures()[0]))

    def vae(self) -> AutoencoderTiny:
        """Return the picture autoencoder, trained as far as its budget goes."""
        budget = self._budget("vae")
        vae = networks.make_vae(self.plan.sizes)
        if self.start:
            networks.adopt(vae, AutoencoderTiny.from_pretrained(self.start / "vae", dtype=torch.float32))
        train_vae.train(vae, *self._pictures(), self.work / "vae", budget, seed=self.seed)
        return vae

    def text(self) -> tuple[CLIPTextModelWithProjection, CLIPTokenizer]:
        """Return the text encoder that has learned to read, and its tokenizer."""
        folder = self.work / "tokenizer"
        budget = self._budget("text")
        if not folder.exists():
            former = self.start / "tokenizer_2" if self.start else None
            if former and CLIPTokenizer.from_pretrained(former).model_max_length == networks.TOKENS:
                CLIPTokenizer.from_pretrained(former).save_pretrained(folder)
            else:
                train_text.train_tokenizer(self.seed, self.plan.texts).save_pretrained(folder)
        tokenizer = CLIPTokenizer.from_pretrained(folder)
        encoder = networks.make_text_encoder(self.plan.sizes, len(tokenizer), tokenizer.eos_token_id)
        if self.start:
            former_encoder = CLIPTextModelWithProjection.from_pretrained(
                self.start / "text_encoder_2", dtype=torch.float32
            )
            # Another tokenizer's words are other words.
            if former_encoder.config.vocab_size == len(tokenizer):
                networks.adopt(encoder, former_encoder)
        train_text.train(encoder, tokenizer, self.work / "text", budget, seed=self.seed)
        return encoder, tokenizer

    def face(self) -> FaceEncoder:
        """Return the face encoder that has learned who is who."""
        budget = self._budget("face")
        encoder = networks.make_face_encoder(self.plan.sizes)
        folder = self.start / networks.ADAPTER / networks.FACE_ENCODER if self.start else None
        if folder and folder.exists():
            networks.adopt(encoder, faces.load(folder))
        train_readers.train_face_encoder(
            encoder, *self._pictures(), self._places(), self.work / "face", budget, seed=self.seed
        )
        return encoder

    def classifier(self, vae: AutoencoderTiny) -> AttributeClassifier:
        """Return the attribute classifier, which learns from drawings of its own."""
        budget = self._budget("classifier")
        # No person twice: faces it has seen often it would know by heart, and their attributes with them.
        portraits, pictures = dataset.prepared(
            self.work, "classifier_pictures", self.plan.classifier_pictures, self.seed + 3, each=1
        )
        softened = self.work / "softened.npy"
        key = self._key("vae", pictures=len(pictures), redrawn=self.plan.redrawn)
        if not caching.is_current(softened, key):
            caching.forget(softened)
            np.save(softened, train_readers.redrawn(vae, pictures[: self.plan.redrawn], self.seed))
            caching.mark(softened, key)
        places = torch.from_numpy(dataset.places(portraits))
        classifier = train_readers.make_classifier(self.plan.classifier_widths)
        if self.start and (self.start / describe.CLASSIFIER).exists():
            networks.adopt(classifier, likeness.load(self.start / describe.CLASSIFIER))
        train_readers.train_classifier(
            classifier,
            [*portraits, *portraits[: self.plan.redrawn]],
            train_readers.Joined(pictures, np.load(softened, mmap_mode="r")),
            torch.cat([places, places[: self.plan.redrawn]]),
            self.work / "classifier",
            budget,
            seed=self.seed,
        )
        return classifier

    def latents(self, vae: AutoencoderTiny) -> tuple[torch.Tensor, float]:
        """Return latents scaled to unit deviation (N, 8, 32, 32), and that scale."""
        pictures = self._pictures()[1]
        latents = self._codes(
            "latents", "vae", lambda: train_vae.encode_in_processes(vae, pictures, self.processes)
        )
        scale = 1 / latents.float().std().item()
        return (latents.float() * scale).half(), scale

    def images(self, encoder: FaceEncoder) -> torch.Tensor:
        """Return what the face encoder says about every picture, (N, IMAGE_WIDTH)."""
        pictures = self._pictures()[1]
        return self._codes("images", "face", lambda: train_readers.embed(encoder, pictures))

    def _codes(self, name: str, stage: str, make: Callable[[], torch.Tensor]) -> torch.Tensor:
        """Return what the network of a stage says about all pictures; made anew if it has learned since."""
        folder, key = self.work / name, self._key(stage, pictures=self.plan.pictures)
        if not caching.is_current(folder, key):
            caching.forget(folder)
            checkpoint.write(folder, make())
            caching.mark(folder, key)
        codes: torch.Tensor = checkpoint.read(folder)
        return codes

    def _key(self, stage: str, **more: int) -> dict[str, object]:
        return {"stage": stage, "steps": self.budgets[stage].done, "seed": self.seed, **more}

    def reader(self, latents: torch.Tensor) -> LatentReader:
        """Return the reader of latents, which tells the denoiser what it missed."""
        budget = self._budget("reader")
        reader = LatentReader(self.plan.reader_widths)
        train_latent_reader.train(
            reader,
            self._pictures()[0],
            latents,
            self._places(),
            self.work / "reader",
            budget,
            seed=self.seed,
        )
        return reader

    def unet(
        self,
        latents: torch.Tensor,
        images: torch.Tensor,
        text: tuple[CLIPTextModelWithProjection, CLIPTokenizer],
        reader: LatentReader,
        helpers: Helpers,
    ) -> train_unet.Trainer:
        """Train the denoiser until its budget or this run ends."""
        budget = self._budget("unet")
        unet = networks.make_unet(self.plan.sizes)
        adapters.add_adapter(unet, networks.IMAGE_WIDTH, networks.IMAGE_TOKENS)
        if self.start:
            former = UNet2DConditionModel.from_pretrained(self.start / "unet", dtype=torch.float32)
            networks.adopt(unet, former)
            adapters.adopt_adapter(unet, self.start / networks.ADAPTER / networks.ADAPTER_FILE)
        trainer = train_unet.Trainer(
            unet, *text, self.work / "unet", budget, self.seed, reader, self.plan.rate
        )
        with helpers.joined() as group:
            examples = train_unet.Examples(latents, images, self._pictures()[0], self._places())
            trainer.train(examples, self.plan.batch, self.plan.with_image, group)
        return trainer

    def has_time(self) -> bool:
        """Say whether every stage so far is complete."""
        return all(budget.is_complete() for budget in self.budgets.values())


def former_rounds(start: Path | None, work: Path) -> list[dict[str, object]]:
    """Return the training that the folder `start` has had, as it said when this work began.

    It may be the folder that this work writes, and then says something else later.
    """
    kept = work / "former_rounds.json"
    if not kept.exists():
        rounds = json.loads((start / describe.RECORD).read_text())["rounds"] if start else []
        kept.write_text(json.dumps(rounds))
    former: list[dict[str, object]] = json.loads(kept.read_text())
    return former


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
    stages = Stages(plan, work, seed, time.monotonic() + minutes * 60, start, helpers.size)
    former_rounds(start, work)
    vae, text, face_encoder = stages.vae(), stages.text(), stages.face()
    if not stages.has_time():
        print("stopped early; run again to go on")
        return False
    latents, scale = stages.latents(vae)
    reader = stages.reader(latents)
    if not stages.has_time():
        print("stopped early; run again to go on")
        return False
    trainer = stages.unet(latents, stages.images(face_encoder), text, reader, helpers)
    if helpers.rank > 0:
        return True
    vae.register_to_config(scaling_factor=round(scale, 5))
    parts = networks.Parts(
        vae=vae,
        unet=trainer.unet_average.module,
        text_encoder=trainer.encoder_average.module,
        tokenizer=text[1],
        face_encoder=face_encoder,
    )
    classifier = stages.classifier(vae)
    networks.save_pipeline(out, parts)
    classifier.save(out / describe.CLASSIFIER)
    describe.write_settings(out)
    this_round = {
        "pictures": len(latents),
        "seed": seed,
        "batch": plan.batch,
        "rate": plan.rate,
        "processes": helpers.size,
        "started_from_former": start is not None,
        "steps": {stage: budget.done for stage, budget in stages.budgets.items()},
        "minutes": {stage: round(budget.used() / 60, 1) for stage, budget in stages.budgets.items()},
    }
    rounds = [*former_rounds(start, work), this_round]
    record = {"psnr": round(psnr(vae, seed), 1), "rounds": rounds}
    (out / describe.RECORD).write_text(json.dumps(record, indent=2) + "\n")
    print(f"wrote {out}, complete: {stages.has_time()}")
    return stages.has_time()


def psnr(vae: AutoencoderTiny, seed: int, count: int = 32) -> float:
    """Return the quality of reconstruction, in decibel, of drawings no stage has seen."""
    portraits = dataset.records(count, seed + 2, held_out=True)
    return train_vae.psnr(vae, dataset.draw_pictures(portraits, seed + 2))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="model folder to write; by default the one that we ship")
    parser.add_argument(
        "--work", type=Path, default=ROOT / "var/embedded_model", help="checkpoints and pictures"
    )
    parser.add_argument(
        "--start", type=Path, help="model folder whose weights training begins with; without it, random ones"
    )
    parser.add_argument("--minutes", type=float, default=math.inf, help="end this run after so many minutes")
    for stage, minutes in zip(STAGES, (25, 20, 20, 20, 10, 150), strict=True):
        parser.add_argument(f"--{stage}-minutes", type=float, default=minutes)
    parser.add_argument("--only", choices=STAGES[:5], help="run one stage, so that several can run at once")
    parser.add_argument("--pictures", type=int, default=20_000)
    parser.add_argument(
        "--redrawn", type=int, default=5_000, help="drawings the classifier also sees through the autoencoder"
    )
    parser.add_argument("--with-image", type=float, default=0.45, help="share of rows with identity")
    parser.add_argument(
        "--rate", type=float, default=train_unet.PEAK_RATE, help="highest learning rate of the denoiser"
    )
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
            minutes={stage: getattr(options, f"{stage}_minutes") for stage in STAGES},
            pictures=options.pictures,
            classifier_pictures=options.pictures * 4 // 5,
            redrawn=options.redrawn,
            with_image=options.with_image,
            rate=options.rate,
        )
    )
    work = options.work / "tiny" if options.tiny else options.work
    if options.only:
        stages = Stages(
            plan,
            work,
            options.seed,
            time.monotonic() + options.minutes * 60,
            options.start,
            options.processes,
        )
        if options.only in {"classifier", "reader"}:
            # Loaded, not trained: another run may be at it.
            ready = Stages(plan, work, options.seed, deadline=0.0, start=options.start)
            vae = ready.vae()
            if not ready.has_time():
                parser.error(f"the {options.only} needs the complete autoencoder: run --only vae first")
            stages.budgets |= ready.budgets
            if options.only == "classifier":
                stages.classifier(vae)
            else:
                stages.reader(stages.latents(vae)[0])
        else:
            getattr(stages, options.only)()
        return
    # A miniature never takes the place of what we ship.
    out = options.out or (work / "out" if options.tiny else describe.SHIPPED)
    run(plan, work, out, options.seed, options.minutes, helpers, options.start)


if __name__ == "__main__":
    main()
