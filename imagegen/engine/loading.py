"""Loads an engine and says how long that takes."""

import logging
import time
from collections.abc import Sequence
from importlib import import_module

from imagegen.engine.contract import Engine

logger = logging.getLogger(__name__)


def load(model: str, *, device: str, batch: int = 0, speed: Sequence[str] = ()) -> Engine:
    """Return a warm engine for a diffusers folder, or for a hub id that is in the local cache.

    batch: how many pictures share a step, 0 for what suits the device. speed: names of `contract.SWITCHES`.
    """
    started = time.perf_counter()
    # Here and not above: importing torch and diffusers takes seconds, which only workers spend.
    module = import_module("imagegen.engine.batching")
    imported = time.perf_counter()
    engine = module.BatchingEngine(
        model,
        device=device,
        capacity=batch or None,
        speed=module.Speed(**{f"is_{name}": True for name in speed}),
    )
    loaded = time.perf_counter()
    engine.warm_up(_say_how_far)
    logger.warning(
        "imagegen.engine.ready model=%s import_s=%.2f load_s=%.2f warm_up_s=%.2f",
        engine.description.label,
        imported - started,
        loaded - imported,
        time.perf_counter() - loaded,
    )
    return engine


def _say_how_far(done: int, count: int) -> None:
    # Compiling takes minutes, in which an operator wants to see that something happens.
    logger.warning("imagegen.engine.warming_up done=%d of=%d", done, count)
