"""Loads an engine and says how long that takes."""

import logging
import time
from importlib import import_module

from imagegen.engine.contract import Engine

logger = logging.getLogger(__name__)


def load(model: str, *, device: str) -> Engine:
    """Return a warm engine for a diffusers folder, or for a hub id that is in the local cache."""
    started = time.perf_counter()
    # Here and not above: importing torch and diffusers takes seconds, which only workers spend.
    module = import_module("imagegen.engine.batching")
    imported = time.perf_counter()
    engine = module.BatchingEngine(model, device=device)
    loaded = time.perf_counter()
    engine.warm_up()
    logger.warning(
        "imagegen.engine.ready model=%s import_s=%.2f load_s=%.2f warm_up_s=%.2f",
        engine.description.label,
        imported - started,
        loaded - imported,
        time.perf_counter() - loaded,
    )
    return engine
