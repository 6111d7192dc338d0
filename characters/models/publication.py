"""What characters and stories share: an item, its revisions, and the publication state machine (R5)."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, Value
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from accounts import policies as account_policies
from accounts import queries as account_queries
from accounts.models import User
from accounts.queries import Viewer
from characters.folding import fold
from characters.models.states import Category, State, Visibility
from core.models import PublicModel


@dataclass(frozen=True, slots=True)
class Content:
    """What a creator writes: everything that review looks at, and nothing else.

    A kind lists its fields itself, in the order of its form.
    """

    if TYPE_CHECKING:

        @property
        def name(self) -> str: ...

        @property
        def safe_mode(self) -> bool: ...

    def digest(self) -> str:
        """Return the SHA-256 by which unchanged content is recognised."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def words_digest(self) -> str:
        """Return the same for all but the portrait."""
        return self.digest()

    def words(self) -> tuple[str, ...]:
        """Return every text of it, in the order of the form."""
        raise NotImplementedError

    def looks(self) -> tuple[str, ...]:
        """Return those of its texts from which pictures are drawn."""
        return ()

    def portrait_key(self) -> int | None:
        """Return the key of its own portrait, None for a kind that has none."""
        return None


class FrozenRevisionError(TypeError):
    """Raised on an attempt to change the content of a revision that was submitted."""


_Item = TypeVar("_Item", bound="Item")
_Revision = TypeVar("_Revision", bound="ItemRevision")


class ItemQuerySet(models.QuerySet[_Item]):
    """The visibility rule, as SQL; `Item.can_view` is the same rule for one object."""

    def with_revisions(self, *links: str, viewer: Viewer | None = None) -> Self:
        """Load the owner, and behind these links what people see of a revision.

        viewer: who asks, where a revision consists of what only some may see.
        """
        del viewer
        return self.select_related("owner", *links)

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what this viewer may see and play (R9, R10, R14)."""
        condition = self.found_by_others(viewer)
        if isinstance(viewer, User) and viewer.is_active:
            condition |= Q(owner=viewer)
        return self.filter(condition).checked_for(viewer)

    def checked_for(self, viewer: Viewer) -> Self:
        """Note on each row that the database has said that this viewer may see it; call it on no others."""
        return self.annotate(read_for=Value(viewer.pk)) if isinstance(viewer, User) else self

    def discoverable_by(self, viewer: Viewer) -> Self:
        """Keep what stands in discovery for this viewer: what others can find too, of people not muted."""
        found = self.visible_to(viewer).filter(
            visibility=Visibility.PUBLIC, live_revision__isnull=False, owner__is_active=True
        )
        if isinstance(viewer, User):
            return found.filter(~account_queries.exists_mute(viewer, "owner"))
        return found

    def found_by_others(self, viewer: Viewer) -> Q:
        """Return the condition under which a viewer who is not the creator sees an item."""
        condition = Q(visibility=Visibility.PUBLIC, live_revision__isnull=False, owner__is_active=True)
        if not account_policies.sees_mature(viewer):
            condition &= Q(live_revision__safe_mode=True)
        if isinstance(viewer, User):
            condition &= Q(~account_queries.exists_block(viewer, "owner"))
        return condition


class Item(PublicModel):
    """An item in its creator's library. Others see its live revision, or nothing.

    A kind of item adds its owner and the three links to its own kind of revision.
    """

    # How moderation, media and the audit trail name the kind.
    KIND: ClassVar[str]
    # What a slug is made of where the name has no letters for it.
    SLUG_FALLBACK: ClassVar[str]

    slug = models.CharField(max_length=80, unique=True, editable=False)
    creation_key = models.CharField(max_length=32)
    visibility = models.CharField(max_length=7, choices=Visibility.choices, default=Visibility.PRIVATE)
    published_at = models.DateTimeField(null=True)
    chat_count = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    if TYPE_CHECKING:
        objects: Any
        revisions: Any
        owner: models.ForeignKey[User, User]
        owner_id: int
        # The working revision: DRAFT, SUBMITTED, PENDING or REJECTED.
        open_revision: models.OneToOneField[Any, Any]
        open_revision_id: int | None
        # What others read: null, or APPROVED.
        live_revision: models.OneToOneField[Any, Any]
        live_revision_id: int | None
        # The last live revision, when staff took it down.
        delisted_revision: models.OneToOneField[Any, Any]
        delisted_revision_id: int | None

    # Whose view of the row the database has checked; see `visible_to`.
    read_for: int | None = None

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["owner", "creation_key"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(visibility__in=["PRIVATE", "PUBLIC"]),
                name="%(app_label)s_%(class)s_visibility_known",
            ),
            models.CheckConstraint(
                condition=Q(live_revision__isnull=True) | Q(delisted_revision__isnull=True),
                name="%(app_label)s_%(class)s_live_or_delisted",
            ),
            models.CheckConstraint(
                condition=Q(live_revision__isnull=True) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_live_was_published",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @classmethod
    def revision_model(cls) -> Any:
        """Return the kind's own kind of revision."""
        return cls._meta.get_field("live_revision").related_model

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        raise NotImplementedError

    @property
    def working_revision(self) -> Any:
        """What its creator reads and edits: the open revision, else the live one, else the de-listed one."""
        found = self.open_revision or self.live_revision or self.delisted_revision
        if found is None:
            raise LookupError(f"{self.KIND} {self.pk} has no revision")
        return found

    def can_view(self, viewer: Viewer) -> bool:
        """Whether this viewer may see and play it; the same rule as `visible_to` (R9, R10, R14)."""
        if isinstance(viewer, User) and viewer.is_active and viewer.pk == self.owner_id:
            return True
        return self.is_found_by(viewer)

    def is_found_by(self, viewer: Viewer) -> bool:
        """Whether a viewer who is not the creator sees it; the same rule as `found_by_others`."""
        if self.visibility != Visibility.PUBLIC or self.live_revision is None or not self.owner.is_active:
            return False
        if self.live_revision.is_mature and not account_policies.sees_mature(viewer):
            return False
        return self.is_known_free(viewer) or not account_queries.is_blocked(viewer, self.owner_id)

    def is_known_free(self, viewer: Viewer) -> bool:
        """Whether the database has said of this row, for this viewer, what takes a query to find out."""
        return self.read_for is not None and self.read_for == viewer.pk

    def is_playable_by(self, viewer: Viewer) -> bool:
        """Whether there is something that this viewer may talk with."""
        return self.can_view(viewer) and self.revision_for(viewer) is not None

    @property
    def is_open_to_all(self) -> bool:
        """Whether everybody sees it, signed in or not."""
        return self.can_view(AnonymousUser())

    def revision_for(self, viewer: Viewer) -> Any:
        """Return what this viewer reads: the live revision, or, for the owner of an item that was never
        live, the working one (or the one that was taken down); None where there is nothing for them.
        """
        if self.live_revision is not None:
            return self.live_revision if self.can_view(viewer) else None
        if isinstance(viewer, User) and viewer.pk == self.owner_id:
            return self.open_revision or self.delisted_revision
        return None


class RevisionQuerySet(models.QuerySet[_Revision]):
    """Refuses bulk writes that would go around the state machine or thaw a frozen revision."""

    def update(self, **kwargs: Any) -> int:
        if forbidden := ({"state"} | self.model.content_columns()) & kwargs.keys():
            raise FrozenRevisionError(", ".join(sorted(forbidden)))
        return super().update(**kwargs)

    def delete(self) -> NoReturn:
        raise FrozenRevisionError("revisions are kept")

    def with_pictures(self) -> Self:
        """Load what people see of it beside the words."""
        return self

    def for_review(self) -> Self:
        """Load what reviewers see: it, its item and creator, and what is live."""
        return self.with_pictures().select_related("item__owner", "item__live_revision")


def is_complete(revision: models.Model) -> bool:
    """Whether there is enough to review."""
    return isinstance(revision, ItemRevision) and not revision.missing_fields()


class ItemRevision(ConcurrentTransitionMixin, models.Model):
    """One version of an item's content. Frozen from SUBMITTED on.

    A kind of item adds the link to it, `item`, and the columns of its content.
    """

    # The kind's Content; its fields are columns here.
    CONTENT: ClassVar[type[Content]]
    # What review needs, as names of fields.
    NEEDED: ClassVar[tuple[str, ...]]

    number = models.PositiveIntegerField()
    state = FSMField(default=State.DRAFT, choices=State.choices, protected=True)

    name = models.CharField(max_length=60)
    tags = models.JSONField(default=list, blank=True)
    category = models.CharField(max_length=10, choices=Category.choices, default=Category.OTHER)
    safe_mode = models.BooleanField(default=True)

    content_hash = models.CharField(max_length=64)
    # Folded texts for people: what search reads.
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

    if TYPE_CHECKING:
        objects: Any
        item: models.ForeignKey[Any, Any]
        item_id: int
        # None for a kind that has none of its own.
        portrait: Any
        portrait_id: Any

    # The hash of the content in the database, once it may no longer change.
    _frozen_hash = ""

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="%(app_label)s_%(class)s_number"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "PENDING"]),
                name="%(app_label)s_%(class)s_one_open",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="APPROVED"), name="%(app_label)s_%(class)s_one_approved"
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
                name="%(app_label)s_%(class)s_state_known",
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="%(app_label)s_%(class)s_category_known"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT") | Q(submitted_at__isnull=False),
                name="%(app_label)s_%(class)s_frozen_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["REJECTED", "DELISTED"])
                | (~Q(reason_code="") & ~Q(explanation="") & ~Q(fix="")),
                name="%(app_label)s_%(class)s_no_without_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["PENDING", "APPROVED"]) | Q(screened_at__isnull=False),
                name="%(app_label)s_%(class)s_screened_before_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (revision {self.number})"

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        revision: Self = super().from_db(*args, **kwargs)
        if not revision.get_deferred_fields():
            revision._remember_frozen_content()
        return revision

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: DJ012
        if self.get_deferred_fields():
            raise FrozenRevisionError("load the whole revision before saving it")
        self.content_hash = self.content().digest()
        self.search_text = fold("\n".join(self.texts_for_people()))
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
        stored: models.QuerySet[Any] = (
            models.QuerySet(type(self)).filter(pk=self.pk).exclude(state=State.DRAFT)
        )
        self._frozen_hash = stored.values_list("content_hash", flat=True).first() or ""

    def _remember_frozen_content(self) -> None:
        self._frozen_hash = "" if self.state == State.DRAFT else self.content_hash

    @classmethod
    def item_model(cls) -> Any:
        """Return the kind of item that it is a version of."""
        return cls._meta.get_field("item").related_model

    @classmethod
    def content_columns(cls) -> frozenset[str]:
        """Return the columns that nobody may change once a revision is frozen."""
        names = {field.name for field in fields(cls.CONTENT)}
        return frozenset(names | {name.removesuffix("_id") for name in names} | {"content_hash"})

    def content(self) -> Any:
        """Return what the creator wrote, as the kind's Content."""
        values = {field.name: getattr(self, field.name) for field in fields(self.CONTENT)}
        return self.CONTENT(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        )

    def set_content(self, content: Content) -> None:
        """Replace what the creator wrote; saving refuses it once the revision is frozen."""
        for field in fields(content):
            value = getattr(content, field.name)
            setattr(self, field.name, list(value) if isinstance(value, tuple) else value)

    def missing_fields(self) -> list[str]:
        """Return the names of fields that review needs and that are empty."""
        return [name.removesuffix("_id") for name in self.NEEDED if not getattr(self, name)]

    def texts_for_people(self) -> list[str]:
        """Return what people read of it in lists and find by searching."""
        raise NotImplementedError

    def excerpt(self) -> tuple[str, ...]:
        """Return what of its words a report keeps."""
        raise NotImplementedError

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

    @transition(field=state, source=State.DRAFT, target=State.SUBMITTED, conditions=[is_complete])
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
