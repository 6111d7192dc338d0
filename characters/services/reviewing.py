"""What reviewers decide. Each operation is safe to click twice and says whether this call decided."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from characters import policies
from characters.models import Character, Revision, State
from characters.services import notices
from characters.services.shared import (
    check,
    lock_character,
    lock_revision,
    record,
    save_revision,
)
from moderation import services as moderation_services
from policies.rules import RULES


@transaction.atomic(durable=True)
def approve(*, actor: User, revision: Revision, expected_hash: str, now: datetime) -> tuple[Revision, bool]:
    """Make a revision the live one, in place of the one before (R5, R6).

    expected_hash: the content that the reviewer looked at. Raises CharacterRefusedError (not-reviewer,
    withdrawn, not-screened, already-decided, changed, portrait-lost, changed-meanwhile).
    """
    character = lock_character(revision.character_id)
    revision = lock_revision(revision.pk)
    check(policies.reviewer_refusal(actor))
    if character.live_revision_id == revision.pk and revision.content_hash == expected_hash:
        return revision, False
    check(policies.approve_refusal(actor, revision, expected_hash=expected_hash))
    if revision.state == State.SUBMITTED:
        # The reviewer releases the hold of automatic screening.
        revision.queue(now=now)
    if character.live_revision_id is not None:
        before = lock_revision(character.live_revision_id)
        before.supersede()
        before.updated_at = now
        save_revision(before)
    revision.approve(now=now)
    revision.updated_at = now
    save_revision(revision)
    character.live_revision = revision
    character.open_revision = None
    character.delisted_revision = None
    character.published_at = character.published_at or now
    character.updated_at = now
    character.save()
    _record(actor, "APPROVE", character, revision, now=now)
    notices.tell_approved(character, revision, now=now)
    return revision, True


@transaction.atomic(durable=True)
def reject(
    *, actor: User, revision: Revision, reason_code: str, explanation: str, fix: str, now: datetime
) -> tuple[Revision, bool]:
    """Turn a revision down, with the reason and how to fix it (R6). What is live stays (R5).

    Empty words are filled from the rule. Raises CharacterRefusedError (not-reviewer, reason-unknown,
    withdrawn, not-screened, already-decided, changed-meanwhile).
    """
    character = lock_character(revision.character_id)
    revision = lock_revision(revision.pk)
    check(policies.reviewer_refusal(actor), policies.reason_refusal(reason_code))
    if revision.state == State.REJECTED and revision.reason_code == reason_code:
        return revision, False
    check(policies.review_refusal(actor, revision))
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
def delist(
    *, actor: User, character: Character, reason_code: str, explanation: str, fix: str, now: datetime
) -> tuple[Character, bool]:
    """Take a live item down: it returns to its creator's library, and nothing of it is deleted (R7).

    Empty words are filled from the rule. Raises CharacterRefusedError (not-reviewer, reason-unknown,
    not-live, changed-meanwhile).
    """
    character = lock_character(character.pk)
    check(policies.reviewer_refusal(actor), policies.reason_refusal(reason_code))
    if character.live_revision_id is None and character.delisted_revision_id is not None:
        return character, False
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
    _record(actor, "DELIST", character, revision, now=now)
    notices.tell_delisted(character, revision, now=now)
    return character, True


@transaction.atomic(durable=True)
def reinstate(*, actor: User, character: Character, now: datetime) -> tuple[Character, bool]:
    """Make the revision that was taken down live again, because an appeal was upheld (R5, R7).

    Raises CharacterRefusedError (not-reviewer, not-delisted, changed-meanwhile).
    """
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
    _record(actor, "REINSTATE", character, revision, now=now)
    notices.tell_reinstated(character, revision, now=now)
    return character, True


def _words(reason_code: str, explanation: str, fix: str) -> tuple[str, str]:
    rule = RULES[reason_code]
    return explanation.strip() or str(rule.explanation), fix.strip() or str(rule.fix)


def _key(revision_id: int | None) -> int:
    if revision_id is None:
        raise LookupError("the policy let an item without this revision pass")
    return revision_id


def _record(actor: User, kind: str, character: Character, revision: Revision, *, now: datetime) -> None:
    moderation_services.record_decision(
        kind=kind,
        actor=actor.subject,
        affected=character.owner.subject,
        target_kind="character",
        target_id=character.public_id,
        reason_code=revision.reason_code,
        explanation=revision.explanation,
        fix=revision.fix,
        now=now,
    )
    record(
        actor=actor,
        kind=f"revision.{kind.lower()}",
        character=character,
        at=now,
        revision=revision.number,
        content_hash=revision.content_hash,
    )
