"""What the pages show of stories."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from accounts.queries import Viewer
from characters.models import CastMember, Category, Story, StoryRevision
from characters.presenters import CategoryLink, PortraitView, list_category_links, present_portrait
from core.refusals import Text

# On a card; the rest is a number.
FACES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class CastView:
    """Somebody in the cast. Who is not there for the viewer any more has no page and no face."""

    public_id: str
    name: str
    initial: str
    url: str
    short_bio: str
    portrait: PortraitView | None
    is_lead: bool
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class StoryCard:
    """A story in a list of stories."""

    kind: ClassVar[str] = "story"
    start_icon: ClassVar[str] = "play"

    public_id: str
    slug: str
    url: str
    name: str
    initial: str
    summary: str
    tags: tuple[str, ...]
    category: Text
    category_url: str
    creator: str
    chat_count: int
    cast: tuple[CastView, ...]
    is_mature: bool

    @property
    def line(self) -> str:
        return self.summary

    @property
    def portrait(self) -> PortraitView | None:
        """Return the face of the lead."""
        return self.cast[0].portrait if self.cast else None

    @property
    def faces(self) -> tuple[CastView, ...]:
        return self.cast[:FACES_SHOWN]

    @property
    def more_count(self) -> int:
        """How many of the cast have no place among the faces."""
        return max(0, len(self.cast) - FACES_SHOWN)

    @property
    def names(self) -> str:
        return ", ".join(member.name for member in self.cast if member.name)


def present_card(story: Story, viewer: Viewer) -> StoryCard:
    """Return what this viewer reads of a story; raises LookupError if that is nothing.

    Needs owner, revisions and casts loaded, else it asks the database for them.
    """
    revision = story.revision_for(viewer)
    if revision is None:
        raise LookupError(story.slug)
    return present_revision(story, revision, viewer)


def present_cards(stories: Iterable[Story], viewer: Viewer) -> list[StoryCard]:
    """Return a card for each story that the viewer may read."""
    return [
        present_revision(story, revision, viewer)
        for story in stories
        if (revision := story.revision_for(viewer)) is not None
    ]


def present_revision(story: Story, revision: StoryRevision, viewer: Viewer) -> StoryCard:
    """Return the card of one revision, for somebody who may read it."""
    return StoryCard(
        public_id=story.public_id,
        slug=story.slug,
        url=reverse("story", kwargs={"slug": story.slug}),
        name=revision.name,
        initial=revision.name[:1].upper(),
        summary=revision.summary,
        tags=tuple(revision.tags),
        category=Category(revision.category).label,
        category_url=reverse("stories-category", kwargs={"category": revision.category}),
        creator=story.owner.shown_name,
        chat_count=story.chat_count,
        cast=tuple(_present_member(member, viewer) for member in revision.list_cast()),
        is_mature=revision.is_mature,
    )


def present_categories(current: str = "") -> list[CategoryLink]:
    """Return the category links of stories, with everything first."""
    return list_category_links(current, home="stories", route="stories-category")


def _present_member(member: CastMember, viewer: Viewer) -> CastView:
    character, revision = member.character, None
    if character is not None and member.is_seen_by(viewer):
        # Asking for what is live would look for blocks once more.
        revision = character.live_revision or character.revision_for(viewer)
    is_lead = member.position == 0
    if character is None or revision is None:
        name = member.name
        return CastView("", name, name[:1].upper() or "?", "", "", None, is_lead, is_missing=True)
    return CastView(
        public_id=character.public_id,
        name=revision.name,
        initial=revision.name[:1].upper(),
        url=reverse("character", kwargs={"slug": character.slug}),
        short_bio=revision.short_bio,
        portrait=present_portrait(revision.portrait, name=revision.name),
        is_lead=is_lead,
    )
