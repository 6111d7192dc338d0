"""The queue of revisions that wait for a person: the riskiest first, then the oldest."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters import queries
from characters.models import Character, Revision, State
from imagegen.models import Picture
from moderation import claims, risk
from moderation.models import Claim
from moderation.queues import Queue

KEY = "characters"
# The last field makes it total; the index characters_riskiest has it.
ORDER = ("-risk", "submitted_at", "id")
# Of whatever a person approved once.
_APPROVED_ONCE = (State.APPROVED, State.SUPERSEDED, State.DELISTED)


def item_id(revision: Revision) -> str:
    """Return how claims and second reviews name a revision."""
    return str(revision.pk)


def rate(character: Character, revision: Revision) -> int:
    """Return the risk of a revision whose screening has ended. At most two queries."""
    approved_before = Revision.objects.filter(character__owner=character.owner_id, state__in=_APPROVED_ONCE)
    portrait = revision.portrait
    return risk.assess(
        risk.Facts(
            hold_code=revision.hold_code,
            has_upload=portrait is not None and portrait.mode == Picture.Mode.UPLOAD,
            is_new_creator=not approved_before.exists(),
            is_mature=revision.is_mature,
            is_edit=character.live_revision_id is not None,
        )
    )


def waits() -> Q:
    """Return the condition of this queue."""
    return queries.waits_for_person()


def list_waiting() -> QuerySet[Revision]:
    """Return what waits for a person, to be ordered by ORDER."""
    return Revision.objects.filter(waits())


def list_for_review(*, now: datetime, with_withdrawn: bool = False) -> QuerySet[Revision]:
    """Return what reviewers may open, with who works on it.

    with_withdrawn: and what was taken back, for a caller that says so and shows nothing of it.
    """
    rows = queries.list_for_review()
    if with_withdrawn:
        rows = Revision.objects.exclude(state=State.DRAFT).select_related(*queries.FOR_REVIEW)
    return claims.annotate(rows, queue=KEY, now=now)


def find_next(actor: User, *, after: Revision | None, sees_escalated: bool, now: datetime) -> int | None:
    """Return the key of what this reviewer should look at next, in the queue's order and then from its top.

    Leaves out what others work on. Three queries at most.
    """
    held = Claim.objects.filter(queue=KEY, item_id=Cast(OuterRef("pk"), CharField()), expires_at__gt=now)
    free = list_waiting().filter(~Exists(held.exclude(holder=actor))).order_by(*ORDER)
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
            return found
    return None


def find_before(revision: Revision) -> Revision | None:
    """Return the version that people read when this one was submitted, if there was one."""
    return (
        Revision.objects.filter(
            character_id=revision.character_id, number__lt=revision.number, state__in=_APPROVED_ONCE
        )
        .select_related("portrait")
        .order_by("-number")
        .first()
    )


def find_titles(item_ids: Sequence[str]) -> Mapping[str, str]:
    """Return how lists name revisions."""
    found = Revision.objects.filter(pk__in=[key for key in item_ids if key.isdecimal()])
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


QUEUE = Queue(
    key=KEY,
    title=_("Characters"),
    target_kind="character",
    list_waiting=list_waiting,
    since_field="submitted_at",
    decided_kinds=("revision.approve", "revision.reject"),
    find_titles=find_titles,
    list_url_name="admin:characters_pendingrevision_changelist",
    second_url_name="admin:characters_pendingrevision_second",
)
