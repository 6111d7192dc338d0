"""The engine with a model of Stable Diffusion XL's size: what one GPU draws in a second. Prints JSON.

python benchmarks/full_size.py [--variants bfloat16 float8] [--miniature --device cpu] [--output FILE]

The weights are random: the same kernels run on the same shapes, and the pictures show nothing. 20 Euler
steps, guidance 8, as in MLPerf's text-to-image task: throughput at 1024² and at 512², then a mix with
image-to-image that comes by chance at 80 % of the first, and how far each variant's predicted noise is from
that of float32. `--miniature` has the same parts, fewer weights, small pictures: it shows that all of this
runs.
"""

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.command_line import as_text, make_parser, write  # noqa: E402 - needs the path above
from benchmarks.imagegen import describe_machine, say  # noqa: E402
from benchmarks.serving import load, random_xl, servers, traffic  # noqa: E402
from imagegen.engine import families  # noqa: E402
from imagegen.engine.batching import BatchingEngine  # noqa: E402
from imagegen.engine.contract import Spec  # noqa: E402
from imagegen.engine.speed import Speed  # noqa: E402
from imagegen.engine.speed import apply as apply_speed  # noqa: E402

STEPS, GUIDANCE, LOAD = 20, 8.0, 0.8
# Of one picture of 1024² with these settings: 40 calls of the denoiser, the decoder, both text encoders.
TFLOP_PER_PICTURE = 281.1


@dataclass(frozen=True)
class Variant:
    """One way to run the model."""

    dtype: torch.dtype
    speed: Speed


def variants(sizes: tuple[int, ...]) -> dict[str, Variant]:
    """Return what can be asked for, by name. sizes: of batches, that calls are prepared for."""
    fast = torch.bfloat16
    return {
        "plain": Variant(fast, Speed()),
        "recorded": Variant(fast, Speed(is_recorded=True, sizes=sizes)),
        "compiled": Variant(fast, Speed(is_compiled=True, sizes=sizes)),
        "bfloat16": Variant(fast, Speed(is_compiled=True, is_recorded=True, sizes=sizes)),
        "float8": Variant(fast, Speed(is_compiled=True, is_recorded=True, is_float8=True, sizes=sizes)),
    }


def measure(name: str, variant: Variant, options: argparse.Namespace) -> dict[str, Any]:
    """Return what one variant does."""
    with tempfile.TemporaryDirectory() as folder:
        model = random_xl.describe(Path(folder), side=options.side)
        engine = BatchingEngine(
            str(model),
            capacity=options.batch,
            speed=variant.speed,
            family=random_xl.load(options.device, variant.dtype, is_miniature=options.miniature),
        )
        warm_up = engine.warm_up(lambda done, count: say(f"{name}: size {done} of {count}"))
        server = servers.Ours(engine)
        told: dict[str, Any] = {"warm_up_s": round(warm_up, 1)}
        for side in (options.side, options.side // 2):
            # A size is recorded when it comes for the first time.
            load.closed_loop(server, _requests(engine, side), count=options.batch, at_once=options.batch)
            measured = load.closed_loop(
                server, _requests(engine, side), count=options.closed, at_once=2 * options.batch
            )
            told[f"images_per_second_{side}"] = round(measured.images_per_second, 4)
            say(f"{name}: {side} pixels, {measured.images_per_second:.2f} pictures a second")
        capacity = told[f"images_per_second_{options.side}"]
        told["tflop_per_second"] = None if options.miniature else round(capacity * TFLOP_PER_PICTURE, 1)
        mixed = _requests(engine, options.side, is_mixed=True)
        told["mixed_at_80_percent"] = load.open_loop(
            server, mixed, count=options.open, rate=LOAD * capacity
        ).summary()
        told["step_seconds"] = {
            str(rows): round(seconds, 5) for rows, seconds in engine.step_times.by_size().items()
        }
        told["peak_mb"] = _peak_megabytes(options.device)
        server.close()
    return told


def _requests(engine: BatchingEngine, side: int, *, is_mixed: bool = False) -> Iterator[Spec]:
    model = replace(engine.description, width=side, height=side, guidance=GUIDANCE)
    stream = iter(traffic.Traffic(model, 1, traffic.paper(model), steps=(STEPS,)))
    for spec in stream:
        if is_mixed or spec.reference is None:
            yield replace(spec, sampler="euler")


@torch.inference_mode()
def errors(chosen: dict[str, Variant], options: argparse.Namespace) -> dict[str, float]:
    """Return the relative error of each variant's predicted noise, the worst of some steps of a schedule."""
    exact = _predictions(Variant(torch.float32, Speed()), options)
    told = {}
    for name, variant in chosen.items():
        # Compiling and recording change the order of sums at most; what rounds is what counts here.
        rough = _predictions(replace(variant, speed=Speed(is_float8=variant.speed.is_float8)), options)
        told[name] = max(
            ((one - other).norm() / other.norm()).item() for one, other in zip(rough, exact, strict=True)
        )
        say(f"{name}: error of a step {told[name]:.4f}")
    return {name: round(error, 5) for name, error in told.items()}


def _predictions(variant: Variant, options: argparse.Namespace) -> list[torch.Tensor]:
    family = random_xl.load(options.device, variant.dtype, is_miniature=options.miniature)
    apply_speed(variant.speed, family)
    prompts = islice(cycle(("a young woman, red hair, forest", "an old man, black suit, city")), 4)
    rows = [family.add_size(family.encode_text(prompt), options.side, options.side) for prompt in prompts]
    conditions = families.join(rows)
    chance = torch.Generator().manual_seed(1)
    noise = torch.cat([family.draw_noise(options.side, options.side, chance) for _ in rows])
    told = []
    for timestep in (981, 741, 501, 261, 21):
        timesteps = torch.full((len(rows),), timestep, device=options.device, dtype=torch.float32)
        told.append(family.denoise(noise, timesteps, conditions).float().cpu())
    return told


def _peak_megabytes(device: str) -> int | None:
    if not device.startswith("cuda"):
        return None
    peak = round(torch.cuda.max_memory_allocated() / 2**20)
    torch.cuda.reset_peak_memory_stats()
    return peak


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return the report: all that is asked for, one variant after the other."""
    known = variants(tuple(options.sizes))
    chosen = {name: known[name] for name in options.variants}
    report: dict[str, Any] = {
        "machine": describe_machine(options),
        "weights": "random, miniature" if options.miniature else "random, Stable Diffusion XL's size",
        "settings": {name: getattr(options, name) for name in ("batch", "sizes", "side", "closed", "open")},
        "variants": {},
    }
    if options.device.startswith("cuda"):
        report["machine"]["gpu"] = torch.cuda.get_device_name()
    for name, variant in chosen.items():
        started = time.monotonic()
        report["variants"][name] = measure(name, variant, options)
        report["variants"][name]["whole_s"] = round(time.monotonic() - started, 1)
        torch.compiler.reset()
        gc.collect()
        if options.device.startswith("cuda"):
            torch.cuda.empty_cache()
        # Whoever runs out of time has what was measured so far.
        write(report, options.output)
    report["error_of_a_step"] = errors(chosen, options)
    write(report, options.output)
    return report


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = make_parser(__doc__, device="cuda", has_output=True)
    parser.add_argument("--variants", nargs="+", choices=variants(()), default=["bfloat16", "float8"])
    parser.add_argument("--batch", type=int, default=8, help="pictures that share a step")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2, 4, 8, 16], help="of batches, prepared")
    parser.add_argument("--closed", type=int, default=64, help="requests of a closed loop")
    parser.add_argument("--open", type=int, default=300, help="requests of the mix")
    parser.add_argument("--miniature", action="store_true", help="a tiny model of the same parts")
    options = parser.parse_args(arguments)
    options.side = random_xl.MINIATURE_SIDE if options.miniature else random_xl.SIDE
    options.model = f"random-xl-{options.side}"
    return options


if __name__ == "__main__":
    print(as_text(run(parse())))
