"""Where an engine computes, and in which numbers."""

from typing import Any

import torch
from torch import Tensor


def pick_device(device: str) -> str:
    """Return the device that "auto" means on this machine, and any other as it is."""
    if device != "auto":
        return device
    return "cuda" if torch.cuda.is_available() else "cpu"


def pick_dtype(device: str) -> torch.dtype:
    """Return what a device computes fastest in without harm to the pictures."""
    if not device.startswith("cuda"):
        # 1.3 to 1.5 times as fast as float32 where the processor computes in it, much slower elsewhere.
        abilities = torch.cpu.get_capabilities()
        is_fast = abilities.get("avx512_bf16") or abilities.get("amx_bf16")
        return torch.bfloat16 if device == "cpu" and is_fast else torch.float32
    has_units = torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if has_units else torch.float16


def settle(device: str) -> None:
    """Let what this thread makes on "the" device be made on this one."""
    if device.startswith("cuda"):
        torch.cuda.set_device(device)


def pick_capacity(device: str) -> int:
    """Return how many requests share a batch: more are hardly faster, and each makes the others wait."""
    return 16 if device.startswith("cuda") else 8


def pick_decoded_together(device: str) -> int:
    """Return how many pictures are decoded in one call: on a processor each alone is fastest."""
    return 8 if device.startswith("cuda") else 1


def upload(values: Tensor, device: str | torch.device, dtype: torch.dtype | None = None) -> Tensor:
    """Copy from the processor's memory to a device, in other numbers if `dtype` says so.

    On a CUDA device nobody waits for the copy, so a row that joins does not hold up those that run: it is
    read from pinned memory, which PyTorch keeps until the device has read it.
    """
    values = values if dtype is None else values.to(dtype)
    if not str(device).startswith("cuda"):
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)


class Pacer:
    """Keeps the host at most one step ahead of the device, so that progress and times are real."""

    def __init__(self, device: str) -> None:
        self._is_asynchronous = device.startswith("cuda")
        self._last: Any = None

    def mark(self) -> None:
        """Say that a step was handed to the device; waits until the one before is done."""
        if not self._is_asynchronous:
            return
        before, self._last = self._last, torch.cuda.Event()
        self._last.record()
        if before is not None:
            before.synchronize()


def free_memory(device: str) -> None:
    """Give back what the allocator keeps for later."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
