"""What people read about decisions and appeals. Nothing here names who decided, or what staff noted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Text
from moderation import naming, queries, targets
from moderation.models import Appeal, AppealFile, Decision
from moderation.services import deadline, explaining
from moderation.services.decisions import Kind
from policies.rules import RULES

_APPEAL_TONES = {
    Appeal.State.OPEN: "info",
    Appeal.State.UPHELD: "",
    Appeal.State.OVERTURNED: "success",
    Appeal.State.PARTIAL: "success",
    Appeal.State.WITHDRAWN: "",
    Appeal.State.LIFTED: "success",
}


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """A decision, as whoever may appeal against it reads it. is_report: they reported what it is about."""

    public_id: str
    title: str
    about: Text
    explanation: str
    fix: str
    rule: Text
    rule_code: str
    at: datetime
    until: datetime | None
    appeal_until: datetime
    is_report: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    """Something that was sent along."""

    public_id: str
    name: str
    byte_size: int


@dataclass(frozen=True, slots=True)
class AppealCard:
    """An appeal, as its appellant reads it. answer: empty while there is none."""

    public_id: str
    decision: DecisionCard
    state: Text
    tone: str
    wish: Text
    context: str
    intended_use: str
    provenance: str
    asked_at: datetime
    due_at: datetime
    closed_at: datetime | None
    answer: str
    is_open: bool
    is_late: bool


def present_decisions(decisions: Sequence[Decision], *, person: User) -> list[DecisionCard]:
    """Return decisions for the one whom they hit, or who reported what they are about. Few queries."""
    reported = _titles_reported(person, decisions)
    abouts = naming.abouts_of([decision for decision in decisions if decision.pk not in reported])
    return [
        _present_decision(decision, report=reported.get(decision.pk), about=abouts.get(decision.pk, ""))
        for decision in decisions
    ]


def present_appeals(appeals: Sequence[Appeal], *, person: User, now: datetime) -> list[AppealCard]:
    """Return a person's appeals with what they are against. Few queries."""
    cards = present_decisions([appeal.decision for appeal in appeals], person=person)
    return [_present_appeal(appeal, card, now=now) for appeal, card in zip(appeals, cards, strict=True)]


def present_outcome(appeal: Appeal, *, now: datetime) -> list[str]:
    """Return what the answer to an appeal means now; nothing while there is none. A few queries."""
    return explaining.list_outcome(appeal, appeal.answer, now=now) if appeal.answer is not None else []


def present_files(files: Iterable[AppealFile]) -> list[FileRow]:
    """Return what was sent along with an appeal."""
    return [FileRow(file.public_id, file.name, file.byte_size) for file in files]


def _titles_reported(person: User, decisions: Sequence[Decision]) -> dict[int, str]:
    """Return what the person had reported, by the decision that answered it."""
    answers = [decision for decision in decisions if decision.kind == Kind.DISMISS]
    if not answers:
        return {}
    rows = queries.list_reports_of(person, answers)
    found = {row.case.decision_id: row.target_title for row in rows if row.case.decision_id is not None}
    # A case that is open again names no decision any more.
    return {decision.pk: found.get(decision.pk, "") for decision in answers}


def _present_decision(decision: Decision, *, report: str | None, about: Text) -> DecisionCard:
    rule = RULES.get(decision.reason_code)
    is_report = report is not None
    return DecisionCard(
        public_id=decision.public_id,
        title=_("Your report: no violation found") if is_report else naming.title_of(decision),
        about=(report or targets.label_of(decision.target_kind)) if is_report else about,
        explanation=decision.explanation,
        fix=decision.fix,
        rule=rule.title if rule else "",
        rule_code=rule.code if rule else "",
        at=decision.at,
        until=decision.ends_at,
        appeal_until=deadline(decision),
        is_report=is_report,
    )


def _present_appeal(appeal: Appeal, card: DecisionCard, *, now: datetime) -> AppealCard:
    is_open = appeal.state == Appeal.State.OPEN
    return AppealCard(
        public_id=appeal.public_id,
        decision=card,
        state=naming.outcome_of(appeal),
        tone=_APPEAL_TONES[Appeal.State(appeal.state)],
        wish=appeal.get_wish_display(),
        context=appeal.context,
        intended_use=appeal.intended_use,
        provenance=appeal.provenance,
        asked_at=appeal.created_at,
        due_at=appeal.due_at,
        closed_at=appeal.closed_at,
        answer=appeal.answer.explanation if appeal.answer is not None else "",
        is_open=is_open,
        is_late=is_open and now > appeal.due_at,
    )
