"""What reviewers decide. Each operation is safe to click twice and says whether this call decided.

Operations open their transaction; those whose name ends in `_now` are parts of the caller's.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Restriction, User
from accounts.policies import restriction_refusal
from characters import policies, rejections, review_policies, review_queue
from characters.models import Item, ItemRevision, State
from characters.services import notices
from characters.services.shared import (
    AnyItem,
    CharacterRefusedError,
    check,
    hide,
    lock_both,
    lock_item,
    lock_version,
    record,
    save_revision,
)
from core.models import Subject
from moderation import claims, notes, risk, second_reviews
from moderation import services as moderation_services
from moderation.models import Decision
from moderation.targets import Words
from policies.rules import RULES


@transaction.atomic(durable=True)
def approve(
    *, actor: User, revision: ItemRevision, expected_hash: str, expected_version: str = "", now: datetime
) -> tuple[Any, bool]:
    """Make a revision the live one, in place of the one before (R5, R6).

    expected_hash: the content that the reviewer looked at; expected_version: all of what they looked at.
    Approving once more what one approved oneself changes nothing. Raises CharacterRefusedError (not-reviewer,
    withdrawn, not-screened, already-decided, changed, escalated, claimed, portrait-lost, changed-meanwhile).
    """
    item, revision = lock_both(revision)
    check(policies.reviewer_refusal(actor))
    is_live = item.live_revision_id == revision.pk and revision.content_hash == expected_hash
    if is_live and _has_decided(actor, "APPROVE", item, revision):
        return revision, False
    check(
        policies.approve_refusal(actor, revision, expected_hash=expected_hash),
        review_policies.decision_refusal(actor, revision, expected_version=expected_version, now=now),
    )
    if revision.state == State.SUBMITTED:
        # The reviewer releases the hold of automatic screening.
        revision.queue(now=now)
    item.open_revision = None
    make_live(item, revision, actor=actor, now=now)
    _record(actor, "APPROVE", item, revision, now=now)
    notices.tell_approved(item, revision, now=now)
    return revision, True


def make_live(item: Item, revision: ItemRevision, *, actor: User, now: datetime) -> None:
    """Approve a revision in place of the one before. Part of the caller's transaction, who holds the item.

    What nobody saw yet of a creator who may not publish now stays private: they can show it afterwards.
    """
    publishing = Restriction.Scope.PUBLISHING
    if item.live_revision_id is None and restriction_refusal(item.owner, publishing, now=now):
        hide(item, actor=actor, now=now)
    if item.live_revision_id is not None:
        before = lock_version(item, item.live_revision_id)
        before.supersede()
        before.updated_at = now
        save_revision(before)
    revision.approve(now=now)
    revision.updated_at = now
    save_revision(revision)
    item.live_revision = revision
    item.delisted_revision = None
    item.published_at = item.published_at or now
    item.updated_at = now
    item.save()


@transaction.atomic(durable=True)
def reject(
    *,
    actor: User,
    revision: ItemRevision,
    reason_code: str,
    explanation: str,
    fix: str,
    expected_version: str = "",
    now: datetime,
) -> tuple[Any, bool]:
    """Turn a revision down, with the reason and how to fix it (R6). What is live stays (R5).

    Empty words are filled from the rule. Rejecting once more for the same reason what one rejected oneself
    changes nothing. Raises CharacterRefusedError (not-reviewer, reason-unknown, withdrawn, not-screened,
    already-decided, changed, escalated, claimed, changed-meanwhile).
    """
    item, revision = lock_both(revision)
    check(policies.reviewer_refusal(actor), policies.reason_refusal(reason_code))
    is_rejected = revision.state == State.REJECTED and revision.reason_code == reason_code
    if is_rejected and _has_decided(actor, "REJECT", item, revision):
        return revision, False
    check(review_policies.decision_refusal(actor, revision, expected_version=expected_version, now=now))
    explanation, fix = _words(reason_code, explanation, fix)
    revision.reject(reason_code=reason_code, explanation=explanation, fix=fix, now=now)
    revision.updated_at = now
    save_revision(revision)
    item.updated_at = now
    item.save()
    decision = _record(actor, "REJECT", item, revision, now=now)
    notices.tell_rejected(item, revision, decision, now=now)
    return revision, True


@transaction.atomic(durable=True)
def approve_after_all(
    *,
    actor: User,
    item: AnyItem,
    decision_id: str,
    explanation: str = "",
    creation_key: str = "",
    now: datetime,
) -> tuple[AnyItem, bool]:
    """Publish what was rejected, because that was wrong; an open appeal is granted (R5, R7).

    decision_id: of the rejection, a reviewer's or screening's. explanation: for the creator, whose draft or
    newer submission stays as it is. The same form twice does it once. Raises CharacterRefusedError
    (not-reviewer, self, not-rejected, escalated, already-live, newer-approved, portrait-not-ready,
    portrait-lost) and ModerationRefusedError (staff, child-safety).
    """
    check(policies.decision_refusal(actor, item))
    found = rejections.find(item, decision_id)
    if found is None:
        raise CharacterRefusedError(policies.not_rejected())
    check(review_policies.escalated_refusal(actor, found.revision))
    words = Words("", explanation)
    _answer, is_new = moderation_services.lift_rejection(
        actor=actor, decision=found.decision, words=words, creation_key=creation_key, now=now
    )
    item.refresh_from_db()
    return item, is_new


@transaction.atomic(durable=True)
def escalate(*, actor: User, revision: ItemRevision, note: str, now: datetime) -> tuple[Any, bool]:
    """Hand a revision on to somebody who decides cases: it goes to the top of the queue, with a note.

    Raises CharacterRefusedError (not-reviewer, withdrawn, not-screened, already-decided, claimed).
    """
    item, revision = lock_both(revision)
    check(policies.reviewer_refusal(actor), policies.review_refusal(actor, revision))
    if revision.escalated_at is not None:
        return revision, False
    entry = review_queue.entry_of(revision)
    check(claims.refusal(actor=actor, now=now, **entry))
    revision.escalated_at = now
    revision.risk += risk.ESCALATED
    save_revision(revision)
    if note:
        target = {"target_kind": item.KIND, "target_id": item.public_id}
        notes.write_note(actor=actor, text=note, now=now, **target)
    claims.forget(**entry)
    record(actor=actor, kind="revision.escalated", item=item, at=now, revision=revision.number)
    return revision, True


@transaction.atomic(durable=True)
def delist(
    *,
    actor: User,
    item: AnyItem,
    reason_code: str,
    explanation: str,
    fix: str,
    is_our_mistake: bool = False,
    now: datetime,
) -> tuple[AnyItem, bool]:
    """Take a live item down: it returns to its creator's library, and nothing of it is deleted (R7).

    is_our_mistake: it should not have been approved, so it is no strike. Empty words are filled from the
    rule. Raises CharacterRefusedError (not-reviewer, self, reason-unknown, not-live, changed-meanwhile).
    """
    taken_down, decision = delist_now(
        actor=actor,
        item=item,
        reason_code=reason_code,
        explanation=explanation,
        fix=fix,
        is_our_mistake=is_our_mistake,
        now=now,
    )
    return taken_down, decision is not None


def delist_now(
    *,
    actor: User,
    item: AnyItem,
    reason_code: str,
    explanation: str,
    fix: str,
    private_notes: str = "",
    second_actor: Subject | None = None,
    is_our_mistake: bool = False,
    now: datetime,
) -> tuple[AnyItem, Decision | None]:
    """Do the same as a part of the caller's transaction; returns the decision, None if it was down."""
    item = lock_item(item)
    check(policies.reviewer_refusal(actor), policies.reason_refusal(reason_code))
    if item.live_revision_id is None and item.delisted_revision_id is not None:
        return item, None
    check(policies.delist_refusal(actor, item))
    revision = lock_version(item, _key(item.live_revision_id))
    explanation, fix = _words(reason_code, explanation, fix)
    revision.delist(reason_code=reason_code, explanation=explanation, fix=fix, now=now)
    revision.updated_at = now
    save_revision(revision)
    item.live_revision = None
    item.delisted_revision = revision
    item.updated_at = now
    item.save()
    decision = _record(
        actor,
        "DELIST",
        item,
        revision,
        private_notes=private_notes,
        second_actor=second_actor,
        is_our_mistake=is_our_mistake,
        now=now,
    )
    moderation_services.note_removal(decision, actor=actor, owner=item.owner, now=now)
    notices.tell_delisted(item, revision, decision, now=now)
    return item, decision


@transaction.atomic(durable=True)
def reinstate(*, actor: User, item: AnyItem, explanation: str = "", now: datetime) -> tuple[AnyItem, bool]:
    """Put the revision that was taken down back, because that was wrong; an open appeal is granted (R5, R7).

    explanation: for the creator. Raises CharacterRefusedError (not-reviewer, not-delisted,
    changed-meanwhile).
    """
    check(policies.reinstate_refusal(actor, item))
    decision = _decisions(item, "DELIST").first()
    if decision is None:
        raise LookupError("an item was taken down without a decision")
    words = Words("", explanation)
    _answer, is_new = moderation_services.lift(actor=actor, decision=decision, words=words, now=now)
    item.refresh_from_db()
    return item, is_new


def reinstate_now(*, actor: User, item: AnyItem, now: datetime) -> tuple[AnyItem, Any]:
    """Do the same as a part of the caller's transaction, who records the decision that it follows from."""
    item = lock_item(item)
    check(policies.reinstate_refusal(actor, item))
    revision = lock_version(item, _key(item.delisted_revision_id))
    revision.reinstate(now=now)
    revision.updated_at = now
    save_revision(revision)
    item.delisted_revision = None
    item.live_revision = revision
    item.updated_at = now
    item.save()
    return item, revision


def _words(reason_code: str, explanation: str, fix: str) -> tuple[str, str]:
    rule = RULES[reason_code]
    return explanation.strip() or str(rule.explanation), fix.strip() or str(rule.fix)


def _key(revision_id: int | None) -> int:
    if revision_id is None:
        raise LookupError("the policy let an item without this revision pass")
    return revision_id


def _decisions(item: Item, kind: str) -> QuerySet[Decision]:
    return Decision.objects.filter(target_kind=item.KIND, target_id=item.public_id, kind=kind).order_by(
        "-at", "-id"
    )


def _has_decided(actor: User, kind: str, item: Item, revision: ItemRevision) -> bool:
    """Whether the last decision of this kind is the actor's own, about this content."""
    last = _decisions(item, kind).first()
    return (
        last is not None and last.actor_id == actor.subject_id and last.revision_hash == revision.content_hash
    )


def _record(
    actor: User,
    kind: str,
    item: Item,
    revision: ItemRevision,
    *,
    private_notes: str = "",
    second_actor: Subject | None = None,
    is_our_mistake: bool = False,
    now: datetime,
) -> Decision:
    entry = review_queue.entry_of(revision)
    decision = moderation_services.record_decision(
        kind=kind,
        actor=actor.subject,
        affected=item.owner.subject,
        target_kind=item.KIND,
        target_id=item.public_id,
        revision_hash=revision.content_hash,
        reason_code=revision.reason_code,
        explanation=revision.explanation,
        fix=revision.fix,
        private_notes=private_notes,
        second_actor=second_actor,
        is_our_mistake=is_our_mistake,
        now=now,
    )
    waited = now - (revision.submitted_at or now)
    record(
        actor=actor,
        kind=f"revision.{kind.lower()}",
        item=item,
        at=now,
        revision=revision.number,
        content_hash=revision.content_hash,
        waited_seconds=int(waited.total_seconds()),
    )
    second_reviews.choose(decision=decision, now=now, **entry)
    claims.forget(**entry)
    return decision
