"""Characters and their revisions. The publication state machine lives on the revision (R5)."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from accounts import policies as account_policies
from accounts import queries as account_queries
from accounts.models import User
from accounts.queries import Viewer
from characters.folding import fold
from core.models import PublicModel
from imagegen.models import Picture


class Category(models.TextChoices):
    """Where a character is found in discovery."""

    ROMANCE = "romance", _("Romance")
    ACTION = "action", _("Action")
    DRAMA = "drama", _("Drama")
    FANTASY = "fantasy", _("Fantasy")
    ANIME = "anime", _("Anime")
    GAME = "game", _("Game")
    NOVEL = "novel", _("Novel")
    COMEDY = "comedy", _("Comedy")
    ANIMAL = "animal", _("Animal")
    HORROR = "horror", _("Horror")
    OTHER = "other", _("Other")


class Visibility(models.TextChoices):
    """Who may find an item once it has a live revision (R9)."""

    PRIVATE = "PRIVATE", _("Private")
    PUBLIC = "PUBLIC", _("Public")


class State(models.TextChoices):
    """The publication states of a revision (R5)."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Submitted")
    PENDING = "PENDING", _("Pending review")
    APPROVED = "APPROVED", _("Approved")
    REJECTED = "REJECTED", _("Rejected")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    DELISTED = "DELISTED", _("De-listed")
    SUPERSEDED = "SUPERSEDED", _("Superseded")


OPEN_STATES = frozenset({State.DRAFT, State.SUBMITTED, State.PENDING})
FROZEN_OPEN_STATES = frozenset({State.SUBMITTED, State.PENDING})


@dataclass(frozen=True, slots=True)
class RevisionContent:
    """What a creator writes: everything that review looks at, and nothing else."""

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

    def digest(self) -> str:
        """Return the SHA-256 by which unchanged content is recognised."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def words_digest(self) -> str:
        """Return the same for all but the portrait."""
        return replace(self, portrait_id=None).digest()


CONTENT_FIELDS = tuple(field.name for field in fields(RevisionContent))
_CONTENT_COLUMNS = frozenset(CONTENT_FIELDS) | {"portrait", "content_hash"}


class FrozenRevisionError(TypeError):
    """Raised on an attempt to change the content of a revision that was submitted."""


class CharacterQuerySet(models.QuerySet["Character"]):
    """The visibility rule, as SQL; `Character.can_view` is the same rule for one object."""

    def visible_to(self, viewer: Viewer) -> "CharacterQuerySet":
        """Keep what this viewer may see and play (R9, R10, R14)."""
        found_by_others = Q(visibility=Visibility.PUBLIC, live_revision__isnull=False, owner__is_active=True)
        if not account_policies.sees_mature(viewer):
            found_by_others &= Q(live_revision__safe_mode=True)
        if not isinstance(viewer, User):
            return self.filter(found_by_others)
        found_by_others &= Q(~account_queries.exists_block(viewer, "owner"))
        if viewer.is_active:
            found_by_others |= Q(owner=viewer)
        return self.filter(found_by_others).annotate(read_for=Value(viewer.pk))

    def discoverable_by(self, viewer: Viewer) -> "CharacterQuerySet":
        """Keep what stands in discovery for this viewer: what others can find too, of people not muted."""
        found = self.visible_to(viewer).filter(
            visibility=Visibility.PUBLIC, live_revision__isnull=False, owner__is_active=True
        )
        if isinstance(viewer, User):
            return found.filter(~account_queries.exists_mute(viewer, "owner"))
        return found


class Character(PublicModel):
    """An item in its creator's library. Others see its live revision, or nothing."""

    slug = models.CharField(max_length=80, unique=True, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="characters")
    creation_key = models.CharField(max_length=32)
    visibility = models.CharField(max_length=7, choices=Visibility.choices, default=Visibility.PRIVATE)
    # The working revision: DRAFT, SUBMITTED, PENDING or REJECTED.
    open_revision = models.OneToOneField(
        "Revision", on_delete=models.RESTRICT, null=True, related_name="open_for"
    )
    # What others read: null, or APPROVED.
    live_revision = models.OneToOneField(
        "Revision", on_delete=models.RESTRICT, null=True, related_name="live_for"
    )
    # The last live revision, when staff took it down.
    delisted_revision = models.OneToOneField(
        "Revision", on_delete=models.RESTRICT, null=True, related_name="delisted_for"
    )
    published_at = models.DateTimeField(null=True)
    chat_count = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    # Whose view of the row the database has checked; see `visible_to`.
    read_for: int | None = None

    objects = CharacterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "creation_key"], name="characters_character_once"),
            models.CheckConstraint(
                condition=Q(visibility__in=["PRIVATE", "PUBLIC"]), name="characters_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(live_revision__isnull=True) | Q(delisted_revision__isnull=True),
                name="characters_live_or_delisted",
            ),
            models.CheckConstraint(
                condition=Q(live_revision__isnull=True) | Q(published_at__isnull=False),
                name="characters_live_was_published",
            ),
        ]
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

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("character", args=[self.slug])

    @property
    def working_revision(self) -> "Revision":
        """What its creator reads and edits: the open revision, else the live one, else the de-listed one."""
        found = self.open_revision or self.live_revision or self.delisted_revision
        if found is None:
            raise LookupError(f"character {self.pk} has no revision")
        return found

    def can_view(self, viewer: Viewer) -> bool:
        """Whether this viewer may see and play it; the same rule as `visible_to` (R9, R10, R14)."""
        if isinstance(viewer, User) and viewer.is_active and viewer.pk == self.owner_id:
            return True
        if self.visibility != Visibility.PUBLIC or self.live_revision is None or not self.owner.is_active:
            return False
        if not (self.live_revision.safe_mode or account_policies.sees_mature(viewer)):
            return False
        # Of rows that `visible_to` read for this viewer the database has said it.
        is_known_free = self.read_for is not None and self.read_for == viewer.pk
        return is_known_free or not account_queries.is_blocked(viewer, self.owner_id)

    @property
    def is_open_to_all(self) -> bool:
        """Whether everybody sees it, signed in or not."""
        return self.can_view(AnonymousUser())

    def revision_for(self, viewer: Viewer) -> "Revision | None":
        """Return what this viewer reads: the live revision, or, for the owner of an item that was never
        live, the working one (or the one that was taken down).
        """
        if self.live_revision is not None:
            return self.live_revision if self.can_view(viewer) else None
        if isinstance(viewer, User) and viewer.pk == self.owner_id:
            return self.open_revision or self.delisted_revision
        return None


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Refuses bulk writes that would go around the state machine or thaw a frozen revision."""

    def update(self, **kwargs: Any) -> int:
        if forbidden := ({"state"} | _CONTENT_COLUMNS) & kwargs.keys():
            raise FrozenRevisionError(", ".join(sorted(forbidden)))
        return super().update(**kwargs)

    def delete(self) -> NoReturn:
        raise FrozenRevisionError("revisions are kept")


def has_persona(revision: models.Model) -> bool:
    """Whether there is enough to review: who it is, how it looks, how it opens a chat."""
    return isinstance(revision, Revision) and not revision.missing_fields()


class Revision(ConcurrentTransitionMixin, models.Model):
    """One version of a character's content. Frozen from SUBMITTED on."""

    character = models.ForeignKey(Character, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    state = FSMField(default=State.DRAFT, choices=State.choices, protected=True)

    # For people.
    name = models.CharField(max_length=60)
    short_bio = models.CharField(max_length=160, blank=True)
    bio = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    category = models.CharField(max_length=10, choices=Category.choices, default=Category.OTHER)
    safe_mode = models.BooleanField(default=True)
    portrait = models.ForeignKey(Picture, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    # For the AI.
    description = models.TextField(blank=True)
    first_message = models.TextField(blank=True)
    greetings = models.JSONField(default=list, blank=True)
    scenario = models.TextField(blank=True)
    example_dialogue = models.TextField(blank=True)
    appearance = models.TextField(blank=True)

    content_hash = models.CharField(max_length=64)
    # Folded name, bios and tags: what search reads.
    search_text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    # When automatic screening was done; a SUBMITTED revision with it set is held for a person to look at.
    screened_at = models.DateTimeField(null=True)
    # Why screening held it; a code of policies.rules that only reviewers see.
    hold_code = models.CharField(max_length=40, blank=True)
    # Of moderation.risk, once screening is done: the riskiest are looked at first.
    risk = models.PositiveSmallIntegerField(default=0)
    # When a reviewer handed it on to somebody with more say.
    escalated_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=40, blank=True)
    explanation = models.TextField(blank=True)
    fix = models.TextField(blank=True)

    objects = RevisionQuerySet.as_manager()

    # The hash of the content in the database, once it may no longer change.
    _frozen_hash = ""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["character", "number"], name="characters_revision_number"),
            models.UniqueConstraint(
                fields=["character"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "PENDING"]),
                name="characters_one_open_revision",
            ),
            models.UniqueConstraint(
                fields=["character"], condition=Q(state="APPROVED"), name="characters_one_approved_revision"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "DRAFT",
                        "SUBMITTED",
                        "PENDING",
                        "APPROVED",
                        "REJECTED",
                        "WITHDRAWN",
                        "DELISTED",
                        "SUPERSEDED",
                    ]
                ),
                name="characters_revision_state_known",
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="characters_revision_category_known"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT") | Q(submitted_at__isnull=False),
                name="characters_revision_frozen_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["REJECTED", "DELISTED"])
                | (~Q(reason_code="") & ~Q(explanation="") & ~Q(fix="")),
                name="characters_revision_no_without_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["PENDING", "APPROVED"]) | Q(screened_at__isnull=False),
                name="characters_revision_screened_before_people",
            ),
        ]
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

    def __str__(self) -> str:
        return f"{self.name} (revision {self.number})"

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "Revision":
        revision: Revision = super().from_db(*args, **kwargs)
        if not revision.get_deferred_fields():
            revision._remember_frozen_content()
        return revision

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: DJ012
        if self.get_deferred_fields():
            raise FrozenRevisionError("load the whole revision before saving it")
        self.content_hash = self.content().digest()
        self.search_text = fold("\n".join([self.name, self.short_bio, self.bio, *self.tags]))
        if self._frozen_hash not in {"", self.content_hash}:
            raise FrozenRevisionError(str(self.pk))
        super().save(*args, **kwargs)
        self._remember_frozen_content()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.state != State.DRAFT:
            raise FrozenRevisionError("revisions are kept")
        return super().delete(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        # Some fields may have been read alone: what the database holds decides.
        stored = Revision.objects.filter(pk=self.pk).exclude(state=State.DRAFT)
        self._frozen_hash = stored.values_list("content_hash", flat=True).first() or ""

    def _remember_frozen_content(self) -> None:
        self._frozen_hash = "" if self.state == State.DRAFT else self.content_hash

    def content(self) -> RevisionContent:
        """Return what the creator wrote."""
        values = {name: getattr(self, name) for name in CONTENT_FIELDS}
        values["tags"] = tuple(self.tags)
        values["greetings"] = tuple(self.greetings)
        return RevisionContent(**values)

    def set_content(self, content: RevisionContent) -> None:
        """Replace what the creator wrote; saving refuses it once the revision is frozen."""
        for name in CONTENT_FIELDS:
            value = getattr(content, name)
            setattr(self, name, list(value) if isinstance(value, tuple) else value)

    def missing_fields(self) -> list[str]:
        """Return the names of fields that review needs and that are empty."""
        needed = ("name", "short_bio", "description", "first_message", "appearance", "portrait_id")
        return [name.removesuffix("_id") for name in needed if not getattr(self, name)]

    @property
    def version(self) -> str:
        """Return what an editor that is opened now was opened on: the words, then the portrait."""
        portrait = self.portrait.public_id if self.portrait is not None else ""
        return f"{self.content().words_digest()}.{portrait}"

    @property
    def is_mature(self) -> bool:
        return not self.safe_mode

    @property
    def review_version(self) -> str:
        """Return what a reviewer looked at, as a whole: words, state, and whether it was handed on."""
        mark = "escalated" if self.escalated_at is not None else ""
        return f"{self.content_hash}.{self.state}.{mark}"

    @property
    def is_held(self) -> bool:
        """Whether automatic screening left it for a person to look at."""
        return self.state == State.SUBMITTED and self.screened_at is not None

    @transition(field=state, source=State.DRAFT, target=State.SUBMITTED, conditions=[has_persona])
    def submit(self, *, now: datetime) -> None:
        self.submitted_at = now

    @transition(field=state, source=State.SUBMITTED, target=State.PENDING)
    def queue(self, *, now: datetime) -> None:
        """Automatic screening found nothing, or a person released its hold: a person decides next."""
        self.screened_at = self.screened_at or now

    @transition(field=state, source=State.PENDING, target=State.APPROVED)
    def approve(self, *, now: datetime) -> None:
        self.decided_at = now

    @transition(field=state, source=[State.SUBMITTED, State.PENDING], target=State.REJECTED)
    def reject(self, *, reason_code: str, explanation: str, fix: str, now: datetime) -> None:
        self._explain(reason_code, explanation, fix, now)

    @transition(field=state, source=[State.SUBMITTED, State.PENDING], target=State.WITHDRAWN)
    def withdraw(self, *, now: datetime) -> None:
        self.decided_at = now

    @transition(field=state, source=State.APPROVED, target=State.DELISTED)
    def delist(self, *, reason_code: str, explanation: str, fix: str, now: datetime) -> None:
        self._explain(reason_code, explanation, fix, now)

    @transition(field=state, source=State.APPROVED, target=State.SUPERSEDED)
    def supersede(self) -> None:
        """A newer revision was approved."""

    @transition(field=state, source=State.DELISTED, target=State.APPROVED)
    def reinstate(self, *, now: datetime) -> None:
        """An appeal was upheld."""
        self._explain("", "", "", now)

    def _explain(self, reason_code: str, explanation: str, fix: str, now: datetime) -> None:
        self.reason_code, self.explanation, self.fix, self.decided_at = reason_code, explanation, fix, now


class PendingRevision(Revision):
    """A revision as reviewers meet it: an entry of their queue in the staff pages."""

    class Meta:
        proxy = True
        verbose_name = _("pending revision")
        verbose_name_plural = _("Pending review")
        default_permissions = ("view",)
