"""How a reviewer wants pictures to be shown: softened, unless they say otherwise."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet, Subquery

from accounts.models import User
from moderation.models import ReviewerSettings

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Look:
    """How pictures first appear in staff pages."""

    is_blurred: bool = True
    is_greyscale: bool = True


def get_look(reviewer: User) -> Look:
    """Return what a reviewer chose, or the default. One query."""
    chosen = ReviewerSettings.objects.filter(user=reviewer).values_list("is_blurred", "is_greyscale").first()
    return Look(*chosen) if chosen is not None else Look()


def annotate(rows: QuerySet[_Row], *, reviewer: User) -> QuerySet[_Row]:
    """Read what a reviewer chose along with rows, for `look_of`."""
    chosen = ReviewerSettings.objects.filter(user=reviewer)
    annotated: Any = rows.annotate(
        look_is_blurred=Subquery(chosen.values("is_blurred")[:1]),
        look_is_greyscale=Subquery(chosen.values("is_greyscale")[:1]),
    )
    return annotated


def look_of(row: Any) -> Look:
    """Return what the reviewer chose for whom `annotate` read the row."""
    if row.look_is_blurred is None:
        return Look()
    return Look(row.look_is_blurred, row.look_is_greyscale)


def save_look(*, actor: User, look: Look) -> bool:
    """Keep what a reviewer chose; returns whether this is the first choice."""
    _settings, is_new = ReviewerSettings.objects.update_or_create(
        user=actor, defaults={"is_blurred": look.is_blurred, "is_greyscale": look.is_greyscale}
    )
    return is_new
