"""The queues in which people look at what others made. Higher apps register theirs in `ready()`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.refusals import Text


def _find_no_titles(_item_ids: Sequence[str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One queue in which people decide.

    key: how claims and second reviews name it. list_waiting: what waits for a person now; since_field: the
    time since when; due_field: until when it should be decided, empty where nothing says so. list_url_name
    and next_url_name: its page, and where a POST takes the next entry.

    Of a queue of review, target_kind: of its decisions; decided_kinds: audit events of its decisions by
    people, whose data has waited_seconds; find_titles: entries by their ids, without those that are gone;
    second_url_name: where a second review (by its public id) is answered.

    Of any other, list_decided: its decisions; list_closed: its entries with created_at and closed_at.
    is_reversible: whether what is decided in it may be taken back later.
    """

    key: str
    title: Text
    list_waiting: Callable[[], QuerySet[Any]]
    since_field: str
    list_url_name: str
    next_url_name: str
    due_field: str = ""
    target_kind: str = ""
    decided_kinds: tuple[str, ...] = ()
    find_titles: Callable[[Sequence[str]], Mapping[str, str]] = _find_no_titles
    second_url_name: str = ""
    list_decided: Callable[[], QuerySet[Any]] | None = None
    list_closed: Callable[[], QuerySet[Any]] | None = None
    is_reversible: bool = True


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
