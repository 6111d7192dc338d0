"""Calls of the denoiser in sizes that are worth preparing for.

A compiled network or a captured graph is made for one shape. So rows are filled up to the next of a few
sizes, and what was prepared for that size is used again. Rows do not see each other: those that fill up cost
time and change nothing.
"""

import logging
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from imagegen.engine.caches import Cache
from imagegen.engine.families import Conditions

logger = logging.getLogger(__name__)

Denoise = Callable[[Tensor, Tensor, Conditions], Tensor]

SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
# Recordings that are kept: three sizes of pictures with all of SIZES. Each holds memory of the device.
MOST_RECORDINGS = 3 * len(SIZES)
# Runs before a capture, as PyTorch's guide to CUDA graphs asks for.
_RUNS_BEFORE_CAPTURE = 3


class Graph(Protocol):
    """A recorded call: `replay` runs it again on what stands in its inputs by then."""

    def replay(self) -> None:
        """Run what was recorded."""


class Recorder(Protocol):
    """Records calls on a device."""

    def record(self, call: Callable[[], Tensor]) -> tuple[Graph, Tensor]:
        """Record a call that takes no arguments; returns it and where its result will stand."""


class Filled:
    """Runs a denoiser with rows filled up to one of `sizes`."""

    def __init__(self, denoise: Denoise, sizes: tuple[int, ...] = SIZES) -> None:
        self._denoise, self._sizes = denoise, sizes

    def __call__(self, sample: Tensor, timesteps: Tensor, conditions: Conditions) -> Tensor:
        rows = len(sample)
        size = self.size_for(rows)
        if size != rows:
            sample, timesteps = _fill(sample, size), _fill(timesteps, size)
            conditions = {name: _fill(value, size) for name, value in conditions.items()}
        return self._run(sample, timesteps, conditions)[:rows]

    def size_for(self, rows: int) -> int:
        """Return the size that so many rows are filled up to; more than the largest stay as they are."""
        place = bisect_left(self._sizes, rows)
        return self._sizes[place] if place < len(self._sizes) else rows

    def _run(self, sample: Tensor, timesteps: Tensor, conditions: Conditions) -> Tensor:
        return self._denoise(sample, timesteps, conditions)


@dataclass(slots=True)
class _Recorded:
    """A recorded call with the tensors that it reads and the one that it writes."""

    sample: Tensor
    timesteps: Tensor
    conditions: Conditions
    graph: Graph = field(init=False)
    output: Tensor = field(init=False)


class Recorded(Filled):
    """Runs a denoiser from recordings: the host launches one thing instead of thousands.

    most: how many are kept; the one that was not used for longest makes room for a new one.
    """

    def __init__(
        self,
        denoise: Denoise,
        recorder: Recorder,
        sizes: tuple[int, ...] = SIZES,
        *,
        most: int = MOST_RECORDINGS,
    ) -> None:
        super().__init__(denoise, sizes)
        self._recorder = recorder
        self._recorded: Cache[_Recorded] = Cache(most)

    def forget(self) -> None:
        """Give the memory of all recordings back."""
        self._recorded.clear()

    def _run(self, sample: Tensor, timesteps: Tensor, conditions: Conditions) -> Tensor:
        key = (tuple(sample.shape), tuple((name, tuple(value.shape)) for name, value in conditions.items()))
        call = self._recorded.get(key, lambda: self._record(sample, timesteps, conditions))
        call.sample.copy_(sample)
        call.timesteps.copy_(timesteps)
        for name, value in conditions.items():
            call.conditions[name].copy_(value)
        call.graph.replay()
        # The next replay writes to the same place.
        return call.output.clone()

    def _record(self, sample: Tensor, timesteps: Tensor, conditions: Conditions) -> _Recorded:
        started = time.perf_counter()
        call = _Recorded(
            sample.clone(), timesteps.clone(), {name: value.clone() for name, value in conditions.items()}
        )
        call.graph, call.output = self._recorder.record(
            lambda: self._denoise(call.sample, call.timesteps, call.conditions)
        )
        logger.info(
            "imagegen.engine.recorded rows=%d seconds=%.2f", len(sample), time.perf_counter() - started
        )
        return call


class CudaRecorder:
    """CUDA graphs that share one pool of memory."""

    def __init__(self) -> None:
        self._pool = torch.cuda.graph_pool_handle()

    def record(self, call: Callable[[], Tensor]) -> tuple[Graph, Tensor]:
        """See `Recorder`."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(_RUNS_BEFORE_CAPTURE):
                call()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        # The other threads of a worker may use the device meanwhile, for the safety check.
        with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
            output = call()
        return graph, output


def _fill(values: Tensor, size: int) -> Tensor:
    """Repeat the last row until there are `size`."""
    return torch.cat([values, values[-1:].expand(size - len(values), *values.shape[1:])])
