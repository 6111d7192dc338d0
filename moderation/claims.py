"""Who works on which entry of a queue at the moment, so that two people do not do the same work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import CharField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refusal, RefusedError
from moderation import wording
from moderation.models import Claim

CLAIM_DURATION = timedelta(minutes=15)

_Row = TypeVar("_Row", bound=Model)


# (actor, the entry's id) -> why they may not work on it, if so. Asked inside the claim's transaction.
Rule = Callable[[User, str], Refusal | None]
_rules: dict[str, Rule] = {}


class ClaimRefusedError(RefusedError):
    """An entry that somebody else works on, or that this person may not decide."""


def register_rule(queue: str, rule: Rule) -> None:
    """Let nobody take an entry of a queue that they may not decide; call it from an app's `ready()`."""
    _rules[queue] = rule


def claim(*, actor: User, queue: str, item_id: str, now: datetime) -> tuple[Claim, bool]:
    """Take an entry for CLAIM_DURATION; one's own claim is renewed, one that ran out is taken over.

    Returns whether the entry was free. Raises ClaimRefusedError (claimed, and what the queue's rule says).
    """
    # By itself, so that nobody ever waits for a second claim while holding one.
    Claim.objects.filter(holder=actor, expires_at__lte=now).delete()
    return _take(actor, queue, item_id, now)


@transaction.atomic(durable=True)
def _take(actor: User, queue: str, item_id: str, now: datetime) -> tuple[Claim, bool]:
    if (rule := _rules.get(queue)) is not None and (refusal := rule(actor, item_id)) is not None:
        raise ClaimRefusedError(refusal)
    fresh = {"holder": actor, "claimed_at": now, "expires_at": now + CLAIM_DURATION}
    held, is_new = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("holder")
        .get_or_create(queue=queue, item_id=item_id, defaults=fresh)
    )
    if is_new:
        return held, True
    if refusal := _refusal(actor, held, now=now):
        raise ClaimRefusedError(refusal)
    was_free = held.expires_at <= now
    if was_free:
        held.holder, held.claimed_at = actor, now
    held.expires_at = now + CLAIM_DURATION
    held.save()
    return held, was_free


def release(*, actor: User, queue: str, item_id: str) -> bool:
    """Give an entry back; returns whether it was the actor's."""
    count, _kinds = Claim.objects.filter(queue=queue, item_id=item_id, holder=actor).delete()
    return bool(count)


def forget(*, queue: str, item_id: str) -> None:
    """Remove the claim on an entry that was decided. Part of the caller's transaction."""
    Claim.objects.filter(queue=queue, item_id=item_id).delete()


def refusal(*, actor: User, queue: str, item_id: str, now: datetime) -> Refusal | None:
    """Say no to a decision about what somebody else works on. One query.

    Who decides what nobody holds needs no claim.
    """
    held = Claim.objects.filter(queue=queue, item_id=item_id).select_related("holder").first()
    return _refusal(actor, held, now=now) if held is not None else None


def annotate(rows: QuerySet[_Row], *, queue: str, now: datetime) -> QuerySet[_Row]:
    """Add claim_holder_id, claim_holder_name and claim_expires_at to the rows of a queue.

    They are null where nobody holds it. An entry's id in the queue is its primary key.
    """
    held = Claim.objects.filter(queue=queue, item_id=Cast(OuterRef("pk"), CharField()), expires_at__gt=now)
    annotated: Any = rows.annotate(
        claim_holder_id=Subquery(held.values("holder")[:1]),
        claim_holder_name=Subquery(held.values("holder__username")[:1]),
        claim_expires_at=Subquery(held.values("expires_at")[:1]),
    )
    return annotated


def _refusal(actor: User, held: Claim, *, now: datetime) -> Refusal | None:
    if held.holder_id == actor.pk or held.expires_at <= now:
        return None
    until = wording.at_end(time_format(localtime(held.expires_at), "TIME_FORMAT"))
    return Refusal(
        "claimed",
        _("%(name)s is working on this until %(time)s.") % {"name": held.holder.username, "time": until},
        _("Take another one, or try again then."),
    )
