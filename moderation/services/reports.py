"""Reports, and the cases that they join (R14)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit, limits, switches
from core.limits import Limit
from core.refusals import Refusal, RefusedError
from core.switches import Feature
from moderation import policies, queries, targets
from moderation.models import Case, Decision, Report
from moderation.services import decisions, weighing
from moderation.services.decisions import Kind, ModerationRefusedError
from moderation.targets import Target, Words
from notifications.services import notify

_OUTCOMES = {
    Case.State.ACTED: _("Thank you: it broke our rules, and we acted on it."),
    Case.State.DISMISSED: _("We found nothing that breaks our rules. Thank you for looking out."),
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

    Reports about the same thing join one open case; a second one of the same person adds nothing to it.
    Raises ReportRefusedError (feature-off, self) and LimitedError.
    """
    existing = Report.objects.filter(reporter=actor, creation_key=creation_key).first()
    if existing is not None:
        return existing, False
    if refusal := switches.refusal(Feature.REPORTS):
        raise ReportRefusedError(refusal)
    limits.spend(REPORTS_PER_USER, key=actor.public_id, now=now)
    target = targets.find(target_kind, viewer=actor, public_id=target_id)
    if target is not None and target.owner.pk == actor.pk:
        raise ReportRefusedError(Refusal("self", _("This is yours; there is nothing to report.")))
    weight = weighing.weight_of(actor)
    try:
        with transaction.atomic(durable=True):
            return _join(actor, target_kind, target_id, target, reason, text, creation_key, weight, now)
    except IntegrityError:
        # The same person sent two at the same moment: the other one stands.
        found = Report.objects.filter(reporter=actor, creation_key=creation_key).first()
        found = (
            found
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
            "subject": target.owner.subject if target is not None else None,
        },
    )
    # The case's row is the lock: what is counted below is exact.
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.state != Case.State.OPEN:
        # Decided between the two lines above.
        return _join(actor, target_kind, target_id, target, reason, text, creation_key, weight, now)
    before = Report.objects.filter(case=case, reporter=actor).first()
    if before is not None:
        return before, False
    report = Report.objects.create(
        case=case,
        reporter=actor,
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
    case.version += 1
    case.risk = weighing.risk_of(case)
    case.save(update_fields=["report_count", "version", "risk"])
    audit.record(
        actor=actor.subject,
        kind="report.made",
        at=now,
        target_kind=target_kind,
        target_id=target_id,
        data={"reason": reason, "case": case.public_id},
    )
    return report, True


@transaction.atomic
def dismiss(
    *, actor: User, case: Case, expected_version: int, words: Words, now: datetime
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
        explanation=words.explanation,
        private_notes=words.private_notes,
        now=now,
    )
    return _close(locked, Case.State.DISMISSED, decision, now=now), True


def close(case: Case, decision: Decision, *, now: datetime) -> Case:
    """Close a case that the caller has locked and checked; tell its reporters. Part of the transaction."""
    return _close(case, Case.State.ACTED, decision, now=now)


def reopen(decision: Decision, *, now: datetime) -> list[Case]:
    """Put the cases that a decision dismissed back in the queue. Part of the caller's transaction.

    A case about the same thing that was opened since takes their place.
    """
    reopened = []
    for case in Case.objects.select_for_update(of=("self",)).filter(decision=decision).order_by("pk"):
        if case.state != Case.State.DISMISSED or queries.find_open_case(case.target_kind, case.target_id):
            continue
        case.state, case.decision, case.closed_at = Case.State.OPEN, None, None
        case.version += 1
        case.save(update_fields=["state", "decision", "closed_at", "version"])
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
    return Case.objects.select_for_update(of=("self",)).select_related("subject", "decision").get(pk=case.pk)


def _close(case: Case, state: Case.State, decision: Decision, *, now: datetime) -> Case:
    case.state, case.decision, case.closed_at = state, decision, now
    case.version += 1
    case.save(update_fields=["state", "decision", "closed_at", "version"])
    audit.record(
        actor=decision.actor,
        kind="case.closed",
        at=now,
        target_kind=case.target_kind,
        target_id=case.target_id,
        data={"state": state.value, "case": case.public_id, "decision": decision.public_id},
    )
    can_appeal = decision.kind in policies.REPORTER_APPEALABLE
    for report in case.reports.select_related("reporter").order_by("pk"):
        notify(
            user=report.reporter,
            kind="report-closed",
            title=_("We looked at your report"),
            body=_OUTCOMES[state],
            url=f"{reverse('appeal')}?decision={decision.public_id}" if can_appeal else "",
            now=now,
        )
    return case


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ModerationRefusedError(refusal)
