# ruff: noqa: SLF001 - it changes what nobody else may
"""The engine with one thing changed, to see what that thing is worth."""

from collections.abc import Callable

import torch

from imagegen.engine.batching import BatchingEngine
from imagegen.engine.caches import Cache
from imagegen.engine.memory import BatchCap
from imagegen.engine.speed import Speed


def _contiguous(engine: BatchingEngine) -> None:
    for module in (engine._family.denoiser, engine._family.vae):
        module.to(memory_format=torch.contiguous_format)


def _decode_together(engine: BatchingEngine) -> None:
    engine._decoder.cap = BatchCap(8)


def _forget(engine: BatchingEngine) -> None:
    engine._family._texts, engine._family._references = Cache(0), Cache(0)


def _nothing(_engine: BatchingEngine) -> None:
    """Leave the engine as it is: the change is made where it is loaded, or in the requests."""


# What is changed, by its name in the report.
VARIANTS: dict[str, Callable[[BatchingEngine], None]] = {
    "as it is": _nothing,
    "without channels_last": _contiguous,
    "pictures decoded eight at a time": _decode_together,
    "without caches for texts and references": _forget,
    "turbo": _nothing,
    "compiled": _nothing,
    "float8": _nothing,
}


def make_engine(variant: str, model: str, device: str, dtype: torch.dtype, batch: int) -> BatchingEngine:
    """Return a warm engine with one thing changed."""
    speed = Speed(is_compiled=variant == "compiled", is_float8=variant == "float8")
    engine = BatchingEngine(model, device=device, dtype=dtype, capacity=batch, speed=speed)
    VARIANTS[variant](engine)
    engine.warm_up()
    return engine
