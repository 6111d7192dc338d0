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
        while self._script or self._has_work:
            for spec in self._script.pop(self._tick, ()):
                handle = SimpleHandle(spec)
                self.handles.append(handle)
                self._waiting.append(handle)
            self._tick += 1
            self._turn()

    def _step(self, rows: list[Row]) -> None:
        self.sizes.append(len(rows))
        self.stepped.append(min(len(rows), self._cap.value))
        super()._step(rows)

    def _decode(self, rows: list[Row]) -> None:
        self.decoded.append(len(rows))
        self.latents |= {row.handle: row.latents for row in rows}
        super()._decode(rows)
