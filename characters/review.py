"""What reviewers see: a revision beside the one that people read, who works on it, what was decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters import diffs, queries
from characters.diffs import Parts
from characters.models import Category, Character, Revision
from core.refusals import Text
from imagegen.models import Picture
from moderation import screening
from moderation.models import Decision, Note

_HASH_LENGTH = 12
_FIELDS = (
    ("name", _("Name")),
    ("short_bio", _("Short bio")),
    ("bio", _("Bio")),
    ("category", _("Category")),
    ("tags", _("Tags")),
    ("safe_mode", _("Safe Mode")),
    ("description", _("Description")),
    ("first_message", _("First message")),
    ("greetings", _("Greetings")),
    ("scenario", _("Scenario")),
    ("example_dialogue", _("Example dialogue")),
    ("appearance", _("Appearance")),
)


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field of a revision beside the same field of the live one; the parts mark which words changed."""

    label: Text
    live: str
    submitted: str
    is_changed: bool
    live_parts: Parts = ()
    submitted_parts: Parts = ()


@dataclass(frozen=True, slots=True)
class PortraitView:
    """A portrait that reviewers look at."""

    public_id: str
    url: str
    is_upload: bool


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
    """What staff noted, and whether it is about the creator or about this item alone."""

    note: Note
    is_about_creator: bool


def compare(revision: Revision, live: Revision | None) -> list[FieldComparison]:
    """Return every field that review looks at; without a live revision nothing counts as changed."""
    address = revision.character.slug
    # Made of the first name, and the same for every version.
    rows = [_compare_field(_("Address"), address, address, has_live=live is not None)]
    for name, label in _FIELDS:
        before = _shown(live, name) if live is not None else ""
        rows.append(_compare_field(label, before, _shown(revision, name), has_live=live is not None))
    return rows


def _compare_field(label: Text, before: str, submitted: str, *, has_live: bool) -> FieldComparison:
    if not has_live:
        return FieldComparison(
            label, "", submitted, is_changed=False, submitted_parts=diffs.unchanged(submitted)
        )
    live_parts, submitted_parts = diffs.compare_words(before, submitted)
    return FieldComparison(label, before, submitted, before != submitted, live_parts, submitted_parts)


def present_portrait(portrait: Picture | None) -> PortraitView | None:
    """Return a portrait that can be shown."""
    if portrait is None or not portrait.is_ready:
        return None
    return PortraitView(
        public_id=portrait.public_id,
        url=reverse("media", kwargs={"kind": "picture", "public_id": portrait.public_id}),
        is_upload=portrait.mode == Picture.Mode.UPLOAD,
    )


def present_claim(row: Any, reviewer: User) -> ClaimView:
    """Return who works on a row that moderation.claims has annotated."""
    if row.claim_holder_id is None:
        return ClaimView()
    return ClaimView(row.claim_holder_name, row.claim_expires_at, row.claim_holder_id == reviewer.pk)


def rule_title(code: str) -> Text:
    """Return what reviewers read for a reason code, which may be of an older list."""
    return screening.title_of(code)


def short_hash(revision: Revision) -> str:
    """Return the beginning of the content hash, by which people compare it."""
    return revision.content_hash[:_HASH_LENGTH]


def present_decisions(decisions: list[Decision]) -> list[DecisionView]:
    """Return decisions with the titles of their rules."""
    return [DecisionView(decision, rule_title(decision.reason_code)) for decision in decisions]


def present_notes(notes: list[Note]) -> list[NoteView]:
    """Return notes with what they are about."""
    return [NoteView(note, note.target_kind == "user") for note in notes]


def name_of(character: Character) -> str:
    """Return the name by which staff know an item."""
    shown = queries.find_shown_to_staff(character)
    return shown.name if shown is not None else character.public_id


def _shown(revision: Revision, name: str) -> str:
    value = getattr(revision, name)
    if name == "category":
        return str(Category(value).label)
    if name == "safe_mode":
        return str(_("On") if value else _("Off"))
    if name == "tags":
        return ", ".join(value)
    return "\n\n".join(value) if isinstance(value, list) else str(value)
