"""What moderators look at: a content as it was when it was reported or decided about.

Higher apps register their kinds in `ready()`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A content at one moment.

    title: how it was called then. template: what shows it on a staff page, from `parts` and the reviewer's
    `look`. url: the staff page of this version, empty for what has none. number: of the version, None for
    what has no versions. is_exact: False where the version that was asked for is not known, so that what
    stands there now is shown.
    """

    title: str
    template: str
    parts: Mapping[str, Any]
    is_exact: bool
    url: str = ""
    number: int | None = None


# (public id, content hash, empty where none was kept) -> what stood there, None when all of it is gone.
Finder = Callable[[str, str], Snapshot | None]

_finders: dict[str, Finder] = {}


def register(kind: str, find: Finder) -> None:
    """Let staff pages show targets of `kind` as they were; call it from an app's `ready()`."""
    if _finders.get(kind, find) != find:
        raise ValueError(f"two finders for {kind!r}")
    _finders[kind] = find


def is_gone(kind: str, public_id: str) -> bool:
    """Whether nothing is left of a content; False for a kind that cannot be asked."""
    finder = _finders.get(kind)
    return finder is not None and finder(public_id, "") is None


def find(kind: str, *, public_id: str, content_hash: str) -> Snapshot | None:
    """Return a content as it was, or None when it is gone or its kind has no such view.

    The caller has checked that a moderator asks, and writes the look down.
    """
    finder = _finders.get(kind)
    return finder(public_id, content_hash) if finder is not None else None
