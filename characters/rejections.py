"""Rejections that were wrong: which one can be taken back, what that publishes, and who may do it."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from characters import policies, queries, review_policies
from characters.models import APPROVED_ONCE, Item, ItemRevision, State
from core.refusals import Refusal
from moderation import policies as moderation_policies
from moderation import queries as moderation_queries
from moderation.models import Decision


@dataclass(frozen=True, slots=True)
class Rejection:
    """A decision, and the version that it turned down."""

    decision: Decision
    revision: Any


def find_wrong(actor: User, item: Item) -> Rejection | None:
    """Return the newest rejection of an item, if this person may take it back. Six queries at most.

    Where it was taken back already there is none behind it: what is older than an approved version is
    overtaken.
    """
    last = _list_rejections(item).first()
    if last is None or moderation_queries.find_reversal(last) is not None:
        return None
    found = _with_revision(item, last)
    return found if found is not None and approve_refusal(actor, item, found) is None else None


def find(item: Item, decision_id: str) -> Rejection | None:
    """Return a rejection of an item by its public id; anything may be asked for. Two queries at most."""
    # PostgreSQL takes no NUL.
    same = _list_rejections(item).filter(public_id=decision_id.replace("\0", ""))
    decision = same.first()
    return _with_revision(item, decision) if decision is not None else None


def find_rejected(item: Item, decision: Decision) -> Any:
    """Return the version that a decision turned down. One query."""
    same = item.revisions.filter(content_hash=decision.revision_hash, state=State.REJECTED)
    return same.with_pictures().order_by("-number").first()


def publish_refusal(item: Item, rejected: ItemRevision | None) -> Refusal | None:
    """Say no to publishing what was turned down, where it cannot be shown or came too late. One query."""
    is_overtaken = (
        rejected is not None
        and item.revisions.filter(number__gt=rejected.number, state__in=APPROVED_ONCE).exists()
    )
    return policies.rejected_refusal(item, rejected, is_overtaken=is_overtaken)


def approve_refusal(actor: User, item: Item, rejection: Rejection) -> Refusal | None:
    """Say no to approving after all what was turned down. Three queries at most."""
    return (
        policies.decision_refusal(actor, item)
        or moderation_policies.lift_rejection_refusal(actor, rejection.decision)
        or review_policies.escalated_refusal(actor, rejection.revision)
        or publish_refusal(item, rejection.revision)
    )


def _with_revision(item: Item, decision: Decision) -> Rejection | None:
    revision = find_rejected(item, decision)
    return Rejection(decision, revision) if revision is not None else None


def _list_rejections(item: Item) -> Any:
    return queries.list_decisions(item).filter(kind=Decision.Kind.REJECT)
