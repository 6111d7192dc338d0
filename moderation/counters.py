"""How review is going: what waits, how long decisions take, how often they did not hold."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.models import AuditEvent
from moderation.models import Decision, SecondReview
from moderation.queues import Queue
from moderation.services.decisions import Kind

PERIODS_DAYS = (7, 30)
# Beyond this many it only matters that there are too many.
WAITING_LIMIT = 10_000
_SAMPLE_COUNT = 2000
_TAKES_BACK = (Kind.OVERTURN, Kind.PARTIAL, Kind.REINSTATE, Kind.RESTORE, Kind.LIFT)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Period:
    """What happened in the last `days` days. overturned: of the decisions made in that time."""

    days: int
    decided: int
    median_wait: timedelta | None
    overturned: Share
    agreed: Share


@dataclass(frozen=True, slots=True)
class QueueCounters:
    """One queue now and lately. waiting: at most WAITING_LIMIT, and then is_more.

    late: how many should have been decided by now, None where nothing says until when.
    """

    queue: Queue
    waiting: int
    is_more: bool
    oldest_wait: timedelta | None
    late: int | None
    periods: tuple[Period, ...]


def read(queue: Queue, *, now: datetime, periods: Sequence[int] = PERIODS_DAYS) -> QueueCounters:
    """Return the counters of a queue. The number of queries does not depend on what is in it.

    periods: in days, to look back at; none for what waits alone.
    """
    waiting = queue.list_waiting().order_by()
    count = waiting.values("pk")[: WAITING_LIMIT + 1].count()
    oldest = waiting.order_by(queue.since_field).values_list(queue.since_field, flat=True).first()
    return QueueCounters(
        queue=queue,
        waiting=min(count, WAITING_LIMIT),
        is_more=count > WAITING_LIMIT,
        oldest_wait=now - oldest if oldest is not None else None,
        late=_count_late(queue, waiting, now),
        periods=tuple(_read_period(queue, days, now=now) for days in periods),
    )


def _count_late(queue: Queue, waiting: QuerySet[Any], now: datetime) -> int | None:
    if not queue.due_field:
        return None
    return waiting.filter(**{f"{queue.due_field}__lt": now}).values("pk")[:WAITING_LIMIT].count()


def _read_period(queue: Queue, days: int, *, now: datetime) -> Period:
    since = now - timedelta(days=days)
    decided = _list_decided(queue).filter(at__gte=since, at__lte=now, source=Decision.Source.HUMAN)
    taken_back = Decision.objects.filter(reverses=OuterRef("pk"), kind__in=_TAKES_BACK)
    count = decided.count()
    answers = SecondReview.objects.filter(queue=queue.key, reviewed_at__gte=since, reviewed_at__lte=now)
    agreed = answers.aggregate(part=Count("pk", filter=Q(agrees=True)), whole=Count("pk"))
    return Period(
        days=days,
        decided=count,
        median_wait=_median_wait(queue, since, now),
        overturned=Share(decided.filter(Exists(taken_back)).count(), count),
        agreed=Share(**agreed),
    )


def _list_decided(queue: Queue) -> QuerySet[Decision]:
    if queue.list_decided is not None:
        return queue.list_decided()
    kinds = [Kind.APPROVE, Kind.REJECT, Kind.DELIST]
    return Decision.objects.filter(target_kind=queue.target_kind, kind__in=kinds)


def _median_wait(queue: Queue, since: datetime, now: datetime) -> timedelta | None:
    """Return the median of the newest decisions' waiting times, at most _SAMPLE_COUNT of them."""
    waits = _list_waits(queue, since, now)
    return timedelta(seconds=statistics.median(waits)) if waits else None


def _list_waits(queue: Queue, since: datetime, now: datetime) -> list[float]:
    if queue.list_closed is not None:
        closed = queue.list_closed().filter(closed_at__gte=since, closed_at__lte=now)
        times = closed.order_by("-closed_at").values_list("created_at", "closed_at")[:_SAMPLE_COUNT]
        return [(end - start).total_seconds() for start, end in times]
    events = AuditEvent.objects.filter(
        at__gte=since,
        at__lte=now,
        kind__in=queue.decided_kinds,
        target_kind=queue.target_kind,
        data__has_key="waited_seconds",
    )
    seconds = events.order_by("-at").values_list("data__waited_seconds", flat=True)[:_SAMPLE_COUNT]
    return list(seconds)
