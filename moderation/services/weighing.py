"""How much a report counts: by what it is about, and by what came of the reporter's earlier ones."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.models import KnownDevice, Restriction, User
from moderation.models import Case, CaseLock, Report, ReportAddition

# Hundredths. Nobody's word counts for nothing, and nobody's for more than two people's.
_USUAL, _LEAST, _MOST = 100, 25, 200
# Earlier reports that count like one more of each outcome: a single lucky or unlucky one says little.
_PRIOR = 2
_RECENT = 50
# What says something about who reported; what was our own mistake is neither for them nor against them.
_TELLING = Q(case__state__in=(Case.State.ACTED, Case.State.DISMISSED)) & (
    Q(case__decision__isnull=True) | Q(case__decision__is_our_mistake=False)
)
# Who was right about so many people is proven: being right about one's own second account is cheap.
_PROVEN_ABOUT = 3
# What many reports at once add to the risk of a case: it comes before everything else.
_SURGE = 10_000
# Of those who report within so short a time many may belong together: see list_voices.
_JOINED_TOGETHER = timedelta(hours=1)
_COPIED_LENGTH = 20
_VOICES_READ = 200
# What a grave reason adds to the risk of a case, once.
_GRAVITY = {
    Report.Reason.UNDERAGE: 1000,
    Report.Reason.HARASSMENT: 150,
    Report.Reason.SCAM: 150,
    Report.Reason.ABUSE: 100,
    Report.Reason.IMPERSONATION: 50,
    Report.Reason.OTHER: 0,
}


@dataclass(slots=True)
class Record:
    """What came of somebody's recent reports: how many led to something, about whom, and how many to nothing.

    Who helped to lock somebody for nothing was wrong twice.
    """

    acted: int = 0
    wrong: int = 0
    about: set[int] = field(default_factory=set)

    @property
    def weight(self) -> int:
        """How much their next report counts, in hundredths.

        100 for somebody new; towards 200 for people whose reports led to something, towards 25 for others.
        """
        share = (self.acted + _PRIOR) / (self.acted + self.wrong + 2 * _PRIOR)
        return max(_LEAST, min(_MOST, round(2 * _USUAL * share)))

    @property
    def is_proven(self) -> bool:
        """Whether they were right about several people, and more often than not."""
        return self.weight > _USUAL and len(self.about) >= _PROVEN_ABOUT


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who reported something, or several who belong together.

    is_free: they stand behind no lock that nobody has decided about yet.
    """

    is_proven: bool
    is_free: bool


def weight_of(reporter: User) -> int:
    """Return how much a person's next report counts, in hundredths. One query."""
    return list_records([reporter.pk])[reporter.pk].weight


def list_records(reporters: Collection[int]) -> dict[int, Record]:
    """Return the record of each of these people, by key. One query."""
    recent = (
        Report.objects.filter(_TELLING, reporter__in=reporters)
        .annotate(
            has_locked=Exists(CaseLock.objects.filter(case=OuterRef("case"))),
            place=Window(RowNumber(), partition_by=F("reporter"), order_by=F("pk").desc()),
        )
        .filter(place__lte=_RECENT)
        .values_list("reporter", "case__state", "case__subject", "has_locked")
    )
    records = {reporter: Record() for reporter in reporters}
    for reporter, state, subject, has_locked in recent:
        record = records[reporter]
        if state != Case.State.ACTED:
            record.wrong += 2 if has_locked else 1
            continue
        record.acted += 1
        if subject is not None:
            record.about.add(subject)
    return records


def risk_of(case: Case) -> int:
    """Return what a case's reports add up to; what was added later may be graver. Two queries."""
    rows = list(Report.objects.filter(case=case).values_list("reason", "weight"))
    added = ReportAddition.objects.filter(report__case=case).values_list("reason", flat=True)
    reasons = {*(reason for reason, _weight in rows), *added}
    gravest = max((_GRAVITY[Report.Reason(reason)] for reason in reasons), default=0)
    surge = _SURGE if case.surged_at is not None else 0
    return surge + gravest + sum(weight for _reason, weight in rows)


def list_voices(case: Case, *, since: datetime, joined_by: datetime, now: datetime) -> list[Voice]:
    """Return the people who reported something since then, independently of each other.

    One for all who share a mailbox or a browser, made their accounts together or wrote the same words. None
    for accounts made after `joined_by`, for people who were wrong more often than right (when they reported,
    or by what is known now), are restricted or suspended themselves, and for staff, who can decide. Three
    queries.
    """
    shut = Restriction.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), user=OuterRef("reporter"), lifted_at__isnull=True
    )
    found = list(
        Report.objects.filter(
            case=case,
            created_at__gt=since,
            weight__gte=_USUAL,
            reporter__is_active=True,
            reporter__is_staff=False,
            reporter__date_joined__lte=joined_by,
        )
        .exclude(reporter_subject=case.subject_id)
        .exclude(Exists(shut))
        .annotate(is_bound=Exists(_list_bound(case)))
        .select_related("reporter")
        .order_by("-pk")[:_VOICES_READ]
    )
    records = list_records({report.reporter_id for report in found if report.reporter_id is not None})
    heard = [
        (report, records[report.reporter_id])
        for report in found
        if report.reporter_id is not None and records[report.reporter_id].weight >= _USUAL
    ]
    groups: dict[int, list[tuple[bool, bool]]] = defaultdict(list)
    for group, (report, record) in zip(_group([report for report, _r in heard]), heard, strict=True):
        groups[group].append((record.is_proven, not report.is_bound))
    return [
        Voice(
            is_proven=any(is_proven for is_proven, _is_free in group),
            is_free=all(is_free for _is_proven, is_free in group),
        )
        for group in groups.values()
    ]


def _list_bound(case: Case) -> QuerySet[Report]:
    """Return what a reporter (of the outer row) said in other cases that shut something and are undecided."""
    locks = CaseLock.objects.filter(case=OuterRef("case"))
    others = Report.objects.filter(reporter=OuterRef("reporter"), case__state=Case.State.OPEN)
    return others.filter(Exists(locks)).exclude(case=case)


def _group(reports: Sequence[Report]) -> list[int]:
    """Return for each report the number of the group that it belongs to. One query."""
    groups = list(range(len(reports)))
    first: dict[Hashable, int] = {}
    for place, mark in _list_marks(reports):
        one, other = groups[place], groups[first.setdefault(mark, place)]
        groups = [other if group == one else group for group in groups]
    return groups


def _list_marks(reports: Sequence[Report]) -> Iterator[tuple[int, Hashable]]:
    """Yield what two reporters may have in common, each with the place of its report."""
    places = {report.reporter_id: place for place, report in enumerate(reports)}
    devices = KnownDevice.objects.filter(user__in=[key for key in places if key is not None])
    for user_id, token_hash in devices.values_list("user", "token_hash"):
        yield places[user_id], ("browser", token_hash)
    for place, report in enumerate(reports):
        words = " ".join(report.text.casefold().split())
        if len(words) >= _COPIED_LENGTH:
            yield place, ("words", words)
    people = [(place, report.reporter) for place, report in enumerate(reports) if report.reporter is not None]
    joined_before = None
    for place, person in sorted(people, key=lambda pair: pair[1].date_joined):
        name, _at, host = person.email.casefold().rpartition("@")
        yield place, ("mailbox", name.partition("+")[0], host)
        if joined_before is None or person.date_joined - joined_before > _JOINED_TOGETHER:
            first = place
        joined_before = person.date_joined
        yield place, ("joined", first)


def agreement(reporter: User) -> tuple[int, int]:
    """Return how many closed reports of a person there are, and how many of them led to something."""
    found = Report.objects.filter(reporter=reporter).aggregate(
        closed=Count("pk", filter=_TELLING),
        acted=Count("pk", filter=_TELLING & Q(case__state=Case.State.ACTED)),
    )
    return found["closed"], found["acted"]
