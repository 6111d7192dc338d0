"""Reads about pictures and the workers that draw them."""

import statistics
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.queries import Viewer
from imagegen import access
from imagegen.models import Picture, Worker

# A worker says that it lives every few seconds; after this silence the studio counts as asleep.
WORKER_SILENCE_SECONDS = 20
_SAMPLE_SIZE = 20


def get_picture_for(viewer: Viewer, public_id: str) -> Picture:
    """Return the picture if the viewer may see it.

    Raises Picture.DoesNotExist otherwise, so that others' private things look like missing ones.
    """
    picture = Picture.objects.select_related("owner", "reroll_of").get(public_id=public_id)
    if not access.can_view(viewer, picture):
        raise Picture.DoesNotExist
    return picture


def list_unfinished(owner: User) -> QuerySet[Picture]:
    """Return what waits or is being drawn for `owner`."""
    return Picture.objects.filter(owner=owner, state__in=[Picture.State.QUEUED, Picture.State.RUNNING])


def has_reroll(picture: Picture) -> bool:
    """Whether one that is drawn again for `picture` arrived, or may still."""
    came_to_nothing = [Picture.State.FAILED, Picture.State.CANCELED, Picture.State.REFUSED]
    return Picture.objects.filter(reroll_of=picture).exclude(state__in=came_to_nothing).exists()


def queue_position(picture: Picture) -> int:
    """Return the place in the queue: 1 is next. 0 when it does not wait. One query."""
    if picture.state != Picture.State.QUEUED:
        return 0
    is_before = (
        Q(priority__lt=picture.priority)
        | Q(priority=picture.priority, created_at__lt=picture.created_at)
        | Q(priority=picture.priority, created_at=picture.created_at, pk__lt=picture.pk)
    )
    return Picture.objects.filter(is_before, state=Picture.State.QUEUED).count() + 1


def estimate_seconds(picture: Picture, *, place: int | None = None) -> int | None:
    """Guess how long the picture still takes, from the last finished ones; None without any.

    place: what `queue_position` said, where the caller knows it already.
    """
    typical = _typical_seconds()
    if typical is None or picture.is_terminal:
        return None
    if picture.state == Picture.State.RUNNING:
        share_left = 1 - picture.step / picture.step_count if picture.step_count else 1.0
        return max(1, round(typical * share_left))
    rounds = -(-(queue_position(picture) if place is None else place) // _capacity())
    return max(1, round(typical * (rounds + 1)))


def is_studio_awake(*, now: datetime) -> bool:
    """Whether a worker that draws pictures is alive."""
    return Worker.objects.filter(seen_at__gt=now - timedelta(seconds=WORKER_SILENCE_SECONDS)).exists()


def _capacity() -> int:
    return Worker.objects.aggregate(total=Sum("capacity"))["total"] or 1


def _typical_seconds() -> float | None:
    finished = (
        Picture.objects.filter(state=Picture.State.READY, started_at__isnull=False)
        .order_by("-finished_at")
        .values_list("started_at", "finished_at")[:_SAMPLE_SIZE]
    )
    seconds = [(end - start).total_seconds() for start, end in finished if start and end]
    return statistics.median(seconds) if seconds else None
