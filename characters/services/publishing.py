"""What a creator does to publish, and to stop publishing."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from characters import policies, queries
from characters.models import FROZEN_OPEN_STATES, Character, Revision, State, Visibility
from characters.services.screening import wake_screening
from characters.services.shared import (
    check,
    lock_character,
    lock_with_open_revision,
    open_draft,
    record,
    save_revision,
)
from core import limits
from core.limits import Limit

SUBMISSIONS_PER_USER = Limit("character-submit", count=40, window_seconds=3600)


def submit(*, actor: User, character: Character, now: datetime) -> tuple[Revision, bool]:
    """Put the draft before the reviewers and make the item Public (R5); a second click changes nothing.

    Raises CharacterRefusedError (not-owner, not-draft, incomplete, portrait-not-ready, portrait-lost,
    unchanged, adults-only-setting, restricted, feature-off) and LimitedError.
    """
    limits.spend(SUBMISSIONS_PER_USER, key=actor.public_id, now=now)
    return _submit(actor, character.pk, now)


@transaction.atomic(durable=True)
def _submit(actor: User, character_id: int, now: datetime) -> tuple[Revision, bool]:
    character = lock_with_open_revision(character_id)
    revision = character.open_revision
    if revision is not None and revision.state in FROZEN_OPEN_STATES and character.owner_id == actor.pk:
        return revision, False
    check(policies.submit_refusal(actor, character))
    revision = character.working_revision
    check(
        policies.publishing_refusal(actor, now=now),
        policies.mature_refusal(actor, safe_mode=revision.safe_mode, today=now.date()),
        policies.unchanged_refusal(
            decided_before=queries.find_turned_down(character.pk, revision.content_hash)
        ),
    )
    revision.submit(now=now)
    revision.updated_at = now
    save_revision(revision)
    character.visibility = Visibility.PUBLIC
    character.updated_at = now
    character.save()
    record(actor=actor, kind="revision.submitted", character=character, at=now, revision=revision.number)
    transaction.on_commit(partial(wake_screening, revision.pk), robust=True)
    return revision, True


@transaction.atomic(durable=True)
def withdraw(*, actor: User, character: Character, now: datetime) -> tuple[Revision, bool]:
    """Take a submission back; its copy becomes the new draft. A second click changes nothing.

    Returns the draft. Raises CharacterRefusedError (not-owner, not-submitted, changed-meanwhile).
    """
    character = lock_with_open_revision(character.pk)
    submitted = character.open_revision
    if submitted is not None and submitted.state == State.DRAFT and character.owner_id == actor.pk:
        return submitted, False
    check(policies.withdraw_refusal(actor, character))
    submitted = character.working_revision
    submitted.withdraw(now=now)
    submitted.updated_at = now
    save_revision(submitted)
    draft = open_draft(character, submitted.content(), now=now)
    character.updated_at = now
    character.save()
    record(actor=actor, kind="revision.withdrawn", character=character, at=now, revision=submitted.number)
    return draft, True


@transaction.atomic(durable=True)
def set_visibility(
    *, actor: User, character: Character, visibility: str, now: datetime
) -> tuple[Character, bool]:
    """Private hides at once; Public shows the live revision again without review (R9).

    Raises CharacterRefusedError (not-owner, restricted, feature-off).
    """
    wanted = Visibility(visibility)
    character = lock_character(character.pk)
    check(policies.visibility_refusal(actor, character))
    if character.visibility == wanted:
        return character, False
    if wanted == Visibility.PUBLIC and character.live_revision_id is not None:
        check(policies.publishing_refusal(actor, now=now))
    character.visibility = wanted
    character.updated_at = now
    character.save()
    record(actor=actor, kind="visibility.changed", character=character, at=now, visibility=wanted.value)
    return character, True
