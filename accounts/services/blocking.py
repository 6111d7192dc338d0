"""Keeping people apart: blocks, which work both ways, and mutes, which do not (R14)."""

from datetime import datetime

from django.db import transaction

from accounts import policies
from accounts.models import Block, Mute, User
from core import audit, limits
from core.limits import Limit
from core.refusals import RefusedError

CHANGES_PER_PERSON = Limit("blocks", count=60, window_seconds=3600)


class BlockRefusedError(RefusedError):
    """A person who cannot be blocked or muted."""


@transaction.atomic
def block_user(*, actor: User, public_id: str, now: datetime) -> tuple[Block, bool]:
    """Keep two people from seeing each other; returns whether this call did it. The other one is not told.

    Raises BlockRefusedError (codes: self, staff), LimitedError, User.DoesNotExist.
    """
    person = User.objects.get(public_id=public_id)
    if refusal := policies.block_refusal(actor, person):
        raise BlockRefusedError(refusal)
    limits.spend(CHANGES_PER_PERSON, key=actor.public_id, now=now)
    block, is_new = Block.objects.get_or_create(blocker=actor, blocked=person, defaults={"created_at": now})
    if is_new:
        _record("user.blocked", actor, person, now)
    actor.forget_blocks()
    return block, is_new


@transaction.atomic
def unblock_user(*, actor: User, public_id: str, now: datetime) -> tuple[User, bool]:
    """Take a block of one's own away; returns whether this call did it. The other one's block stays.

    Raises LimitedError, User.DoesNotExist.
    """
    person = User.objects.get(public_id=public_id)
    limits.spend(CHANGES_PER_PERSON, key=actor.public_id, now=now)
    count, _rows = Block.objects.filter(blocker=actor, blocked=person).delete()
    if count:
        _record("user.unblocked", actor, person, now)
    actor.forget_blocks()
    return person, bool(count)


@transaction.atomic
def mute_user(*, actor: User, public_id: str, now: datetime) -> tuple[Mute, bool]:
    """Keep a person's things out of one's own lists; returns whether this call did it.

    Raises BlockRefusedError (code: self), LimitedError, User.DoesNotExist.
    """
    person = User.objects.get(public_id=public_id)
    if refusal := policies.mute_refusal(actor, person):
        raise BlockRefusedError(refusal)
    limits.spend(CHANGES_PER_PERSON, key=actor.public_id, now=now)
    mute, is_new = Mute.objects.get_or_create(muter=actor, muted=person, defaults={"created_at": now})
    if is_new:
        _record("user.muted", actor, person, now)
    return mute, is_new


@transaction.atomic
def unmute_user(*, actor: User, public_id: str, now: datetime) -> tuple[User, bool]:
    """Take a mute away; returns whether this call did it. Raises LimitedError, User.DoesNotExist."""
    person = User.objects.get(public_id=public_id)
    limits.spend(CHANGES_PER_PERSON, key=actor.public_id, now=now)
    count, _rows = Mute.objects.filter(muter=actor, muted=person).delete()
    if count:
        _record("user.unmuted", actor, person, now)
    return person, bool(count)


def _record(kind: str, actor: User, person: User, now: datetime) -> None:
    audit.record(actor=actor.subject, kind=kind, at=now, target_kind="user", target_id=person.public_id)
