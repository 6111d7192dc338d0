"""What reviewers see: a revision beside the one that people read, who works on it, what was decided."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from characters import diffs, queries
from characters.diffs import Parts
from characters.models import Category, Character, Item, ItemRevision, Revision, Story
from core.refusals import Text
from imagegen.models import Picture
from moderation import screening

_HASH_LENGTH = 12
_FIELDS: dict[str, tuple[tuple[str, Text], ...]] = {
    Character.KIND: (
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
    ),
    Story.KIND: (
        ("name", _("Name")),
        ("summary", _("Summary")),
        ("category", _("Category")),
        ("tags", _("Tags")),
        ("safe_mode", _("Safe Mode")),
        ("cast", _("Cast")),
        ("opening_scene", _("Opening scene")),
        ("plot", _("Plot")),
    ),
}


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
class PortraitComparison:
    """The portrait of a revision beside that of the live one."""

    live: PortraitView | None
    submitted: PortraitView | None
    is_changed: bool


def compare(revision: ItemRevision, live: ItemRevision | None) -> list[FieldComparison]:
    """Return every field that review looks at; without a live revision nothing counts as changed."""
    address = revision.item.slug
    # Made of the first name, and the same for every version.
    rows = [_compare_field(_("Address"), address, address, has_live=live is not None)]
    for name, label in _FIELDS[revision.item.KIND]:
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


def compare_portraits(revision: ItemRevision, live: ItemRevision | None) -> PortraitComparison | None:
    """Return both portraits; None for a kind that has none of its own."""
    if not has_portrait(revision):
        return None
    return PortraitComparison(
        live=present_portrait(live.portrait) if live is not None else None,
        submitted=present_portrait(revision.portrait),
        is_changed=live is not None and live.portrait_id != revision.portrait_id,
    )


def has_portrait(revision: ItemRevision) -> bool:
    """Whether its kind has portraits of its own."""
    return isinstance(revision, Revision)


def line_of(revision: ItemRevision) -> str:
    """Return what it is about, in one line."""
    return revision.excerpt()[0]


def rule_title(code: str) -> Text:
    """Return what reviewers read for a reason code, which may be of an older list."""
    return screening.title_of(code)


def short_hash(revision: ItemRevision) -> str:
    """Return the beginning of the content hash, by which people compare it."""
    return revision.content_hash[:_HASH_LENGTH]


def name_of(item: Item) -> str:
    """Return the name by which staff know an item."""
    shown = queries.find_shown_to_staff(item)
    return shown.name if shown is not None else item.public_id


def _list_cast(revision: Any) -> list[str]:
    """Return who is in a story, by names that tell two of the same name apart."""
    gone = str(_("(gone with its creator's account)"))
    return [
        f"{member.name} · {member.character.slug}" if member.character is not None else gone
        for member in revision.list_cast()
    ]


def _shown(revision: ItemRevision, name: str) -> str:
    value = getattr(revision, name)
    if name == "category":
        return str(Category(value).label)
    if name == "safe_mode":
        return str(_("On") if value else _("Off"))
    if name == "tags":
        return ", ".join(value)
    if name == "cast":
        # The last line ends like the others, so that one who comes after it changes nothing of it.
        return "".join(f"{line}\n" for line in _list_cast(revision))
    return "\n\n".join(value) if isinstance(value, list) else str(value)
