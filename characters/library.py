"""The shelves of a creator's library, and what each item on them offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters import labels, policies, presenters, story_presenters
from characters.labels import Label
from characters.models import FROZEN_OPEN_STATES, Character, Item, ItemRevision, State, Story, Visibility
from characters.presenters import CharacterCard
from characters.story_presenters import StoryCard
from core.refusals import Refusal, Text
from policies.rules import RULES

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
class ItemLinks:
    """Where the creator's buttons lead."""

    submit: str
    edit: str
    withdraw: str
    discard: str
    visibility: str
    why: str


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """An item as its creator sees it, in the library and on its page."""

    card: CharacterCard | StoryCard
    links: ItemLinks
    label: Label
    visibility: str
    visibility_label: Text
    is_public: bool
    is_live: bool
    is_delisted: bool
    # What reviewers said, and what would help.
    explanation: str
    fix: str
    rule: Text
    rule_code: str
    # Where to appeal against it; empty where reviewers said nothing.
    appeal_url: str
    # Where to read why its portrait was removed, and to appeal; empty while it was not.
    portrait_appeal_url: str
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


def count_shelves(items: QuerySet[Any]) -> dict[str, int]:
    """Return the number of a creator's items on each shelf. One query."""
    counts = items.aggregate(
        **{
            f"shelf_{position}": Count("pk", filter=shelf.condition) if shelf.condition else Count("pk")
            for position, shelf in enumerate(SHELVES)
        }
    )
    return {shelf.slug: counts[f"shelf_{position}"] for position, shelf in enumerate(SHELVES)}


def present_shelves(*, current: Shelf, counts: dict[str, int], url: str) -> list[ShelfTab]:
    """Return the tabs of the library at `url`."""
    return [
        ShelfTab(
            label=shelf.label,
            url=f"{url}?show={shelf.slug}" if shelf.slug else url,
            count=counts[shelf.slug],
            is_current=shelf == current,
        )
        for shelf in SHELVES
    ]


def present_items(items: Iterable[Item], owner: User) -> list[LibraryItem]:
    """Return the items of a page; asks the database for nothing."""
    return [present_item(item, owner) for item in items]


def present_item(item: Item, owner: User) -> LibraryItem:
    """Return what the creator sees and may do."""
    refusal = policies.submit_refusal(owner, item)
    decided = _find_decided(item)
    rule = RULES.get(decided.reason_code) if decided is not None else None
    return LibraryItem(
        card=_present_card(item, owner),
        links=present_links(item),
        label=labels.label_of(item),
        visibility=item.visibility,
        visibility_label=Visibility(item.visibility).label,
        is_public=item.visibility == Visibility.PUBLIC,
        is_live=item.live_revision is not None,
        is_delisted=item.delisted_revision is not None,
        explanation=decided.explanation if decided is not None else "",
        fix=decided.fix if decided is not None else "",
        rule=rule.title if rule is not None else "",
        rule_code=rule.code if rule is not None else "",
        appeal_url=_appeal_url(item, decided) if decided is not None else "",
        portrait_appeal_url=_portrait_appeal_url(item.working_revision),
        submit_hint=refusal if refusal is not None and refusal.code not in _NO_BUTTON_CODES else None,
        can_submit=refusal is None,
        can_edit=policies.edit_refusal(owner, item) is None,
        can_withdraw=policies.withdraw_refusal(owner, item) is None,
        can_discard=(
            policies.discard_refusal(owner, item) is None
            and (item.live_revision or item.delisted_revision) is not None
        ),
        edit_note=_edit_note(item),
    )


def _present_card(item: Item, owner: User) -> CharacterCard | StoryCard:
    if isinstance(item, Story):
        return story_presenters.present_revision(item, item.working_revision, owner)
    if isinstance(item, Character):
        return presenters.present_revision(item, item.working_revision)
    raise TypeError(item.KIND)


def present_links(item: Item) -> ItemLinks:
    """Return where the creator's buttons lead."""

    def link(action: str) -> str:
        return reverse(f"{item.KIND}-{action}", kwargs={"slug": item.slug})

    return ItemLinks(
        submit=link("submit"),
        edit=link("edit"),
        withdraw=link("withdraw"),
        discard=link("discard"),
        visibility=link("visibility"),
        why=link("why"),
    )


def _find_decided(item: Item) -> ItemRevision | None:
    """Return the version to which reviewers said no, while that is what its creator has to do with."""
    if item.open_revision is not None and item.open_revision.state == State.REJECTED:
        return item.open_revision
    return item.delisted_revision


def _appeal_url(item: Item, revision: ItemRevision) -> str:
    asked = {"about": item.KIND, "id": item.public_id, "version": revision.content_hash}
    return f"{reverse('appeal')}?{urlencode(asked)}"


def _portrait_appeal_url(revision: ItemRevision) -> str:
    if revision.portrait is None or not revision.portrait.is_removed:
        return ""
    return f"{reverse('appeal')}?{urlencode({'decision': revision.portrait.removal_id})}"


def _edit_note(item: Item) -> Text:
    if item.live_revision is None or item.open_revision is None:
        return ""
    if item.open_revision.state in FROZEN_OPEN_STATES:
        return _("Your edit waits for review; others still see the approved version.")
    if item.open_revision.state == State.REJECTED:
        return _("Your edit was not approved; others still see the approved version.")
    return _("You have an edit that is not submitted; others still see the approved version.")
