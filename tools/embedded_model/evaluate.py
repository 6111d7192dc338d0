"""Measure the embedded model and print the result as JSON.

Portraits are made from held-out combinations of attributes and read back by colour. Three sets: canonical
descriptions, free sentences of patterns that training never used, and changed pictures, where expression and
clothes are new, the full new description is sent, and everything else has to stay. `drawings` is the control:
what the same reader says about real drawings of the same portraits.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from tools.embedded_model import captions, dataset, readback
from tools.embedded_model.attributes import CLOTHES, EXPRESSIONS, Portrait
from tools.embedded_model.studio import DEFAULT_FOLDER, Studio, warm_seconds, write_sheet

SEED = 91_001
_studio: Studio
KEPT = ("background", "skin", "hair_colour")


def before_change(portrait: Portrait, rng: random.Random) -> Portrait:
    """Return the same person earlier: other expression, other clothes."""
    return portrait.changed(
        expression=rng.choice([word for word in EXPRESSIONS if word != portrait.expression]),
        clothes_colour=rng.choice([word for word in CLOTHES if word != portrait.clothes_colour]),
    )


def same_reading(
    reader: readback.Reader, before: list[np.ndarray], after: list[np.ndarray]
) -> dict[str, float]:
    """Return for each kept field how often it reads the same in a picture and in its changed version."""
    return {
        field: round(
            sum(
                reader.read(first, field) == reader.read(second, field)
                for first, second in zip(before, after, strict=True)
            )
            / max(1, len(before)),
            4,
        )
        for field in KEPT
    }


@dataclasses.dataclass(frozen=True)
class Task:
    """One held-out portrait, and the same person before a change."""

    portrait: Portrait
    earlier: Portrait
    free_text: str
    seed: int


def make_tasks(samples: int, seed: int) -> list[Task]:
    """Choose the portraits and sentences; equal arguments give equal tasks."""
    rng = random.Random(seed)
    return [
        Task(one, before_change(one, rng), captions.held_out_caption(one, rng), seed + index)
        for index, one in enumerate(dataset.records(samples, seed, held_out=True))
    ]


def make_pictures(task: Task) -> dict[str, np.ndarray]:
    """Make one task's four pictures in a worker process."""
    text = captions.full_caption(task.portrait)
    before = _studio.draw(captions.full_caption(task.earlier), task.seed)
    return {
        "canonical": _studio.draw(text, task.seed),
        "free": _studio.draw(task.free_text, task.seed),
        "before": before,
        "after": _studio.change(before, text, task.seed + 1000),
    }


def _start_worker(folder: Path, options: dict[str, Any]) -> None:
    global _studio  # noqa: PLW0603 - a worker process has one studio, made once
    _studio = Studio(folder, threads=1, **options)


def evaluate(
    folder: Path, samples: int, options: dict[str, Any], seed: int = SEED
) -> tuple[dict[str, object], list[dict[str, np.ndarray]]]:
    """Make and read all pictures; returns the numbers and the pictures."""
    tasks = make_tasks(samples, seed)
    portraits = [task.portrait for task in tasks]
    reader = readback.calibrated_reader()
    # Processes with one thread each are faster than threads that wait for each other.
    with multiprocessing.get_context("spawn").Pool(2, _start_worker, (folder, options)) as pool:
        pictures = pool.map(make_pictures, tasks, chunksize=1)

    def agree(name: str) -> dict[str, Any]:
        return readback.agreement(reader, portraits, np.stack([made[name] for made in pictures]))

    numbers: dict[str, object] = {
        "samples": samples,
        "drawings": readback.agreement(
            reader, portraits, dataset.draw_pictures(portraits, first_jitter=seed)
        ),
        "text_to_image_canonical": agree("canonical"),
        "text_to_image_free": agree("free"),
        "image_to_image": agree("after"),
        "image_to_image_reads_as_before": same_reading(
            reader, [made["before"] for made in pictures], [made["after"] for made in pictures]
        ),
    }
    return numbers, pictures


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT_FOLDER)
    parser.add_argument("--samples", type=int, default=120, help="held-out portraits in each set")
    parser.add_argument("--steps", type=int, help="instead of the folder's own number")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--sheet", type=Path, help="write the first 48 pictures here, as PNG")
    parser.add_argument(
        "--pairs-sheet", type=Path, help="write 24 pairs of pictures before and after a change"
    )
    options = parser.parse_args()
    studio = Studio(options.folder, dtype=options.dtype, steps=options.steps)
    example = captions.full_caption(dataset.records(1, SEED)[0])
    drawing, changing = warm_seconds(studio, example)
    result: dict[str, object] = {
        "import_seconds": round(studio.import_seconds, 2),
        "load_seconds": round(studio.load_seconds, 2),
        "text_to_image_seconds": round(drawing, 3),
        "image_to_image_seconds": round(changing, 3),
        "threads": studio.threads,
        "dtype": options.dtype,
        "steps": studio.steps,
        "guidance": studio.guidance,
        "strength": studio.strength,
    }
    numbers, pictures = evaluate(
        options.folder, options.samples, {"dtype": options.dtype, "steps": options.steps}
    )
    if options.sheet:
        write_sheet([made["canonical"] for made in pictures[:48]], options.sheet)
    if options.pairs_sheet:
        pairs = [picture for made in pictures[:24] for picture in (made["before"], made["after"])]
        write_sheet(pairs, options.pairs_sheet)
    print(json.dumps(result | numbers, indent=2))


if __name__ == "__main__":
    main()
