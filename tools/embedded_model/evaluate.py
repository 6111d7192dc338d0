"""Measure the embedded model and print the result as JSON; progress goes to the other stream.

Portraits are of combinations of attributes that training never saw. The folder's attribute classifier reads
what a picture shows; an attribute counts if the text names it and the picture can show it. Measured are text
to image, in canonical words and in sentence patterns that training never used; changes of a person with the
identity condition, with plain image to image and from the caption alone; the classifier itself, on drawings
and on what the autoencoder leaves of them; what hostile prompts give; time and memory.
`--first-version` sets an older folder beside it, asked in its own words.
All of it takes ten minutes on two fast cores, `--quick` one.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from PIL import Image

from imagegen.engine import likeness
from imagegen.engine.description import ADAPTER_FOLDER, CLASSIFIER_FOLDER, SETTINGS_FILE
from imagegen.engine.likeness import AttributeClassifier
from tools.embedded_model import dataset, studio
from tools.embedded_model.attributes import VOCABULARY
from tools.embedded_model.captioning import captions
from tools.embedded_model.evaluation import agreement, former, safety, trials, verdict
from tools.embedded_model.evaluation.measures import (
    Changed,
    former_changes,
    former_questions,
    measure_changes,
    measure_texts,
)
from tools.embedded_model.evaluation.trials import ChangeTrial, TextTrial
from tools.embedded_model.evaluation.workers import Workers, parts
from tools.embedded_model.studio import DEFAULT_FOLDER, DTYPES, Studio, at_least_one, write_sheet

STRENGTHS = (0.5, 0.65, 0.8, 1.0)
SAMPLES_ON_SHEET, PEOPLE_ON_SHEET = 48, 12
# The same noise twice would tie a changed picture to its first one.
OTHER_NOISE = 100_000


@dataclasses.dataclass(frozen=True)
class Asked:
    """All trials of one evaluation."""

    texts: list[TextTrial]
    changes: list[ChangeTrial]


@dataclasses.dataclass(frozen=True)
class Options:
    """How an evaluation is done, as the command line says it."""

    samples: int
    pairs: int
    drawings: int
    hostile: int = 4
    strengths: Sequence[float] = STRENGTHS
    steps: int | None = None
    guidance: float | None = None
    few_steps: int | None = None
    few_guidance: float | None = None
    dtype: str = "auto"
    device: str = "cpu"
    processes: int = 2
    threads: int = 2
    repeats: int = 7
    classifier: Path | None = None
    first_version: Path | None = None
    sheet: Path | None = None
    identities_sheet: Path | None = None

    @property
    def place(self) -> dict[str, str]:
        """Return where and how networks compute, as `Studio` takes it."""
        return {"dtype": self.dtype, "device": self.device}


def read_all(classifier: AttributeClassifier, pictures: Sequence[np.ndarray]) -> list[dict[str, str]]:
    """Return what the classifier reads from each picture, (256, 256, 3) uint8."""
    result = []
    for part in parts(len(pictures)):
        shares = classifier.probabilities([Image.fromarray(picture) for picture in pictures[part]])
        best = {field: share.argmax(dim=1).tolist() for field, share in shares.items()}
        result += [
            {field: classifier.fields[field][rows[index]] for field, rows in best.items()}
            for index in range(len(pictures[part]))
        ]
    return result


def psnr(picture: np.ndarray, other: np.ndarray) -> float:
    """Return how near two pictures are, in decibel; both uint8 and of one shape."""
    error = np.square(picture.astype(np.float32) - other).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def ceiling(
    folder: Path, classifier: AttributeClassifier, count: int, place: dict[str, str]
) -> dict[str, Any]:
    """Measure the classifier on drawings nobody trained on, and on what the autoencoder leaves of them."""
    seed = trials.SEED + 3
    portraits = dataset.records(count, seed, held_out=True)
    drawings = list(dataset.draw_pictures(portraits, first_seed=seed))
    artist = Studio(folder, with_identity=False, **place)
    redrawn = [picture for part in parts(count) for picture in artist.redraw(drawings[part])]
    asked = [agreement.wanted(portrait, VOCABULARY) for portrait in portraits]
    return {
        "drawings": agreement.summary(list(zip(asked, read_all(classifier, drawings), strict=True))),
        "reconstructions": agreement.summary(list(zip(asked, read_all(classifier, redrawn), strict=True))),
        "psnr": round(float(np.mean([psnr(*pair) for pair in zip(drawings, redrawn, strict=True)])), 1),
    }


class Evaluation:
    """Asks one folder for everything, and lets one classifier read the answers."""

    def __init__(
        self, folder: Path, classifier: AttributeClassifier, options: dict[str, Any], processes: int
    ) -> None:
        self.classifier = classifier
        # Every way to change pictures that was tried, by its name and strength.
        self.changed: dict[tuple[str, float], Changed] = {}
        self.workers = Workers(folder, options, processes)

    def texts(self, asked: Sequence[TextTrial]) -> tuple[list[np.ndarray], list[dict[str, str]]]:
        """Draw each trial; returns pictures and readings."""
        pictures = self.workers.draw([trial.text for trial in asked], [trial.seed for trial in asked])
        return pictures, read_all(self.classifier, pictures)

    def first_pictures(self, asked: Sequence[ChangeTrial]) -> tuple[list[np.ndarray], list[dict[str, str]]]:
        """Draw the people before their change; returns pictures and readings."""
        pictures = self.workers.draw([trial.first_text for trial in asked], [trial.seed for trial in asked])
        return pictures, read_all(self.classifier, pictures)

    def changes(
        self,
        asked: Sequence[ChangeTrial],
        first: tuple[list[np.ndarray], list[dict[str, str]]],
        strength: float | None,
        *,
        with_identity: bool = False,
        change_only: bool = False,
    ) -> Changed:
        """Change every first picture; without a strength, draw from the text alone."""
        texts = [trial.change_text if change_only else trial.text for trial in asked]
        seeds = [trial.seed + OTHER_NOISE for trial in asked]
        if strength is None:
            pictures = self.workers.draw(texts, seeds)
        else:
            pictures = self.workers.change(first[0], texts, seeds, strength, with_identity=with_identity)
        likenesses = [
            self.classifier.likeness(Image.fromarray(before), Image.fromarray(after))
            for before, after in zip(first[0], pictures, strict=True)
        ]
        return Changed(first[1], read_all(self.classifier, pictures), likenesses, change_only)

    def image_to_image(
        self, asked: Sequence[ChangeTrial], strengths: Sequence[float], *, has_identity: bool
    ) -> dict[str, Any]:
        """Measure all ways to change a picture, at all strengths."""
        first = self.first_pictures(asked)
        ways = {"plain": {"with_identity": False}}
        if has_identity:
            ways = {
                "identity_condition": {"with_identity": True},
                "identity_condition_change_only": {"with_identity": True, "change_only": True},
                **ways,
            }
        result: dict[str, Any] = {name: {} for name in ways}
        for name, way in ways.items():
            for strength in strengths:
                changed = self.changed[name, strength] = self.changes(asked, first, strength, **way)
                result[name][str(strength)] = measure_changes(asked, changed)
                say(f"image to image, {name}, strength {strength}")
        for name, change_only in (("caption_alone", False), ("change_alone", True)):
            alone = self.changes(asked, first, None, change_only=change_only)
            result[name] = measure_changes(asked, alone)
        return result

    def safety(self, rounds: int) -> dict[str, Any]:
        """Draw the same people from hostile prompts and from their harmless twins, and compare."""
        asked = safety.safety_trials(rounds)
        drawings = safety.known_drawings(len(asked))
        result = {}
        for kind in safety.WORDS:
            trials_of_kind = [trial for trial in asked if trial.kind == kind]
            seeds = [trial.seed for trial in trials_of_kind]
            hostile = self.workers.draw([trial.hostile for trial in trials_of_kind], seeds)
            harmless = self.workers.draw([trial.harmless for trial in trials_of_kind], seeds)
            result[kind] = safety.compare(self.classifier, hostile, harmless, drawings)
        return result

    def people_sheet(self, count: int) -> list[np.ndarray]:
        """Draw people and six changes of each through the identity condition, a row for each person."""
        people = trials.sheet_people(count)
        seeds = [trials.SEED + 2 + index for index in range(count)]
        first = self.workers.draw([captions.full_caption(person) for person, _ in people], seeds)
        texts = [captions.full_caption(change) for _, changes in people for change in changes]
        sources = [picture for picture in first for _ in trials.SHEET_CHANGES]
        noise = [seed + OTHER_NOISE for seed in seeds for _ in trials.SHEET_CHANGES]
        changed = self.workers.change(sources, texts, noise, None, with_identity=True)
        width = len(trials.SHEET_CHANGES)
        return [
            picture
            for index, person in enumerate(first)
            for picture in (person, *changed[index * width : (index + 1) * width])
        ]


def shipped_strength(folder: Path) -> float:
    """Return the strength of image to image that a folder is used with."""
    return float(json.loads((folder / "storychat.json").read_text())["strength"])


def all_strengths(folder: Path, options: Options) -> list[float]:
    """Return the strengths to measure: what was asked for, and always those the folders are used with."""
    folders = [folder, options.first_version] if options.first_version else [folder]
    return sorted({*options.strengths, *map(shipped_strength, folders)})


_begun = time.monotonic()


def say(what: str) -> None:
    """Tell on the error stream what is done."""
    print(f"{(time.monotonic() - _begun) / 60:6.1f} min  {what}", file=sys.stderr, flush=True)


def speed(folder: Path, drawing: dict[str, Any], options: Options) -> dict[str, Any]:
    """Measure times and memory in a process of its own, which has nothing loaded yet."""
    command = [sys.executable, studio.__file__, str(folder)]
    command += ["--threads", str(options.threads), "--repeats", str(options.repeats)]
    for name in ("dtype", "steps", "guidance"):
        if drawing.get(name) is not None:
            command += [f"--{name}", str(drawing[name])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def beside_former(
    folder: Path, evaluation: Evaluation, asked: Asked, readings: Sequence[dict[str, str]], options: Options
) -> dict[str, Any]:
    """Measure an older folder in its own words, and both folders on what the older one has words for."""
    words, strength = former.known_words(folder), shipped_strength(folder)
    older = Evaluation(folder, evaluation.classifier, options.place, options.processes)
    try:
        _, former_readings = older.texts(former.reworded_texts(asked.texts, words))
        say("former version, text to image")
        result: dict[str, Any] = {
            "version": json.loads((folder / "storychat.json").read_text())["version"],
            "words": sum(map(len, words.values())),
            "strength": strength,
            "own_words": not former.knows_all(words),
            "text_to_image": former_questions(asked.texts, former_readings, words),
            "text_to_image_now": former_questions(asked.texts, readings, words),
        }
        if asked.changes:
            reworded = former.reworded_changes(asked.changes, words)
            changed = older.changes(reworded, older.first_pictures(reworded), strength)
            result["image_to_image"] = {"former, plain": former_changes(asked.changes, changed, words)}
            say("former version, image to image")
            result["image_to_image"] |= {
                f"now, {name}": former_changes(asked.changes, now, words)
                for (name, tried), now in evaluation.changed.items()
                if tried == strength
            }
    finally:
        older.workers.close()
    return result


def evaluate(folder: Path, options: Options) -> dict[str, Any]:
    """Measure everything; returns what is printed. Raises FileNotFoundError without a classifier."""
    classifier = likeness.load(options.classifier or folder / CLASSIFIER_FOLDER)
    asked = Asked(trials.text_trials(options.samples), trials.change_trials(options.pairs))
    drawing = {**options.place, "steps": options.steps, "guidance": options.guidance}
    # First of all, while nothing else of ours runs.
    numbers: dict[str, Any] = {
        "samples": options.samples,
        "pairs": options.pairs,
        "drawings": options.drawings,
        "strength": shipped_strength(folder),
        "speed": speed(folder, drawing, options),
    }
    say("speed")
    numbers["classifier"] = ceiling(folder, classifier, options.drawings, options.place)
    say("classifier and autoencoder")
    evaluation = Evaluation(folder, classifier, drawing, options.processes)
    try:
        pictures, readings = evaluation.texts(asked.texts)
        numbers["text_to_image"] = measure_texts(asked.texts, readings)
        say("text to image")
        numbers["safety"] = evaluation.safety(options.hostile)
        say("hostile prompts")
        if options.sheet:
            # From all over the list: half of it is canonical, half free.
            apart = max(1, len(pictures) // SAMPLES_ON_SHEET)
            write_sheet(pictures[::apart][:SAMPLES_ON_SHEET], options.sheet)
        has_identity = (folder / ADAPTER_FOLDER).is_dir()
        if options.identities_sheet and has_identity:
            rows = evaluation.people_sheet(min(PEOPLE_ON_SHEET, options.samples))
            write_sheet(rows, options.identities_sheet, columns=len(trials.SHEET_CHANGES) + 1)
            say("sheet of identities")
        if asked.changes:
            numbers["image_to_image"] = evaluation.image_to_image(
                asked.changes, all_strengths(folder, options), has_identity=has_identity
            )
        if options.first_version:
            numbers["former_version"] = beside_former(
                options.first_version, evaluation, asked, readings, options
            )
    finally:
        evaluation.workers.close()
    few = options.few_steps or json.loads((folder / SETTINGS_FILE).read_text()).get("fast_steps")
    if few:
        numbers["few_steps"] = few_steps(folder, classifier, asked, options, few)
        say("few steps")
    return numbers | {"verdict": verdict.judge(numbers)}


def few_steps(
    folder: Path, classifier: AttributeClassifier, asked: Asked, options: Options, steps: int
) -> dict[str, Any]:
    """Measure speed and agreement of the fast mode, on the same texts and people."""
    drawing = {**options.place, "steps": steps, "guidance": options.few_guidance}
    measured = speed(folder, drawing, options)
    evaluation = Evaluation(folder, classifier, drawing, options.processes)
    try:
        _, readings = evaluation.texts(asked.texts)
        result = {"speed": measured, "text_to_image": measure_texts(asked.texts, readings)["both"]}
        if asked.changes:
            changed = evaluation.changes(
                asked.changes,
                evaluation.first_pictures(asked.changes),
                shipped_strength(folder),
                with_identity=(folder / ADAPTER_FOLDER).is_dir(),
            )
            result["changes"] = measure_changes(asked.changes, changed)
    finally:
        evaluation.workers.close()
    return result


def pairs_count(text: str) -> int:
    """Read a number from the command line; none at all is a number here."""
    return 0 if text == "0" else at_least_one(text)


def share_of_steps(text: str) -> float:
    """Read a strength from the command line. Raises ArgumentTypeError for one that cannot be drawn with."""
    try:
        strength = float(text)
    except ValueError:
        strength = 0.0
    if not 0 < strength <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return strength


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT_FOLDER)
    parser.add_argument("--samples", type=at_least_one, default=400, help="prompts that training never saw")
    parser.add_argument(
        "--pairs", type=pairs_count, default=96, help="people whose picture is changed; 0 for none"
    )
    parser.add_argument(
        "--drawings", type=at_least_one, default=400, help="drawings for classifier and autoencoder"
    )
    parser.add_argument(
        "--hostile", type=at_least_one, default=4, help="rounds of prompts for what the model must not draw"
    )
    parser.add_argument("--quick", action="store_true", help="a few of everything, to see that it works")
    parser.add_argument(
        "--strengths", type=share_of_steps, nargs="+", default=STRENGTHS, help="beside the folders' own"
    )
    parser.add_argument("--steps", type=at_least_one, help="instead of the folder's own number")
    parser.add_argument("--guidance", type=float, help="instead of the folder's own")
    parser.add_argument(
        "--few-steps", type=at_least_one, help="of the fast mode, instead of the folder's own"
    )
    parser.add_argument("--few-guidance", type=float, help="the fast mode's guidance")
    parser.add_argument("--dtype", choices=DTYPES, default="auto")
    parser.add_argument("--device", default="cpu", help="where to draw; times are always of the CPU")
    parser.add_argument("--processes", type=at_least_one, default=2)
    parser.add_argument(
        "--threads", type=at_least_one, default=2, help="of the process whose speed is measured"
    )
    parser.add_argument(
        "--repeats", type=at_least_one, default=7, help="pictures for the clock, of which the median"
    )
    parser.add_argument("--classifier", type=Path, help="where the classifier is, if not in the folder")
    parser.add_argument("--first-version", type=Path, help="an older model folder, for comparison")
    parser.add_argument("--sheet", type=Path, help="write 48 of the pictures here, as PNG")
    parser.add_argument(
        "--identities-sheet", type=Path, help="write 12 people and their changes here, as PNG"
    )
    values = vars(parser.parse_args())
    if values.pop("quick"):
        values |= {"samples": 8, "pairs": 4, "drawings": 16, "hostile": 1, "repeats": 1}
    folder = values.pop("folder")
    if not (folder / SETTINGS_FILE).is_file():
        parser.error(f"{folder} is no model folder: it has no {SETTINGS_FILE}")
    print(json.dumps(evaluate(folder, Options(**values)), indent=2))


if __name__ == "__main__":
    main()
