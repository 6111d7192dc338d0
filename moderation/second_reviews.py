"""The second look at a share of decisions, by somebody who is not told what the first one said."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.refusals import Refusal
from moderation import policies
from moderation.models import Decision, SecondReview
from moderation.services.decisions import Kind, ModerationRefusedError

SHARE_PERCENT = 5
# What can be answered blindly: both say what becomes of one version.
KINDS = frozenset({Kind.APPROVE, Kind.REJECT})
# For core.pagination.
OLDEST = ("created_at", "id")


def is_chosen(decision_id: str) -> bool:
    """Whether the decision with this public id is looked at again; the same answer at any time."""
    digest = hashlib.sha256(decision_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < SHARE_PERCENT


def choose(*, decision: Decision, queue: str, item_id: str, now: datetime) -> SecondReview | None:
    """Put a decision of a person before somebody else if it is chosen. Part of the caller's transaction."""
    is_wanted = decision.source == Decision.Source.HUMAN and decision.kind in KINDS
    if not is_wanted or not is_chosen(decision.public_id):
        return None
    return SecondReview.objects.create(decision=decision, queue=queue, item_id=item_id, created_at=now)


def list_open(reviewer: User) -> QuerySet[SecondReview]:
    """Return what this reviewer can answer, to be ordered by OLDEST."""
    is_own = Q(decision__actor=reviewer.subject_id) | Q(decision__affected=reviewer.subject_id)
    return SecondReview.objects.filter(reviewed_at__isnull=True).exclude(is_own)


def find_open(reviewer: User, public_id: str) -> SecondReview | None:
    """Return one that this reviewer can answer. One query."""
    return list_open(reviewer).select_related("decision").filter(public_id=public_id).first()


@transaction.atomic(durable=True)
def answer(*, actor: User, public_id: str, kind: str, now: datetime) -> tuple[SecondReview, bool]:
    """Say what one would have decided: APPROVE or REJECT. It changes nothing about the item.

    Raises SecondReview.DoesNotExist and ModerationRefusedError (not-reviewer, self, same-person,
    already-answered).
    """
    locked = (
        SecondReview.objects.select_for_update(of=("self",))
        .select_related("decision")
        .get(public_id=public_id)
    )
    _check(policies.reviewer_refusal(actor))
    agrees = Kind(kind) == locked.decision.kind
    if locked.reviewer_id == actor.subject_id and locked.agrees == agrees:
        return locked, False
    _check(_refusal(actor, locked))
    locked.reviewer, locked.reviewed_at, locked.agrees = actor.subject, now, agrees
    locked.save()
    audit.record(
        actor=actor.subject,
        kind="second-review.answered",
        at=now,
        target_kind="decision",
        target_id=locked.decision.public_id,
        data={"agrees": agrees},
    )
    return locked, True


def drop_gone(*, queue: str, item_ids: list[str]) -> int:
    """Forget open ones of items that were erased: nobody can answer them. Returns how many."""
    gone = SecondReview.objects.filter(queue=queue, item_id__in=item_ids, reviewed_at__isnull=True)
    return gone.delete()[0]


def _refusal(actor: User, review: SecondReview) -> Refusal | None:
    if refusal := policies.self_refusal(actor, subject_id=review.decision.affected_id):
        return refusal
    if review.decision.actor_id == actor.subject_id:
        return Refusal("same-person", _("You made this decision; somebody else has to look at it."))
    if review.reviewed_at is not None:
        return Refusal("already-answered", _("Somebody answered this second review meanwhile."))
    return None


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ModerationRefusedError(refusal)
