"""Reads about pictures and the workers that draw them."""

import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Max, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.queries import Viewer
from imagegen import access
from imagegen.models import Picture, Worker

# A worker says that it lives every few seconds; after this silence the studio counts as asleep.
WORKER_SILENCE_SECONDS = 20
_SAMPLE_SIZE = 20


@dataclass(frozen=True, slots=True)
class _Studio:
    """All workers together. busy: how many pictures they draw now."""

    capacity: int
    busy: int
    decode_seconds: float


@dataclass(frozen=True, slots=True)
class _Typical:
    """What the last finished pictures took: seconds from their start to their end, and steps."""

    seconds: float
    step_count: float


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

    One that is being drawn needs its steps that are left, and then to be decoded, which no step counts.
    place: what `queue_position` said, where the caller knows it already.
    """
    typical = _typical()
    if typical is None or picture.is_terminal:
        return None
    studio = _studio()
    if picture.state == Picture.State.RUNNING:
        return max(1, round(_seconds_of_steps_left(picture, typical, studio.decode_seconds)))
    ahead = studio.busy + (queue_position(picture) if place is None else place) - 1
    return max(1, round(typical.seconds * (ahead // studio.capacity + 1)))


def is_studio_awake(*, now: datetime) -> bool:
    """Whether a worker that draws pictures is alive."""
    return Worker.objects.filter(seen_at__gt=now - timedelta(seconds=WORKER_SILENCE_SECONDS)).exists()


def _seconds_of_steps_left(picture: Picture, typical: _Typical, decode_seconds: float) -> float:
    """Return the time until it is drawn and decoded; a retake has more steps than other pictures."""
    if not picture.step_count:
        return typical.seconds
    decode = min(decode_seconds, typical.seconds)
    step = (typical.seconds - decode) / (typical.step_count or picture.step_count)
    return step * (picture.step_count - picture.step) + decode


def _studio() -> _Studio:
    """Return what the workers can do and do. One query."""
    drawn = Picture.objects.filter(state=Picture.State.RUNNING).order_by().values("state")
    busy = Coalesce(Subquery(drawn.annotate(count=Count("pk")).values("count")), 0)
    told = Worker.objects.annotate(drawn=busy).aggregate(
        capacity=Sum("capacity"), busy=Max("drawn"), decode=Avg("decode_seconds")
    )
    return _Studio(told["capacity"] or 1, told["busy"] or 0, told["decode"] or 0.0)


def _typical() -> _Typical | None:
    finished = (
        Picture.objects.filter(state=Picture.State.READY, started_at__isnull=False)
        .order_by("-finished_at")
        .values_list("started_at", "finished_at", "step_count")[:_SAMPLE_SIZE]
    )
    taken = [((end - start).total_seconds(), count) for start, end, count in finished if start and end]
    if not taken:
        return None
    return _Typical(
        statistics.median(seconds for seconds, _ in taken), statistics.median(count for _, count in taken)
    )
