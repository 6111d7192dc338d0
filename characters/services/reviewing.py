"""What reviewers decide. Each operation is safe to click twice and says whether this call decided.

Operations open their transaction; those whose name ends in `_now` are parts of the caller's.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from characters import policies, review_policies, review_queue
from characters.models import Character, Revision, State
from characters.services import notices
from characters.services.shared import (
    check,
    lock_character,
    lock_revision,
    record,
    save_revision,
)
from moderation import claims, notes, risk, second_reviews
from moderation import services as moderation_services
from moderation.models import Decision
from moderation.targets import Words
from policies.rules import RULES


@transaction.atomic(durable=True)
def approve(
    *, actor: User, revision: Revision, expected_hash: str, expected_version: str = "", now: datetime
) -> tuple[Revision, bool]:
    """Make a revision the live one, in place of the one before (R5, R6).

    expected_hash: the content that the reviewer looked at; expected_version: all of what they looked at.
    Approving once more what one approved oneself changes nothing. Raises CharacterRefusedError (not-reviewer,
    withdrawn, not-screened, already-decided, changed, escalated, claimed, portrait-lost, changed-meanwhile).
    """
    character = lock_character(revision.character_id)
    revision = lock_revision(revision.pk)
    check(policies.reviewer_refusal(actor))
    is_live = character.live_revision_id == revision.pk and revision.content_hash == expected_hash
    if is_live and _has_decided(actor, "APPROVE", character, revision):
        return revision, False
    check(
        policies.approve_refusal(actor, revision, expected_hash=expected_hash),
        review_policies.decision_refusal(actor, revision, expected_version=expected_version, now=now),
    )
    if revision.state == State.SUBMITTED:
        # The reviewer releases the hold of automatic screening.
        revision.queue(now=now)
    character.open_revision = None
    make_live(character, revision, now=now)
    _record(actor, "APPROVE", character, revision, now=now)
    notices.tell_approved(character, revision, now=now)
    return revision, True


def make_live(character: Character, revision: Revision, *, now: datetime) -> None:
    """Approve a revision in place of the one before. Part of the caller's transaction, who holds the item."""
    if character.live_revision_id is not None:
        before = lock_revision(character.live_revision_id)
        before.supersede()
        before.updated_at = now
        save_revision(before)
    revision.approve(now=now)
    revision.updated_at = now
    save_revision(revision)
    character.live_revision = revision
    character.delisted_revision = None
    character.published_at = character.published_at or now
    character.updated_at = now
    character.save()


@transaction.atomic(durable=True)
def reject(
    *,
    actor: User,
    revision: Revision,
    reason_code: str,
    explanation: str,
    fix: str,
    expected_version: str = "",
    now: datetime,
) -> tuple[Revision, bool]:
    """Turn a revision down, with the reason and how to fix it (R6). What is live stays (R5).

    Empty words are filled from the rule. Rejecting once more for the same reason what one rejected oneself
    changes nothing. Raises CharacterRefusedError (not-reviewer, reason-unknown, withdrawn, not-screened,
    already-decided, changed, escalated, claimed, changed-meanwhile).
    """
    character = lock_character(revision.character_id)
    revision = lock_revision(revision.pk)
    check(policies.reviewer_refusal(actor), policies.reason_refusal(reason_code))
    is_rejected = revision.state == State.REJECTED and revision.reason_code == reason_code
    if is_rejected and _has_decided(actor, "REJECT", character, revision):
        return revision, False
    check(review_policies.decision_refusal(actor, revision, expected_version=expected_version, now=now))
    explanation, fix = _words(reason_code, explanation, fix)
    revision.reject(reason_code=reason_code, explanation=explanation, fix=fix, now=now)
    revision.updated_at = now
    save_revision(revision)
    character.updated_at = now
    character.save()
    _record(actor, "REJECT", character, revision, now=now)
    notices.tell_rejected(character, revision, now=now)
    return revision, True


@transaction.atomic(durable=True)
def escalate(*, actor: User, revision: Revision, note: str, now: datetime) -> tuple[Revision, bool]:
    """Hand a revision on to somebody who decides cases: it goes to the top of the queue, with a note.

    Raises CharacterRefusedError (not-reviewer, withdrawn, not-screened, already-decided, claimed).
    """
    lock_character(revision.character_id)
    revision = lock_revision(revision.pk)
    check(policies.reviewer_refusal(actor), policies.review_refusal(actor, revision))
    if revision.escalated_at is not None:
        return revision, False
    entry = {"queue": review_queue.KEY, "item_id": review_queue.item_id(revision)}
    check(claims.refusal(actor=actor, now=now, **entry))
    revision.escalated_at = now
    revision.risk += risk.ESCALATED
    save_revision(revision)
    character = revision.character
    if note:
        target = {"target_kind": "character", "target_id": character.public_id}
        notes.write_note(actor=actor, text=note, now=now, **target)
    claims.forget(**entry)
    record(actor=actor, kind="revision.escalated", character=character, at=now, revision=revision.number)
    return revision, True


@transaction.atomic(durable=True)
def delist(
    *, actor: User, character: Character, reason_code: str, explanation: str, fix: str, now: datetime
) -> tuple[Character, bool]:
    """Take a live item down: it returns to its creator's library, and nothing of it is deleted (R7).

    Empty words are filled from the rule. Raises CharacterRefusedError (not-reviewer, reason-unknown,
    not-live, changed-meanwhile).
    """
    taken_down, decision = delist_now(
        actor=actor,
        character=character,
        reason_code=reason_code,
        explanation=explanation,
        fix=fix,
        now=now,
    )
    return taken_down, decision is not None


def delist_now(
    *,
    actor: User,
    character: Character,
    reason_code: str,
    explanation: str,
    fix: str,
    private_notes: str = "",
    now: datetime,
) -> tuple[Character, Decision | None]:
    """Do the same as a part of the caller's transaction; returns the decision, None if it was down."""
    character = lock_character(character.pk)
    check(policies.reviewer_refusal(actor), policies.reason_refusal(reason_code))
    if character.live_revision_id is None and character.delisted_revision_id is not None:
        return character, None
    check(policies.delist_refusal(actor, character))
    revision = lock_revision(_key(character.live_revision_id))
    explanation, fix = _words(reason_code, explanation, fix)
    revision.delist(reason_code=reason_code, explanation=explanation, fix=fix, now=now)
    revision.updated_at = now
    save_revision(revision)
    character.live_revision = None
    character.delisted_revision = revision
    character.updated_at = now
    character.save()
    decision = _record(actor, "DELIST", character, revision, private_notes=private_notes, now=now)
    moderation_services.note_removal(decision, actor=actor, owner=character.owner, now=now)
    notices.tell_delisted(character, revision, now=now)
    return character, decision


@transaction.atomic(durable=True)
def reinstate(*, actor: User, character: Character, now: datetime) -> tuple[Character, bool]:
    """Make the revision that was taken down live again, because an appeal was upheld (R5, R7).

    Raises CharacterRefusedError (not-reviewer, not-delisted, changed-meanwhile).
    """
    check(policies.reinstate_refusal(actor, character))
    decision = _find_delisting(character)
    if decision is None:
        raise LookupError("an item was taken down without a decision")
    _answer, is_new = moderation_services.lift(actor=actor, decision=decision, words=Words(""), now=now)
    character.refresh_from_db()
    return character, is_new


def reinstate_now(*, actor: User, character: Character, now: datetime) -> tuple[Character, Revision]:
    """Do the same as a part of the caller's transaction, who records the decision that it follows from."""
    character = lock_character(character.pk)
    check(policies.reinstate_refusal(actor, character))
    revision = lock_revision(_key(character.delisted_revision_id))
    revision.reinstate(now=now)
    revision.updated_at = now
    save_revision(revision)
    character.delisted_revision = None
    character.live_revision = revision
    character.updated_at = now
    character.save()
    notices.tell_reinstated(character, revision, now=now)
    return character, revision


def _words(reason_code: str, explanation: str, fix: str) -> tuple[str, str]:
    rule = RULES[reason_code]
    return explanation.strip() or str(rule.explanation), fix.strip() or str(rule.fix)


def _key(revision_id: int | None) -> int:
    if revision_id is None:
        raise LookupError("the policy let an item without this revision pass")
    return revision_id


def _decisions(character: Character, kind: str) -> QuerySet[Decision]:
    return Decision.objects.filter(
        target_kind="character", target_id=character.public_id, kind=kind
    ).order_by("-at", "-id")


def _has_decided(actor: User, kind: str, character: Character, revision: Revision) -> bool:
    """Whether the last decision of this kind is the actor's own, about this content."""
    last = _decisions(character, kind).first()
    return (
        last is not None and last.actor_id == actor.subject_id and last.revision_hash == revision.content_hash
    )


def _find_delisting(character: Character) -> Decision | None:
    return _decisions(character, "DELIST").filter(reversals__isnull=True).first()


def _record(
    actor: User,
    kind: str,
    character: Character,
    revision: Revision,
    *,
    private_notes: str = "",
    reverses: Decision | None = None,
    now: datetime,
) -> Decision:
    entry = {"queue": review_queue.KEY, "item_id": review_queue.item_id(revision)}
    decision = moderation_services.record_decision(
        kind=kind,
        actor=actor.subject,
        affected=character.owner.subject,
        target_kind="character",
        target_id=character.public_id,
        revision_hash=revision.content_hash,
        reason_code=revision.reason_code,
        explanation=revision.explanation,
        fix=revision.fix,
        private_notes=private_notes,
        reverses=reverses,
        now=now,
    )
    waited = now - (revision.submitted_at or now)
    record(
        actor=actor,
        kind=f"revision.{kind.lower()}",
        character=character,
        at=now,
        revision=revision.number,
        content_hash=revision.content_hash,
        waited_seconds=int(waited.total_seconds()),
    )
    second_reviews.choose(decision=decision, now=now, **entry)
    claims.forget(**entry)
    return decision
