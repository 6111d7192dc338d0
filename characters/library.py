"""The shelves of a creator's library, and what each item on them offers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters import labels, policies, presenters, queries
from characters.labels import Label
from characters.models import FROZEN_OPEN_STATES, Character, State, Visibility
from characters.presenters import CharacterCard
from core.refusals import Refusal, Text

_NO_BUTTON_CODES = frozenset({"not-owner", "not-draft"})


@dataclass(frozen=True, slots=True)
class Shelf:
    """One tab of the library."""

    slug: str
    label: Promise
    condition: Q


ALL = Shelf("", _("All"), Q())
SHELVES = (
    ALL,
    Shelf("drafts", _("Drafts"), Q(open_revision__state=State.DRAFT)),
    Shelf("review", _("In review"), Q(open_revision__state__in=sorted(FROZEN_OPEN_STATES))),
    Shelf("published", _("Published"), Q(live_revision__isnull=False)),
    Shelf(
        "needs-work",
        _("Needs work"),
        Q(open_revision__state=State.REJECTED) | Q(delisted_revision__isnull=False),
    ),
)


@dataclass(frozen=True, slots=True)
class ShelfTab:
    """A shelf with its number of items."""

    label: Text
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """An item as its creator sees it, in the library and on its page."""

    card: CharacterCard
    label: Label
    visibility: str
    visibility_label: Text
    is_public: bool
    is_live: bool
    is_delisted: bool
    # What reviewers said, and what would help.
    explanation: str
    fix: str
    # Why the button to submit is not there although the item is a draft.
    submit_hint: Refusal | None
    can_submit: bool
    can_edit: bool
    can_withdraw: bool
    can_discard: bool
    # "Your edit waits …", while others read another version.
    edit_note: Text


def find_shelf(slug: str) -> Shelf:
    """Return the shelf; an unknown one is everything."""
    return next((shelf for shelf in SHELVES if shelf.slug == slug), ALL)


def count_shelves(owner: User) -> dict[str, int]:
    """Return the number of items on each shelf. One query."""
    counts = queries.list_library(owner).aggregate(
        **{
            f"shelf_{position}": Count("pk", filter=shelf.condition) if shelf.condition else Count("pk")
            for position, shelf in enumerate(SHELVES)
        }
    )
    return {shelf.slug: counts[f"shelf_{position}"] for position, shelf in enumerate(SHELVES)}


def present_shelves(*, current: Shelf, counts: dict[str, int]) -> list[ShelfTab]:
    """Return the tabs."""
    url = reverse("library")
    return [
        ShelfTab(
            label=shelf.label,
            url=f"{url}?show={shelf.slug}" if shelf.slug else url,
            count=counts[shelf.slug],
            is_current=shelf == current,
        )
        for shelf in SHELVES
    ]


def present_items(characters: Iterable[Character], owner: User) -> list[LibraryItem]:
    """Return the items of a page; asks the database for nothing."""
    return [present_item(character, owner) for character in characters]


def present_item(character: Character, owner: User) -> LibraryItem:
    """Return what the creator sees and may do."""
    refusal = policies.submit_refusal(owner, character)
    explanation, fix = _decision(character)
    return LibraryItem(
        card=presenters.present_revision(character, character.working_revision),
        label=labels.label_of(character),
        visibility=character.visibility,
        visibility_label=Visibility(character.visibility).label,
        is_public=character.visibility == Visibility.PUBLIC,
        is_live=character.live_revision is not None,
        is_delisted=character.delisted_revision is not None,
        explanation=explanation,
        fix=fix,
        submit_hint=refusal if refusal is not None and refusal.code not in _NO_BUTTON_CODES else None,
        can_submit=refusal is None,
        can_edit=policies.edit_refusal(owner, character) is None,
        can_withdraw=policies.withdraw_refusal(owner, character) is None,
        can_discard=(
            policies.discard_refusal(owner, character) is None
            and (character.live_revision or character.delisted_revision) is not None
        ),
        edit_note=_edit_note(character),
    )


def _decision(character: Character) -> tuple[str, str]:
    revision = character.open_revision
    if revision is not None and revision.state == State.REJECTED:
        return revision.explanation, revision.fix
    if character.delisted_revision is not None:
        return character.delisted_revision.explanation, character.delisted_revision.fix
    return "", ""


def _edit_note(character: Character) -> Text:
    if character.live_revision is None or character.open_revision is None:
        return ""
    if character.open_revision.state in FROZEN_OPEN_STATES:
        return _("Your edit waits for review; others still see the approved version.")
    if character.open_revision.state == State.REJECTED:
        return _("Your edit was not approved; others still see the approved version.")
    return _("You have an edit that is not submitted; others still see the approved version.")
