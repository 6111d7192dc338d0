"""What the pages show of characters."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.queries import Viewer
from characters import policies
from characters.models import Category, Character, Item, Revision
from core.refusals import Refusal, Text
from imagegen.models import Picture


@dataclass(frozen=True, slots=True)
class PortraitView:
    """A picture that is ready, as an `<img>`."""

    public_id: str
    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class CharacterCard:
    """A character in a list of characters."""

    kind: ClassVar[str] = "character"
    start_icon: ClassVar[str] = "chat"

    public_id: str
    slug: str
    url: str
    name: str
    initial: str
    short_bio: str
    tags: tuple[str, ...]
    category: Text
    category_url: str
    creator: str
    chat_count: int
    portrait: PortraitView | None
    is_mature: bool

    @property
    def line(self) -> str:
        return self.short_bio


@dataclass(frozen=True, slots=True)
class CategoryLink:
    """A category in discovery's list; an empty slug means all of them."""

    slug: str
    label: Text
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class TagLink:
    """A tag and the search that finds others with it."""

    label: str
    url: str


class Outcome(StrEnum):
    """Whether a condition of being seen holds."""

    MET = "met"
    FAILS = "fails"
    DEPENDS = "depends"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of being seen by others, and what would make it hold (R12)."""

    code: str
    title: Text
    outcome: Outcome
    explanation: Text
    fix: Text = ""


def present_portrait(picture: Picture | None, *, name: str) -> PortraitView | None:
    """Return the picture for an `<img>`, or None while there is nothing to show."""
    if picture is None or not picture.is_ready:
        return None
    return PortraitView(
        public_id=picture.public_id,
        url=reverse("media", kwargs={"kind": "picture", "public_id": picture.public_id}),
        width=picture.width,
        height=picture.height,
        alt=_("Portrait of %(name)s") % {"name": name},
    )


def present_card(character: Character, viewer: Viewer) -> CharacterCard:
    """Return what this viewer reads of a character; raises LookupError if that is nothing.

    Needs owner, revisions and portraits loaded, else it asks the database for them.
    """
    revision = character.revision_for(viewer)
    if revision is None:
        raise LookupError(character.slug)
    return present_revision(character, revision)


def present_revision(character: Character, revision: Revision) -> CharacterCard:
    """Return the card of one revision, whoever may read it."""
    return CharacterCard(
        public_id=character.public_id,
        slug=character.slug,
        url=reverse("character", kwargs={"slug": character.slug}),
        name=revision.name,
        initial=revision.name[:1].upper(),
        short_bio=revision.short_bio,
        tags=tuple(revision.tags),
        category=Category(revision.category).label,
        category_url=reverse("category", kwargs={"category": revision.category}),
        creator=character.owner.shown_name,
        chat_count=character.chat_count,
        portrait=present_portrait(revision.portrait, name=revision.name),
        is_mature=revision.is_mature,
    )


def present_cards(characters: Iterable[Character], viewer: Viewer) -> list[CharacterCard]:
    """Return a card for each character that the viewer may read."""
    return [
        present_revision(character, revision)
        for character in characters
        if (revision := character.revision_for(viewer)) is not None
    ]


def present_categories(current: str = "") -> list[CategoryLink]:
    """Return the category links, with everything first."""
    return list_category_links(current, home="discover", route="category")


def list_category_links(current: str, *, home: str, route: str) -> list[CategoryLink]:
    """Return links to the pages of a discovery: everything under `home`, a category under `route`."""
    everything = CategoryLink("", _("All"), reverse(home), is_current=not current)
    return [
        everything,
        *(
            CategoryLink(slug, label, reverse(route, kwargs={"category": slug}), is_current=slug == current)
            for slug, label in Category.choices
        ),
    ]


def present_tags(tags: Iterable[str], *, home: str = "discover") -> list[TagLink]:
    """Return the tags with the searches that find them."""
    return [TagLink(tag, f"{reverse(home)}?{urlencode({'q': tag})}") for tag in tags]


def visibility_reasons(item: Item) -> tuple[Condition, ...]:
    """Return every condition of being seen by others: whether it holds, and the fix if not (R12)."""
    reasons = policies.hidden_reasons(item)
    is_story = item.KIND == "story"
    return (
        *_conditions(
            reasons, "visibility", _("Visibility is Public"), _("You let others find it."), {"private"}
        ),
        *_conditions(
            reasons,
            "review",
            _("A version was approved"),
            _("A person looked at it and said yes."),
            {"in-review", "rejected", "delisted", "not-submitted"},
        ),
        *_conditions(
            reasons,
            "owner",
            _("The creator's account is in good standing"),
            _("It is active."),
            {"owner-suspended"},
        ),
        *(
            _conditions(
                reasons,
                "cast",
                _("Everybody in the cast can be seen"),
                _("They are public, approved, and their creators' accounts are active."),
                {reason.code for reason in reasons if reason.code.startswith("cast-")},
            )
            if is_story
            else ()
        ),
        *_conditions(
            reasons,
            "safe-mode",
            _("The viewer's own Safe Mode"),
            _("Its Safe Mode and that of its cast are on, so it does not depend on the viewer.")
            if is_story
            else _("Its Safe Mode is on, so it does not depend on the viewer."),
            {policies.DEPENDS_ON_VIEWER, "mature-not-allowed"},
        ),
    )


def is_seen_by_others(conditions: Iterable[Condition]) -> bool:
    """Whether nothing but the viewer's own setting stands in the way."""
    return all(condition.outcome is not Outcome.FAILS for condition in conditions)


def _conditions(
    reasons: Sequence[Refusal], code: str, title: Text, met: Text, codes: Collection[str]
) -> list[Condition]:
    """Return the condition as met, or once for each reason why it is not."""
    failing = [reason for reason in reasons if reason.code in codes]
    if not failing:
        return [Condition(code, title, Outcome.MET, met)]
    return [
        Condition(
            code,
            title,
            Outcome.DEPENDS if reason.code == policies.DEPENDS_ON_VIEWER else Outcome.FAILS,
            reason.message,
            reason.fix,
        )
        for reason in failing
    ]
