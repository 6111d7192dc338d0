"""Stories: an opening scene with a cast of characters, found and played by others (R8)."""

from dataclasses import dataclass
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import Viewer
from characters.models.characters import Character
from characters.models.publication import (
    Content,
    Item,
    ItemQuerySet,
    ItemRevision,
    RevisionQuerySet,
)
from characters.models.states import State

# A scene with more people than these is a crowd that no reader, and no model, keeps apart.
CAST_LIMIT = 6


@dataclass(frozen=True, slots=True)
class StoryContent(Content):
    """What the author of a story writes. `cast` holds public ids of characters, the lead first."""

    name: str
    summary: str
    opening_scene: str
    plot: str
    cast: tuple[str, ...]
    tags: tuple[str, ...]
    category: str
    safe_mode: bool

    def words(self) -> tuple[str, ...]:
        return (self.name, self.summary, *self.tags, self.opening_scene, self.plot)


class StoryQuerySet(ItemQuerySet["Story"]):
    """Stories, and who may see them."""

    def with_revisions(self, *links: str, viewer: Viewer | None = None) -> Self:
        """Load casts too. One query for each link."""
        members = CastMember.objects.with_characters(viewer)
        casts = (Prefetch(f"{link}__cast_members", queryset=members) for link in links)
        return super().with_revisions(*links).prefetch_related(*casts)

    def found_by_others(self, viewer: Viewer) -> Q:
        """Add that a story is no more visible than its least visible cast member (R8)."""
        shown = Character.objects.filter(Character.objects.all().found_by_others(viewer))
        hidden = CastMember.objects.filter(revision=OuterRef("live_revision")).filter(
            ~Exists(shown.filter(pk=OuterRef("character")))
        )
        # Grouped, so that PostgreSQL asks it of the stories of one page, in the order of their index, and
        # does not join all casts of the site to find the first few.
        counted = hidden.values("revision").annotate(count=Count("pk")).filter(count__gt=0)
        return super().found_by_others(viewer) & Q(~Exists(counted))


class Story(Item):
    """An opening scene with a cast."""

    KIND = "story"
    SLUG_FALLBACK = "story"

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stories")
    open_revision = models.OneToOneField(
        "StoryRevision", on_delete=models.RESTRICT, null=True, related_name="open_for"
    )
    live_revision = models.OneToOneField(
        "StoryRevision", on_delete=models.RESTRICT, null=True, related_name="live_for"
    )
    delisted_revision = models.OneToOneField(
        "StoryRevision", on_delete=models.RESTRICT, null=True, related_name="delisted_for"
    )

    objects = StoryQuerySet.as_manager()

    class Meta(Item.Meta):
        verbose_name_plural = _("stories")
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(visibility="PUBLIC", live_revision__isnull=False),
                name="characters_story_newest",
            ),
            models.Index(
                fields=["-chat_count", "-id"],
                condition=Q(visibility="PUBLIC", live_revision__isnull=False),
                name="characters_story_most_played",
            ),
            models.Index(fields=["owner", "-updated_at", "-id"], name="characters_story_library"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("story", args=[self.slug])

    def is_found_by(self, viewer: Viewer) -> bool:
        """Add that a story is no more visible than its least visible cast member (R8)."""
        if not super().is_found_by(viewer) or self.live_revision is None:
            return False
        if self.is_known_free(viewer):
            return True
        members = [member.character for member in self.live_revision.list_cast()]
        return all(character is not None and character.is_found_by(viewer) for character in members)

    def is_playable_by(self, viewer: Viewer) -> bool:
        """Add that who plays it sees its whole cast: its author may have lost sight of one (R9)."""
        if not super().is_playable_by(viewer):
            return False
        cast = self.revision_for(viewer).list_cast()
        return bool(cast) and all(member.is_seen_by(viewer) for member in cast)


class StoryRevisionQuerySet(RevisionQuerySet["StoryRevision"]):
    """Versions of stories."""

    def with_pictures(self) -> Self:
        """Load the cast with its portraits. One query."""
        return self.prefetch_related(Prefetch("cast_members", queryset=CastMember.objects.with_characters()))

    def for_review(self) -> Self:
        """Load the live cast, too. One more query."""
        members = CastMember.objects.with_characters()
        live = Prefetch("item__live_revision__cast_members", queryset=members)
        return super().for_review().prefetch_related(live)


class StoryRevision(ItemRevision):
    """One version of a story's content."""

    CONTENT = StoryContent
    NEEDED = ("name", "summary", "opening_scene", "cast")

    item = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="revisions")
    # For people.
    summary = models.CharField(max_length=300, blank=True)
    # For people and for the AI: what a player reads first.
    opening_scene = models.TextField(blank=True)
    # For the AI alone: where it may lead, who wants what.
    plot = models.TextField(blank=True)
    # Public ids of characters, the lead first; CastMember has the same for joins.
    cast = models.JSONField(default=list, blank=True)

    # It shows the portraits of its cast.
    portrait = None
    portrait_id = None

    objects = StoryRevisionQuerySet.as_manager()

    class Meta(ItemRevision.Meta):
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(state__in=["SUBMITTED", "PENDING"]),
                name="characters_story_queue",
            ),
            models.Index(
                fields=["-risk", "submitted_at", "id"],
                condition=Q(state="PENDING") | Q(state="SUBMITTED", screened_at__isnull=False),
                name="characters_story_riskiest",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.state == State.DRAFT or not self.cast_members.exists():
                self._project_cast()

    def _project_cast(self) -> None:
        """Make the rows of the cast say what `cast` says."""
        found = dict(Character.objects.filter(public_id__in=self.cast).values_list("public_id", "pk"))
        wanted = [(position, found.get(public_id)) for position, public_id in enumerate(self.cast)]
        rows = self.cast_members.order_by("position")
        if list(rows.values_list("position", "character_id")) == wanted:
            return
        rows.delete()
        CastMember.objects.bulk_create(
            CastMember(revision=self, position=position, character_id=character_id)
            for position, character_id in wanted
        )

    def list_cast(self) -> list["CastMember"]:
        """Return the cast, the lead first, with all that their visibility depends on. At most one query."""
        if "cast_members" in getattr(self, "_prefetched_objects_cache", {}):
            return sorted(self.cast_members.all(), key=lambda member: member.position)
        return list(self.cast_members.all().with_characters())

    @property
    def is_mature(self) -> bool:
        """Whether it or any member of its cast is mature (R8). At most one query."""
        if not self.safe_mode:
            return True
        live = [member.character.live_revision for member in self.list_cast() if member.character is not None]
        return any(revision is not None and revision.is_mature for revision in live)

    def texts_for_people(self) -> list[str]:
        return [self.name, self.summary, *self.tags]

    def excerpt(self) -> tuple[str, ...]:
        return self.summary, self.opening_scene


class CastQuerySet(models.QuerySet["CastMember"]):
    """Casts, the lead of each first."""

    def with_characters(self, viewer: Viewer | None = None) -> Self:
        """Load all that names, portraits and visibility depend on; for a viewer, who of them they see."""
        rows = self.select_related(
            "character__owner",
            "character__live_revision__portrait",
            "character__open_revision__portrait",
            "character__delisted_revision__portrait",
        ).order_by("position")
        if viewer is None:
            return rows
        seen = Character.objects.visible_to(viewer).filter(pk=OuterRef("character"))
        return rows.annotate(seen_for=Value(viewer.pk or 0), is_seen=Exists(seen))


class CastMember(models.Model):
    """A character in a version of a story."""

    revision = models.ForeignKey(StoryRevision, on_delete=models.CASCADE, related_name="cast_members")
    position = models.PositiveSmallIntegerField()
    # Null once the character was erased with its creator's account: the story is hidden from then on.
    character = models.ForeignKey(Character, on_delete=models.SET_NULL, null=True, related_name="roles")

    # Whose view of it the database has checked, 0 for a visitor's, and what it said; see `with_characters`.
    seen_for: int | None = None
    is_seen = False

    objects = CastQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="characters_cast_position"),
            models.UniqueConstraint(fields=["revision", "character"], name="characters_cast_once"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.position}"

    def is_seen_by(self, viewer: Viewer) -> bool:
        """Whether this viewer may meet the character itself."""
        if self.seen_for == (viewer.pk or 0):
            return self.is_seen
        return self.character is not None and self.character.can_view(viewer)

    @property
    def name(self) -> str:
        """Return the name by which the author of the story knows it; empty once it is gone.

        Others' characters were approved before anybody saw them, so an unapproved name is the author's own.
        """
        if self.character is None:
            return ""
        known = self.character.live_revision or self.character.delisted_revision
        return (known or self.character.working_revision).name


class PendingStoryRevision(StoryRevision):
    """A version of a story as reviewers meet it: an entry of their queue in the staff pages."""

    class Meta:
        proxy = True
        verbose_name = _("pending story")
        verbose_name_plural = _("Pending stories")
        default_permissions = ("view",)
