"""May this reviewer decide about this revision, as they see it? Pure, unless a docstring counts queries."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import Viewer
from characters import policies, review_queue
from characters.models import ItemRevision
from core.refusals import Refusal
from moderation import claims
from moderation.policies import is_reviewer, self_refusal


def decision_refusal(
    actor: User, revision: ItemRevision, *, expected_version: str, now: datetime
) -> Refusal | None:
    """Say no to a decision about what changed, what somebody else works on, or what was escalated.

    expected_version: what the reviewer saw, as `ItemRevision.review_version`; empty where that is not known.
    One query.
    """
    return (
        policies.review_refusal(actor, revision)
        or seen_refusal(revision, expected_version)
        or escalated_refusal(actor, revision)
        or claims.refusal(actor=actor, now=now, **review_queue.entry_of(revision))
    )


def seen_refusal(revision: ItemRevision, expected_version: str) -> Refusal | None:
    """Say no to a decision about something else than what the reviewer saw."""
    if expected_version in {"", revision.review_version}:
        return None
    return Refusal("changed", _("This changed while you looked at it."), _("Look at it again and decide."))


def escalated_refusal(actor: Viewer, revision: ItemRevision) -> Refusal | None:
    """Say no to a decision about what was handed on."""
    if revision.escalated_at is None or may_decide_escalated(actor):
        return None
    return Refusal(
        "escalated",
        _("This was escalated: somebody who decides cases has to look at it."),
        _("Take another one."),
    )


def claim_refusal(queue: review_queue.ReviewQueue, actor: User, item_id: str) -> Refusal | None:
    """Say no to holding what one may not decide, so that it is free for those who may. One query.

    See moderation.claims.Rule.
    """
    found = queue.revisions.filter(pk=item_id) if item_id.isdecimal() else queue.revisions.none()
    revision = found.select_related("item").first()
    if revision is None:
        return None
    return self_refusal(actor, user_id=revision.item.owner_id) or escalated_refusal(actor, revision)


def may_decide_escalated(viewer: Viewer) -> bool:
    """Whether a reviewer decides what others handed on."""
    return is_reviewer(viewer) and isinstance(viewer, User) and viewer.has_perm("moderation.change_case")


def escalate_refusal(actor: Viewer, revision: ItemRevision) -> Refusal | None:
    """Say no to handing on what does not wait."""
    return policies.review_refusal(actor, revision)
