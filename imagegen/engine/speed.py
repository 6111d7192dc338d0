"""Switches for speed. docs/benchmarks.md has what each was measured to bring."""

from dataclasses import dataclass

import torch

from imagegen.engine.families import Family
from imagegen.engine.float8 import replace_linears
from imagegen.engine.runners import SIZES, CudaRecorder, Filled, Recorded

# Parts that are small, and that all the others build on.
_EXACT_PARTS = ("time_emb", "time_embedding", "add_embedding", "proj_out", "conv_out", "norm_out")


@dataclass(frozen=True, slots=True)
class Speed:
    """What is done to a model before it draws.

    is_compiled: the denoiser is compiled for each size of batch; the first pictures wait for that.
    is_recorded: calls of the denoiser are recorded and replayed, on CUDA devices only.
    is_float8: its linear layers multiply in eight bits. The only one that changes pictures.
    sizes: rows of the denoiser that compiled and recorded calls are prepared for; others are filled up.
    """

    is_compiled: bool = False
    is_recorded: bool = False
    is_float8: bool = False
    sizes: tuple[int, ...] = SIZES


def apply(speed: Speed, family: Family) -> tuple[int, ...]:
    """Prepare a family; returns the sizes of batches that are worth running once before anybody waits."""
    if speed.is_float8:
        replace_linears(family.denoiser, lambda name: not any(part in name for part in _EXACT_PARTS))
    if speed.is_compiled:
        # One compilation for each size and each form of the conditions.
        torch._dynamo.config.recompile_limit = 8 * len(speed.sizes)  # noqa: SLF001 - its documented place
        family.denoiser.compile(dynamic=False)
    if speed.is_recorded and family.device.startswith("cuda"):
        family.call = Recorded(family.denoise, CudaRecorder(), speed.sizes)
    elif speed.is_compiled:
        family.call = Filled(family.denoise, speed.sizes)
    return speed.sizes if speed.is_compiled or speed.is_recorded else ()
