"""Claiming queued pictures, and keeping the claims alive.

A claim is named by its `holder`: worker and a number that is never used twice, so writes of an older claim
change nothing.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from imagegen.models import Picture

LEASE_SECONDS = 20
_State = Picture.State


def list_claimable(*, now: datetime) -> models.QuerySet[Picture]:
    """Return what waits and whose pause after a failure is over."""
    return Picture.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=now), state=_State.QUEUED)


def claim(*, holder: str, is_idle: bool, now: datetime) -> Picture | None:
    """Take the best queued picture, or return None.

    Best is the first by priority, then by how many its owner has in the works, then by age. One statement:
    two workers never get the same row. A picture that was in flight when a process died is taken by an idle
    worker only, and while it waits nobody who is busy takes anything, so that it is soon its turn.
    """
    best = _rank(list_claimable(now=now), is_idle=is_idle, now=now)
    changes: dict[str, Any] = {
        "state": _State.RUNNING,
        "lease_holder": holder,
        "lease_expires_at": now + timedelta(seconds=LEASE_SECONDS),
        "started_at": now,
        "not_before": None,
        "step": 0,
        "step_count": 0,
    }
    with transaction.atomic():
        if not Picture.objects.filter(pk=Subquery(best), state=_State.QUEUED).update(**changes):
            return None
    return Picture.objects.select_related("owner", "reference", "hold").get(lease_holder=holder)


def renew(*, holders: Collection[str], now: datetime) -> list[Picture]:
    """Extend all leases of a process in one statement and return the pictures that it still holds."""
    held = Picture.objects.filter(lease_holder__in=holders, state=_State.RUNNING)
    held.update(lease_expires_at=now + timedelta(seconds=LEASE_SECONDS))
    return list(held.select_related("owner"))


def give_back(*, holders: Collection[str], is_alone: bool = False) -> int:
    """Return pictures to the queue as if nobody had taken them, in one statement; returns how many.

    What was lost meanwhile stays with its new holder, and what its owner wants stopped is not drawn again.
    is_alone: try them with nothing beside, because one of them may have harmed the engine.
    """
    changes: dict[str, Any] = {
        "state": _State.QUEUED,
        "lease_holder": "",
        "lease_expires_at": None,
        "step": 0,
        "step_count": 0,
    }
    if is_alone:
        changes["is_alone"] = True
    held = Picture.objects.filter(lease_holder__in=holders, state=_State.RUNNING)
    return held.filter(cancel_requested_at__isnull=True).update(**changes)


def write_progress(*, holder: str, step: int, step_count: int) -> bool:
    """Show how far a picture is; returns whether a cancel was asked for (or the claim is lost)."""
    held = Picture.objects.filter(lease_holder=holder, state=_State.RUNNING)
    return not held.filter(cancel_requested_at__isnull=True).update(step=step, step_count=step_count)


def is_cancel_requested(*, holder: str) -> bool:
    """Whether the owner asked to stop this picture."""
    return Picture.objects.filter(lease_holder=holder, cancel_requested_at__isnull=False).exists()


def _rank(rows: models.QuerySet[Picture], *, is_idle: bool, now: datetime) -> models.QuerySet[Picture, Any]:
    in_the_works = (
        Picture.objects.filter(owner=OuterRef("owner"), state=_State.RUNNING)
        .order_by()
        .values("owner")
        .annotate(count=Count("pk"))
        .values("count")
    )
    if not is_idle:
        rows = rows.filter(~Exists(list_claimable(now=now).filter(is_alone=True)))
    # While a suspect waits nobody else takes more than one at a time, so it does not wait for its rank.
    first = ["-is_alone"] if is_idle else []
    ranked = rows.annotate(in_the_works=Coalesce(Subquery(in_the_works), 0)).order_by(
        *first, "priority", "in_the_works", "created_at", "pk"
    )
    return ranked.select_for_update(skip_locked=True, of=("self",)).values("pk")[:1]
