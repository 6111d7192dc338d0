"""What higher apps do at once when a person may no longer do something; they register in `apps.ready()`."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from accounts.models import Restriction, User


class RestrictedHandler(Protocol):
    """Does what follows at once when a person is restricted, in the transaction that holds their row."""

    def __call__(self, user: User, scope: Restriction.Scope, *, now: datetime) -> None: ...


_restricted: list[RestrictedHandler] = []


def register_restricted(handler: RestrictedHandler) -> Callable[[], None]:
    """Call `handler(user, scope, now=…)` whenever a person is restricted; returns what takes it out.

    A suspension comes with the scope ACCOUNT. Running work looks for itself and needs no handler.
    """
    if handler not in _restricted:
        _restricted.append(handler)
    return lambda: _restricted.remove(handler)


def announce_restricted(user: User, scope: Restriction.Scope, *, now: datetime) -> None:
    """Tell everybody who registered. Part of the caller's transaction."""
    for handler in _restricted:
        handler(user, scope, now=now)
