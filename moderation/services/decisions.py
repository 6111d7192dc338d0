"""Recording decisions, and telling the person whom one hits."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import zones
from accounts.models import User
from core import audit
from core.models import Subject
from core.refusals import RefusedError, Text
from moderation import naming
from moderation.models import Decision
from moderation.services import explaining
from notifications.services import notify
from policies.rules import POLICY_VERSION

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
    creation_key: str = "",
    is_our_mistake: bool = False,
    now: datetime,
) -> Decision:
    """Append a decision and its audit event. Part of the caller's transaction.

    actor: None when a program decided. is_our_mistake: what it takes down should not have been approved.
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
        creation_key=creation_key,
        is_our_mistake=is_our_mistake,
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


def tell_affected(decision: Decision, user: User, *, title: Text, about: Text = "", now: datetime) -> None:
    """Tell a person what was decided, why, under which rule, until when, and how to appeal (R13).

    about: the content because of which it was decided, where it is about the person.
    """
    if not about and decision.target_kind != "user":
        with timezone.override(zones.find_zone(user.time_zone)):
            about = str(naming.about_of(decision))
    body = explain(decision, user, about=about, now=now)
    _tell(user, title=title, body=body, url=standing_url(_answerable(decision)), now=now)


def explain(decision: Decision, user: User, *, about: Text = "", now: datetime) -> str:
    """Return what a person is told about a decision that hits them, in their own time zone.

    For whoever tells them: the title says what happened, and to what unless `about` does.
    """
    with timezone.override(zones.find_zone(user.time_zone)):
        lines = explaining.list_lines(decision, user, about=about, now=now)
        if (answerable := _answerable(decision)) != decision:
            lines.append(explaining.appeal_line(answerable))
    return "\n\n".join(lines)


def _answerable(decision: Decision) -> Decision:
    """Return what can be appealed against: a confirmation holds by what it confirms."""
    if decision.kind == Kind.CONFIRM and decision.reverses is not None:
        return decision.reverses
    return decision


def tell_taken_back(answer: Decision, user: User, *, title: Text = "", now: datetime) -> None:
    """Tell a person which decision about them was taken back, and what they have again.

    Part of the caller's transaction, once everything is given back. title: instead of "Taken back: ...".
    """
    with timezone.override(zones.find_zone(user.time_zone)):
        lines = explaining.list_lines_taken_back(answer, user, now=now)
    what = naming.title_of(answer.reverses or answer)
    title = title or _("Taken back: %(what)s") % {"what": what}
    _tell(user, title=title, body="\n\n".join(lines), url=standing_url(answer), now=now)


def _tell(user: User, *, title: Text, body: str, url: str, now: datetime) -> None:
    notify(
        user=user,
        kind="standing",
        title=title,
        body=body,
        url=url,
        now=now,
        by_mail=True,
    )


def standing_url(decision: Decision) -> str:
    """Return the address of a decision in the history of whom it is about, on whichever page it stands."""
    page = f"{reverse('settings-standing')}?decision={decision.public_id}"
    return f"{page}#decision-{decision.public_id}"
