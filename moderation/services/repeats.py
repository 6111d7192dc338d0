"""What follows when somebody breaks the rules again: strikes, which age out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Restriction, User
from core.refusals import Text
from moderation import queries, targets
from moderation.models import Decision
from moderation.targets import Words

# A decision counts for so long.
STRIKE_DAYS = 90
NO_STRIKE = gettext_lazy("We approved it by mistake, so it does not count against you: it is no strike.")
_NOT_THEIRS = gettext_lazy("StoryChat made it, so it does not count against you: it is no strike.")
Scope = Restriction.Scope


@dataclass(frozen=True, slots=True)
class Step:
    """A restriction that follows from so many strikes."""

    scope: Restriction.Scope
    days: int


# By the number of strikes that count. Each rung holds at least what the one below it does: with a strike less
# some of it ends sooner, and nothing has to be added (see `list_outdated`).
_LADDER = {
    3: (Step(Scope.PUBLISHING, 7),),
    4: (Step(Scope.PUBLISHING, 30),),
    5: (Step(Scope.PUBLISHING, 30), Step(Scope.ACCOUNT, 7)),
}


@dataclass(frozen=True, slots=True)
class Outdated:
    """What followed from a strike and is too much by now. ends_at: when it would end; None if not at all."""

    consequence: Decision
    cause: Decision
    ends_at: datetime | None
    # Of strikes that counted, of those that stand now.
    count: int


def list_steps(count: int) -> tuple[Step, ...]:
    """Return what so many strikes lead to."""
    return _LADDER.get(min(count, max(_LADDER)), ())


def is_beyond(count: int) -> bool:
    """Whether so many strikes make us ask two people about a suspension."""
    return count > max(_LADDER)


def words_for(cause: Decision, *, count: int) -> Words:
    """Return how a person is told what follows from their latest strike."""
    text = _("We had to step in %(count)d times within %(days)d days.")
    return Words(cause.reason_code, text % {"count": count, "days": STRIKE_DAYS})


def count_strikes(person: User, *, now: datetime) -> int:
    """Return how many decisions of the last STRIKE_DAYS stand against a person."""
    return queries.list_strikes(person.subject_id, since=now - timedelta(days=STRIKE_DAYS), now=now).count()


def why_no_strike(decision: Decision) -> Text:
    """Return why a removal never was a strike of whom it is about; empty where nothing says so."""
    if decision.is_our_mistake:
        return NO_STRIKE
    return _NOT_THEIRS if decision.kind == "REMOVE" and targets.is_ours(decision.target_kind) else ""


def describe_strike(decision: Decision, person: User, *, now: datetime) -> str:
    """Return that a decision is a strike, how many there are and what the next leads to; empty if it is none.

    Of what never was one, why. One query at most.
    """
    if why := why_no_strike(decision):
        return str(why)
    strikes = queries.list_strikes(person.subject_id, since=now - timedelta(days=STRIKE_DAYS), now=now)
    keys = list(strikes.values_list("pk", flat=True))
    if decision.pk not in keys:
        return ""
    count = len(keys)
    text = ngettext(
        "This is a strike. It counts for %(days)d days, and it is the only one that counts now.",
        "This is a strike. It counts for %(days)d days, and %(count)d count now.",
        count,
    )
    return f"{text % {'days': STRIKE_DAYS, 'count': count}} {_describe_next(count)}"


def _describe_next(count: int) -> str:
    """Return the next rung that adds something, in words."""
    for number in range(count + 1, max(_LADDER) + 1):
        added = [step for step in list_steps(number) if step not in list_steps(number - 1)]
        if added:
            words = {"number": number, "feature": added[0].scope.label, "days": added[0].days}
            return _("With %(number)d, this is restricted for %(days)d days: %(feature)s.") % words
    return _("With the next one, two people decide whether your account is suspended.")


def is_still_beyond(subject_id: int, *, since: datetime) -> bool:
    """Whether some strike since then still makes so many that a suspension is asked for. One query."""
    standing = list(queries.list_standing_strikes(subject_id))
    return any(is_beyond(_count_at(strike, standing)) for strike in standing if strike.at >= since)


def list_outdated(subject_id: int, *, now: datetime) -> list[Outdated]:
    """Return what followed from strikes, and would not, or not for so long, from those that stand now.

    Two queries. Whoever acts on it holds the person's row.
    """
    consequences = list(queries.list_consequences(subject_id))
    standing = list(queries.list_standing_strikes(subject_id)) if consequences else []
    found = [_find_outdated(consequence, standing, now=now) for consequence in consequences]
    return [outdated for outdated in found if outdated is not None]


def _find_outdated(consequence: Decision, standing: Sequence[Decision], *, now: datetime) -> Outdated | None:
    cause, measure = consequence.caused_by, consequence.measure
    if cause is None:
        raise LookupError("list_consequences returns what was caused")
    count = _count_at(cause, standing)
    if count and not measure.is_in_force(now):
        return None
    step = next((step for step in list_steps(count) if step.scope == consequence.scope), None)
    if step is None:
        return Outdated(consequence, cause, None, count)
    ends_at = cause.at + timedelta(days=step.days)
    if measure.ends_at is not None and measure.ends_at <= ends_at:
        return None
    return Outdated(consequence, cause, ends_at, count)


def _count_at(cause: Decision, standing: Sequence[Decision]) -> int:
    """Return how many strikes counted with this one, of those that stand now; 0 if it does not itself."""
    if cause not in standing:
        return 0
    place, since = (cause.at, cause.pk), cause.at - timedelta(days=STRIKE_DAYS)
    return sum(1 for strike in standing if strike.at > since and (strike.at, strike.pk) <= place)
