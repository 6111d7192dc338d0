"""The handle that our engines return."""

import logging
import threading
from collections.abc import Callable

from PIL import Image

from imagegen.engine.contract import Outcome, Progress, Spec

logger = logging.getLogger(__name__)


class Completion:
    """A handle's end: it comes once, and whoever asked for it is told. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def is_done(self) -> bool:
        return self._done.is_set()

    def add_done_callback(self, call: Callable[[], None]) -> None:
        with self._lock:
            if not self._done.is_set():
                self._callbacks.append(call)
                return
        call()

    def _complete(self) -> None:
        """Say that it is done. What the result is made of must be there by now."""
        with self._lock:
            self._done.set()
            callbacks, self._callbacks = self._callbacks, []
        for call in callbacks:
            try:
                call()
            except Exception:  # it is the caller's mistake, and the engine serves others
                logger.exception("imagegen.engine.callback_failed")


class SimpleHandle(Completion):
    """One request between the threads that wait for it and the one that draws it."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        self._progress = Progress(0, spec.step_count)
        self._is_cancel_requested = threading.Event()
        self._outcome: Outcome | None = None
        self._error: BaseException | None = None
        self._preview: Image.Image | None = None
        self._is_preview_wanted = threading.Event()

    @property
    def progress(self) -> Progress:
        return self._progress

    @property
    def preview(self) -> Image.Image | None:
        self._is_preview_wanted.set()
        return self._preview

    @property
    def is_cancel_requested(self) -> bool:
        """For the drawing thread: whether to stop at this step."""
        return self._is_cancel_requested.is_set()

    def cancel(self) -> None:
        self._is_cancel_requested.set()

    def result(self) -> Outcome:
        self._done.wait()
        if self._error is not None:
            raise self._error
        assert self._outcome is not None  # noqa: S101 - finish() sets exactly one of the two
        return self._outcome

    def report(self, step: int) -> None:
        """For the drawing thread: `step` steps are done."""
        self._progress = Progress(min(step, self.spec.step_count), self.spec.step_count)

    @property
    def is_preview_wanted(self) -> bool:
        """For the drawing thread: whether somebody looked since the last one was shown."""
        return self._is_preview_wanted.is_set()

    def show(self, preview: Image.Image) -> None:
        """For the drawing thread: this is how it looks so far."""
        self._is_preview_wanted.clear()
        self._preview = preview

    def withhold_preview(self) -> None:
        """For the drawing thread: there is no new one this time."""
        self._is_preview_wanted.clear()

    def finish(self, outcome: Outcome | None = None, error: BaseException | None = None) -> None:
        """For the drawing thread: this is how it ended."""
        self._outcome, self._error = outcome, error
        self._complete()
