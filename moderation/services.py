"""Decisions and reports."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit, limits, switches
from core.limits import Limit
from core.models import Subject
from core.refusals import RefusedError
from core.switches import Feature
from moderation import targets
from moderation.models import Decision, Evidence, Report
from notifications.services import notify

_OUTCOMES = {
    Report.State.ACTED: _("Thank you: it broke our rules, and we acted on it."),
    Report.State.DISMISSED: _("We found nothing that breaks our rules. Thank you for looking out."),
}
_TITLE_CHARACTERS = 100
_EXCERPT_CHARACTERS = 500
REPORTS_PER_USER = Limit("report", count=20, window_seconds=3600)


class ReportRefusedError(RefusedError):
    """A report that cannot be taken now."""


def record_decision(
    *,
    kind: str,
    actor: Subject | None,
    affected: Subject,
    target_kind: str,
    target_id: str,
    reason_code: str = "",
    explanation: str = "",
    fix: str = "",
    private_notes: str = "",
    previous: Decision | None = None,
    now: datetime,
) -> Decision:
    """Append a decision and its audit event. Part of the caller's transaction."""
    decision = Decision.objects.create(
        at=now,
        kind=kind,
        actor=actor,
        affected=affected,
        target_kind=target_kind,
        target_id=target_id,
        reason_code=reason_code,
        explanation=explanation,
        fix=fix,
        private_notes=private_notes,
        previous=previous,
    )
    audit.record(
        actor=actor,
        kind=f"decision.{kind.lower()}",
        at=now,
        target_kind=target_kind,
        target_id=target_id,
        data={"decision": decision.public_id, "reason_code": reason_code},
    )
    return decision


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

    Sending the same form twice takes it once.

    Raises ReportRefusedError (feature-off) and LimitedError.
    """
    existing = Report.objects.filter(reporter=actor, creation_key=creation_key).first()
    if existing is not None:
        return existing, False
    if refusal := switches.refusal(Feature.REPORTS):
        raise ReportRefusedError(refusal)
    limits.spend(REPORTS_PER_USER, key=actor.public_id, now=now)
    target = targets.find(target_kind, viewer=actor, public_id=target_id)
    with transaction.atomic(durable=True):
        report, created = Report.objects.get_or_create(
            reporter=actor,
            creation_key=creation_key,
            defaults={
                "target_kind": target_kind,
                "target_id": target_id,
                "target_title": target.title[:_TITLE_CHARACTERS] if target is not None else "",
                "target_excerpt": target.excerpt[:_EXCERPT_CHARACTERS] if target is not None else "",
                "reason": reason,
                "text": text,
                "created_at": now,
            },
        )
        if created:
            audit.record(
                actor=actor.subject,
                kind="report.made",
                at=now,
                target_kind=target_kind,
                target_id=target_id,
                data={"reason": reason},
            )
    return report, created


@transaction.atomic(durable=True)
def close_report(*, actor: User, report_id: int, state: Report.State, now: datetime) -> tuple[Report, bool]:
    """Mark an open report as acted on or dismissed and tell its reporter (R14).

    Returns whether this call did it.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("reporter").get(pk=report_id)
    if report.state != Report.State.OPEN:
        return report, False
    report.state = state
    report.closed_at = now
    report.save(update_fields=["state", "closed_at"])
    audit.record(
        actor=actor.subject,
        kind="report.closed",
        at=now,
        target_kind=report.target_kind,
        target_id=report.target_id,
        data={"state": state.value, "report": report.public_id},
    )
    notify(
        user=report.reporter,
        kind="report-closed",
        title=_("We looked at your report"),
        body=_OUTCOMES[state],
        now=now,
    )
    return report, True


def record_evidence_access(*, actor: User, evidence: Evidence, now: datetime) -> None:
    """Remember who opened a piece of evidence."""
    audit.record(
        actor=actor.subject,
        kind="evidence.opened",
        at=now,
        target_kind="evidence",
        target_id=evidence.content_hash,
    )
