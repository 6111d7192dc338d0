"""One decision about several revisions: each is taken by itself, and one that is refused stops no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from characters.models import ITEM_MODELS, Character, ItemRevision
from characters.services import reviewing
from characters.services.shared import CharacterRefusedError
from core.refusals import Refusal

# What one person can keep in view on one page.
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of them; refusal: why nothing did."""

    revision_id: int
    name: str
    refusal: Refusal | None = None


def approve_many(
    *, actor: User, seen: Mapping[int, str], now: datetime, kind: str = Character.KIND
) -> list[Outcome]:
    """Approve revisions as they were seen: keys with `ItemRevision.review_version`. Raises TooManyError."""

    def approve(revision: ItemRevision, version: str) -> None:
        reviewing.approve(
            actor=actor,
            revision=revision,
            expected_hash=version.partition(".")[0],
            expected_version=version,
            now=now,
        )

    return _decide_each(kind, seen, approve)


def reject_many(
    *,
    actor: User,
    seen: Mapping[int, str],
    reason_code: str,
    explanation: str,
    fix: str,
    now: datetime,
    kind: str = Character.KIND,
) -> list[Outcome]:
    """Reject revisions as they were seen, all with the same words. Raises TooManyError."""

    def reject(revision: ItemRevision, version: str) -> None:
        reviewing.reject(
            actor=actor,
            revision=revision,
            reason_code=reason_code,
            explanation=explanation,
            fix=fix,
            expected_version=version,
            now=now,
        )

    return _decide_each(kind, seen, reject)


class TooManyError(ValueError):
    """More than LIMIT at once."""


def _decide_each(
    kind: str, seen: Mapping[int, str], decide: Callable[[ItemRevision, str], None]
) -> list[Outcome]:
    if len(seen) > LIMIT:
        raise TooManyError(len(seen))
    outcomes = []
    for revision in _load(kind, sorted(seen)):
        refusal = None
        try:
            decide(revision, seen[revision.pk])
        except CharacterRefusedError as error:
            refusal = error.refusal
        outcomes.append(Outcome(revision.pk, revision.name, refusal))
    return outcomes


def _load(kind: str, keys: Sequence[int]) -> Sequence[ItemRevision]:
    rows = ITEM_MODELS[kind].revision_model().objects
    return list(rows.filter(pk__in=keys).order_by("pk"))
