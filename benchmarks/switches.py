"""What each switch of the engine is worth on this machine. Prints JSON.

python benchmarks/switches.py [--closed 64] [--turns 3] [--compiled]

Each variant changes one thing and runs in a process of its own; all take turns. The figure is the throughput
in units of the engine as it is, with its lowest and highest turn. `--compiled` adds the compiled one, for
which it takes minutes to get ready.
"""

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.command_line import as_text, make_parser, write  # noqa: E402 - needs the path above
from benchmarks.imagegen import describe_machine, say  # noqa: E402
from benchmarks.serving.process import Case, Setup  # noqa: E402

_SLOW = ("compiled",)
_BATCHES = (1, 2, 4, 8, 16)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return the table."""
    from benchmarks.serving.switches import VARIANTS  # noqa: PLC0415 - loads torch
    from imagegen.engine.devices import pick_dtype  # noqa: PLC0415

    fast = str(pick_dtype(options.device)).removeprefix("torch.")
    names = [name for name in VARIANTS if name not in _SLOW or options.compiled]
    setups = {name: (fast, 8, name) for name in names}
    setups |= {f"batch of {size}": (fast, size, "") for size in _BATCHES}
    if fast != "float32":
        setups["float32"] = ("float32", 8, "")
    cases = {}
    for name, (dtype, size, variant) in setups.items():
        cases[name] = Case(
            Setup("engine", options.model, options.device, dtype, size, options.threads, variant=variant)
        )
        say(f"{name}: loaded")
    turns: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(options.turns):
        for name, case in cases.items():
            turns[name].append(case.closed_loop(options.closed)["images_per_second"])
        say(f"turn {turn + 1}")
    peaks = {name: case.close()["peak_mb"] for name, case in cases.items()}
    base = statistics.median(turns["as it is"])
    return {
        "machine": describe_machine(options),
        "dtype": fast,
        "images_per_second": round(base, 3),
        "switches": {
            name: {
                "throughput": round(statistics.median(measured) / base, 3),
                "from": round(min(measured) / base, 3),
                "to": round(max(measured) / base, 3),
                "peak_mb": peaks[name],
            }
            for name, measured in turns.items()
        },
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = make_parser(__doc__, has_model=True, device="cpu", has_output=True)
    parser.add_argument("--threads", type=int, default=2, help="of torch")
    parser.add_argument("--closed", type=int, default=64, help="requests of a turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--compiled", action="store_true", help="compile the denoiser too: minutes")
    options = parser.parse_args()
    report = measure(options)
    print(as_text(report))
    write(report, options.output)


if __name__ == "__main__":
    main()
