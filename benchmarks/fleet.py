"""What a fleet of engines would do, on paper: a simulation with the step times of a real run. Prints JSON.

python benchmarks/fleet.py REPORT [--gpus 1 10 100 1000] [--plots FOLDER]

REPORT is what benchmarks/imagegen.py printed: its step times by batch size are the only thing that is
measured here. Requests come by chance at the same load for each engine, wait in one queue, and are claimed by
whichever engine has room, as workers claim rows. No network, no database and no failures are simulated.
"""

import heapq
import itertools
import json
import random
import statistics
import sys
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.command_line import as_text, make_parser

LOADS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
# Completions for each engine of the fleet, and at least for a point.
_EACH, _LEAST = 40, 2000


@dataclass(frozen=True)
class Engine:
    """What is known of one engine: seconds of a step by rows, seconds to decode, and the mix it gets.

    steps: how many steps a request of the mix has, each as likely as the others.
    """

    step_seconds: dict[int, float]
    decode_seconds: float
    batch: int
    steps: tuple[int, ...]

    def seconds(self, rows: int) -> float:
        """Return how long a step of so many rows takes, on straight lines between what was measured."""
        sizes = sorted(self.step_seconds)
        place = min(max(bisect_left(sizes, rows), 1), len(sizes) - 1)
        low, high = sizes[place - 1], sizes[place]
        slope = (self.step_seconds[high] - self.step_seconds[low]) / (high - low)
        return max(self.step_seconds[low] + slope * (rows - low), 1e-6)

    @property
    def capacity(self) -> float:
        """Return images per second with a full batch."""
        # Guidance computes two rows for each request.
        per_image = statistics.mean(self.steps) * self.seconds(2 * self.batch) / self.batch
        return 1 / (per_image + self.decode_seconds)


@dataclass
class _Worker:
    # What is left of each request in the batch, with the time it came.
    running: list[list[float]] = field(default_factory=list)
    is_stepping: bool = False


def simulate(engine: Engine, *, gpus: int, load: float, count: int, seed: int = 1) -> list[float]:
    """Return the seconds from coming to picture of `count` requests, the first tenth left out."""
    chance = random.Random(seed)
    rate = load * gpus * engine.capacity
    order = itertools.count()
    # Time, order, and the worker whose step ends then; none for a request that comes.
    events: list[tuple[float, int, _Worker | None]] = [(chance.expovariate(rate), next(order), None)]
    waiting: deque[tuple[float, int]] = deque()
    workers = [_Worker() for _ in range(gpus)]
    idle = deque(workers)
    done: list[float] = []
    come = 0

    def step(worker: _Worker, now: float) -> None:
        while waiting and len(worker.running) < engine.batch:
            came, steps = waiting.popleft()
            worker.running.append([steps, came])
        worker.is_stepping = bool(worker.running)
        if not worker.running:
            idle.append(worker)
            return
        finishing = sum(left == 1 for left, _ in worker.running)
        ends = now + engine.seconds(2 * len(worker.running)) + finishing * engine.decode_seconds
        heapq.heappush(events, (ends, next(order), worker))

    while len(done) < count:
        now, _, worker = heapq.heappop(events)
        if worker is None:
            waiting.append((now, chance.choice(engine.steps)))
            come += 1
            if come < count:
                heapq.heappush(events, (now + chance.expovariate(rate), next(order), None))
            if idle:
                step(idle.popleft(), now)
            continue
        for request in worker.running:
            request[0] -= 1
        done += [now - came for left, came in worker.running if left == 0]
        worker.running = [request for request in worker.running if request[0] > 0]
        step(worker, now)
    return done[count // 10 :]


def read_engine(report: dict[str, Any], steps: Sequence[int]) -> Engine:
    """Take the measured engine from a report of imagegen.py. Raises ValueError for another file."""
    try:
        measured = report["engine"]
        return Engine(
            step_seconds={int(rows): seconds for rows, seconds in measured["step_seconds"].items()},
            decode_seconds=measured["decode_seconds"],
            batch=report["settings"]["batch"],
            steps=tuple(steps),
        )
    except KeyError as error:
        raise ValueError(f"the report has no {error}") from error


def main() -> None:
    """Read the command line, simulate, print."""
    parser = make_parser(__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--gpus", type=int, nargs="+", default=[1, 10, 100, 1000])
    parser.add_argument("--plots", type=Path, help="folder to draw the curves into")
    options = parser.parse_args()
    try:
        report = json.loads(options.report.read_text())
        engine = read_engine(report, report["settings"]["steps_run"])
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"{options.report}: {error}")
    curves: dict[str, dict[str, dict[str, float]]] = {}
    for gpus in options.gpus:
        points = {}
        for load in LOADS:
            seconds = simulate(engine, gpus=gpus, load=load, count=max(_LEAST, _EACH * gpus))
            cuts = statistics.quantiles(seconds, n=100, method="inclusive")
            points[f"{load:.2f}"] = {
                "requests_per_second": round(load * gpus * engine.capacity, 3),
                "p50_s": round(cuts[49], 4),
                "p95_s": round(cuts[94], 4),
            }
        curves[str(gpus)] = points
    told = {
        "machine": report["machine"],
        "capacity_of_one": round(engine.capacity, 4),
        "simulated_not_measured": curves,
    }
    print(as_text(told))
    if options.plots:
        from benchmarks.serving import plots  # noqa: PLC0415 - matplotlib is slow to import

        plots.draw_fleet(told, options.plots / "fleet.png")


if __name__ == "__main__":
    main()
