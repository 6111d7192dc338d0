"""An engine for tests: colours instead of people, steps that the test decides about."""

import threading
from collections.abc import Callable

from PIL import Image

from imagegen import worker
from imagegen.engine.contract import Outcome, Spec
from imagegen.engine.description import Description
from imagegen.engine.handles import SimpleHandle
from imagegen.safety import SafeByConstruction, SafetyModel

DESCRIPTION = Description(name="fake", version="1", width=64, height=64, steps=4, guidance=1.0, strength=0.5)


class FakeEngine:
    """Draws a flat picture at once; `on_step` is called before each step with the handle."""

    def __init__(
        self,
        *,
        capacity: int = 1,
        error: Exception | None = None,
        on_step: Callable[[SimpleHandle, int], None] | None = None,
        description: Description = DESCRIPTION,
        likeness: float | None = None,
    ) -> None:
        self.description = description
        self.likeness = likeness
        self.capacity = capacity
        self.is_dead = False
        self.error = error
        self.on_step = on_step
        self.specs: list[Spec] = []
        self.most_at_once = 0
        self._running = 0
        self._lock = threading.Lock()

    def submit(self, spec: Spec) -> SimpleHandle:
        self.specs.append(spec)
        with self._lock:
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        handle = SimpleHandle(spec)
        if self.on_step is None:
            self._draw(handle)
        else:
            threading.Thread(target=self._draw, args=[handle], daemon=True).start()
        return handle

    def close(self) -> None:
        """Nothing to free."""

    def _draw(self, handle: SimpleHandle) -> None:
        try:
            for step in range(1, handle.spec.step_count + 1):
                if self.on_step is not None:
                    self.on_step(handle, step)
                if handle.is_cancel_requested:
                    handle.finish(Outcome(None))
                    return
                handle.report(step)
            if self.error is not None:
                handle.finish(error=self.error)
                return
            colour = (handle.spec.seed % 256, 90, 120)
            image = Image.new("RGB", (handle.spec.width, handle.spec.height), colour)
            handle.finish(Outcome(image, self.likeness))
        finally:
            with self._lock:
                self._running -= 1


def draw_pending(
    *, limit: int | None = None, engine: FakeEngine | None = None, safety: SafetyModel | None = None
) -> FakeEngine:
    """Let a fake worker draw what waits, and return its engine."""
    engine = engine or FakeEngine()
    worker.run_pending(limit=limit, engine=engine, safety=safety or SafeByConstruction())
    return engine
