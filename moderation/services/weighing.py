"""How much a report counts: by what it is about, and by what came of the reporter's earlier ones."""

from django.db.models import Count, Q

from accounts.models import User
from moderation.models import Case, Report, ReportAddition

# Hundredths. Nobody's word counts for nothing, and nobody's for more than two people's.
_USUAL, _LEAST, _MOST = 100, 25, 200
# Earlier reports that count like one more of each outcome: a single lucky or unlucky one says little.
_PRIOR = 2
_RECENT = 50
# What says something about who reported.
_TELLING = (Case.State.ACTED, Case.State.DISMISSED)
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
    """
    recent = (
        Report.objects.filter(reporter=reporter)
        .filter(case__state__in=_TELLING)
        .order_by("-pk")
        .values("case__state")[:_RECENT]
    )
    states = [row["case__state"] for row in recent]
    acted = states.count(Case.State.ACTED)
    share = (acted + _PRIOR) / (len(states) + 2 * _PRIOR)
    return max(_LEAST, min(_MOST, round(2 * _USUAL * share)))


def risk_of(case: Case) -> int:
    """Return what a case's reports add up to; what was added later may be graver. Two queries."""
    rows = list(Report.objects.filter(case=case).values_list("reason", "weight"))
    added = ReportAddition.objects.filter(report__case=case).values_list("reason", flat=True)
    reasons = {*(reason for reason, _weight in rows), *added}
    gravest = max((_GRAVITY[Report.Reason(reason)] for reason in reasons), default=0)
    return gravest + sum(weight for _reason, weight in rows)


def agreement(reporter: User) -> tuple[int, int]:
    """Return how many closed reports of a person there are, and how many of them led to something."""
    found = Report.objects.filter(reporter=reporter).aggregate(
        closed=Count("pk", filter=Q(case__state__in=_TELLING)),
        acted=Count("pk", filter=Q(case__state=Case.State.ACTED)),
    )
    return found["closed"], found["acted"]
