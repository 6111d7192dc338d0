"""What a real worker process draws with when a test has no use for people: slow, flat, and counted."""

import os
import time
from pathlib import Path

from imagegen.safety import SafeByConstruction
from tests.imagegen.fakes import FakeEngine

STEP_SECONDS = 0.2
QUICK_STEP_SECONDS = 0.02


def load(_model: str, **_options: object) -> FakeEngine:
    """Return an engine that takes long enough to be killed in the middle and notes each picture it starts.

    With STUB_CAPACITY it draws so many at a time, hardly longer than it takes to claim them.
    """
    if capacity := int(os.environ.get("STUB_CAPACITY", "0")):
        return FakeEngine(capacity=capacity, on_step=lambda _handle, _step: time.sleep(QUICK_STEP_SECONDS))
    log = Path(os.environ["STUB_LOG"])

    def on_step(handle, step):
        if step == 1:
            with log.open("a") as lines:
                lines.write(f"{handle.spec.seed}\n")
        time.sleep(STEP_SECONDS)

    return FakeEngine(on_step=on_step)


def make_safety() -> SafeByConstruction:
    return SafeByConstruction()
