"""Many rows at once, as far as lists read them: for plans and costs, not for behaviour."""

import hashlib
from datetime import timedelta

from characters.models import Character, Revision, State
from tests.factories import NOW, make_user

_BATCH = 5000
_OWNERS = 50
# Prime to the numbers below, so that risk and age are mixed.
_STEP = 7919
_RISKS = (0, 10, 35, 55, 95, 210, 310, 410)
_MINUTES = 40_000


def make_waiting(count: int, *, prefix: str = "crowd") -> None:
    """Put `count` characters into the review queue, of all risks and ages."""
    _make(count, prefix, State.PENDING)


def make_rejected(count: int, *, prefix: str = "rejected") -> None:
    """Add `count` revisions that wait for nobody."""
    _make(count, prefix, State.REJECTED)


def _make(count: int, prefix: str, state: State) -> None:
    owners = [make_user() for _number in range(min(count, _OWNERS))]
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        characters = Character.objects.bulk_create(
            Character(
                slug=f"{prefix}-{number}",
                owner=owners[number % len(owners)],
                creation_key=f"{prefix}-{number}",
                created_at=NOW,
                updated_at=NOW,
            )
            for number in numbers
        )
        Revision.objects.bulk_create(
            _revision(character, number, state) for character, number in zip(characters, numbers, strict=True)
        )


def _revision(character: Character, number: int, state: State) -> Revision:
    mixed = number * _STEP
    submitted_at = NOW - timedelta(minutes=mixed % _MINUTES)
    reason = {"reason_code": "spam", "explanation": "x", "fix": "x"} if state == State.REJECTED else {}
    return Revision(
        character=character,
        number=1,
        state=state,
        name=f"Character {number}",
        short_bio="One of many.",
        content_hash=hashlib.sha256(str(number).encode()).hexdigest(),
        created_at=submitted_at,
        updated_at=submitted_at,
        submitted_at=submitted_at,
        screened_at=submitted_at,
        risk=_RISKS[mixed % len(_RISKS)],
        **reason,
    )
