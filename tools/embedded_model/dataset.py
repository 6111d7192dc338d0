"""Training pictures on disk: drawn once, kept as plain arrays in the work folder."""

from __future__ import annotations

import multiprocessing
import pickle
import random
from pathlib import Path

import numpy as np

from tools.embedded_model import attributes, drawer
from tools.embedded_model.attributes import Portrait


def records(count: int, seed: int, *, held_out: bool = False) -> list[Portrait]:
    """Draw `count` attribute records; equal arguments give equal records."""
    rng = random.Random(seed)
    return [attributes.random_portrait(rng, held_out=held_out) for _ in range(count)]


def _picture(task: tuple[Portrait, int]) -> np.ndarray:
    return np.asarray(drawer.draw(*task))


def draw_pictures(portraits: list[Portrait], first_jitter: int = 0, workers: int = 2) -> np.ndarray:
    """Draw every record, (N, 256, 256, 3) uint8; record i uses jitter seed `first_jitter` + i."""
    tasks = [(portrait, first_jitter + index) for index, portrait in enumerate(portraits)]
    if len(tasks) < 64:
        return np.stack([_picture(task) for task in tasks])
    # Spawned, not forked: the parent may already run torch's threads.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        return np.stack(pool.map(_picture, tasks, chunksize=32))


def prepared(folder: Path, name: str, count: int, seed: int) -> tuple[list[Portrait], np.ndarray]:
    """Return `count` records and pictures, from the work folder where a former run left them.

    The pictures are memory-mapped: thousands of them do not fit comfortably beside the networks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures_path, records_path = folder / f"{name}.npy", folder / f"{name}.pkl"
    if not (pictures_path.exists() and records_path.exists()):
        portraits = records(count, seed)
        np.save(pictures_path, draw_pictures(portraits, first_jitter=seed))
        records_path.write_bytes(pickle.dumps(portraits))
    portraits = pickle.loads(records_path.read_bytes())  # noqa: S301 - our own work folder
    return portraits, np.load(pictures_path, mmap_mode="r")
