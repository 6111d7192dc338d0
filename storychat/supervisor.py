"""Runs several processes as one: prefixes what they print, restarts what crashes, leaves no orphans."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

# One after the other, to the whole process group: finish what you do, drop it, die.
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL)
# An idle worker on the folder broker looks up every two seconds.
_STOP_STEP_SECONDS = 5.0
_TICK_SECONDS = 0.1
_BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
# A process that lived this long starts its backoff anew.
_STABLE_SECONDS = 60.0
_LEASH = Path(__file__).with_name("leash.py")


class SupervisorRefusedError(Exception):
    """Raised with a message for the person at the keyboard."""


@dataclass(slots=True)
class Child:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    restart_at: float | None = 0.0
    crashes: int = 0


@dataclass(slots=True)
class Supervisor:
    """Keeps `children` running until it is told to stop."""

    children: Sequence[Child]
    write: Callable[[str], None]
    on_ready: Callable[[], None]
    is_ready: Callable[[], bool]
    _is_stopping: threading.Event = field(default_factory=threading.Event)
    _is_announced: bool = False

    def run(self) -> None:
        """Start everything, return after SIGINT, SIGTERM or SIGHUP once every process is gone.

        Must be called on the main thread: the kernel ties the leash to the thread that forks.
        """
        previous = {
            each: signal.signal(each, self._stop) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            while not self._is_stopping.is_set():
                self._tick()
                self._is_stopping.wait(_TICK_SECONDS)
        finally:
            self._stop_children()
            for each, handler in previous.items():
                signal.signal(each, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping.set()

    def _tick(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and (code := child.process.poll()) is not None:
                self._schedule_restart(child, code, now)
            if child.process is None and child.restart_at is not None and now >= child.restart_at:
                self._start(child, now)
        if not self._is_announced and self.is_ready():
            self._is_announced = True
            self.on_ready()

    def _start(self, child: Child, now: float) -> None:
        child.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            [sys.executable, str(_LEASH), str(os.getpid()), *child.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        child.started_at = now
        threading.Thread(target=self._copy_output, args=(child.name, child.process), daemon=True).start()

    def _copy_output(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            self.write(f"{name:>7} | {line.rstrip()}")

    def _schedule_restart(self, child: Child, code: int, now: float) -> None:
        if now - child.started_at > _STABLE_SECONDS:
            child.crashes = 0
        pause = _BACKOFF_SECONDS[min(child.crashes, len(_BACKOFF_SECONDS) - 1)]
        child.crashes += 1
        child.process = None
        child.restart_at = now + pause
        self.write(f"{child.name:>7} | ended with status {code}; starting it again in {pause:g} s")

    def _stop_children(self) -> None:
        """Signal all groups, harder each time, until none is left."""
        self.write("Stopping ...")
        running = [child.process for child in self.children if child.process is not None]
        for number in _STOP_SIGNALS:
            for process in running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
            deadline = time.monotonic() + _STOP_STEP_SECONDS
            while running and time.monotonic() < deadline:
                running = [
                    process for process in running if process.poll() is None or _group_exists(process.pid)
                ]
                time.sleep(_TICK_SECONDS / 2)
            if not running:
                return


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def ensure_port_is_free(host: str, port: int) -> None:
    """Raise SupervisorRefusedError when something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SupervisorRefusedError(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Stop what uses it, or choose another one: make demo PORT={port + 1}"
            ) from error


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold `lock` meanwhile; raises SupervisorRefusedError when another process does."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SupervisorRefusedError(
                f"StoryChat already runs on {lock.parent}. Stop it first, or use another data folder: "
                "make demo STORYCHAT_HOME=/some/folder"
            ) from error
        yield
