"""Reads about decisions, measures and people's standing."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts import policies as account_policies
from accounts.models import NEVER_VERIFIED_CODE, User
from accounts.queries import username_of
from moderation import targets
from moderation.models import (
    Appeal,
    AppealFile,
    Case,
    CaseLock,
    Decision,
    Measure,
    Proposal,
    Report,
    ReportAddition,
)

# What takes a decision back.
REVERSING = ("OVERTURN", "REINSTATE", "RESTORE", "LIFT")
# An appeal that is granted in part leaves no strike.
_FORGIVING = (*REVERSING, "PARTIAL")
_STRIKES = ("WARN", "DELIST", "REMOVE")
# What whoever is affected hears of.
_TOLD = (*_STRIKES, *REVERSING, "REJECT", "RESTRICT", "SUSPEND", "CONFIRM", "UPHOLD", "PARTIAL")

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


def find_made(actor: User, person: User, creation_key: str) -> Decision | None:
    """Return what a moderator's form decided about a person when it was sent before."""
    if not creation_key:
        return None
    return Decision.objects.filter(
        actor=actor.subject_id, affected=person.subject_id, creation_key=creation_key
    ).first()


def find_automatic(subject_id: int, reason_code: str, scope: str, *, now: datetime) -> Decision | None:
    """Return the restriction that a program imposed for this reason and that is in force."""
    same = Decision.objects.filter(
        _in_force("measure__", now),
        affected=subject_id,
        kind=Decision.Kind.RESTRICT,
        source=Decision.Source.AUTOMATIC,
        reason_code=reason_code,
        scope=scope,
        target_kind="user",
        caused_by__isnull=True,
    )
    return same.exclude(_is_reversed()).order_by("-at", "-id").first()


def list_deciders(decision: Decision) -> set[int]:
    """Return the subjects of everybody who took part in a decision. One query.

    Of what a rule made follow these are also those who gave the strike, and of what a program decided those
    who confirmed it.
    """
    found = {decision.actor_id, decision.second_actor_id}
    if decision.caused_by is not None:
        found |= {decision.caused_by.actor_id, decision.caused_by.second_actor_id}
    found |= set(
        decision.reversals.filter(kind=Decision.Kind.CONFIRM).values_list("actor_id", flat=True).order_by()
    )
    return {subject_id for subject_id in found if subject_id is not None}


def list_strikes(subject_id: int, *, since: datetime, now: datetime) -> QuerySet[Decision]:
    """Return the decisions that count when somebody breaks the rules again; none that was taken back."""
    return list_standing_strikes(subject_id).filter(at__gt=since, at__lte=now)


def list_standing_strikes(subject_id: int) -> QuerySet[Decision]:
    """Return the strikes that were not taken back, aged out or not, the oldest first."""
    return (
        Decision.objects.filter(
            affected=subject_id, kind__in=_STRIKES, caused_by__isnull=True, is_our_mistake=False
        )
        .exclude(_is_answered(_FORGIVING))
        .exclude(target_kind__in=targets.list_our_kinds())
        .exclude(_is_reported_by_affected())
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
    """Return for staff what was decided about a person and what they made, and by whom (actor_name); order
    by NEWEST.
    """
    return _list_about(user).annotate(actor_name=username_of("actor"))


def list_shown_to(viewer: User, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Return those of some decisions that a member of staff reads.

    None about themselves: it is told them like everybody else, without the notes of their colleagues. What
    concerns the safety of children is for those who look after it.
    """
    shown = decisions.exclude(affected=viewer.subject_id)
    return shown if account_policies.looks_after_child_safety(viewer) else shown.exclude(is_hit(""))


def list_record(viewer: User, person: User) -> QuerySet[Decision]:
    """Return what staff reads of what was decided about a person, the newest first."""
    return list_shown_to(viewer, list_about(person)).order_by(*NEWEST)


def list_measures_shown_to(viewer: User, measures: QuerySet[Measure]) -> QuerySet[Measure]:
    """Return those of some measures whose decisions a member of staff reads."""
    shown = measures.exclude(affected=viewer.subject_id)
    return shown if account_policies.looks_after_child_safety(viewer) else shown.exclude(is_hit("decision__"))


def list_appeals_shown_to(viewer: User, appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """Return those of some appeals that a member of staff reads: none of their own or about themselves.

    Those against what screening stopped because of minors are for those who look after child safety.
    """
    shown = appeals.exclude(appellant=viewer).exclude(decision__affected=viewer.subject_id)
    is_keeper = account_policies.looks_after_child_safety(viewer)
    return shown if is_keeper else shown.exclude(is_hit("decision__"))


def list_proposals_shown_to(viewer: User) -> QuerySet[Proposal]:
    """Return the proposals that a member of staff reads: none about themselves."""
    shown = Proposal.objects.exclude(user=viewer)
    is_keeper = account_policies.looks_after_child_safety(viewer)
    return shown if is_keeper else shown.exclude(caused_by__kind=Decision.Kind.CONFIRM)


def is_hit(prefix: str) -> Q:
    """Say that a decision is what screening stopped because of minors, answers that or follows from it."""
    found = Q()
    for path in (prefix, f"{prefix}reverses__"):
        stopped = {"reason_code": NEVER_VERIFIED_CODE, "source": "AUTOMATIC", "caused_by__isnull": True}
        found |= Q(**{f"{path}{field}": value for field, value in stopped.items()})
        found |= Q(**{f"{path}kind": "CONFIRM"}) | Q(**{f"{path}caused_by__kind": "CONFIRM"})
    return found


def list_history(user: User) -> QuerySet[Decision]:
    """Return what a person may read of what was decided about them, to be ordered by NEWEST.

    Nothing about reports: that somebody reported them and nothing was found is not theirs to know.
    """
    return (
        _list_about(user)
        .filter(kind__in=_TOLD)
        .exclude(reverses__kind=Decision.Kind.DISMISS)
        .select_related("measure", "reverses")
        .annotate(is_forgiven=_is_answered(_FORGIVING))
    )


def find_in_history(user: User, public_id: str, *, beyond: int) -> Decision | None:
    """Return a decision of a person's history with at least `beyond` newer ones, else None. Two queries."""
    if "\0" in public_id:
        return None
    found = list_history(user).filter(public_id=public_id).first()
    if found is None:
        return None
    newer = list_history(user).exclude(not_newer_than(found))
    return found if len(newer.values_list("pk", flat=True)[:beyond]) == beyond else None


def not_newer_than(decision: Decision) -> Q:
    """Say that rows stand at a decision or after it, in the order NEWEST."""
    return Q(at__lt=decision.at) | Q(at=decision.at, pk__lte=decision.pk)


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


def find_decision_about(
    user: User, *, target_kind: str, target_id: str, revision_hash: str, kinds: Collection[str]
) -> Decision | None:
    """Return the latest decision about a version of what somebody made; anything may be asked for."""
    if "\0" in f"{target_kind}{target_id}{revision_hash}":
        return None
    found = Decision.objects.filter(
        affected_id=user.subject_id,
        target_kind=target_kind,
        target_id=target_id,
        revision_hash=revision_hash,
        kind__in=kinds,
    )
    return found.order_by(*NEWEST).first()


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
    """Return a person's appeal against a decision, or what was shut with it, unless they took it back."""
    found = Appeal.objects.filter(appellant=user, decision__in=list_together(decision))
    return found.exclude(state=Appeal.State.WITHDRAWN).order_by("pk").first()


def is_granted_by(user: User, answer: Decision) -> bool:
    """Whether a decision closed an appeal of this person, who then knows of it. One query."""
    return Appeal.objects.filter(appellant=user, answer=answer).exists()


def find_granted_wish(answer: Decision) -> str:
    """Return what the owner wished in the appeal that a decision granted, empty if nobody appealed."""
    granted = Appeal.objects.filter(answer=answer, role=Appeal.Role.OWNER)
    return granted.values_list("wish", flat=True).first() or ""


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
    """Return the appeals that wait for a moderator's answer, the most urgent first.

    Those about what screening stopped because of minors wait on the page of their case.
    """
    return (
        Appeal.objects.filter(state=Appeal.State.OPEN)
        .exclude(is_hit("decision__"))
        .select_related("decision", "appellant")
        .order_by("due_at", "id")
    )


def list_open_cases() -> QuerySet[Case]:
    """Return the moderators' queue of reports, the riskiest first, then the oldest."""
    return Case.objects.filter(state=Case.State.OPEN).order_by("-risk", "created_at", "id")


def list_cases_of(decision: Decision) -> list[Case]:
    """Return the cases that a decision answered, or whose reports alone led to it. One query."""
    behind = Q(decision=decision) | Q(locks__decision=decision)
    return list(Case.objects.filter(behind).distinct().order_by("pk"))


def list_locks(case: Case) -> list[Decision]:
    """Return what the reports of a case shut by themselves, with what is left of it. One query."""
    found = Decision.objects.filter(locking_cases__case=case).select_related("measure")
    return list(found.annotate(is_reversed=_is_reversed()).order_by("pk"))


def until_when_shut(*, now: datetime) -> Subquery:
    """Return, for a query of cases, until when at the latest the reports of a case keep something shut."""
    locks = CaseLock.objects.filter(
        _in_force("decision__measure__", now), case=OuterRef("pk"), case__state=Case.State.OPEN
    )
    return Subquery(locks.order_by("-decision__measure__ends_at").values("decision__measure__ends_at")[:1])


def list_together(decision: Decision) -> list[Decision]:
    """Return what many reports shut at once with a decision, itself included; else it alone. One query."""
    if decision.reason_code != CaseLock.REASON or decision.kind != Decision.Kind.RESTRICT:
        return [decision]
    found = Decision.objects.filter(Q(pk=decision.pk) | Q(locking_cases__case__locks__decision=decision))
    return list(found.distinct().order_by("pk"))


def was_locked_by_reports(subject_id: int, *, since: datetime) -> bool:
    """Whether many reports locked somebody since then, but for those that a person has acted on. One query.

    What was taken back since then counts, too, whenever it began.
    """
    locks = Decision.objects.filter(
        affected=subject_id, kind=Decision.Kind.RESTRICT, reason_code=CaseLock.REASON
    )
    unproven = CaseLock.objects.filter(decision=OuterRef("pk")).exclude(case__state=Case.State.ACTED)
    taken_back = Q(reversals__kind__in=REVERSING, reversals__at__gt=since)
    return locks.filter((Q(at__gt=since) & Q(Exists(unproven))) | taken_back).exists()


def list_cases_with_content(decision_keys: Collection[int]) -> list[Case]:
    """Return the cases that these decisions answered in which somebody's own content was reported. One query.

    What the product made for a reporter is nobody's own.
    """
    found = Case.objects.filter(decision__in=list(decision_keys), subject=F("decision__affected"))
    return list(found.exclude(target_kind="user").order_by("-pk"))


def was_put_before_moderators(target_kind: str, target_id: str) -> bool:
    """Whether something was reported or decided about, so that moderators look at it. Two queries at most."""
    key = {"target_kind": target_kind, "target_id": target_id}
    return Case.objects.filter(**key).exists() or Decision.objects.filter(**key).exists()


def list_reports_in(case: Case) -> QuerySet[Report]:
    """Return what was said in a case, the newest first, with what was added. Two queries."""
    added = Prefetch("additions", ReportAddition.objects.order_by("pk"))
    return case.reports.select_related("reporter").prefetch_related(added).order_by("-created_at", "-id")


def find_report(user: User, creation_key: str) -> Report | None:
    """Return the report that a form made, or added to. Two queries at most."""
    mine = Report.objects.filter(reporter=user)
    made = mine.filter(creation_key=creation_key).first()
    return made or mine.filter(additions__creation_key=creation_key).first()


def list_reported_hashes(case: Case, *, count: int) -> list[str]:
    """Return the versions of a content that were reported, as hashes, the last reported first. One query."""
    found = case.reports.exclude(content_hash="").values("content_hash").annotate(last=Max("created_at"))
    return list(found.order_by("-last", "content_hash").values_list("content_hash", flat=True)[:count])


def has_reported(user: User, case: Case) -> bool:
    """Whether a person has a report in a case. One query."""
    return Report.objects.filter(case=case, reporter=user).exists()


def was_overturned(user: User, case: Case) -> bool:
    """Whether a person's answer to these reports was overturned since the first of them. One query.

    Asked by what was reported: another case may have taken the place of the one that they answered.
    """
    return Decision.objects.filter(
        kind=Decision.Kind.OVERTURN,
        target_kind=case.target_kind,
        target_id=case.target_id,
        at__gte=case.created_at,
        reverses__kind=Decision.Kind.DISMISS,
        reverses__actor=user.subject_id,
    ).exists()


def find_open_case(target_kind: str, target_id: str) -> Case | None:
    """Return the case that reports about a target join now."""
    return Case.objects.filter(target_kind=target_kind, target_id=target_id, state=Case.State.OPEN).first()


def list_cases_behind(proposal: Proposal) -> list[Case]:
    """Return the cases that a proposal would close, in the order in which they are locked. One query."""
    behind = Q(proposals=proposal) | Q(proposal_additions__proposal=proposal)
    return list(Case.objects.filter(behind).distinct().order_by("pk"))


def list_proposals_about(case: Case) -> QuerySet[Proposal]:
    """Return what waits for a second person and would close a case."""
    about = Q(case=case) | Q(additions__case=case)
    return Proposal.objects.filter(about, state=Proposal.State.OPEN).distinct().order_by("pk")


def _list_about(user: User) -> QuerySet[Decision]:
    rows = Decision.objects.filter(affected_id=user.subject_id)
    return rows.select_related("measure").annotate(is_reversed=_is_reversed())


def _is_reversed() -> Exists:
    return _is_answered(REVERSING)


def _is_answered(kinds: tuple[str, ...]) -> Exists:
    return Exists(Decision.objects.filter(reverses=OuterRef("pk"), kind__in=kinds))


def _in_force(prefix: str, now: datetime) -> Q:
    return Q(**{f"{prefix}ended_at__isnull": True}) & (
        Q(**{f"{prefix}ends_at__isnull": True}) | Q(**{f"{prefix}ends_at__gt": now})
    )


def _is_reported_by_affected() -> Exists:
    """Say that somebody reported what was made for them: that is no strike of theirs."""
    return Exists(
        Report.objects.filter(
            reporter__subject=OuterRef("affected"),
            case__subject__isnull=True,
            case__target_kind=OuterRef("target_kind"),
            case__target_id=OuterRef("target_id"),
        )
    )
