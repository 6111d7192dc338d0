"""Recording decisions, and telling the person whom one hits."""

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import zones
from accounts.models import Restriction, User
from core import audit
from core.models import Subject
from core.refusals import RefusedError, Text
from moderation.models import Decision
from moderation.policies import APPEALABLE
from notifications.services import notify
from policies.rules import POLICY_VERSION, RULES

Kind = Decision.Kind


class ModerationRefusedError(RefusedError):
    """A step of moderation that cannot be taken now."""


def record_decision(
    *,
    kind: str,
    actor: Subject | None,
    affected: Subject,
    target_kind: str,
    target_id: str,
    revision_hash: str = "",
    reason_code: str = "",
    explanation: str = "",
    fix: str = "",
    private_notes: str = "",
    scope: str = "",
    ends_at: datetime | None = None,
    second_actor: Subject | None = None,
    reverses: Decision | None = None,
    caused_by: Decision | None = None,
    now: datetime,
) -> Decision:
    """Append a decision and its audit event. Part of the caller's transaction.

    actor: None when a program decided.
    """
    decision = Decision.objects.create(
        at=now,
        kind=kind,
        source=Decision.Source.AUTOMATIC if actor is None else Decision.Source.HUMAN,
        actor=actor,
        second_actor=second_actor,
        affected=affected,
        target_kind=target_kind,
        target_id=target_id,
        revision_hash=revision_hash,
        reason_code=reason_code,
        policy_version=POLICY_VERSION if reason_code else "",
        explanation=explanation,
        fix=fix,
        private_notes=private_notes,
        scope=scope,
        ends_at=ends_at,
        reverses=reverses,
        caused_by=caused_by,
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


def tell_affected(decision: Decision, user: User, *, title: Text, now: datetime) -> None:
    """Tell a person what was decided, why, under which rule, until when, and how to appeal (R13)."""
    lines = [decision.explanation]
    if rule := RULES.get(decision.reason_code):
        lines.append(_("The rule: %(rule)s.") % {"rule": rule.title})
    if decision.fix:
        lines.append(_("How to fix it: %(fix)s") % {"fix": decision.fix})
    if decision.ends_at is not None:
        day = date_format(localtime(decision.ends_at, zones.find_zone(user.time_zone)), "DATETIME_FORMAT")
        lines.append(_("Until: %(day)s.") % {"day": day})
    if decision.kind in APPEALABLE:
        lines.append(
            _("You think that this is wrong? You can appeal on %(page)s; somebody else looks at it.")
            % {"page": _("your standing page")}
        )
    notify(
        user=user,
        kind="standing",
        title=title,
        body="\n\n".join(filter(None, lines)),
        url=f"{reverse('settings-standing')}#decision-{decision.public_id}",
        now=now,
        by_mail=True,
    )


def scope_label(scope: str) -> Text:
    """Return what people read for the feature that a restriction is about."""
    return Restriction.Scope(scope).label if scope in Restriction.Scope.values else scope
