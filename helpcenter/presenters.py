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


def list_period_links(now: datetime, *, current: str) -> list[PeriodLink]:
    """Return the periods that the page offers."""
    page = reverse("transparency")
    return [
        PeriodLink(
            period_title(period),
            f"{page}?{urlencode({'period': period.code})}",
            is_current=period.code == current,
        )
        for period in transparency.list_periods(now)
    ]


def period_title(period: Period) -> str:
    """Return what people call a period."""
    if period.code.isdigit():
        return ngettext("Last %(days)s day", "Last %(days)s days", int(period.code)) % {"days": period.code}
    return date_format(period.since, "F Y")


def present_report(numbers: Numbers, period: Period) -> Report:
    """Return the page's words for the numbers. Small counts stay hidden."""
    automatic = numbers.by_source.get(Decision.Source.AUTOMATIC, Tally())
    return Report(
        title=period_title(period),
        span=_("%(first)s to %(last)s, in UTC")
        % {"first": date_format(period.since, "DATE_FORMAT"), "last": _last_day(period)},
        counted_at=numbers.counted_at,
        is_empty=numbers.is_empty,
        decided=_count(numbers.cases_decided),
        median=_median(numbers),
        overturned=_share(automatic),
        by_source=[
            Row(source.label, _cells(numbers.by_source.get(source.value, Tally()), has_automatic=False))
            for source in Decision.Source
        ],
        by_kind=[
            Row(kind.label, (_count(number),))
            for kind in Decision.Kind
            if (number := numbers.by_kind.get(kind))
        ],
        by_rule=_rule_rows(numbers.by_rule),
        appeals=[
            Row(state.label, (_count(number),))
            for state in Appeal.State
            if (number := numbers.appeals.get(state.value))
        ],
    )


def as_json(numbers: Numbers, period: Period) -> dict[str, Any]:
    """Return the same for programs; null stands for a count from 1 to fewer than `hidden_below`."""
    return {
        "period": period.code,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "counted_at": numbers.counted_at.isoformat(),
        "hidden_below": transparency.SMALL_COUNT,
        "decisions": {kind.value: _shown(numbers.by_kind, kind.value) for kind in Decision.Kind},
        "measures_by_source": {
            source.value: _tally_json(numbers.by_source.get(source.value, Tally()))
            for source in Decision.Source
        },
        "measures_by_rule": {
            code: _tally_json(tally) for code, tally in sorted(_public_rules(numbers.by_rule).items())
        },
        "reports_decided": transparency.as_shown(numbers.cases_decided),
        "median_seconds_to_decision": _shown_median(numbers),
        "appeals": {state.value: _shown(numbers.appeals, state.value) for state in Appeal.State},
    }


def _rule_rows(by_rule: Mapping[str, Tally]) -> list[Row]:
    """Return a row for each rule that was used, the most used first; other reasons share the last row."""
    found = _public_rules(by_rule)
    guidelines = reverse("guidelines")
    rows = [
        Row(rule.title, _cells(found[rule.code]), url=f"{guidelines}#rule-{rule.code}")
        for rule in sorted(RULES.values(), key=lambda rule: -found.get(rule.code, Tally()).total)
        if rule.code in found
    ]
    if _OTHER in found:
        rows.append(Row(_("Another reason"), _cells(found[_OTHER])))
    return rows


_OTHER = "other"


def _public_rules(by_rule: Mapping[str, Tally]) -> dict[str, Tally]:
    """Put together what stands under no rule of the published list."""
    found: dict[str, Tally] = {}
    for code, tally in by_rule.items():
        name = code if code in RULES else _OTHER
        before = found.get(name, Tally())
        found[name] = Tally(
            before.total + tally.total,
            before.automatic + tally.automatic,
            before.taken_back + tally.taken_back,
        )
    return found


def _cells(tally: Tally, *, has_automatic: bool = True) -> tuple[str, ...]:
    counts = (tally.total, tally.automatic, tally.taken_back)
    return tuple(_count(number) for number in (counts if has_automatic else counts[::2]))


def _count(number: int) -> str:
    shown = transparency.as_shown(number)
    if shown is None:
        return _("fewer than %(count)s") % {"count": transparency.SMALL_COUNT}
    return f"{shown:,}"


def _share(tally: Tally) -> str:
    if not tally.total:
        return _("none were made")
    if transparency.as_shown(tally.total) is None or transparency.as_shown(tally.taken_back) is None:
        return _count(tally.taken_back)
    return _("%(percent)s %% of %(count)s") % {
        "percent": round(100 * tally.taken_back / tally.total),
        "count": _count(tally.total),
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
    is_month = not period.code.isdigit()
    last = period.until - transparency.DAY if is_month else period.until
    return date_format(last, "DATE_FORMAT")


def _shown(counts: Mapping[str, int], code: str) -> int | None:
    return transparency.as_shown(counts.get(code, 0))


def _tally_json(tally: Tally) -> dict[str, int | None]:
    return {
        "total": transparency.as_shown(tally.total),
        "automatic": transparency.as_shown(tally.automatic),
        "taken_back": transparency.as_shown(tally.taken_back),
    }
