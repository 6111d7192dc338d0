"""Characters: somebody to talk with, and the versions of what their creator wrote."""

from dataclasses import dataclass, replace
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import Viewer
from characters.models.publication import (
    Content,
    Item,
    ItemQuerySet,
    ItemRevision,
    RevisionQuerySet,
)
from imagegen.models import Picture


@dataclass(frozen=True, slots=True)
class RevisionContent(Content):
    """What the creator of a character writes."""

    name: str
    short_bio: str
    bio: str
    description: str
    first_message: str
    greetings: tuple[str, ...]
    scenario: str
    example_dialogue: str
    appearance: str
    tags: tuple[str, ...]
    category: str
    safe_mode: bool
    portrait_id: int | None

    def words_digest(self) -> str:
        return replace(self, portrait_id=None).digest()

    def words(self) -> tuple[str, ...]:
        return (
            self.name,
            self.short_bio,
            self.bio,
            *self.tags,
            self.description,
            self.first_message,
            *self.greetings,
            self.scenario,
            self.example_dialogue,
            self.appearance,
        )

    def looks(self) -> tuple[str, ...]:
        return (self.appearance,)

    def portrait_key(self) -> int | None:
        return self.portrait_id


class CharacterQuerySet(ItemQuerySet["Character"]):
    """Characters, and who may see them."""

    def with_revisions(self, *links: str, viewer: Viewer | None = None) -> Self:
        """Load portraits too."""
        return super().with_revisions(*(f"{link}__portrait" for link in links), viewer=viewer)


class Character(Item):
    """Somebody to talk with."""

    KIND = "character"
    SLUG_FALLBACK = "character"

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="characters")
    open_revision = models.OneToOneField(
        "Revision", on_delete=models.RESTRICT, null=True, related_name="open_for"
    )
    live_revision = models.OneToOneField(
        "Revision", on_delete=models.RESTRICT, null=True, related_name="live_for"
    )
    delisted_revision = models.OneToOneField(
        "Revision", on_delete=models.RESTRICT, null=True, related_name="delisted_for"
    )

    objects = CharacterQuerySet.as_manager()

    class Meta(Item.Meta):
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(visibility="PUBLIC", live_revision__isnull=False),
                name="characters_newest",
            ),
            models.Index(
                fields=["-chat_count", "-id"],
                condition=Q(visibility="PUBLIC", live_revision__isnull=False),
                name="characters_most_chatted",
            ),
            models.Index(fields=["owner", "-updated_at", "-id"], name="characters_library"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("character", args=[self.slug])


class CharacterRevisionQuerySet(RevisionQuerySet["Revision"]):
    """Versions of characters."""

    def with_pictures(self) -> Self:
        """Load the portrait."""
        return self.select_related("portrait")

    def for_review(self) -> Self:
        """Load the live portrait, too."""
        return super().for_review().select_related("item__live_revision__portrait")


class Revision(ItemRevision):
    """One version of a character's content."""

    CONTENT = RevisionContent
    NEEDED = ("name", "short_bio", "description", "first_message", "appearance", "portrait_id")

    item = models.ForeignKey(Character, on_delete=models.CASCADE, related_name="revisions")
    # For people.
    short_bio = models.CharField(max_length=160, blank=True)
    bio = models.TextField(blank=True)
    portrait = models.ForeignKey(Picture, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    # For the AI.
    description = models.TextField(blank=True)
    first_message = models.TextField(blank=True)
    greetings = models.JSONField(default=list, blank=True)
    scenario = models.TextField(blank=True)
    example_dialogue = models.TextField(blank=True)
    appearance = models.TextField(blank=True)

    objects = CharacterRevisionQuerySet.as_manager()

    class Meta(ItemRevision.Meta):
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(state__in=["SUBMITTED", "PENDING"]),
                name="characters_review_queue",
            ),
            models.Index(
                fields=["-risk", "submitted_at", "id"],
                condition=Q(state="PENDING") | Q(state="SUBMITTED", screened_at__isnull=False),
                name="characters_riskiest",
            ),
        ]

    def texts_for_people(self) -> list[str]:
        return [self.name, self.short_bio, self.bio, *self.tags]

    def excerpt(self) -> tuple[str, ...]:
        return self.short_bio, self.bio, self.first_message


class PendingRevision(Revision):
    """A revision as reviewers meet it: an entry of their queue in the staff pages."""

    class Meta:
        proxy = True
        verbose_name = _("pending revision")
        verbose_name_plural = _("Pending review")
        default_permissions = ("view",)
