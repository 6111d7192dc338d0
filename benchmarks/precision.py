"""How much pictures differ by the numbers they are computed in, and by their batch. Prints JSON.

python benchmarks/precision.py [--count 64] [--model FOLDER]

Every request is drawn alone by diffusers in float32, which is what the others are compared with: diffusers
alone and the engine in full mixed batches, both in the numbers that the device is fastest in, and the engine
with what is faster and loses something: turbo and eight-bit layers. An attribute counts as kept if the
model's own classifier reads the same word.
"""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - needs the path above
import torch  # noqa: E402
from PIL import Image  # noqa: E402

from benchmarks.command_line import as_text, make_parser  # noqa: E402
from benchmarks.serving import servers, traffic  # noqa: E402
from imagegen.engine import description, likeness  # noqa: E402
from imagegen.engine.batching import BatchingEngine  # noqa: E402
from imagegen.engine.contract import Spec  # noqa: E402
from imagegen.engine.description import CLASSIFIER_FOLDER  # noqa: E402
from imagegen.engine.devices import pick_dtype  # noqa: E402
from imagegen.engine.speed import Speed  # noqa: E402

_AT_ONCE = 8


def draw_alone(model: str, dtype: torch.dtype, specs: Sequence[Spec]) -> list[Image.Image]:
    """Draw each request by itself with the pipelines of diffusers."""
    pipelines = servers.load_pipelines(model, "cpu", dtype)
    return [pipelines.draw([spec])[0] for spec in specs]


def draw_together(
    model: str, dtype: torch.dtype, specs: Sequence[Spec], speed: Speed | None = None
) -> list[Image.Image]:
    """Draw requests in the engine's mixed batches."""
    engine = BatchingEngine(model, device="cpu", dtype=dtype, capacity=_AT_ONCE, speed=speed or Speed())
    images = []
    for start in range(0, len(specs), _AT_ONCE):
        handles = [engine.submit(spec) for spec in specs[start : start + _AT_ONCE]]
        images += [handle.result().image for handle in handles]
    engine.close()
    return [image for image in images if image is not None]


def compare(one: Sequence[Image.Image], other: Sequence[Image.Image], readings: Any) -> dict[str, Any]:
    """Return how near pictures are: PSNR in decibel, median and worst, and the share of words read alike."""
    decibels = []
    for mine, theirs in zip(one, other, strict=True):
        error = np.square(np.asarray(mine, float) - np.asarray(theirs, float)).mean()
        decibels.append(float(10 * np.log10(255**2 / max(error, 1e-9))))
    pairs = list(zip(map(readings, one), map(readings, other), strict=True))
    alike = [mine[field] == theirs[field] for mine, theirs in pairs for field in mine]
    return {
        "psnr_median": round(statistics.median(decibels), 2),
        "psnr_worst": round(min(decibels), 2),
        "words_alike": round(sum(alike) / len(alike), 4),
    }


def measure(model: Path, count: int) -> dict[str, Any]:
    """Return the report."""
    classifier = likeness.load(model / CLASSIFIER_FOLDER)
    fast = pick_dtype("cpu")
    with tempfile.TemporaryDirectory() as folder:
        plain = str(traffic.link_plain(model, Path(folder)))
        described = description.read(plain)
        requests = traffic.Traffic(described, 5, traffic.paper(described))
        specs = list(islice(requests, count))
        exact = draw_alone(plain, torch.float32, specs)
        together = draw_together(plain, torch.float32, specs)
        told = {"engine_float32_over_float32": compare(together, exact, classifier.read)}
        if fast != torch.float32:
            name = str(fast).removeprefix("torch.")
            alone, mixed = draw_alone(plain, fast, specs), draw_together(plain, fast, specs)
            told |= {
                f"diffusers_{name}_over_float32": compare(alone, exact, classifier.read),
                f"engine_{name}_over_float32": compare(mixed, exact, classifier.read),
                f"engine_{name}_over_diffusers_{name}": compare(mixed, alone, classifier.read),
            }
        turbo = draw_together(plain, fast, [replace(spec, guided_share=traffic.TURBO) for spec in specs])
        eight_bits = draw_together(plain, fast, specs, Speed(is_float8=True))
        told |= {
            "turbo_over_float32": compare(turbo, exact, classifier.read),
            "float8_over_float32": compare(eight_bits, exact, classifier.read),
        }
    return {"model": described.label, "requests": count, "compared": told}


def main() -> None:
    """Read the command line, measure, print."""
    parser = make_parser(__doc__, has_model=True)
    parser.add_argument("--count", type=int, default=64)
    options = parser.parse_args()
    print(as_text(measure(Path(options.model), options.count)))


if __name__ == "__main__":
    main()
