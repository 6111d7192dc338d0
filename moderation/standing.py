"""What people read about their own standing, and take along; registered with accounts in `apps.ready()`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.standing import HistoryPage, HistoryRow
from core.pagination import get_page
from core.refusals import Text
from moderation import naming, policies, queries
from moderation.models import Appeal, Decision, Measure
from moderation.services import deadline, explaining
from moderation.services.decisions import Kind
from moderation.services.repeats import STRIKE_DAYS, why_no_strike
from policies.rules import RULES

_IN_FORCE, _OVER, _TAKEN_BACK = gettext_lazy("In force"), gettext_lazy("Over"), gettext_lazy("Taken back")
_STAYS_SHUT = {Kind.DELIST, Kind.REMOVE}
_STRIKES = {*_STAYS_SHUT, Kind.WARN}


def read_history(user: User, limit: int, cursor: str, now: datetime, with_row: str = "") -> HistoryPage:
    """Return a page of everything that was decided about a person and what they made, the newest first.

    with_row: a decision that stands on the page; where the first page has it not, the page begins with it.
    Raises core.pagination.CursorError.
    """
    rows = queries.list_history(user)
    later = queries.find_in_history(user, with_row, beyond=limit) if with_row and not cursor else None
    if later is not None:
        rows = rows.filter(queries.not_newer_than(later))
    page = get_page(rows, order=queries.NEWEST, size=limit, cursor=cursor)
    shown = _present(user, page.rows, now=now)
    note = _describe_strikes(user, now=now) if shown else ""
    return HistoryPage(shown, page.next_cursor, note, is_first=later is None and not cursor)


def read_decisions(user: User, decision_ids: Collection[str], now: datetime) -> dict[str, HistoryRow]:
    """Return what a person reads of some decisions about them, by their public ids."""
    decisions = list(queries.list_history(user).filter(public_id__in=decision_ids))
    rows = _present(user, decisions, now=now) if decisions else []
    return {decision.public_id: row for decision, row in zip(decisions, rows, strict=True)}


def export(user: User, now: datetime) -> Mapping[str, Any]:
    """Return the same, whole, and the person's appeals and reports, as JSON holds it."""
    decisions = list(queries.list_history(user).order_by(*queries.NEWEST))
    kinds = {decision.pk: decision.kind for decision in decisions}
    strikes = set(_list_strikes(user, now=now).values_list("pk", flat=True))
    rows = zip(decisions, _present(user, decisions, now=now), strict=True)
    appeals = queries.list_appeals(user).prefetch_related("files").order_by("-created_at", "-id")
    reports = user.reports.select_related("case__decision").order_by("-created_at", "-id")
    return {
        "decisions": [
            {
                "id": decision.public_id,
                "kind": kinds[decision.pk],
                "decided_by": decision.source,
                "policy_version": decision.policy_version,
                "counts_as_strike": decision.pk in strikes,
                "our_mistake": decision.is_our_mistake,
                "at": row.at,
                "title": str(row.title),
                "about": str(row.about),
                "explanation": row.explanation,
                "how_to_fix_it": row.fix,
                "rule": row.rule_code,
                "until": row.until,
                "state": str(row.state),
            }
            for decision, row in rows
        ],
        "appeals": [
            {
                "id": appeal.public_id,
                "decision": appeal.decision.public_id,
                "role": appeal.role,
                "wish": appeal.wish,
                "context": appeal.context,
                "intended_use": appeal.intended_use,
                "provenance": appeal.provenance,
                "files": [{"name": file.name, "sha256": file.sha256} for file in appeal.files.all()],
                "made_at": appeal.created_at,
                "due_at": appeal.due_at,
                "state": appeal.state,
                "closed_at": appeal.closed_at,
                "answer": appeal.answer.explanation if appeal.answer is not None else "",
            }
            for appeal in appeals
        ],
        "reports": [
            {
                "id": report.public_id,
                "about": report.target_title,
                "reason": report.reason,
                "text": report.text,
                "made_at": report.created_at,
                "state": report.case.state,
            }
            for report in reports
        ],
    }


def _present(user: User, decisions: Sequence[Decision], *, now: datetime) -> list[HistoryRow]:
    appeals = queries.list_appeals_against(user, decisions)
    abouts = naming.abouts_of(decisions)
    strikes = set(_list_strikes(user, now=now).values_list("pk", flat=True))
    return [
        _row(
            decision,
            appeal=appeals.get(decision.pk),
            about=abouts[decision.pk],
            note=_note_of(decision, is_strike=decision.pk in strikes),
            now=now,
        )
        for decision in decisions
    ]


def _row(decision: Decision, *, appeal: Appeal | None, about: Text, note: Text, now: datetime) -> HistoryRow:
    rule = RULES.get(decision.reason_code)
    state, tone = _state_of(decision, now=now)
    appeal_url, appeal_label = _appeal_link(decision, appeal, now=now)
    return HistoryRow(
        at=decision.at,
        title=naming.title_of(decision),
        explanation=decision.explanation,
        rule=rule.title if rule else "",
        rule_code=rule.code if rule else "",
        until=_until(decision),
        appeal_url=appeal_url,
        state=state,
        tone=tone,
        anchor=f"decision-{decision.public_id}",
        about=about,
        fix=decision.fix,
        appeal_label=appeal_label,
        appeal_until=deadline(decision) if appeal_url and appeal is None else None,
        note=note,
    )


def _note_of(decision: Decision, *, is_strike: bool) -> Text:
    """Return whether a decision is a strike or why it is none, and what an answer in part changed."""
    if (why := why_no_strike(decision)) and not _is(decision, "is_reversed"):
        return why
    if is_strike:
        end = decision.at + timedelta(days=STRIKE_DAYS)
        return _("It counts as a strike until %(day)s.") % {"day": explaining.spell_day(end)}
    if decision.kind == Kind.PARTIAL and decision.reverses is not None:
        return explaining.describe_part(decision.reverses, ends_at=decision.ends_at)
    if decision.kind in _STRIKES and _is(decision, "is_forgiven") and not _is(decision, "is_reversed"):
        return _("It is no strike any more: your appeal was granted in part.")
    return ""


def _appeal_link(decision: Decision, appeal: Appeal | None, *, now: datetime) -> tuple[str, Text]:
    if appeal is not None:
        label = _("Your appeal: %(state)s") % {"state": naming.outcome_of(appeal)}
        return reverse("appeal-detail", args=[appeal.public_id]), label
    if decision.kind not in policies.APPEALABLE or _is(decision, "is_reversed") or now > deadline(decision):
        return "", ""
    return f"{reverse('appeal')}?decision={decision.public_id}", _("Appeal")


def _state_of(decision: Decision, *, now: datetime) -> tuple[Text, str]:
    """Return what is left of a decision, and the tone of its badge; nothing for what only answers others."""
    if _is(decision, "is_reversed"):
        return _TAKEN_BACK, "success"
    if decision.kind == Kind.WARN:
        counts = not _is(decision, "is_forgiven") and now < decision.at + timedelta(days=STRIKE_DAYS)
        return (_IN_FORCE, "warning") if counts else (_OVER, "")
    measure = _measure_of(decision)
    if measure is not None:
        return (_IN_FORCE, "danger") if measure.is_in_force(now) else (_OVER, "")
    return (_IN_FORCE, "danger") if decision.kind in _STAYS_SHUT else ("", "")


def _until(decision: Decision) -> datetime | None:
    """Return when it ends: sooner than was decided where an appeal made it so."""
    measure = _measure_of(decision)
    return measure.ends_at if measure is not None else decision.ends_at


def _measure_of(decision: Decision) -> Measure | None:
    return getattr(decision, "measure", None)


def _is(decision: Decision, annotation: str) -> bool:
    """Return what `queries.list_history` found out about a decision."""
    return bool(getattr(decision, annotation))


def _list_strikes(user: User, *, now: datetime) -> Any:
    return queries.list_strikes(user.subject_id, since=now - timedelta(days=STRIKE_DAYS), now=now)


def _describe_strikes(user: User, *, now: datetime) -> str:
    days = [
        at + timedelta(days=STRIKE_DAYS) for at in _list_strikes(user, now=now).values_list("at", flat=True)
    ]
    if not days:
        return _("No strikes count against you now.")
    first, last = (date_format(localtime(day), "DATE_FORMAT") for day in (days[0], days[-1]))
    if first == last:
        text = ngettext(
            "One strike counts against you; it stops counting on %(last)s.",
            "%(count)d strikes count against you; they stop counting on %(last)s.",
            len(days),
        )
    else:
        text = _(
            "%(count)d strikes count against you; the first stops counting on %(first)s, the last on "
            "%(last)s."
        )
    return text % {"count": len(days), "first": first, "last": last}
