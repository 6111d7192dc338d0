"""Many rows at once, as far as lists read them: for plans and costs, not for behaviour."""

import hashlib
from datetime import timedelta

from accounts.models import User
from characters.models import ITEM_MODELS, CastMember, Character, Item, ItemRevision, State, Story
from tests.factories import NOW, make_user

_BATCH = 5000
_OWNERS = 50
# Prime to the numbers below, so that risk and age are mixed.
_STEP = 7919
_RISKS = (0, 10, 35, 55, 95, 210, 310, 410)
_MINUTES = 40_000


def make_waiting(count: int, *, prefix: str = "crowd", kind: str = Character.KIND) -> None:
    """Put `count` items into their review queue, of all risks and ages."""
    _make(ITEM_MODELS[kind], count, prefix, State.PENDING)


def make_rejected(count: int, *, prefix: str = "rejected", kind: str = Character.KIND) -> None:
    """Add `count` revisions that wait for nobody."""
    _make(ITEM_MODELS[kind], count, prefix, State.REJECTED)


def _make(model: type[Item], count: int, prefix: str, state: State) -> None:
    owners = [make_user() for _number in range(min(count, _OWNERS))]
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        items = model.objects.bulk_create(
            model(
                slug=f"{prefix}-{number}",
                owner=owners[number % len(owners)],
                creation_key=f"{prefix}-{number}",
                created_at=NOW,
                updated_at=NOW,
            )
            for number in numbers
        )
        model.revision_model().objects.bulk_create(
            _revision(item, number, state) for item, number in zip(items, numbers, strict=True)
        )


def _revision(item: Item, number: int, state: State) -> ItemRevision:
    mixed = number * _STEP
    submitted_at = NOW - timedelta(minutes=mixed % _MINUTES)
    reason = {"reason_code": "spam", "explanation": "x", "fix": "x"} if state == State.REJECTED else {}
    return item.revision_model()(
        item=item,
        number=1,
        state=state,
        name=f"Number {number}",
        content_hash=hashlib.sha256(str(number).encode()).hexdigest(),
        created_at=submitted_at,
        updated_at=submitted_at,
        submitted_at=submitted_at,
        screened_at=submitted_at,
        risk=_RISKS[mixed % len(_RISKS)],
        **reason,
    )


def make_shown(count: int) -> None:
    """Publish `count` characters and as many stories, each with two of them; one in twenty is private."""
    owners = [make_user() for _number in range(min(count, _OWNERS))]
    characters = _publish(Character, count, owners)
    stories = _publish(Story, count, owners)
    CastMember.objects.bulk_create(
        CastMember(
            revision_id=story.live_revision_id,
            position=position,
            character=characters[(number * _STEP + position) % count],
        )
        for number, story in enumerate(stories)
        for position in range(2)
    )


def _publish(model: type[Item], count: int, owners: list[User]) -> list[Item]:
    made = model.objects.bulk_create(
        model(
            slug=f"shown-{number}",
            owner=owners[number % len(owners)],
            creation_key=f"shown-{number}",
            created_at=NOW,
            updated_at=NOW,
            published_at=NOW - timedelta(minutes=number),
            chat_count=number * _STEP % 1000,
            visibility="PRIVATE" if number % 20 == 0 else "PUBLIC",
        )
        for number in range(count)
    )
    revisions = model.revision_model().objects.bulk_create(
        _revision(item, number, State.APPROVED) for number, item in enumerate(made)
    )
    for item, revision in zip(made, revisions, strict=True):
        item.live_revision = revision
    model.objects.bulk_update(made, ["live_revision"], batch_size=500)
    return list(made)
