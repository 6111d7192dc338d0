"""What can be reported or decided about. Higher apps register their kinds in `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from accounts.queries import Viewer


@dataclass(frozen=True, slots=True)
class Target:
    """A content or a person, as a reporter and a moderator see it.

    url: empty when there is no page that the viewer may open.
    excerpt: the words that are reported, of any length; a report keeps their start.
    """

    title: str
    url: str
    owner: User
    excerpt: str = ""


# (viewer, public id) -> the target if the viewer may see it.
Resolver = Callable[[Viewer, str], Target | None]
_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Make `kind` reportable."""
    if _resolvers.get(kind, resolver) is not resolver:
        raise ValueError(f"two resolvers for {kind!r}")
    _resolvers[kind] = resolver


def find(kind: str, *, viewer: Viewer, public_id: str) -> Target | None:
    """Return the target, or None when the kind is unknown or the viewer may not see it."""
    resolver = _resolvers.get(kind)
    return resolver(viewer, public_id) if resolver is not None else None
