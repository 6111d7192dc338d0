"""What other threads hand to the engine's thread: requests, and errands between two steps."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from imagegen.engine.contract import BusyError
from imagegen.engine.handles import SimpleHandle


class Inbox:
    """Requests that wait for a place, in order. Safe to use from any thread.

    room: how many may wait; more are refused with BusyError.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._waiting: deque[SimpleHandle] = deque()
        self._errands: deque[tuple[Callable[[], None], Future[None]]] = deque()
        self._news = threading.Condition()
        self._is_closed = False

    @property
    def is_empty(self) -> bool:
        return not (self._waiting or self._errands)

    def put(self, handle: SimpleHandle) -> None:
        """Put a request behind the others. Raises BusyError without room, RuntimeError after `close`."""
        with self._news:
            self._refuse_if_closed()
            if len(self._waiting) >= self._room:
                raise BusyError(f"{len(self._waiting)} requests wait already")
            self._waiting.append(handle)
            self._news.notify()

    def do(self, errand: Callable[[], None]) -> None:
        """Let the engine's thread do something between two steps, and wait for it. Raises what it raises."""
        done: Future[None] = Future()
        with self._news:
            self._refuse_if_closed()
            self._errands.append((errand, done))
            self._news.notify()
        done.result()

    def list_waiting(self) -> list[SimpleHandle]:
        """Return who waits, the next first."""
        with self._news:
            return list(self._waiting)

    def close(self) -> None:
        """Take nothing more, and wake the engine's thread."""
        with self._news:
            self._is_closed = True
            self._news.notify()

    def wait(self, is_busy: Callable[[], bool]) -> bool:
        """For the engine's thread: sleep until there is work, here or where `is_busy` looks.

        Returns whether to go on.
        """
        with self._news:
            while not (self._is_closed or not self.is_empty or is_busy()):
                self._news.wait()
            return not self._is_closed

    def take(self) -> SimpleHandle | None:
        """For the engine's thread: return the next request, None if nobody waits."""
        with self._news:
            return self._waiting.popleft() if self._waiting else None

    def take_canceled(self) -> list[SimpleHandle]:
        """For the engine's thread: return those that do not want to wait any more."""
        with self._news:
            canceled = [handle for handle in self._waiting if handle.is_cancel_requested]
            for handle in canceled:
                self._waiting.remove(handle)
            return canceled

    def run_errands(self) -> None:
        """For the engine's thread: do what others asked for."""
        while self._errands:
            errand, done = self._errands.popleft()
            try:
                done.set_result(errand())
            except BaseException as error:
                done.set_exception(error)
                # What is no Exception ends the thread as well, but nobody waits for it.
                if not isinstance(error, Exception):
                    raise

    def empty(self, error: BaseException) -> list[SimpleHandle]:
        """Close, fail all errands with `error`, and return the requests that nobody will take any more."""
        with self._news:
            self._is_closed = True
            waiting, errands = list(self._waiting), list(self._errands)
            self._waiting.clear()
            self._errands.clear()
        for _, done in errands:
            done.set_exception(error)
        return waiting

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise RuntimeError("the engine is closed")
