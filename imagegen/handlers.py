"""What higher apps do when something happens to a picture they point to, and what they know about it."""

from collections.abc import Callable, Collection

from imagegen.models import Picture

# (the picture that was tried before, the new one)
ReplacedHandler = Callable[[Picture, Picture], None]
_replaced: list[ReplacedHandler] = []
ApprovalRule = Callable[[Picture], bool]
_upload_approved: list[ApprovalRule] = []
# (public ids of pictures, of portraits that pictures were drawn from) -> by the id, the name of who is on it
NameLister = Callable[[Collection[str], Collection[str]], dict[str, str]]
_name_listers: list[NameLister] = []


def register_replaced(handler: ReplacedHandler) -> None:
    """Call `handler(old, new)` inside the transaction in which "Try again" or a free reroll makes `new`
    for `old`.
    """
    if handler not in _replaced:
        _replaced.append(handler)


def announce_replaced(old: Picture, new: Picture) -> None:
    """Tell everybody who registered. Part of the caller's transaction."""
    for handler in _replaced:
        handler(old, new)


def register_upload_approved(rule: ApprovalRule) -> None:
    """Let an upload be drawn from where `rule(upload)` says that a person approved it."""
    if rule not in _upload_approved:
        _upload_approved.append(rule)


def is_upload_approved(upload: Picture) -> bool:
    """Whether a person looked at the upload and approved it."""
    return any(rule(upload) for rule in _upload_approved)


def register_names(lister: NameLister) -> None:
    """Say who is on a picture; the last one registered does."""
    _name_listers[:] = [lister]


def list_names(portraits: Collection[str], references: Collection[str]) -> dict[str, str]:
    """Return who is on one's own pictures, and on portraits that pictures were drawn from, by public id."""
    return _name_listers[0](portraits, references) if _name_listers else {}
