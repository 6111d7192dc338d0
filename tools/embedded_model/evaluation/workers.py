"""Processes that draw with one model folder, side by side."""

from __future__ import annotations

import dataclasses
import functools
import multiprocessing
import multiprocessing.pool
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tools.embedded_model.studio import Studio

BATCH = 8


@dataclasses.dataclass(frozen=True)
class Job:
    """Some pictures to make at once; `pictures` and `people` as in `Studio.change_batch`."""

    texts: Sequence[str]
    seeds: Sequence[int]
    pictures: Sequence[np.ndarray] | None = None
    strength: float | None = None
    people: Sequence[np.ndarray] | None = None


def make(studio: Studio, job: Job) -> list[np.ndarray]:
    """Make the pictures of one job, each (256, 256, 3) uint8."""
    if job.pictures is None:
        return studio.draw_batch(job.texts, job.seeds)
    return studio.change_batch(job.pictures, job.texts, job.seeds, job.strength, job.people)


@dataclasses.dataclass(frozen=True)
class _Place:
    folder: Path
    options: tuple[tuple[str, Any], ...]


@functools.cache
def _studio(place: _Place) -> Studio:
    """Load on the first job: a pool whose workers fail to start would start them for ever."""
    return Studio(place.folder, **dict(place.options))


def _work(task: tuple[_Place, Job]) -> list[np.ndarray]:
    place, job = task
    return make(_studio(place), job)


class Workers:
    """Processes that draw with one folder; with one thread each they need not wait for each other."""

    def __init__(self, folder: Path, options: dict[str, Any], processes: int) -> None:
        """Start the processes; with one, this process does the work."""
        self._place = _Place(folder, tuple((options | {"threads": 1}).items()))
        self._pool: multiprocessing.pool.Pool | None = None
        if processes > 1:
            self._pool = multiprocessing.get_context("spawn").Pool(processes)

    def close(self) -> None:
        """End the processes."""
        if self._pool:
            self._pool.terminate()

    def draw(self, texts: Sequence[str], seeds: Sequence[int]) -> list[np.ndarray]:
        """Make pictures from texts."""
        return self._run([Job(texts[part], seeds[part]) for part in parts(len(texts))])

    def change(
        self,
        pictures: Sequence[np.ndarray],
        texts: Sequence[str],
        seeds: Sequence[int],
        strength: float | None,
        *,
        with_identity: bool,
    ) -> list[np.ndarray]:
        """Make other pictures from pictures, which also show the person where that is wanted."""
        return self._run(
            [
                Job(
                    texts[part],
                    seeds[part],
                    pictures[part],
                    strength,
                    pictures[part] if with_identity else None,
                )
                for part in parts(len(texts))
            ]
        )

    def _run(self, jobs: list[Job]) -> list[np.ndarray]:
        tasks = [(self._place, job) for job in jobs]
        made = self._pool.map(_work, tasks, chunksize=1) if self._pool else map(_work, tasks)
        return [picture for some in made for picture in some]


def parts(count: int) -> list[slice]:
    return [slice(start, start + BATCH) for start in range(0, count, BATCH)]
