"""What every staff page that somebody decides on shows: who works on it, notes, versions, names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from core.refusals import Text
from moderation import screening
from moderation.models import Decision, Note


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Who works on it, if anybody does."""

    name: str = ""
    expires_at: datetime | None = None
    is_mine: bool = False

    @property
    def is_foreign(self) -> bool:
        return bool(self.name) and not self.is_mine


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What was decided before, with the rule's title."""

    decision: Decision
    rule_title: Text


@dataclass(frozen=True, slots=True)
class NoteView:
    """What staff noted, and whether it is about the person or about this content alone."""

    note: Note
    is_about_person: bool


def present_claim(row: Any, reviewer: User) -> ClaimView:
    """Return who works on a row that moderation.claims has annotated."""
    if row.claim_holder_id is None:
        return ClaimView()
    return ClaimView(row.claim_holder_name, row.claim_expires_at, row.claim_holder_id == reviewer.pk)


def present_decisions(decisions: Sequence[Decision]) -> list[DecisionView]:
    """Return decisions with the titles of their rules."""
    return [DecisionView(decision, screening.title_of(decision.reason_code)) for decision in decisions]


def present_notes(notes: Sequence[Note]) -> list[NoteView]:
    """Return notes with what they are about."""
    return [NoteView(note, note.target_kind == "user") for note in notes]
