"""Measure the embedded model and print the result as JSON.

Portraits are made from held-out combinations of attributes and read back by colour. Three sets: canonical
descriptions, free sentences of patterns that training never used, and changed pictures, where expression and
clothes are new, the full new description is sent, and everything else has to stay. `drawings` is the control:
what the same reader says about real drawings of the same portraits.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from tools.embedded_model import captions, dataset, readback
from tools.embedded_model.attributes import CLOTHES, EXPRESSIONS, Portrait
from tools.embedded_model.studio import DEFAULT_FOLDER, Studio, warm_seconds, write_sheet

SEED = 90_001
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


def evaluate(
    studio: Studio, samples: int, seed: int = SEED
) -> tuple[dict[str, object], list[np.ndarray], list[np.ndarray]]:
    """Make and read all pictures; returns the numbers, the canonical pictures, and before/after pairs."""
    rng = random.Random(seed)
    portraits = dataset.records(samples, seed, held_out=True)
    reader = readback.calibrated_reader()
    drawings = dataset.draw_pictures(portraits, first_jitter=seed)
    canonical = [studio.draw(captions.full_caption(one), seed + index) for index, one in enumerate(portraits)]
    free = [
        studio.draw(captions.held_out_caption(one, rng), seed + index) for index, one in enumerate(portraits)
    ]
    earlier = [before_change(one, rng) for one in portraits]
    before = [studio.draw(captions.full_caption(one), seed + index) for index, one in enumerate(earlier)]
    after = [
        studio.change(picture, captions.full_caption(one), seed + 1000 + index)
        for index, (one, picture) in enumerate(zip(portraits, before, strict=True))
    ]
    numbers: dict[str, object] = {
        "samples": samples,
        "drawings": readback.agreement(reader, portraits, drawings),
        "text_to_image_canonical": readback.agreement(reader, portraits, np.stack(canonical)),
        "text_to_image_free": readback.agreement(reader, portraits, np.stack(free)),
        "image_to_image": readback.agreement(reader, portraits, np.stack(after)),
        "image_to_image_reads_as_before": same_reading(reader, before, after),
    }
    pairs = [picture for both in zip(before, after, strict=True) for picture in both]
    return numbers, canonical, pairs


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
    numbers, pictures, pairs = evaluate(studio, options.samples)
    if options.sheet:
        write_sheet(pictures[:48], options.sheet)
    if options.pairs_sheet:
        write_sheet(pairs[:48], options.pairs_sheet)
    print(json.dumps(result | numbers, indent=2))


if __name__ == "__main__":
    main()
