"""How much a report counts: by what it is about, and by what came of the reporter's earlier ones."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import KnownDevice, Restriction, User
from moderation.models import Case, CaseLock, Report, ReportAddition

# Hundredths. Nobody's word counts for nothing, and nobody's for more than two people's.
_USUAL, _LEAST, _MOST = 100, 25, 200
# Earlier reports that count like one more of each outcome: a single lucky or unlucky one says little.
_PRIOR = 2
_RECENT = 50
# What says something about who reported.
_TELLING = (Case.State.ACTED, Case.State.DISMISSED)
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


def weight_of(reporter: User) -> int:
    """Return how much a person's next report counts, in hundredths. One query.

    100 for somebody new; towards 200 for people whose reports led to something, towards 25 for the others.
    Who helped to lock somebody for nothing was wrong twice.
    """
    recent = (
        Report.objects.filter(reporter=reporter)
        .filter(case__state__in=_TELLING)
        .annotate(has_locked=Exists(CaseLock.objects.filter(case=OuterRef("case"))))
        .order_by("-pk")
        .values("case__state", "has_locked")[:_RECENT]
    )
    acted = wrong = 0
    for row in recent:
        if row["case__state"] == Case.State.ACTED:
            acted += 1
        else:
            wrong += 2 if row["has_locked"] else 1
    share = (acted + _PRIOR) / (acted + wrong + 2 * _PRIOR)
    return max(_LEAST, min(_MOST, round(2 * _USUAL * share)))


def risk_of(case: Case) -> int:
    """Return what a case's reports add up to; what was added later may be graver. Two queries."""
    rows = list(Report.objects.filter(case=case).values_list("reason", "weight"))
    added = ReportAddition.objects.filter(report__case=case).values_list("reason", flat=True)
    reasons = {*(reason for reason, _weight in rows), *added}
    gravest = max((_GRAVITY[Report.Reason(reason)] for reason in reasons), default=0)
    surge = _SURGE if case.surged_at is not None else 0
    return surge + gravest + sum(weight for _reason, weight in rows)


def is_proven(weight: int) -> bool:
    """Whether a weight is of somebody whose reports led to something more often than not."""
    return weight > _USUAL


def list_voices(case: Case, *, since: datetime, joined_by: datetime, now: datetime) -> list[int]:
    """Return the weights of the people who reported something since then, independently of each other.

    One for all who share a mailbox or a browser, made their accounts together or wrote the same words. None
    for accounts made after `joined_by`, for people who were wrong more often than right, are restricted or
    suspended themselves, and for staff, who can decide. Two queries.
    """
    shut = Restriction.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), user=OuterRef("reporter"), lifted_at__isnull=True
    )
    reports = list(
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
        .select_related("reporter")
        .order_by("-pk")[:_VOICES_READ]
    )
    voices: dict[int, int] = defaultdict(int)
    for group, report in zip(_group(reports), reports, strict=True):
        voices[group] = max(voices[group], report.weight)
    return sorted(voices.values(), reverse=True)


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
        closed=Count("pk", filter=Q(case__state__in=_TELLING)),
        acted=Count("pk", filter=Q(case__state=Case.State.ACTED)),
    )
    return found["closed"], found["acted"]
