"""Placing and settling holds. Each is part of a larger operation and runs in its transaction."""

from datetime import datetime

from billing.models import Hold
from core.models import Subject


def place_hold(*, subject: Subject, reference: str, amount_coins: int, now: datetime) -> Hold:
    """Set coins aside. Part of the caller's transaction."""
    return Hold.objects.create(
        subject=subject, reference=reference, amount_coins=amount_coins, created_at=now
    )


def capture_hold(*, hold_id: int, now: datetime) -> bool:
    """Take the coins; returns whether this call did it. Part of the caller's transaction."""
    return _settle(hold_id, Hold.State.CAPTURED, now)


def release_hold(*, hold_id: int, now: datetime) -> bool:
    """Give the coins back; returns whether this call did it. Part of the caller's transaction."""
    return _settle(hold_id, Hold.State.RELEASED, now)


def _settle(hold_id: int, state: Hold.State, now: datetime) -> bool:
    # One conditional statement: whoever settles first wins, and nobody settles twice.
    return bool(Hold.objects.filter(pk=hold_id, state=Hold.State.HELD).update(state=state, settled_at=now))
