"""The queues of revisions that wait for a person, one for each kind: the riskiest first, then the oldest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters import queries
from characters.models import APPROVED_ONCE, ITEM_MODELS, Character, Item, ItemRevision, State, Story
from core.refusals import Text
from imagegen.models import Picture
from moderation import claims, risk
from moderation.models import Claim
from moderation.queues import Queue

# The last field makes it total; each kind's index has it (characters_riskiest, characters_story_riskiest).
ORDER = ("-risk", "submitted_at", "id")


@dataclass(frozen=True)
class ReviewQueue:
    """The queue of one kind.

    key: how claims and second reviews name it. pages: the model of its staff pages. list_title: of the one
    that lists what waits.
    """

    model: type[Item]
    key: str
    title: Text
    pages: str
    list_title: Text

    @cached_property
    def queue(self) -> Queue:
        """Return what counters and second reviews know of it."""
        return Queue(
            key=self.key,
            title=self.title,
            target_kind=self.model.KIND,
            list_waiting=self.list_waiting,
            since_field="submitted_at",
            decided_kinds=("revision.approve", "revision.reject"),
            find_titles=self.find_titles,
            list_url_name=self.page("changelist"),
            next_url_name=self.page("next"),
            second_url_name=self.page("second"),
        )

    def page(self, name: str) -> str:
        """Return the URL name of one of its staff pages."""
        return f"admin:characters_{self.pages}_{name}"

    def item_page(self, name: str) -> str:
        """Return the URL name of a staff page of the items themselves."""
        return f"admin:characters_{self.model.KIND}_{name}"

    @property
    def revisions(self) -> Any:
        """Return the manager of the kind's revisions."""
        return self.model.revision_model().objects

    def list_waiting(self) -> QuerySet[Any]:
        """Return what waits for a person, to be ordered by ORDER."""
        return self.revisions.filter(waits())

    def list_for_review(self, viewer: User, *, now: datetime, with_withdrawn: bool = False) -> QuerySet[Any]:
        """Return what a reviewer may open, with who works on it.

        with_withdrawn: and what was taken back, for a caller that says so and shows nothing of it.
        """
        rows = queries.list_for_review(viewer, self.model)
        if with_withdrawn:
            rows = queries.shown_to_staff(viewer, self.revisions.exclude(state=State.DRAFT)).for_review()
        return claims.annotate(rows, queue=self.key, now=now)

    def find_next(
        self, actor: User, *, after: ItemRevision | None, sees_escalated: bool, now: datetime
    ) -> int | None:
        """Return the key of what this reviewer should look at next, in the queue's order and then from its
        top.

        Leaves out what others work on, and what they made themselves. Three queries at most.
        """
        held = Claim.objects.filter(
            queue=self.key, item_id=Cast(OuterRef("pk"), CharField()), expires_at__gt=now
        )
        others_claim = Exists(held.exclude(holder=actor))
        free = self.list_waiting().exclude(item__owner=actor).filter(~others_claim).order_by(*ORDER)
        if not sees_escalated:
            free = free.filter(escalated_at__isnull=True)
        if after is None or after.submitted_at is None:
            return free.values_list("pk", flat=True).first()
        others = free.exclude(pk=after.pk).values_list("pk", flat=True)
        later = Q(submitted_at__gt=after.submitted_at) | Q(pk__gt=after.pk)
        # One after the other, so that each enters the index where it begins.
        as_risky = others.filter(later, risk=after.risk, submitted_at__gte=after.submitted_at)
        for rows in (as_risky, others.filter(risk__lt=after.risk), others):
            if (found := rows.first()) is not None:
                return int(found)
        return None

    def find_titles(self, item_ids: Sequence[str]) -> Mapping[str, str]:
        """Return how lists name revisions."""
        found = self.revisions.filter(pk__in=[key for key in item_ids if key.isdecimal()])
        return {str(pk): name for pk, name in found.values_list("pk", "name")}


CHARACTERS = ReviewQueue(Character, "characters", _("Characters"), "pendingrevision", _("Pending review"))
STORIES = ReviewQueue(Story, "stories", _("Stories"), "pendingstoryrevision", _("Pending stories"))
_BY_KIND = {queue.model.KIND: queue for queue in (CHARACTERS, STORIES)}


def queue_of(revision: ItemRevision) -> ReviewQueue:
    """Return the queue that a revision waits in."""
    return _BY_KIND[revision.item_model().KIND]


def entry_of(revision: ItemRevision) -> dict[str, str]:
    """Return how claims and second reviews name a revision, as their keyword arguments."""
    return {"queue": queue_of(revision).key, "item_id": str(revision.pk)}


def rate(item: Item, revision: ItemRevision) -> int:
    """Return the risk of a revision whose screening has ended. At most two queries, and one for a cast."""
    portrait = revision.portrait
    return risk.assess(
        risk.Facts(
            hold_code=revision.hold_code,
            has_upload=portrait is not None and portrait.mode == Picture.Mode.UPLOAD,
            is_new_creator=not any(_has_approved(model, item.owner) for model in ITEM_MODELS.values()),
            is_mature=revision.is_mature,
            is_edit=item.live_revision_id is not None,
        )
    )


def _has_approved(model: type[Item], owner: User) -> bool:
    approved = model.revision_model().objects.filter(item__owner=owner, state__in=APPROVED_ONCE)
    return bool(approved.exists())


def waits() -> Q:
    """Return the condition of these queues."""
    return queries.waits_for_person()


def find_before(revision: ItemRevision) -> Any:
    """Return the version that people read when this one was submitted, if there was one."""
    earlier = revision.item.revisions.filter(number__lt=revision.number, state__in=APPROVED_ONCE)
    return earlier.with_pictures().order_by("-number").first()
