"""Two ways to put load on a server, and what is told about it."""

import random
import statistics
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from benchmarks.serving.servers import Server
from imagegen.engine.contract import Spec

# Fewer completions than this say nothing about the slowest hundredth.
_ENOUGH_FOR_P99 = 2000


@dataclass(frozen=True)
class Measured:
    """What came of one load.

    seconds: of all requests, from the moment they were due to their picture. images_per_second: over the
    whole run.
    """

    images_per_second: float
    seconds: list[float]

    def summary(self) -> dict[str, Any]:
        """Return what stands in the report."""
        cuts = statistics.quantiles(self.seconds, n=100, method="inclusive")
        told = {
            "images_per_second": round(self.images_per_second, 4),
            "p50_s": round(cuts[49], 4),
            "p95_s": round(cuts[94], 4),
            "completions": len(self.seconds),
        }
        if len(self.seconds) >= _ENOUGH_FOR_P99:
            told["p99_s"] = round(cuts[98], 4)
        return told


def closed_loop(server: Server, traffic: Iterable[Spec], *, count: int, at_once: int) -> Measured:
    """Keep so many requests in the works until `count` are done: how much a server can do."""
    clock = _Clock(count)
    specs = iter(traffic)
    lock = threading.Lock()
    left = [count]

    def next_one() -> None:
        with lock:
            if left[0] == 0:
                return
            left[0] -= 1
            spec = next(specs)
        due = time.perf_counter()
        server.submit(spec, lambda: (clock.note(due), next_one()))

    started = time.perf_counter()
    for _ in range(at_once):
        next_one()
    clock.wait()
    return Measured(count / (time.perf_counter() - started), clock.seconds)


def open_loop(server: Server, traffic: Iterable[Spec], *, count: int, rate: float, seed: int = 1) -> Measured:
    """Let requests come by chance, `rate` a second on average, whatever the server does (Poisson)."""
    chance = random.Random(seed)
    clock = _Clock(count)
    started = due = time.perf_counter()
    for spec in islice(traffic, count):
        due += chance.expovariate(rate)
        time.sleep(max(0.0, due - time.perf_counter()))
        server.submit(spec, lambda due=due: clock.note(due))
    clock.wait()
    return Measured(count / (time.perf_counter() - started), clock.seconds)


class _Clock:
    def __init__(self, count: int) -> None:
        self.seconds: list[float] = []
        self._count, self._lock, self._all = count, threading.Lock(), threading.Event()

    def note(self, due: float) -> None:
        with self._lock:
            self.seconds.append(time.perf_counter() - due)
            if len(self.seconds) == self._count:
                self._all.set()

    def wait(self) -> None:
        self._all.wait()
