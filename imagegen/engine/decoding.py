"""Turning finished latents into pictures beside the steps of those that still run."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from imagegen.engine.families import Family
from imagegen.engine.memory import BatchCap
from imagegen.engine.pictures import to_images
from imagegen.engine.rows import Row
from imagegen.engine.timing import StepTimes


@dataclass(slots=True, eq=False)
class _Pending:
    """Pictures on their way. On a device without streams they are there at once, and `event` is None."""

    rows: list[Row]
    pixels: Tensor
    are_finite: Tensor
    # Before and after on the device's own clock.
    begun: Any = None
    event: Any = None

    @property
    def is_done(self) -> bool:
        return self.event is None or bool(self.event.query())


class Decoder:
    """Decodes on a stream of its own where the device has streams, so that the next step need not wait.

    together: how many pictures are decoded in one call. A processor is faster one by one: several do
    not fit into its caches.
    """

    def __init__(self, family: Family, *, together: int, times: StepTimes) -> None:
        """times: notes the seconds of a call by how many it decoded."""
        self.cap = BatchCap(together)
        self._times = times
        self._family = family
        self._stream = torch.cuda.Stream(family.device) if family.device.startswith("cuda") else None
        self._pending: list[_Pending] = []

    @property
    def has_stream(self) -> bool:
        """Whether decoding runs beside steps, and not between them."""
        return self._stream is not None

    @property
    def is_busy(self) -> bool:
        """Whether pictures are on their way."""
        return bool(self._pending)

    @property
    def rows(self) -> list[Row]:
        """The requests whose pictures are on their way."""
        return [row for pending in self._pending for row in pending.rows]

    def start(self, rows: Sequence[Row]) -> None:
        """Decode rows of one size. Raises what the autoencoder raises; then none of them is on its way."""
        latents = torch.cat([row.latents for row in rows])
        if self._stream is None:
            started = time.perf_counter()
            self._pending.append(self._decode(list(rows), latents))
            self.cap.note_step()
            self._times.add(len(rows), time.perf_counter() - started)
            return
        self._stream.wait_stream(torch.cuda.current_stream())
        latents.record_stream(self._stream)
        begun = torch.cuda.Event(enable_timing=True)
        with torch.cuda.stream(self._stream):
            begun.record()
            decoded = self._decode(list(rows), latents)
            decoded.begun = begun
            decoded.pixels = _to_host(decoded.pixels)
            decoded.are_finite = _to_host(decoded.are_finite)
            decoded.event = torch.cuda.Event(enable_timing=True)
            decoded.event.record()
        self.cap.note_step()
        self._pending.append(decoded)

    def collect(self, *, wait: bool) -> list[tuple[Row, Image.Image | None]]:
        """Return the requests whose pictures are there, None for one whose numbers ran out of range.

        wait: until at least the first is there.
        """
        if wait and self._pending and self._pending[0].event is not None:
            self._pending[0].event.synchronize()
        done = [pending for pending in self._pending if pending.is_done]
        for pending in done:
            if pending.event is not None:
                self._times.add(len(pending.rows), pending.begun.elapsed_time(pending.event) / 1000)
        collected = [
            (row, image if is_finite else None)
            for pending in done
            for row, image, is_finite in zip(
                pending.rows, to_images(pending.pixels), pending.are_finite.tolist(), strict=True
            )
        ]
        # Only now: where one of these cannot be had, all of them are still known to be on their way.
        self._pending = [pending for pending in self._pending if pending not in done]
        return collected

    def finish(self) -> None:
        """Wait until the device has decoded everything."""
        for pending in self._pending:
            if pending.event is not None:
                pending.event.synchronize()

    def _decode(self, rows: list[Row], latents: Tensor) -> _Pending:
        pixels = self._family.decode(latents)
        # What has run out of range somewhere stays so to the end, where it would only look black.
        are_finite = torch.isfinite(pixels).flatten(1).all(dim=1)
        return _Pending(rows, pixels.clamp(0, 1).nan_to_num().mul(255).round().to(torch.uint8), are_finite)


def _to_host(values: Tensor) -> Tensor:
    """Copy to memory that the device writes to while the host goes on."""
    host = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
    host.copy_(values, non_blocking=True)
    return host
