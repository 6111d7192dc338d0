"""What higher apps do when something happens to a picture they point to."""

from collections.abc import Callable

from imagegen.models import Picture

# (the picture that was tried before, the new one)
ReplacedHandler = Callable[[Picture, Picture], None]
_replaced: list[ReplacedHandler] = []


def register_replaced(handler: ReplacedHandler) -> None:
    """Call `handler(old, new)` inside the transaction in which "Try again" makes `new` for `old`."""
    if handler not in _replaced:
        _replaced.append(handler)


def announce_replaced(old: Picture, new: Picture) -> None:
    """Tell everybody who registered. Part of the caller's transaction."""
    for handler in _replaced:
        handler(old, new)
