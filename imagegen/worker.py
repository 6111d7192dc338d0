"""The loop of a worker: claim, watch, deliver, until no picture waits.

One thread runs it and holds the one database connection; the engine draws on a thread of its own. What other
processes must know, and what they want of us, are rows: looked at and written twice a second.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NoReturn

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core import switches
from core.switches import Feature
from imagegen import claims, drawing, failpoints, metrics, policies, settling, wakeup
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
# An engine that does no step for anybody for this long is stuck.
STALL_SECONDS = 300.0

_running = threading.Lock()
_once_more = threading.Event()


class Stopping:
    """Whether the process was asked to end.

    A plain field: it is set in a signal handler, which must not wait for a lock that the code below it holds.
    """

    is_asked = False


_stopping = Stopping()


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
    while _once_more.is_set() and not _stopping.is_asked and _running.acquire(blocking=False):
        try:
            _once_more.clear()
            count += Loop(studios.open_once(), limit=limit).run()
        finally:
            _running.release()
    return count


def stop() -> None:
    """Claim nothing more, and let go of what is not done soon. May be called in a signal handler."""
    _stopping.is_asked = True


class Loop:
    """One run over the queue."""

    def __init__(
        self,
        studio: Studio,
        *,
        limit: int | None = None,
        drain_seconds: float | None = None,
        clock: Callable[[], datetime] = timezone.now,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """drain_seconds: how long pictures may take to finish after `stop`; None for IMAGE_DRAIN_SECONDS."""
        self.studio = studio
        self.jobs: list[Job] = []
        self._limit = limit
        self._drain_seconds = settings.IMAGE_DRAIN_SECONDS if drain_seconds is None else drain_seconds
        self._clock = clock
        self._timer = timer
        self._claim_count = 0
        self._news = threading.Event()
        self._renewed_at = timer()
        # When any picture was last seen to come on, and when `stop` was first noticed.
        self._progressed_at = timer()
        self._stopping_since: float | None = None
        metrics.watch_engine(studio.engine)

    def run(self) -> int:
        """Return how many pictures were claimed, once none is left. Raises EngineLostError."""
        try:
            while self._fill():
                self._news.wait(TICK_SECONDS)
                self._news.clear()
                self._look_after_engine()
                self._finish_done()
                self._watch()
                self._drain()
        finally:
            # Only when something broke: the leases run out, and the sweeper puts the pictures back.
            for job in self.jobs:
                job.handle.cancel()
            # But Celery breaks off what runs when it is told to stop once more.
            if self.jobs and _stopping.is_asked:
                self._give_back(self.jobs, cause="drained")
        return self._claim_count

    def _fill(self) -> bool:
        """Claim as many as the engine takes; returns whether any is in the works."""
        self._look_after_engine()
        while self._has_room() and (picture := self._claim()) is not None:
            with _log_context(picture):
                failpoints.reach(failpoints.AFTER_CLAIM)
                job = drawing.start(picture, studio=self.studio, now=self._clock())
            if job is not None:
                if not self.jobs:
                    self._progressed_at = self._timer()
                job.handle.add_done_callback(self._news.set)
                self.jobs.append(job)
                # So does checking what many are drawn from.
                self._renew_if_due()
            self._look_after_engine()
        return bool(self.jobs)

    def _has_room(self) -> bool:
        if len(self.jobs) >= self.studio.engine.capacity or any(job.picture.is_alone for job in self.jobs):
            return False
        if self._limit is not None and self._claim_count >= self._limit:
            return False
        return not _stopping.is_asked and switches.refusal(Feature.PICTURES) is None

    def _claim(self) -> Picture | None:
        holder = f"{self.studio.name}-{time.monotonic_ns():x}"
        now = self._clock()
        picture = claims.claim(holder=holder, is_idle=not self.jobs, now=now)
        if picture is not None:
            self._claim_count += 1
            metrics.note_started(picture, now=now)
        return picture

    def _finish_done(self) -> None:
        for job in [job for job in self.jobs if job.handle.is_done]:
            # It may have died this moment, and its requests with it.
            self._look_after_engine()
            # Judging and storing many takes longer than a lease.
            self._renew_if_due()
            with _log_context(job.picture):
                drawing.finish(job, studio=self.studio, now=self._clock())
            self.jobs.remove(job)
            self._progressed_at = self._timer()

    def _watch(self) -> None:
        for job in self.jobs:
            progress = job.handle.progress
            if progress.step == job.written_step:
                if claims.is_cancel_requested(holder=job.holder):
                    job.handle.cancel()
                continue
            job.written_step = progress.step
            self._progressed_at = self._timer()
            if claims.write_progress(holder=job.holder, step=progress.step, step_count=progress.step_count):
                job.handle.cancel()
            failpoints.reach(failpoints.MID_STEPS)
        # One that others left waiting inside the engine is not stuck while they come on.
        if self.jobs and self._timer() - self._progressed_at > STALL_SECONDS:
            self._give_up("engine-stuck")
        self._renew_if_due()

    def _drain(self) -> None:
        """Let go of what is not done when the time for it is over: another worker starts it anew."""
        if not _stopping.is_asked:
            return
        if self._stopping_since is None:
            self._stopping_since = self._timer()
        if self._timer() - self._stopping_since < self._drain_seconds:
            return
        left = [job for job in self.jobs if not job.handle.is_done]
        for job in left:
            job.handle.cancel()
        self._give_back(left, cause="drained")
        for job in left:
            self.jobs.remove(job)

    def _look_after_engine(self) -> None:
        """Raise EngineLostError when the engine died; what it had finished is delivered first."""
        if not self.studio.engine.is_dead:
            return
        for job in [job for job in self.jobs if _has_picture(job)]:
            with _log_context(job.picture):
                drawing.finish(job, studio=self.studio, now=self._clock())
            self.jobs.remove(job)
        self._give_up("engine-failed")

    def _give_up(self, code: str) -> NoReturn:
        """Give everything another try elsewhere; leases are not extended for an engine that is lost.

        Of several nobody knows which one it was: each is tried alone then, and only that costs an attempt.
        """
        logger.error("imagegen.engine.lost code=%s pictures=%d", code, len(self.jobs))
        if len(self.jobs) == 1:
            [job] = self.jobs
            with _log_context(job.picture):
                drawing.fail(job.picture, holder=job.holder, code=code, now=self._clock())
        elif self.jobs:
            self._give_back(self.jobs, cause=code, is_alone=True)
        while self.jobs:
            self.jobs.pop().handle.cancel()
        raise EngineLostError("the engine is stuck" if code == "engine-stuck" else "the engine died")

    def _give_back(self, jobs: Sequence[Job], *, cause: str, is_alone: bool = False) -> None:
        """Put pictures back into the queue and wake another worker; what was to be canceled ends."""
        for job in jobs:
            with _log_context(job.picture):
                logger.warning("imagegen.picture.given_back cause=%s", cause)
        count = claims.give_back(holders=[job.holder for job in jobs], is_alone=is_alone)
        for job in jobs:
            if claims.is_cancel_requested(holder=job.holder):
                _end_canceled(job, now=self._clock())
        if count:
            metrics.note_returned(count, cause=cause)
            wakeup.send()

    def _renew_if_due(self) -> None:
        if self.jobs and self._timer() - self._renewed_at >= RENEW_SECONDS:
            self._renew()

    def _renew(self) -> None:
        self._renewed_at = self._timer()
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


def _has_picture(job: Job) -> bool:
    if not job.handle.is_done:
        return False
    try:
        return job.handle.result().image is not None
    except Exception:  # noqa: BLE001 - what it died of is no picture's own error
        return False


@transaction.atomic(durable=True)
def _end_canceled(job: Job, *, now: datetime) -> None:
    settling.end_without_result(
        job.picture, state=Picture.State.CANCELED, code="canceled", holder=job.holder, now=now
    )


def _log_context(picture: Picture) -> AbstractContextManager[None]:
    return structlog.contextvars.bound_contextvars(request_id=picture.request_id, picture=picture.public_id)
