"""How well people are kept by pictures that come through the engine. Prints JSON.

python benchmarks/identity.py [--pairs 96] [--model FOLDER]

The people, texts and seeds are those of tools/embedded_model/evaluate.py, which draws them with the pipelines
of diffusers in batches of its own; the folder's classifier reads them. What the engine draws has to
show the same figures, whatever it mixes into one batch.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - needs the path above
from PIL import Image  # noqa: E402

from benchmarks.command_line import as_text, make_parser  # noqa: E402
from imagegen.engine import likeness  # noqa: E402
from imagegen.engine.batching import BatchingEngine  # noqa: E402
from imagegen.engine.contract import BusyError, Outcome, Spec  # noqa: E402
from imagegen.engine.description import CLASSIFIER_FOLDER  # noqa: E402
from tools.embedded_model.evaluate import OTHER_NOISE, read_all  # noqa: E402
from tools.embedded_model.evaluation import trials  # noqa: E402
from tools.embedded_model.evaluation.measures import Changed, measure_changes  # noqa: E402

_AT_ONCE = 8


def draw(engine: BatchingEngine, specs: Sequence[Spec]) -> list[Outcome]:
    """Hand requests in as fast as the engine takes them; returns their ends in the same order."""
    handles: list[Any] = []
    for spec in specs:
        while True:
            try:
                handles.append(engine.submit(spec))
                break
            except BusyError:
                handles[len(handles) - engine.capacity].result()
    return [handle.result() for handle in handles]


def measure(model: Path, pairs: int) -> dict[str, Any]:
    """Return the table of changed pictures, with the likeness that the engine itself told."""
    engine = BatchingEngine(str(model), capacity=_AT_ONCE)
    described = engine.description
    classifier = likeness.load(model / CLASSIFIER_FOLDER)
    asked = trials.change_trials(pairs)

    def spec(prompt: str, seed: int, reference: Image.Image | None = None) -> Spec:
        return Spec(
            prompt=prompt,
            seed=seed,
            width=described.width,
            height=described.height,
            steps=described.steps,
            guidance=described.guidance,
            reference=reference,
            strength=described.strength if reference else 1.0,
            identity_scale=described.identity_scale,
        )

    first = draw(engine, [spec(trial.first_text, trial.seed) for trial in asked])
    portraits = [outcome.image for outcome in first]
    changed = draw(
        engine,
        [
            spec(trial.text, trial.seed + OTHER_NOISE, portrait)
            for trial, portrait in zip(asked, portraits, strict=True)
        ],
    )
    engine.close()

    def read(pictures: Sequence[Image.Image | None]) -> list[dict[str, str]]:
        return read_all(classifier, [np.asarray(picture) for picture in pictures])

    told = [outcome.likeness or 0.0 for outcome in changed]
    table = measure_changes(asked, Changed(read(portraits), read([one.image for one in changed]), told))
    return {
        "model": described.label,
        "pairs": pairs,
        "strength": described.strength,
        "identity_scale": described.identity_scale,
        "dtype": str(engine.dtype).removeprefix("torch."),
        "capacity": engine.capacity,
        "kept": table["kept"]["overall"],
        "followed": table["followed"]["overall"],
        "framing_changed": table["framing_changed"],
        "likeness_mean": table["likeness"],
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = make_parser(__doc__, has_model=True)
    parser.add_argument("--pairs", type=int, default=96)
    options = parser.parse_args()
    print(as_text(measure(Path(options.model), options.pairs)))


if __name__ == "__main__":
    main()
