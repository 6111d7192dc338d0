"""What the help pages show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.refusals import Text
from moderation import transparency
from moderation.models import Appeal, Decision
from moderation.services import repeats
from moderation.suppression import Cell
from moderation.transparency import Numbers, Period, Tally
from policies.rules import RULES


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """A period to choose."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is about, and its cells."""

    label: Text
    cells: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The transparency page for one period."""

    title: str
    span: str
    counted_at: datetime
    is_empty: bool
    decided: str
    median: str
    overturned: str
    by_source: list[Row]
    by_kind: list[Row]
    by_rule: list[Row]
    appeals: list[Row]


def list_repeat_steps() -> list[str]:
    """Return what further strikes lead to, in words, from the table that decides it."""
    sentences = []
    number = 1
    before: tuple[repeats.Step, ...] = ()
    while not repeats.is_beyond(number):
        steps = repeats.list_steps(number)
        for step in steps:
            # What a rung takes over from the one below it was said there.
            if step not in before:
                words = {"number": number, "feature": step.scope.label, "days": step.days}
                sentences.append(_("%(number)s strikes: %(feature)s restricted for %(days)s days.") % words)
        number, before = number + 1, steps
    last = _("%(number)s strikes or more: two people decide about a suspension.") % {"number": number}
    return [*sentences, last]


def list_period_links(*, current: str) -> list[PeriodLink]:
    """Return the periods that the page offers. One query."""
    page = reverse("transparency")
    return [
        PeriodLink(
            period_title(period),
            f"{page}?{urlencode({'period': period.code})}",
            is_current=period.code == current,
        )
        for period in transparency.list_published()
    ]


def period_title(period: Period) -> str:
    """Return what people call a month."""
    return date_format(period.since, "F Y")


def present_report(numbers: Numbers, period: Period) -> Report:
    """Return the page's words for the numbers. Small counts stay hidden, and what would tell them."""
    withheld = transparency.find_withheld(numbers)
    return Report(
        title=period_title(period),
        span=_("%(first)s to %(last)s, in UTC")
        % {"first": date_format(period.since, "DATE_FORMAT"), "last": _last_day(period)},
        counted_at=numbers.counted_at,
        is_empty=numbers.is_empty,
        decided=_count(numbers.cases_decided, ("cases",) in withheld),
        median=_median(numbers),
        overturned=_share(numbers, withheld),
        by_source=[
            Row(
                Decision.Source(source).label,
                _cells(tally, ("source", source), withheld, columns=("total", "taken_back")),
            )
            for source, tally in transparency.list_sources(numbers).items()
        ],
        by_kind=[
            Row(kind.label, (_count(number, ("kind", kind.value) in withheld),))
            for kind in Decision.Kind
            if (number := numbers.by_kind.get(kind))
        ],
        by_rule=_rule_rows(numbers.by_rule, withheld),
        appeals=[
            Row(state.label, (_count(number, ("appeal", state.value) in withheld),))
            for state in Appeal.State
            if (number := numbers.appeals.get(state.value))
        ],
    )


def as_json(numbers: Numbers, period: Period) -> dict[str, Any]:
    """Return the same for programs; null stands for what is withheld.

    That is every count from 1 to fewer than `hidden_below`, and every other that would give one away.
    """
    withheld = transparency.find_withheld(numbers)

    def shown(number: int, *cell: str) -> int | None:
        return None if cell in withheld else number

    def show_tally(tally: Tally, *cell: str) -> dict[str, int | None]:
        return {column: shown(getattr(tally, column), *cell, column) for column in transparency.COLUMNS}

    def show_source(source: str, tally: Tally) -> dict[str, int | None]:
        found = show_tally(tally, "source", source)
        # All of it or nothing: the same count again.
        return {**found, "automatic": found["total"] if source == Decision.Source.AUTOMATIC else 0}

    return {
        "period": period.code,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "counted_at": numbers.counted_at.isoformat(),
        "hidden_below": transparency.SMALL_COUNT,
        "decisions": {
            kind.value: shown(numbers.by_kind.get(kind.value, 0), "kind", kind.value)
            for kind in Decision.Kind
        },
        "measures_by_source": {
            source: show_source(source, tally) for source, tally in transparency.list_sources(numbers).items()
        },
        "measures_by_rule": {
            code: show_tally(tally, "rule", code)
            for code, tally in sorted(transparency.public_rules(numbers.by_rule).items())
        },
        "reports_decided": shown(numbers.cases_decided, "cases"),
        "median_seconds_to_decision": _shown_median(numbers),
        "appeals": {
            state.value: shown(numbers.appeals.get(state.value, 0), "appeal", state.value)
            for state in Appeal.State
        },
    }


def _rule_rows(by_rule: Mapping[str, Tally], withheld: frozenset[Cell]) -> list[Row]:
    """Return a row for each rule that was used, the most used first; other reasons share the last row."""
    found = transparency.public_rules(by_rule)
    guidelines = reverse("guidelines")
    rows = [
        Row(
            rule.title,
            _cells(found[rule.code], ("rule", rule.code), withheld),
            url=f"{guidelines}#rule-{rule.code}",
        )
        for rule in sorted(RULES.values(), key=lambda rule: _place(rule.code, found, withheld))
        if rule.code in found
    ]
    if transparency.OTHER_REASON in found:
        cells = _cells(found[transparency.OTHER_REASON], ("rule", transparency.OTHER_REASON), withheld)
        rows.append(Row(_("Another reason"), cells))
    return rows


def _place(code: str, found: Mapping[str, Tally], withheld: frozenset[Cell]) -> int:
    """Return where a rule stands: the most used first, and those withheld as their list has them."""
    return 0 if ("rule", code, "total") in withheld else -found.get(code, Tally()).total


def _cells(
    tally: Tally,
    place: tuple[str, str],
    withheld: frozenset[Cell],
    *,
    columns: tuple[str, ...] = transparency.COLUMNS,
) -> tuple[str, ...]:
    return tuple(_count(getattr(tally, column), (*place, column) in withheld) for column in columns)


def _count(number: int, is_withheld: bool) -> str:
    return _("not shown") if is_withheld else f"{number:,}"


def _share(numbers: Numbers, withheld: frozenset[Cell]) -> str:
    automatic = Decision.Source.AUTOMATIC.value
    tally = transparency.list_sources(numbers)[automatic]
    if not tally.total:
        return _("none were made")
    if {("source", automatic, "total"), ("source", automatic, "taken_back")} & withheld:
        return _("not shown")
    return _("%(percent)s %% of %(count)s") % {
        "percent": round(100 * tally.taken_back / tally.total),
        "count": f"{tally.total:,}",
    }


def _shown_median(numbers: Numbers) -> float | None:
    """Return the median, None where too few cases stand behind it."""
    return numbers.median_seconds if numbers.cases_decided >= transparency.SMALL_COUNT else None


def _median(numbers: Numbers) -> str:
    seconds = _shown_median(numbers)
    if seconds is None:
        return _("too few to say")
    minutes = round(seconds / 60)
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = round(seconds / 3600)
    if hours < 48:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = round(seconds / 86400)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def _last_day(period: Period) -> str:
    return date_format(period.until - transparency.DAY, "DATE_FORMAT")
