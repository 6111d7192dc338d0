# ruff: noqa: E402, PLC0415 - when something is imported is part of what is measured
"""How long a picture takes through the engine, beside plain diffusers in the same run. Prints JSON.

python benchmarks/picture_latency.py [--model FOLDER] [--device auto] [--count 7] [--output FILE]
"""

import platform
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.command_line import as_text, make_parser, write
from imagegen.engine import description
from imagegen.engine.contract import Engine, Spec
from imagegen.engine.description import Description

PROMPT = "young woman, pale skin, long red hair, green eyes, smiling, blue hoodie, forest background"


def measure_first_and_warm(draw: Any, *, count: int) -> dict[str, float]:
    """Return the seconds of the first call and the median of `count` later ones."""
    seconds = []
    for _ in range(count + 1):
        started = time.perf_counter()
        draw()
        seconds.append(time.perf_counter() - started)
    return {
        "first_s": round(seconds[0], 3),
        "warm_s": round(statistics.median(seconds[1:]), 3),
        "warm_min_s": round(min(seconds[1:]), 3),
        "warm_max_s": round(max(seconds[1:]), 3),
    }


def make_spec(model: Description, *, reference: Any = None) -> Spec:
    """Return the request that a person's click makes."""
    return Spec(
        prompt=PROMPT,
        seed=3,
        width=model.width,
        height=model.height,
        steps=model.steps,
        guidance=model.guidance,
        reference=reference,
        strength=model.strength if reference is not None else 1.0,
    )


def measure_engine(engine: Engine, model: Description, *, count: int) -> tuple[dict[str, Any], Any]:
    """Time both kinds of picture through `Engine.submit`; returns also the portrait."""
    portrait = engine.submit(make_spec(model)).result().image
    drawn = measure_first_and_warm(lambda: engine.submit(make_spec(model)).result(), count=count)
    derived = measure_first_and_warm(
        lambda: engine.submit(make_spec(model, reference=portrait)).result(), count=count
    )
    return {"text_to_image": drawn, "image_to_image": derived}, portrait


def measure_plain(
    folder: str, model: Description, portrait: Any, engine: Any, *, count: int
) -> dict[str, Any]:
    """Time the same requests through plain diffusers pipelines with the same device and number format."""
    import torch
    from diffusers import AutoPipelineForImage2Image, DiffusionPipeline

    plain = DiffusionPipeline.from_pretrained(folder, local_files_only=True, dtype=engine.dtype)
    plain = plain.to(engine.device)
    plain.set_progress_bar_config(disable=True)
    derived = AutoPipelineForImage2Image.from_pipe(plain)
    derived.set_progress_bar_config(disable=True)
    common = {"prompt": PROMPT, "num_inference_steps": model.steps, "guidance_scale": model.guidance}

    def draw() -> None:
        generator = torch.Generator().manual_seed(3)
        plain(**common, width=model.width, height=model.height, generator=generator)

    def change() -> None:
        generator = torch.Generator().manual_seed(3)
        derived(**common, image=portrait, strength=model.strength, generator=generator)

    return {
        "text_to_image": measure_first_and_warm(draw, count=count),
        "image_to_image": measure_first_and_warm(change, count=count),
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = make_parser(__doc__, has_model=True, device="auto", has_output=True)
    parser.add_argument("--count", type=int, default=7)
    options = parser.parse_args()

    started = time.perf_counter()
    from imagegen.engine import batching

    imported = time.perf_counter()
    engine = batching.BatchingEngine(options.model, device=options.device)
    loaded = time.perf_counter()
    warm_up = engine.warm_up()
    model = description.read(options.model)
    ours, portrait = measure_engine(engine, model, count=options.count)
    plain = measure_plain(options.model, model, portrait, engine, count=options.count)

    import diffusers
    import torch

    report = {
        "model": model.label,
        "size": [model.width, model.height],
        "steps": model.steps,
        "strength": model.strength,
        "device": engine.device,
        "dtype": str(engine.dtype).removeprefix("torch."),
        "threads": torch.get_num_threads(),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
        },
        "import_s": round(imported - started, 3),
        "load_s": round(loaded - imported, 3),
        "warm_up_s": round(warm_up, 3),
        "engine": ours,
        "plain_diffusers": plain,
        "ratio": {
            kind: round(plain[kind]["warm_s"] / ours[kind]["warm_s"], 3)
            for kind in ("text_to_image", "image_to_image")
        },
        "count": options.count,
    }
    engine.close()
    print(as_text(report))
    write(report, options.output)


if __name__ == "__main__":
    main()
