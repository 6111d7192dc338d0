"""A month of decisions, for the page that counts them."""

from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from django.urls import reverse

from core import ids
from core.models import Subject
from moderation import transparency
from moderation.models import Case, Decision
from policies.rules import RULES

_COUNTS = {"spam": 1204, "hate": 61, "mature-themes": 37, "rights": 12, "fraud": 3}


def decided(_scene: object) -> str:
    """Return the page after many decisions, a few of them taken back."""
    now = transparency.list_periods(datetime.now(UTC))[0].until - timedelta(days=2)
    affected = Subject.objects.create()
    kinds = cycle(["REJECT", "REMOVE", "WARN", "DELIST"])
    made = Decision.objects.bulk_create(
        Decision(
            at=now - timedelta(days=1, seconds=number),
            kind=next(kinds),
            source="HUMAN" if number % 3 else "AUTOMATIC",
            actor=affected if number % 3 else None,
            affected=affected,
            target_kind="character",
            target_id=ids.new_public_id(),
            reason_code=code,
            explanation=str(RULES[code].explanation),
        )
        for code, count in _COUNTS.items()
        for number in range(count // 10 + 3)
    )
    for decision in islice(made, 0, 60, 3):
        Decision.objects.create(
            at=now - timedelta(hours=2),
            kind="OVERTURN",
            actor=affected,
            affected=affected,
            target_kind="character",
            target_id=decision.target_id,
            reverses=decision,
        )
    for hours in range(1, 12):
        Case.objects.create(
            created_at=now - timedelta(hours=30 + hours),
            closed_at=now - timedelta(hours=30),
            state="ACTED",
            decision=made[hours],
            target_kind="character",
            target_id=ids.new_public_id(),
        )
    transparency.publish_months(now=datetime.now(UTC))
    return reverse("transparency")
