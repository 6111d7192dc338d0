"""Turning finished latents into pictures beside the steps of those that still run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from imagegen.engine.families import Family
from imagegen.engine.pictures import to_images
from imagegen.engine.rows import Row


@dataclass(slots=True)
class _Pending:
    """Pictures on their way. On a device without streams they are there at once, and `event` is None."""

    rows: list[Row]
    pixels: Tensor
    are_finite: Tensor
    event: Any = None

    @property
    def is_done(self) -> bool:
        return self.event is None or bool(self.event.query())


class Decoder:
    """Decodes on a stream of its own where the device has streams, so that the next step need not wait.

    together: how many pictures are decoded in one call. A processor is faster one by one: several do
    not fit into its caches.
    """

    def __init__(self, family: Family, *, together: int) -> None:
        self.together = together
        self._family = family
        self._stream = torch.cuda.Stream() if family.device.startswith("cuda") else None
        self._pending: list[_Pending] = []

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
            self._pending.append(self._decode(list(rows), latents))
            return
        self._stream.wait_stream(torch.cuda.current_stream())
        latents.record_stream(self._stream)
        with torch.cuda.stream(self._stream):
            decoded = self._decode(list(rows), latents)
            decoded.pixels = _to_host(decoded.pixels)
            decoded.are_finite = _to_host(decoded.are_finite)
            decoded.event = torch.cuda.Event()
            decoded.event.record()
        self._pending.append(decoded)

    def collect(self, *, wait: bool) -> list[tuple[Row, Image.Image | None]]:
        """Return the requests whose pictures are there, None for one whose numbers ran out of range.

        wait: until at least the first is there.
        """
        if wait and self._pending and self._pending[0].event is not None:
            self._pending[0].event.synchronize()
        done = [pending for pending in self._pending if pending.is_done]
        self._pending = [pending for pending in self._pending if pending not in done]
        return [
            (row, image if is_finite else None)
            for pending in done
            for row, image, is_finite in zip(
                pending.rows, to_images(pending.pixels), pending.are_finite.tolist(), strict=True
            )
        ]

    def _decode(self, rows: list[Row], latents: Tensor) -> _Pending:
        are_finite = torch.isfinite(latents).flatten(1).all(dim=1)
        return _Pending(rows, self._family.decode(latents.nan_to_num()), are_finite)


def _to_host(values: Tensor) -> Tensor:
    """Copy to memory that the device writes to while the host goes on."""
    host = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
    host.copy_(values, non_blocking=True)
    return host
