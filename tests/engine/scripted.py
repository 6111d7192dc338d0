"""An engine whose requests arrive between the steps that a test says. It keeps the finished latents."""

from collections.abc import Mapping, Sequence

import torch

from imagegen.engine.batching import BatchingEngine
from imagegen.engine.contract import Spec
from imagegen.engine.families import Family
from imagegen.engine.handles import SimpleHandle
from imagegen.engine.rows import Row


class ScriptedEngine(BatchingEngine):
    """Runs on the test's own thread; `arrivals` says which specs are handed in before which step."""

    def __init__(self, family: Family, arrivals: Mapping[int, Sequence[Spec]], *, capacity: int = 8) -> None:
        self._script = dict(arrivals)
        self._tick = 0
        self.handles: list[SimpleHandle] = []
        self.latents: dict[SimpleHandle, torch.Tensor] = {}
        # How many rows could be stepped at once each time, and how many were.
        self.sizes: list[int] = []
        self.stepped: list[int] = []
        # How many were decoded at once.
        self.decoded: list[int] = []
        super().__init__("tiny", family=family, capacity=capacity)
        self._thread.join()

    def _serve(self) -> None:
        self._really_step = self._stepper.step
        self._stepper.step = self._step
        while self._script or self._rows or self._decoder.is_busy or not self._inbox.is_empty:
            for spec in self._script.pop(self._tick, ()):
                handle = SimpleHandle(spec)
                self.handles.append(handle)
                self._inbox._waiting.append(handle)
            self._tick += 1
            self._turn()

    def _step(self, rows: Sequence[Row]) -> None:
        self.sizes.append(len(rows))
        self.stepped.append(min(len(rows), self._stepper.cap.value))
        self._really_step(rows)

    def _decode(self, rows: list[Row]) -> None:
        self.decoded.append(len(rows))
        self.latents |= {row.handle: row.latents for row in rows}
        super()._decode(rows)
