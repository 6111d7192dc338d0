"""Four ways to serve one model to many people at once, in one run. Prints JSON.

python benchmarks/imagegen.py [--quick] [--model FOLDER] [--device cpu] [--output FILE] [--plots FOLDER]

serial: diffusers, one request at a time, as most projects do it; serial_tuned: with channels_last, throughput
only. static_batch: diffusers, all that wait and
are alike in one call. threads: diffusers in a pool of threads. engine: ours. The same requests for all, half
text-to-image, half image-to-image, of different lengths; what each can do (closed loop), then how long people
wait at a given load (requests that come by chance).
"""

import argparse
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.command_line import as_text, make_parser, write  # noqa: E402 - needs the path above
from benchmarks.serving.mix import STEPS, STRENGTH  # noqa: E402
from benchmarks.serving.process import CASES, Case, Setup  # noqa: E402

OWN_LOADS = (0.5, 0.8, 0.95)
RIVAL_LOAD = 0.8
_begun = time.monotonic()


def say(what: str) -> None:
    """Tell on the error stream what is done."""
    print(f"{(time.monotonic() - _begun) / 60:6.1f} min  {what}", file=sys.stderr, flush=True)


class Run:
    """All cases of one dtype, measured by turns so that a slow minute of the machine hits all alike."""

    def __init__(self, options: argparse.Namespace, dtype: str) -> None:
        self._options = options
        self.dtype = dtype
        self.cases = {
            name: Case(Setup(name, options.model, options.device, dtype, options.batch, options.threads))
            for name in CASES
        }
        say(f"{dtype}: loaded")

    def throughput(self) -> dict[str, float]:
        """Return the median of some turns for each case, in images per second."""
        turns: dict[str, list[float]] = {name: [] for name in self.cases}
        for turn in range(self._options.turns):
            for name, case in self.cases.items():
                turns[name].append(case.closed_loop(self._options.closed)["images_per_second"])
            say(f"{self.dtype}: closed loop, turn {turn + 1}")
        return {name: sorted(measured)[len(measured) // 2] for name, measured in turns.items()}

    def lone_ratio(self) -> float:
        """Return how long a lone request takes with the engine, in units of the serial case."""
        count = self._options.closed // 2
        ours, theirs = [], []
        for _ in range(self._options.turns):
            theirs.append(self.cases["serial"].lone(count)["images_per_second"])
            ours.append(self.cases["engine"].lone(count)["images_per_second"])
        middle = self._options.turns // 2
        say(f"{self.dtype}: lone requests")
        return round(sorted(theirs)[middle] / sorted(ours)[middle], 4)

    def close(self) -> dict[str, dict[str, Any]]:
        """End all processes; returns what each tells at its end."""
        return {name: case.close() for name, case in self.cases.items()}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return the report."""
    main, *others = options.dtypes
    run = Run(options, main)
    capacity = run.throughput()
    lone = {main: run.lone_ratio()}
    engine, count = run.cases["engine"], options.open
    cases: dict[str, dict[str, Any]] = {}
    for name, case in run.cases.items():
        if name == "serial_tuned":
            cases[name] = {"images_per_second": round(capacity[name], 4)}
            continue
        told = case.open_loop(count, RIVAL_LOAD * capacity[name])
        say(f"{name} at {RIVAL_LOAD:.0%} of its own capacity")
        cases[name] = {
            "images_per_second": round(capacity[name], 4),
            "p50_s": told["p50_s"],
            "p95_s": told["p95_s"],
            **{key: told[key] for key in ("p99_s",) if key in told},
        }
    at_rivals = {}
    for rival, label in (("serial", "engine_at_serial_load"), ("static_batch", "engine_at_static_load")):
        at_rivals[label] = engine.open_loop(count, RIVAL_LOAD * capacity[rival])
        say(label)
    own = {f"{load:.2f}": engine.open_loop(count, load * capacity["engine"]) for load in OWN_LOADS}
    say("engine at its own loads")
    facts = run.close()
    for name, told in facts.items():
        cases[name]["peak_mb"] = told["peak_mb"]
    throughput = {main: capacity}
    for dtype in others:
        other = Run(options, dtype)
        throughput[dtype] = other.throughput()
        lone[dtype] = other.lone_ratio()
        other.close()
    return {
        "machine": describe_machine(options),
        "settings": {
            name: getattr(options, name) for name in ("dtypes", "batch", "threads", "closed", "open", "turns")
        }
        | {"steps_run": [*STEPS, *(int(steps * STRENGTH) for steps in STEPS)]},
        "engine": {name: facts["engine"][name] for name in ("step_seconds", "decode_seconds")},
        "cases": cases | at_rivals,
        "engine_by_load": own,
        "throughput": throughput,
        "ratios": ratios(cases, at_rivals, throughput, lone, main),
    }


def ratios(
    cases: dict[str, Any],
    at_rivals: dict[str, Any],
    throughput: dict[str, dict[str, float]],
    lone: dict[str, float],
    main: str,
) -> dict[str, float]:
    """Return what holds on any machine: each figure of the engine in units of a rival's."""
    told = {}
    for dtype, measured in throughput.items():
        for rival in ("serial", "serial_tuned", "static_batch", "threads"):
            told[f"throughput_over_{rival}_{dtype}"] = measured["engine"] / measured[rival]
    if "float32" in throughput:
        told["throughput_over_serial_as_loaded"] = (
            throughput[main]["engine"] / throughput["float32"]["serial"]
        )
    told["p95_over_serial"] = at_rivals["engine_at_serial_load"]["p95_s"] / cases["serial"]["p95_s"]
    told["p95_over_static_batch"] = (
        at_rivals["engine_at_static_load"]["p95_s"] / cases["static_batch"]["p95_s"]
    )
    told |= {f"lone_request_over_serial_{dtype}": ratio for dtype, ratio in lone.items()}
    return {name: round(value, 4) for name, value in told.items()}


def describe_machine(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the figures depend on."""
    from imagegen.engine import description  # noqa: PLC0415 - reads JSON only
    from tools.embedded_model.studio import processor  # noqa: PLC0415

    return {
        "processor": processor(),
        "device": options.device,
        "model": description.read(options.model).label,
        "versions": {name: version(name) for name in ("torch", "diffusers", "transformers")}
        | {"python": platform.python_version()},
    }


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = make_parser(__doc__, has_model=True, device="auto", has_output=True)
    parser.add_argument("--dtypes", nargs="+", help="the first for everything, others for throughput only")
    parser.add_argument("--batch", type=int, default=8, help="of static batches, and of the engine")
    parser.add_argument("--threads", type=int, default=2, help="of torch, for each case")
    parser.add_argument("--closed", type=int, default=96, help="requests of a closed loop")
    parser.add_argument("--open", type=int, default=300, help="requests of an open loop")
    parser.add_argument("--turns", type=int, default=3, help="closed loops of each case, of which the median")
    parser.add_argument("--quick", action="store_true", help="fewer of all: under ten minutes on two cores")
    parser.add_argument("--plots", type=Path, help="folder to draw the figures into")
    options = parser.parse_args(arguments)
    if options.quick:
        options.closed, options.open, options.turns = 48, 60, 1
    if not options.dtypes:
        from imagegen.engine.devices import pick_device, pick_dtype  # noqa: PLC0415

        options.device = pick_device(options.device)
        fast = str(pick_dtype(options.device)).removeprefix("torch.")
        options.dtypes = [fast] if fast == "float32" else [fast, "float32"]
    return options


def run(arguments: list[str] | None = None) -> dict[str, Any]:
    """Measure as a command line asks for, write the files it names, and return the report."""
    options = parse(arguments)
    report = measure(options)
    write(report, options.output)
    if options.plots:
        from benchmarks.serving import plots  # noqa: PLC0415 - matplotlib is slow to import

        plots.draw_report(report, options.plots)
    return report


if __name__ == "__main__":
    print(as_text(run()))
