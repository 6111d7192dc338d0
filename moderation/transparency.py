"""What moderation did, in numbers that anybody may read. Counts only: no person, no words.

Months that are over, each counted once, by the clock; pages only read. Periods that overlap, a month that
goes on, or one that is counted anew could be subtracted from each other: what is left is a few decisions,
which no table alone would show.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Value, When

from moderation import queries
from moderation.models import Appeal, Case, CaseLock, Decision, PublishedNumbers
from moderation.suppression import Cell, Sum, withhold
from policies.rules import RULES

Kind = Decision.Kind
# Decisions against somebody. The others approve, answer or take back.
MEASURES = (Kind.REJECT, Kind.DELIST, Kind.REMOVE, Kind.WARN, Kind.RESTRICT, Kind.SUSPEND)
# What is rarer could point to a person, so readers learn only that it is rarer.
SMALL_COUNT = 5
# Of a Tally.
COLUMNS = ("total", "automatic", "taken_back")
OTHER_REASON = "other"
DAY = timedelta(days=1)
MONTH_COUNT = 12
# So long after its end a month is counted: most of what people appealed against is answered by then.
SETTLE_DAYS = 14
_MONTH = re.compile(r"(20[2-9]\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Period:
    """A month in UTC, `until` excluded. `code` is how links name it."""

    code: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """Measures of one group: how many, how many a program took alone, how many were taken back since."""

    total: int = 0
    automatic: int = 0
    taken_back: int = 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that is counted in a period, exact: `find_withheld` says what must not be read of it.

    by_kind: all decisions. by_rule, by_source: measures, by the code of the rule and by Decision.Source.
    cases_decided: about reports; median_seconds from the first report to the decision. appeals: those made
    in the period, by the state that they were in SETTLE_DAYS after it, as for what was taken back.
    """

    counted_at: datetime
    by_kind: dict[str, int]
    by_rule: dict[str, Tally]
    by_source: dict[str, Tally]
    cases_decided: int
    median_seconds: float | None
    appeals: dict[str, int]

    @property
    def is_empty(self) -> bool:
        return not (self.by_kind or self.cases_decided or self.appeals)


def public_rules(by_rule: Mapping[str, Tally]) -> dict[str, Tally]:
    """Put together, as OTHER_REASON, what stands under no rule of the published list."""
    found: dict[str, Tally] = {}
    for code, tally in by_rule.items():
        name = code if code in RULES else OTHER_REASON
        before = found.get(name, Tally())
        found[name] = Tally(
            before.total + tally.total,
            before.automatic + tally.automatic,
            before.taken_back + tally.taken_back,
        )
    return found


def find_withheld(numbers: Numbers) -> frozenset[Cell]:
    """Return which counts nobody may read: those below SMALL_COUNT, and those that would give them away.

    Cells: ("kind", kind), ("rule", code, column), ("source", source, column), ("appeal", state) and
    ("cases",); columns are the fields of Tally.
    """
    counts: dict[Cell, int] = {("kind", kind.value): numbers.by_kind.get(kind.value, 0) for kind in Kind}
    counts |= {("appeal", state.value): numbers.appeals.get(state.value, 0) for state in Appeal.State}
    counts["cases",] = numbers.cases_decided
    rules, sources = public_rules(numbers.by_rule), list_sources(numbers)
    for code, tally in rules.items():
        counts |= {("rule", code, column): getattr(tally, column) for column in COLUMNS}
    for source, tally in sources.items():
        counts |= {("source", source, column): getattr(tally, column) for column in ("total", "taken_back")}
    published = frozenset(counts)
    sums = [
        # What is not published follows from what is, so it is looked after, too.
        *_split(counts, "rule", list(rules), "automatic", "by_hand"),
        *_split(counts, "rule", list(rules), "taken_back", "standing"),
        *_split(counts, "source", list(sources), "taken_back", "standing"),
    ]
    counts["measures",] = sum(tally.total for tally in rules.values())
    counts["taken_back",] = sum(tally.taken_back for tally in rules.values())
    human, automatic = (("source", source.value, "total") for source in Decision.Source)
    sums += [
        Sum(("measures",), tuple(("kind", kind.value) for kind in MEASURES)),
        Sum(("measures",), _column("rule", rules, "total")),
        Sum(("measures",), _column("source", sources, "total")),
        Sum(human, _column("rule", rules, "by_hand")),
        Sum(automatic, _column("rule", rules, "automatic")),
        Sum(("taken_back",), _column("rule", rules, "taken_back")),
        Sum(("taken_back",), _column("source", sources, "taken_back")),
    ]
    dismissed = counts["kind", Kind.DISMISS.value]
    # A case that was opened again is not decided any more, though it was.
    if numbers.cases_decided >= dismissed:
        counts["acted",] = numbers.cases_decided - dismissed
        sums.append(Sum(("cases",), (("kind", Kind.DISMISS.value), ("acted",))))
    return withhold(counts, sums, published=published, below=SMALL_COUNT)


def list_sources(numbers: Numbers) -> dict[str, Tally]:
    """Return the tally of each source, also of one that decided nothing."""
    return {source.value: numbers.by_source.get(source.value, Tally()) for source in Decision.Source}


def _split(counts: dict[Cell, int], table: str, names: list[str], column: str, rest: str) -> list[Sum]:
    """Add what is left of each total without a column of it; returns the sums."""
    for name in names:
        counts[table, name, rest] = counts[table, name, "total"] - counts[table, name, column]
    return [Sum((table, name, "total"), ((table, name, column), (table, name, rest))) for name in names]


def _column(table: str, names: Iterable[str], column: str) -> tuple[Cell, ...]:
    return tuple((table, name, column) for name in names)


def list_periods(now: datetime) -> list[Period]:
    """Return the last months that can be counted, newest first. No two overlap."""
    settled = now.astimezone(UTC) - timedelta(days=SETTLE_DAYS)
    until = settled.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    periods = []
    for _month in range(MONTH_COUNT):
        since = (until - DAY).replace(day=1)
        periods.append(Period(f"{since:%Y-%m}", since, until))
        until = since
    return periods


def publish_months(*, now: datetime) -> list[str]:
    """Count each month that can be counted and was not yet, for good; returns which, the oldest first.

    None before the first decision. Of two who do so at once, one counts a month.
    """
    first = Decision.objects.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return []
    kept = set(PublishedNumbers.objects.values_list("month", flat=True))
    counted = []
    for period in reversed(list_periods(now)):
        if period.until <= first or period.code in kept:
            continue
        numbers = asdict(count(period, now=now))
        del numbers["counted_at"]
        _row, is_new = PublishedNumbers.objects.get_or_create(
            month=period.code, defaults={"counted_at": now, "numbers": numbers}
        )
        if is_new:
            counted.append(period.code)
    return counted


def list_published() -> list[Period]:
    """Return what the page offers: the last months that were counted, newest first. One query."""
    months = PublishedNumbers.objects.order_by("-month").values_list("month", flat=True)
    return [_month(code) for code in months[:MONTH_COUNT]]


def find_published(code: str | None) -> tuple[Period, Numbers] | None:
    """Return the numbers of the month that a link names, None if it was not counted. One query.

    code: None for the newest one.
    """
    rows = PublishedNumbers.objects.order_by("-month")
    if code is not None:
        rows = rows.filter(month=code) if _MONTH.fullmatch(code) else rows.none()
    kept = rows.first()
    return (_month(kept.month), _read(kept)) if kept is not None else None


def _read(kept: PublishedNumbers) -> Numbers:
    values: dict[str, Any] = kept.numbers
    tallies = {
        table: {key: Tally(**tally) for key, tally in values[table].items()}
        for table in ("by_rule", "by_source")
    }
    return Numbers(**{**values, **tallies, "counted_at": kept.counted_at})


def count(period: Period, *, now: datetime) -> Numbers:
    """Count a period as it stood SETTLE_DAYS after its end, whenever that is done. Five queries.

    Only what was erased or opened again since is missing.
    """
    settled_at = period.until + timedelta(days=SETTLE_DAYS)
    decisions = Decision.objects.filter(at__gte=period.since, at__lt=period.until).exclude(_is_counted())
    by_kind: Counter[str] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    groups = decisions.values("kind", "reason_code", "source").annotate(count=Count("pk")).order_by()
    for row in groups:
        by_kind[row["kind"]] += row["count"]
        if row["kind"] in MEASURES:
            total[row["reason_code"], row["source"]] += row["count"]
    reversing = Decision.objects.filter(
        reverses=OuterRef("pk"), kind__in=queries.REVERSING, at__lt=settled_at
    )
    taken_back = {
        (row["reason_code"], row["source"]): row["count"]
        for row in decisions.filter(Exists(reversing), kind__in=MEASURES)
        .values("reason_code", "source")
        .annotate(count=Count("pk"))
        .order_by()
    }
    cases_decided, median_seconds = _count_cases(period)
    appeals = (
        Appeal.objects.filter(created_at__gte=period.since, created_at__lt=period.until)
        .values(
            settled_state=models.Case(
                When(closed_at__gte=settled_at, then=Value(Appeal.State.OPEN.value)), default=F("state")
            )
        )
        .annotate(count=Count("pk"))
        .order_by()
    )
    return Numbers(
        counted_at=now,
        by_kind=dict(by_kind),
        by_rule=_tally(total, taken_back, part=0),
        by_source=_tally(total, taken_back, part=1),
        cases_decided=cases_decided,
        median_seconds=median_seconds,
        appeals={row["settled_state"]: row["count"] for row in appeals},
    )


def _is_counted() -> Q:
    """Say that a decision is counted with another one: what one event shut counts once, and so its end."""
    earlier = CaseLock.objects.filter(case__locks__decision=OuterRef("pk"), decision__lt=OuterRef("pk"))
    is_shut_with_it = Q(Exists(earlier), kind=Kind.RESTRICT, reason_code=CaseLock.REASON)
    return is_shut_with_it | Q(caused_by__isnull=False, reverses__reason_code=CaseLock.REASON)


def _tally(
    total: Counter[tuple[str, str]], taken_back: dict[tuple[str, str], int], *, part: int
) -> dict[str, Tally]:
    """Sum up by one part of the key: 0 is the rule, 1 is who decided."""
    summed: dict[str, Tally] = {}
    for key, number in total.items():
        before = summed.get(key[part], Tally())
        summed[key[part]] = Tally(
            before.total + number,
            before.automatic + (number if key[1] == Decision.Source.AUTOMATIC else 0),
            before.taken_back + taken_back.get(key, 0),
        )
    return summed


def _count_cases(period: Period) -> tuple[int, float | None]:
    decided = (
        Case.objects.filter(closed_at__gte=period.since, closed_at__lt=period.until)
        .annotate(took=F("closed_at") - F("created_at"))
        .order_by("took")
        .values_list("took", flat=True)
    )
    number = decided.count()
    # One row in the middle, or two; the database sorts, and only these come here.
    middle = list(decided[max(0, (number - 1) // 2) : number // 2 + 1])
    return number, sum(took.total_seconds() for took in middle) / len(middle) if middle else None


def _month(code: str) -> Period:
    since = datetime.strptime(f"{code} +0000", "%Y-%m %z")
    return Period(code, since, (since + timedelta(days=31)).replace(day=1))
