"""The queues in which people look at what others made. Higher apps register theirs in `ready()`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.refusals import Text


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of review.

    key: how claims and second reviews name it. target_kind: of its decisions. list_waiting: what waits for a
    person now; since_field: the time since when. decided_kinds: audit events of its decisions by people,
    whose data has waited_seconds. find_titles: entries by their ids, without those that are gone.
    list_url_name and second_url_name: its page, and where a second review (by its public id) is answered.
    """

    key: str
    title: Text
    target_kind: str
    list_waiting: Callable[[], QuerySet[Any]]
    since_field: str
    decided_kinds: tuple[str, ...]
    find_titles: Callable[[Sequence[str]], Mapping[str, str]]
    list_url_name: str
    second_url_name: str


_queues: dict[str, Queue] = {}


def register(queue: Queue) -> None:
    """Make a queue known to counters and second reviews."""
    if _queues.get(queue.key, queue) != queue:
        raise ValueError(f"two queues {queue.key!r}")
    _queues[queue.key] = queue


def list_queues() -> list[Queue]:
    """Return the registered queues by their keys."""
    return [_queues[key] for key in sorted(_queues)]


def find_queue(key: str) -> Queue | None:
    """Return a queue, or None for one that nobody registered."""
    return _queues.get(key)
