"""Training pictures on disk: drawn once, kept as plain arrays in the work folder."""

from __future__ import annotations

import math
import multiprocessing
import pickle
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tools.embedded_model import attributes, caching
from tools.embedded_model.attributes import Portrait
from tools.embedded_model.drawing import drawer
from tools.embedded_model.drawing.canvas import SIZE as CANVAS

# How far from its middle a face is looked at, in units of the drawer.
FACE_REACH = 64.0
# Pictures of each person in the set the denoiser learns from, one after the other.
PICTURES_EACH = 4


def records(count: int, seed: int, *, held_out: bool = False) -> list[Portrait]:
    """Draw `count` attribute records of different people; equal arguments give equal records."""
    rng = random.Random(seed)
    return [attributes.random_portrait(rng, held_out=held_out) for _ in range(count)]


def people(count: int, seed: int, each: int = PICTURES_EACH) -> list[Portrait]:
    """Draw `count` records for training, `each` of every person side by side."""
    rng = random.Random(seed)
    result: list[Portrait] = []
    while len(result) < count:
        person = attributes.random_portrait(rng)
        others = (attributes.another_picture(person, rng) for _ in range(each - 1))
        result += [person, *others]
    return result[:count]


def other_picture_of_same(row: int, count: int, rng: random.Random) -> int:
    """Return the row of another picture of the person in `row`, in a set of `count` made by `people`."""
    first = row - row % PICTURES_EACH
    choices = [other for other in range(first, min(first + PICTURES_EACH, count)) if other != row]
    return rng.choice(choices) if choices else row


def _picture(task: tuple[Portrait, int]) -> np.ndarray:
    return np.asarray(drawer.draw(*task))


def draw_pictures(portraits: list[Portrait], first_seed: int = 0, workers: int = 2) -> np.ndarray:
    """Draw every record, (N, 256, 256, 3) uint8; record i uses seed `first_seed` + i."""
    tasks = [(portrait, first_seed + index) for index, portrait in enumerate(portraits)]
    if len(tasks) < 64:
        return np.stack([_picture(task) for task in tasks])
    # Spawned, not forked: the parent may already run torch's threads.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        return np.stack(pool.map(_picture, tasks, chunksize=32))


def places(portraits: Sequence[Portrait]) -> np.ndarray:
    """Return where `draw_pictures` puts the faces, (N, 3), as a `portraits.FaceFinder` says it."""
    half = CANVAS / 2
    every = (drawer.placement_of(one) for one in portraits)
    return np.array(
        [(one.x / half - 1, one.y / half - 1, math.log(one.zoom * FACE_REACH / half)) for one in every],
        np.float32,
    )


def prepared(
    folder: Path, name: str, count: int, seed: int, each: int = PICTURES_EACH
) -> tuple[list[Portrait], np.ndarray]:
    """Return `count` records of people and their pictures, from the work folder if they are there.

    The pictures are memory-mapped: thousands of them do not fit comfortably beside the networks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures_path, records_path = folder / f"{name}.npy", folder / f"{name}.pkl"
    here = Path(__file__).parent
    drawn_by = caching.fingerprint_of(here / "drawing", here / "attributes.py")
    key = {"count": count, "seed": seed, "each": each, "drawn_by": drawn_by}
    if not caching.is_current(pictures_path, key):
        caching.forget(pictures_path)
        portraits = people(count, seed, each)
        records_path.write_bytes(pickle.dumps(portraits))
        # Another process may have the older pictures mapped: it keeps them until it ends.
        aside = pictures_path.with_suffix(".new.npy")
        np.save(aside, draw_pictures(portraits, first_seed=seed))
        aside.replace(pictures_path)
        caching.mark(pictures_path, key)
    portraits = pickle.loads(records_path.read_bytes())  # noqa: S301 - our own work folder
    return portraits, np.load(pictures_path, mmap_mode="r")
