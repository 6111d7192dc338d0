"""Puts right what killed processes and lost messages left behind."""

import itertools
import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from imagegen import claims, files, metrics, queries, settling, wakeup
from imagegen.drawing import ATTEMPTS
from imagegen.models import Picture, Worker

logger = logging.getLogger(__name__)

# A wake-up that was sent this long ago and did not wake anybody is lost.
WAKE_UP_SECONDS = 3
# A file without a row may belong to a picture that is about to be delivered.
ORPHAN_SECONDS = 3600
_FILES_AT_ONCE = 500
_RESENT_EXPIRES_SECONDS = 5
# One that lives after all comes back with its next sign of life.
_WORKER_KEPT_SECONDS = 60
_State = Picture.State


def sweep(*, now: datetime) -> int:
    """Put pictures of dead workers back and wake a worker if one should be at work; returns how many."""
    expired = Picture.objects.filter(state=_State.RUNNING, lease_expires_at__lt=now)
    count = sum(_recover(picture_id=pk, now=now) for pk in list(expired.values_list("pk", flat=True)))
    Worker.objects.filter(seen_at__lt=now - timedelta(seconds=_WORKER_KEPT_SECONDS)).delete()
    # Without a worker messages would only pile up; one that starts looks at the queue by itself.
    if _is_overdue(now) and queries.is_studio_awake(now=now):
        wakeup.send(expires_seconds=_RESENT_EXPIRES_SECONDS)
    return count


def sweep_files(*, now: datetime, older_than_seconds: int = ORPHAN_SECONDS) -> int:
    """Delete files that no row names: a process died between file and row. Returns how many."""
    count = 0
    names = files.list_before(now - timedelta(seconds=older_than_seconds))
    while batch := list(itertools.islice(names, _FILES_AT_ONCE)):
        known = set(Picture.objects.filter(file__in=batch).values_list("file", flat=True))
        for name in batch:
            if name not in known:
                files.remove(name)
                count += 1
    if count:
        logger.warning("imagegen.files.orphans_removed count=%d", count)
    return count


@transaction.atomic(durable=True)
def _recover(*, picture_id: int, now: datetime) -> bool:
    """Put one picture back whose lease ran out.

    The process died with it, perhaps because of it: it is tried again alone. Only if it was alone already, it
    is the culprit and loses one of its attempts.
    """
    picture = (
        Picture.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=picture_id, state=_State.RUNNING, lease_expires_at__lt=now)
        .first()
    )
    if picture is None:
        return False
    logger.warning("imagegen.picture.recovered picture=%s alone=%s", picture.public_id, picture.is_alone)
    holder = picture.lease_holder
    if picture.cancel_requested_at is not None:
        return settling.end_without_result(
            picture, state=_State.CANCELED, code="canceled", holder=holder, now=now
        )
    attempts = picture.attempts + picture.is_alone
    if attempts >= ATTEMPTS:
        return settling.end_without_result(
            picture, state=_State.FAILED, code="worker-died", holder=holder, now=now
        )
    picture.state = _State.QUEUED
    picture.lease_holder = ""
    picture.lease_expires_at = None
    picture.is_alone = True
    picture.attempts = attempts
    picture.step = picture.step_count = 0
    picture.save()
    transaction.on_commit(partial(metrics.note_returned, 1, cause="worker-died"), robust=True)
    return True


def _is_overdue(now: datetime) -> bool:
    limit = now - timedelta(seconds=WAKE_UP_SECONDS)
    return claims.list_claimable(now=now).filter(created_at__lt=limit).exists()
