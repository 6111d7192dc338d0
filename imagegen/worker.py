"""The loop of a worker: claim, watch, deliver, until no picture waits.

One thread runs it and holds the one database connection; the engine draws on a thread of its own. What other
processes must know, and what they want of us, are rows: looked at and written twice a second.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NoReturn

import structlog
from django.utils import timezone

from core import switches
from core.switches import Feature
from imagegen import claims, drawing, failpoints, policies
from imagegen import studio as studios
from imagegen.drawing import Job
from imagegen.engine.contract import Engine
from imagegen.models import Picture
from imagegen.safety import SafetyModel
from imagegen.studio import Studio

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
# Leases are extended and restrictions looked at this often: well below a lease, and below 5 seconds (R13).
RENEW_SECONDS = 3.0
# An engine that does no step for this long is stuck.
STALL_SECONDS = 300.0

_running = threading.Lock()
_once_more = threading.Event()
_stopping = threading.Event()


class EngineLostError(RuntimeError):
    """Raised when the engine died or is stuck: only a new process draws again."""


def run_pending(
    *, limit: int | None = None, engine: Engine | None = None, safety: SafetyModel | None = None
) -> int:
    """Draw what waits until nothing does, at most `limit` pictures; returns how many were claimed.

    In a process where it runs already, that run is told to look again, and this call returns at once.
    engine, safety: both or neither; without them the process's own are used. Raises EngineLostError.
    """
    if engine is not None and safety is not None:
        return Loop(Studio(engine=engine, safety=safety), limit=limit).run()
    count = 0
    _once_more.set()
    while _once_more.is_set() and not _stopping.is_set() and _running.acquire(blocking=False):
        try:
            _once_more.clear()
            count += Loop(studios.open_once(), limit=limit).run()
        finally:
            _running.release()
    return count


def stop() -> None:
    """Let what is drawn now be the last: the process is asked to end."""
    _stopping.set()


class Loop:
    """One run over the queue."""

    def __init__(
        self,
        studio: Studio,
        *,
        limit: int | None = None,
        clock: Callable[[], datetime] = timezone.now,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.studio = studio
        self.jobs: list[Job] = []
        self._limit = limit
        self._clock = clock
        self._timer = timer
        self._claim_count = 0
        self._news = threading.Event()
        self._renewed_at = time.monotonic()

    def run(self) -> int:
        """Return how many pictures were claimed, once none is left. Raises EngineLostError."""
        try:
            while self._fill():
                self._news.wait(TICK_SECONDS)
                self._news.clear()
                self._finish_done()
                self._watch()
        finally:
            # Only when something broke: the leases run out, and the sweeper puts the pictures back.
            for job in self.jobs:
                job.handle.cancel()
        return self._claim_count

    def _fill(self) -> bool:
        """Claim as many as the engine takes; returns whether any is in the works."""
        if self.studio.engine.is_dead:
            raise EngineLostError("the engine died")
        while self._has_room() and (picture := self._claim()) is not None:
            with _log_context(picture):
                failpoints.reach(failpoints.AFTER_CLAIM)
                job = drawing.start(picture, studio=self.studio, now=self._clock())
            if job is not None:
                job.progressed_at = self._timer()
                job.handle.add_done_callback(self._news.set)
                self.jobs.append(job)
        return bool(self.jobs)

    def _has_room(self) -> bool:
        if len(self.jobs) >= self.studio.engine.capacity or any(job.picture.is_alone for job in self.jobs):
            return False
        if self._limit is not None and self._claim_count >= self._limit:
            return False
        return not _stopping.is_set() and switches.refusal(Feature.PICTURES) is None

    def _claim(self) -> Picture | None:
        holder = f"{self.studio.name}-{time.monotonic_ns():x}"
        picture = claims.claim(holder=holder, is_idle=not self.jobs, now=self._clock())
        self._claim_count += picture is not None
        return picture

    def _finish_done(self) -> None:
        for job in [job for job in self.jobs if job.handle.is_done]:
            with _log_context(job.picture):
                drawing.finish(job, studio=self.studio, now=self._clock())
            self.jobs.remove(job)

    def _watch(self) -> None:
        for job in self.jobs:
            progress = job.handle.progress
            if progress.step == job.written_step:
                if self._timer() - job.progressed_at > STALL_SECONDS:
                    self._give_up(job)
                if claims.is_cancel_requested(holder=job.holder):
                    job.handle.cancel()
                continue
            job.written_step = progress.step
            job.progressed_at = self._timer()
            if claims.write_progress(holder=job.holder, step=progress.step, step_count=progress.step_count):
                job.handle.cancel()
            failpoints.reach(failpoints.MID_STEPS)
        if self.jobs and time.monotonic() - self._renewed_at >= RENEW_SECONDS:
            self._renew()

    def _give_up(self, job: Job) -> NoReturn:
        """Give the picture another try elsewhere; the lease is not extended for an engine that is stuck."""
        with _log_context(job.picture):
            logger.error("imagegen.engine.stuck picture=%s", job.picture.public_id)
            drawing.fail(job.picture, holder=job.holder, code="engine-stuck", now=self._clock())
        raise EngineLostError("the engine is stuck")

    def _renew(self) -> None:
        self._renewed_at = time.monotonic()
        now = self._clock()
        held = {
            picture.lease_holder: picture
            for picture in claims.renew(holders=[job.holder for job in self.jobs], now=now)
        }
        for job in self.jobs:
            picture = held.get(job.holder)
            job.is_lost = picture is None
            job.is_forbidden = (
                picture is not None and policies.restriction_refusal(picture.owner, now=now) is not None
            )
            if job.is_lost or job.is_forbidden:
                job.handle.cancel()


def _log_context(picture: Picture) -> AbstractContextManager[None]:
    return structlog.contextvars.bound_contextvars(request_id=picture.request_id, picture=picture.public_id)
