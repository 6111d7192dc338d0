"""Reads about decisions, measures and people's standing."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from moderation.models import Appeal, AppealFile, Case, Decision, Measure, Proposal, Report

# What takes a decision back.
REVERSING = ("OVERTURN", "REINSTATE", "RESTORE", "LIFT")
# An appeal that is granted in part leaves no strike.
_FORGIVING = (*REVERSING, "PARTIAL")
_STRIKES = ("WARN", "DELIST", "REMOVE")
# What whoever is affected hears of.
_TOLD = (*_STRIKES, *REVERSING, "REJECT", "RESTRICT", "SUSPEND", "UPHOLD", "PARTIAL")
# Within this time the same decision about the same person is the same click.
_SAME_CLICK = timedelta(minutes=1)

# Orders for core.pagination.get_page.
NEWEST = ("-at", "-id")


def find_person(subject_id: int) -> User | None:
    """Return the person behind a subject, None once they are erased."""
    return User.objects.filter(subject_id=subject_id).select_related("subject").first()


def find_decision(public_id: str) -> Decision | None:
    """Return the decision with this public id; anything may be asked for."""
    if "\0" in public_id:
        # PostgreSQL takes none.
        return None
    return Decision.objects.filter(public_id=public_id).select_related("reverses").first()


def find_reversal(decision: Decision) -> Decision | None:
    """Return the decision that took this one back, if one did."""
    return decision.reversals.filter(kind__in=REVERSING).order_by("pk").first()


def find_same_warning(subject_id: int, reason_code: str, *, now: datetime) -> Decision | None:
    """Return the warning that the same click gave a moment ago."""
    same = _list_same(subject_id, Decision.Kind.WARN, reason_code).filter(_is_now(now))
    return same.order_by("-at", "-id").first()


def find_same_restriction(
    subject_id: int,
    *,
    is_automatic: bool,
    reason_code: str,
    scope: str,
    ends_at: datetime | None,
    now: datetime,
) -> Decision | None:
    """Return the restriction that the same click made a moment ago; a program's while it is in force."""
    same = _list_same(subject_id, Decision.Kind.RESTRICT, reason_code).filter(scope=scope)
    if is_automatic:
        same = same.filter(_in_force("measure__", now), source=Decision.Source.AUTOMATIC)
    else:
        same = same.filter(_is_now(now), source=Decision.Source.HUMAN)
        same = (
            same.filter(ends_at__isnull=True)
            if ends_at is None
            else same.filter(ends_at__gt=ends_at - _SAME_CLICK, ends_at__lt=ends_at + _SAME_CLICK)
        )
    return same.order_by("-at", "-id").first()


def list_strikes(subject_id: int, *, since: datetime, now: datetime) -> QuerySet[Decision]:
    """Return the decisions that count when somebody breaks the rules again; none that was taken back."""
    return list_standing_strikes(subject_id).filter(at__gt=since, at__lte=now)


def list_standing_strikes(subject_id: int) -> QuerySet[Decision]:
    """Return the strikes that were not taken back, aged out or not, the oldest first."""
    return (
        Decision.objects.filter(affected=subject_id, kind__in=_STRIKES, caused_by__isnull=True)
        .exclude(_is_answered(_FORGIVING))
        .order_by("at", "id")
    )


def list_consequences(subject_id: int) -> QuerySet[Decision]:
    """Return what the rule about repeats made follow from strikes and nobody took back, the oldest first."""
    return (
        Decision.objects.filter(
            affected=subject_id, kind=Decision.Kind.RESTRICT, caused_by__kind__in=_STRIKES
        )
        .exclude(_is_reversed())
        .select_related("caused_by", "measure", "affected")
        .order_by("at", "id")
    )


def list_about(user: User) -> QuerySet[Decision]:
    """Return what was decided about a person and what they made, to be ordered by NEWEST."""
    return (
        Decision.objects.filter(affected_id=user.subject_id)
        .select_related("measure")
        .annotate(is_reversed=_is_reversed())
    )


def list_history(user: User) -> QuerySet[Decision]:
    """Return what a person may read of what was decided about them, to be ordered by NEWEST.

    Nothing about reports: that somebody reported them and nothing was found is not theirs to know.
    """
    return (
        list_about(user)
        .filter(kind__in=_TOLD)
        .exclude(reverses__kind=Decision.Kind.DISMISS)
        .select_related("measure", "reverses")
        .annotate(is_forgiven=_is_answered(_FORGIVING))
    )


def list_appealable(
    user: User, *, kinds: Collection[str], reporter_kinds: Collection[str], since: datetime
) -> QuerySet[Decision]:
    """Return what a person can still appeal against, about them or reported by them; order by NEWEST.

    since: of the oldest that can be. None that was taken back, none with an appeal.
    """
    reported = Report.objects.filter(reporter=user, case__decision__isnull=False).values("case__decision")
    mine = Appeal.objects.filter(appellant=user, decision=OuterRef("pk"))
    return (
        Decision.objects.filter(
            Q(affected_id=user.subject_id, kind__in=kinds) | Q(pk__in=reported, kind__in=reporter_kinds),
            at__gte=since,
        )
        .exclude(_is_reversed())
        .exclude(Exists(mine.exclude(state=Appeal.State.WITHDRAWN)))
    )


def list_reports_of(user: User, decisions: Iterable[Decision]) -> QuerySet[Report]:
    """Return what a person reported that these decisions answered, the newest first."""
    found = Report.objects.filter(reporter=user, case__decision__in=[decision.pk for decision in decisions])
    return found.select_related("case").order_by("-pk")


def list_measures_in_force(subject_id: int, *, now: datetime) -> QuerySet[Measure]:
    """Return what holds about a person and what they made at `now`."""
    return Measure.objects.filter(_in_force("", now), affected=subject_id).select_related("decision")


def find_measure(target_kind: str, target_id: str) -> Measure | None:
    """Return the newest measure that is in force on a content."""
    return (
        Measure.objects.filter(target_kind=target_kind, target_id=target_id, ended_at__isnull=True)
        .select_related("decision")
        .order_by("-pk")
        .first()
    )


def find_role(user: User, decision: Decision) -> Appeal.Role | None:
    """Return as what a person may appeal against a decision: its owner, a reporter, or not at all."""
    if decision.kind == Decision.Kind.DISMISS:
        reported = Report.objects.filter(reporter=user, case__decision=decision).exists()
        return Appeal.Role.REPORTER if reported else None
    return Appeal.Role.OWNER if decision.affected_id == user.subject_id else None


def find_appeal(user: User, decision: Decision) -> Appeal | None:
    """Return a person's appeal against a decision, but for one that they took back."""
    return (
        Appeal.objects.filter(appellant=user, decision=decision).exclude(state=Appeal.State.WITHDRAWN).first()
    )


def list_appeals(user: User) -> QuerySet[Appeal]:
    """Return a person's appeals, to be ordered by newest first."""
    return Appeal.objects.filter(appellant=user).select_related("decision__reverses", "answer")


def list_appeals_against(user: User, decisions: Iterable[Decision]) -> dict[int, Appeal]:
    """Return a person's appeals by the key of the decision, but for those that they took back. One query."""
    found = Appeal.objects.filter(appellant=user, decision__in=[decision.pk for decision in decisions])
    return {appeal.decision_id: appeal for appeal in found.exclude(state=Appeal.State.WITHDRAWN)}


def list_known_files(names: list[str]) -> set[str]:
    """Return those of some stored files that came with an appeal. One query."""
    return set(AppealFile.objects.filter(file__in=names).values_list("file", flat=True))


def list_waiting_appeals() -> QuerySet[Appeal]:
    """Return the appeals that wait for an answer, the most urgent first."""
    return (
        Appeal.objects.filter(state=Appeal.State.OPEN)
        .select_related("decision", "appellant")
        .order_by("due_at", "id")
    )


def list_open_cases() -> QuerySet[Case]:
    """Return the moderators' queue of reports, the riskiest first, then the oldest."""
    return Case.objects.filter(state=Case.State.OPEN).order_by("-risk", "created_at", "id")


def find_open_case(target_kind: str, target_id: str) -> Case | None:
    """Return the case that reports about a target join now."""
    return Case.objects.filter(target_kind=target_kind, target_id=target_id, state=Case.State.OPEN).first()


def list_open_proposals() -> QuerySet[Proposal]:
    """Return what waits for a second person, oldest first."""
    return (
        Proposal.objects.filter(state=Proposal.State.OPEN)
        .select_related("user", "proposed_by")
        .order_by("created_at", "id")
    )


def _is_now(now: datetime) -> Q:
    """Say that something was decided a moment ago; the clocks of two machines differ a little."""
    return Q(at__gt=now - _SAME_CLICK, at__lt=now + _SAME_CLICK)


def _is_reversed() -> Exists:
    return _is_answered(REVERSING)


def _is_answered(kinds: tuple[str, ...]) -> Exists:
    return Exists(Decision.objects.filter(reverses=OuterRef("pk"), kind__in=kinds))


def _in_force(prefix: str, now: datetime) -> Q:
    return Q(**{f"{prefix}ended_at__isnull": True}) & (
        Q(**{f"{prefix}ends_at__isnull": True}) | Q(**{f"{prefix}ends_at__gt": now})
    )


def _list_same(subject_id: int, kind: str, reason_code: str) -> QuerySet[Decision]:
    """Return what says the same about a person and was neither taken back nor caused by a rule."""
    return Decision.objects.filter(
        affected=subject_id,
        kind=kind,
        reason_code=reason_code,
        target_kind="user",
        caused_by__isnull=True,
    ).exclude(_is_reversed())
