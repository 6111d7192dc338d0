"""What a creator does to publish, and to stop publishing."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from characters import policies, queries
from characters.models import FROZEN_OPEN_STATES, Item, State, Visibility
from characters.services.screening import wake_screening
from characters.services.shared import (
    AnyItem,
    check,
    lock_item,
    lock_with_open_revision,
    open_draft,
    record,
    save_revision,
)
from core import limits
from core.limits import Limit

SUBMISSIONS_PER_USER = Limit("character-submit", count=40, window_seconds=3600)


def submit(*, actor: User, item: Item, now: datetime) -> tuple[Any, bool]:
    """Put the draft before the reviewers and make the item Public (R5); a second click changes nothing.

    Raises CharacterRefusedError (not-owner, not-draft, incomplete, portrait-not-ready, portrait-lost,
    cast-not-available, unchanged, adults-only-setting, restricted, feature-off) and LimitedError.
    """
    limits.spend(SUBMISSIONS_PER_USER, key=actor.public_id, now=now)
    return _submit(actor, item, now)


@transaction.atomic(durable=True)
def _submit(actor: User, item: Item, now: datetime) -> tuple[Any, bool]:
    item = lock_with_open_revision(item)
    revision = item.open_revision
    if revision is not None and revision.state in FROZEN_OPEN_STATES and item.owner_id == actor.pk:
        return revision, False
    check(policies.submit_refusal(actor, item))
    revision = item.working_revision
    check(
        policies.publishing_refusal(actor, now=now),
        policies.mature_refusal(actor, safe_mode=revision.safe_mode, today=now.date()),
        policies.unchanged_refusal(decided_before=queries.find_turned_down(item, revision.content_hash)),
    )
    revision.submit(now=now)
    revision.updated_at = now
    save_revision(revision)
    item.visibility = Visibility.PUBLIC
    item.updated_at = now
    item.save()
    record(actor=actor, kind="revision.submitted", item=item, at=now, revision=revision.number)
    transaction.on_commit(partial(wake_screening, item.KIND, revision.pk), robust=True)
    return revision, True


@transaction.atomic(durable=True)
def withdraw(*, actor: User, item: Item, now: datetime) -> tuple[Any, bool]:
    """Take a submission back; its copy becomes the new draft. A second click changes nothing.

    Returns the draft. Raises CharacterRefusedError (not-owner, not-submitted, changed-meanwhile).
    """
    item = lock_with_open_revision(item)
    submitted = item.open_revision
    if submitted is not None and submitted.state == State.DRAFT and item.owner_id == actor.pk:
        return submitted, False
    check(policies.withdraw_refusal(actor, item))
    submitted = item.working_revision
    submitted.withdraw(now=now)
    submitted.updated_at = now
    save_revision(submitted)
    draft = open_draft(item, submitted.content(), now=now)
    item.updated_at = now
    item.save()
    record(actor=actor, kind="revision.withdrawn", item=item, at=now, revision=submitted.number)
    return draft, True


@transaction.atomic(durable=True)
def set_visibility(*, actor: User, item: AnyItem, visibility: str, now: datetime) -> tuple[AnyItem, bool]:
    """Private hides at once; Public shows the live revision again without review (R9).

    Raises CharacterRefusedError (not-owner, restricted, feature-off).
    """
    wanted = Visibility(visibility)
    item = lock_item(item)
    check(policies.visibility_refusal(actor, item))
    if item.visibility == wanted:
        return item, False
    if wanted == Visibility.PUBLIC and item.live_revision_id is not None:
        check(policies.publishing_refusal(actor, now=now))
    item.visibility = wanted
    item.updated_at = now
    item.save()
    record(actor=actor, kind="visibility.changed", item=item, at=now, visibility=wanted.value)
    return item, True
