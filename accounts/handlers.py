"""What higher apps do at once when a person may no longer do something; they register in `apps.ready()`."""

from collections.abc import Callable

from accounts.models import Restriction, User

RestrictedHandler = Callable[[User, Restriction.Scope], None]
_restricted: list[RestrictedHandler] = []


def register_restricted(handler: RestrictedHandler) -> Callable[[], None]:
    """Call `handler(user, scope)` inside the transaction that restricts a person; returns what takes it out.

    A suspension comes with the scope ACCOUNT. Running work looks for itself and needs no handler.
    """
    if handler not in _restricted:
        _restricted.append(handler)
    return lambda: _restricted.remove(handler)


def announce_restricted(user: User, scope: Restriction.Scope) -> None:
    """Tell everybody who registered. Part of the caller's transaction."""
    for handler in _restricted:
        handler(user, scope)
