"""Reports, and the cases that they join (R14)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import zones
from accounts.models import User
from core import audit, limits, switches
from core.limits import Limit
from core.models import Subject
from core.refusals import Refusal, RefusedError, Text
from core.switches import Feature
from moderation import naming, policies, queries, snapshots, targets
from moderation.models import Case, Decision, Report, ReportAddition
from moderation.services import decisions, explaining, surges, weighing
from moderation.services.decisions import Kind, ModerationRefusedError
from moderation.targets import Target, Words
from notifications.services import notify
from policies.rules import RULES

_OUTCOMES = {
    Case.State.ACTED: _("Thank you: it broke our rules, and we acted on it."),
    Case.State.DISMISSED: _("We found nothing that breaks our rules. Thank you for looking out."),
    Case.State.GONE: _("It is gone, so there was nothing left to decide. Thank you for looking out."),
}
_TITLE_CHARACTERS = 100
_EXCERPT_CHARACTERS = 500
REPORTS_PER_USER = Limit("report", count=20, window_seconds=3600)


class ReportRefusedError(RefusedError):
    """A report that cannot be taken now."""


def report_content(
    *,
    actor: User,
    target_kind: str,
    target_id: str,
    reason: str,
    text: str,
    creation_key: str,
    now: datetime,
) -> tuple[Report, bool]:
    """Take a report with the title and the first 500 characters of what the reporter sees.

    Reports about the same thing join one open case. What the same person says later is added to their
    report: it may make the case graver, and counts no second time.
    Raises ReportRefusedError (feature-off, self) and LimitedError.
    """
    if (existing := queries.find_report(actor, creation_key)) is not None:
        return existing, False
    if refusal := switches.refusal(Feature.REPORTS):
        raise ReportRefusedError(refusal)
    limits.spend(REPORTS_PER_USER, key=actor.public_id, now=now)
    target = targets.find_reportable(target_kind, viewer=actor, public_id=target_id)
    if target is not None and target.owner.pk == actor.pk and not target.is_made_for_owner:
        raise ReportRefusedError(Refusal("self", _("This is yours; there is nothing to report.")))
    weight = weighing.weight_of(actor)
    try:
        with transaction.atomic(durable=True):
            return _join(actor, target_kind, target_id, target, reason, text, creation_key, weight, now)
    except IntegrityError:
        # The same person sent two at the same moment: the other one stands.
        found = (
            queries.find_report(actor, creation_key)
            or Report.objects.filter(reporter=actor, case__target_kind=target_kind, case__target_id=target_id)
            .order_by("-pk")
            .first()
        )
        if found is None:
            raise
        return found, False


def _join(
    actor: User,
    target_kind: str,
    target_id: str,
    target: Target | None,
    reason: str,
    text: str,
    creation_key: str,
    weight: int,
    now: datetime,
) -> tuple[Report, bool]:
    title = target.title[:_TITLE_CHARACTERS] if target is not None else ""
    case, _is_new = Case.objects.get_or_create(
        target_kind=target_kind,
        target_id=target_id,
        state=Case.State.OPEN,
        defaults={
            "created_at": now,
            "title": title,
            "subject": _find_subject(target, actor),
        },
    )
    # The case's row is the lock: what is counted below is exact.
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.state != Case.State.OPEN:
        # Decided between the two lines above.
        return _join(actor, target_kind, target_id, target, reason, text, creation_key, weight, now)
    before = Report.objects.filter(case=case, reporter=actor).first()
    if before is not None:
        content_hash = target.content_hash if target is not None else ""
        return before, _add(before, case, reason, text, content_hash, creation_key, now=now)
    report = Report.objects.create(
        case=case,
        reporter=actor,
        reporter_subject=actor.subject,
        creation_key=creation_key,
        target_title=title,
        target_excerpt=target.excerpt[:_EXCERPT_CHARACTERS] if target is not None else "",
        content_hash=target.content_hash if target is not None else "",
        reason=reason,
        text=text,
        weight=weight,
        created_at=now,
    )
    case.report_count += 1
    surges.watch(case, threshold=surges.read_threshold(), now=now)
    _grow(case)
    _note("report.made", report, case, reason, now=now)
    return report, True


def _add(
    report: Report, case: Case, reason: str, text: str, content_hash: str, creation_key: str, *, now: datetime
) -> bool:
    """Add what a reporter says later to their report; returns whether it says anything new."""
    if reason == report.reason and text.strip() in {"", report.text.strip()}:
        return False
    _addition, is_new = ReportAddition.objects.get_or_create(
        report=report,
        creation_key=creation_key,
        defaults={"at": now, "reason": reason, "text": text, "content_hash": content_hash},
    )
    if is_new:
        _grow(case)
        _note("report.added", report, case, reason, now=now)
    return is_new


def _grow(case: Case) -> None:
    """Reckon a case anew, so that who looked at it before looks again."""
    case.version += 1
    case.risk = weighing.risk_of(case)
    case.save(update_fields=["report_count", "version", "risk", "surged_at"])


def _note(kind: str, report: Report, case: Case, reason: str, *, now: datetime) -> None:
    audit.record(
        actor=report.reporter_subject,
        kind=kind,
        at=now,
        target_kind=case.target_kind,
        target_id=case.target_id,
        data={"reason": reason, "case": case.public_id},
    )


def _find_subject(target: Target | None, reporter: User) -> Subject | None:
    """Return whom a case is about: nobody, where somebody reports what the product made for them."""
    return target.owner.subject if target is not None and target.owner.pk != reporter.pk else None


@transaction.atomic
def dismiss(
    *,
    actor: User,
    case: Case,
    expected_version: int,
    words: Words,
    closing_key: str = "",
    now: datetime,
) -> tuple[Case, bool]:
    """Close a case in which nothing broke the rules, and tell its reporters.

    expected_version: of the case as the moderator saw it. Raises ModerationRefusedError (not-reviewer,
    already-decided, changed).
    """
    locked = lock_case(case)
    before = locked.decision
    if locked.state == Case.State.DISMISSED and before is not None and before.actor_id == actor.subject_id:
        return locked, False
    _check(policies.close_refusal(actor, locked, expected_version=expected_version))
    decision = decisions.record_decision(
        kind=Kind.DISMISS,
        actor=actor.subject,
        affected=locked.subject or actor.subject,
        target_kind=locked.target_kind,
        target_id=locked.target_id,
        explanation=_own_words(words),
        private_notes=words.private_notes,
        now=now,
    )
    return _close(locked, Case.State.DISMISSED, decision, closing_key, actor=actor, now=now), True


def _own_words(words: Words) -> str:
    """Return what was written for those who reported: not a rule's words, which say that it was broken."""
    rule = RULES.get(words.reason_code)
    is_rule_s = rule is not None and words.explanation.strip() == str(rule.explanation)
    return "" if is_rule_s else words.explanation.strip()


def settle(*, actor: User, case: Case, closing_key: str, now: datetime) -> Case:
    """Close a case in which nothing is left to do; tell its reporters. Part of the transaction.

    The caller has locked and checked it. What is down already was acted on; what is gone, or was our own
    mistake, speaks neither for its reporters nor against them. Raises ModerationRefusedError (still-there).
    """
    is_content = case.target_kind != "user"
    measure = queries.find_measure(case.target_kind, case.target_id) if is_content else None
    if measure is not None:
        return _close(case, Case.State.ACTED, measure.decision, closing_key, actor=actor, now=now)
    is_erased = case.subject_id is not None and queries.find_person(case.subject_id) is None
    if not is_erased and not snapshots.is_gone(case.target_kind, case.target_id):
        raise ModerationRefusedError(
            Refusal("still-there", _("It is still there, and nobody took it down."), _("Decide about it."))
        )
    return _close(case, Case.State.GONE, None, closing_key, actor=actor, now=now)


def close(case: Case, decision: Decision, *, closing_key: str = "", now: datetime) -> Case:
    """Close a case that the caller has locked and checked; tell its reporters. Part of the transaction.

    closing_key: of the form that led to it.
    """
    return _close(case, Case.State.ACTED, decision, closing_key, actor=None, now=now)


def reopen(decision: Decision, *, now: datetime) -> list[Case]:
    """Put the cases that a decision dismissed back in the queue. Part of the caller's transaction.

    A case about the same thing that was opened since takes their place.
    """
    reopened = []
    for case in Case.objects.select_for_update(of=("self",)).filter(decision=decision).order_by("pk"):
        if case.state != Case.State.DISMISSED or queries.find_open_case(case.target_kind, case.target_id):
            continue
        case.state, case.decision, case.closed_at = Case.State.OPEN, None, None
        case.closing_key = ""
        case.version += 1
        try:
            with transaction.atomic():
                case.save(update_fields=["state", "decision", "closed_at", "closing_key", "version"])
        except IntegrityError:
            # Somebody reported the same thing between the two statements; their case takes its place.
            continue
        audit.record(
            actor=None,
            kind="case.reopened",
            at=now,
            target_kind=case.target_kind,
            target_id=case.target_id,
            data={"case": case.public_id},
        )
        reopened.append(case)
    return reopened


def lock_case(case: Case) -> Case:
    """Lock a case; always before what it is about."""
    # Without its decision: whoever waited for the lock would be handed the one from before.
    return Case.objects.select_for_update(of=("self",)).select_related("subject").get(pk=case.pk)


def _close(
    case: Case,
    state: Case.State,
    decision: Decision | None,
    closing_key: str,
    *,
    actor: User | None,
    now: datetime,
) -> Case:
    """Close a case. actor: None for whoever decided."""
    decider = decision.actor if decision is not None else None
    case.state, case.decision, case.closed_at = state, decision, now
    case.closing_key = closing_key
    case.version += 1
    case.save(update_fields=["state", "decision", "closed_at", "closing_key", "version"])
    audit.record(
        actor=actor.subject if actor is not None else decider,
        kind="case.closed",
        at=now,
        target_kind=case.target_kind,
        target_id=case.target_id,
        data={
            "state": state.value,
            "case": case.public_id,
            "decision": decision.public_id if decision else "",
        },
    )
    # Whoever it is about is not to blame for what we should not have approved.
    was_wrong = state == Case.State.DISMISSED or (decision is not None and decision.is_our_mistake)
    surges.release(case, taken_back_by=actor if was_wrong else None, now=now)
    for report in case.reports.select_related("reporter").order_by("pk"):
        if report.reporter is None:
            # Erased meanwhile.
            continue
        _tell_reporter(report.reporter, report, decision, outcome=_OUTCOMES[state], now=now)
    return case


def _tell_reporter(
    reporter: User, report: Report, decision: Decision | None, *, outcome: Text, now: datetime
) -> None:
    """Tell somebody what came of a report, of which one, and how to appeal where nothing was done."""
    answer = decision if decision and decision.kind in policies.REPORTER_APPEALABLE else None
    about = naming.spell_target(report.case.target_kind, report.target_title)
    with timezone.override(zones.find_zone(reporter.time_zone)):
        lines = [
            _("You reported it on %(day)s.") % {"day": explaining.spell_day(report.created_at)},
            outcome,
            # Of what was done about it, the words are for whom it was done to.
            answer.explanation if answer is not None else "",
            explaining.appeal_line(answer) if answer is not None else "",
        ]
    notify(
        user=reporter,
        kind="report-closed",
        title=_("We looked at your report: %(about)s") % {"about": about},
        body="\n\n".join(str(line) for line in lines if line),
        url=f"{reverse('appeal')}?decision={answer.public_id}" if answer is not None else "",
        now=now,
    )


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ModerationRefusedError(refusal)
