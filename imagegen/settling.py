"""Ends of a picture's life: each is reached exactly once, and the hold is settled with it.

Every function here is one conditional statement and its consequences, part of the caller's transaction, and
says whether this call did it. A `holder` fences writes: it names one claim of one worker, so a worker that
lost its lease changes nothing.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from billing import services as billing
from core import audit
from imagegen import metrics
from imagegen.models import Picture

_State = Picture.State


class HoldSettledError(RuntimeError):
    """Raised when a finished picture's coins were taken or given back already: it must not be delivered."""


def deliver(picture: Picture, *, holder: str, result: dict[str, Any], now: datetime) -> bool:
    """RUNNING to READY with its file, and the coins are taken. Not when a cancel came before.

    Raises HoldSettledError when there are no coins to take; the transaction must not be committed then.
    """
    changed = Picture.objects.filter(
        pk=picture.pk, state=_State.RUNNING, lease_holder=holder, cancel_requested_at__isnull=True
    ).update(state=_State.READY, lease_expires_at=None, finished_at=now, failure_code="", **result)
    if not changed:
        return False
    if picture.hold_id is not None and not billing.capture_hold(hold_id=picture.hold_id, now=now):
        raise HoldSettledError(f"the hold of picture {picture.public_id} is settled")
    _record(picture, "picture.ready", now)
    _count(_State.READY, "")
    return True


def end_without_result(
    picture: Picture, *, state: Picture.State, code: str, now: datetime, holder: str | None = None
) -> bool:
    """Bring an unfinished picture to FAILED, CANCELED or REFUSED and give the coins back.

    holder: only if this claim still has it; None for one that nobody has.
    """
    if holder is None:
        unfinished = Picture.objects.filter(pk=picture.pk, state=_State.QUEUED)
    else:
        unfinished = Picture.objects.filter(pk=picture.pk, state=_State.RUNNING, lease_holder=holder)
    if not unfinished.update(state=state, failure_code=code, lease_expires_at=None, finished_at=now):
        return False
    if picture.hold_id is not None:
        billing.release_hold(hold_id=picture.hold_id, now=now)
    _record(picture, f"picture.{state.lower()}", now, code=code)
    _count(state, code)
    return True


def _count(state: Picture.State, code: str) -> None:
    transaction.on_commit(partial(metrics.note_finished, outcome=state, cause=code), robust=True)


def _record(picture: Picture, kind: str, now: datetime, **data: Any) -> None:
    audit.record(actor=None, kind=kind, at=now, target_kind="picture", target_id=picture.public_id, data=data)
