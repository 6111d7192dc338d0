"""Who may see a picture. Its owner may; higher apps add rules for pictures they show to others."""

from collections.abc import Callable

from accounts.models import User
from accounts.queries import Viewer
from imagegen.models import Picture
from moderation.policies import is_reviewer

Rule = Callable[[Viewer, Picture], bool]
_rules: list[Rule] = []


def register(rule: Rule) -> None:
    """Let others see a finished picture where `rule(viewer, picture)` says so; call it from `ready()`."""
    if rule not in _rules:
        _rules.append(rule)


def can_view(viewer: Viewer, picture: Picture) -> bool:
    """Whether the viewer may see the picture. Nobody but the owner ever sees one that is not ready.

    Moderators see what was removed: somebody may appeal.
    """
    if isinstance(viewer, User) and viewer.is_active and viewer.pk == picture.owner_id:
        return True
    if picture.is_removed:
        return is_reviewer(viewer)
    return picture.is_ready and any(rule(viewer, picture) for rule in _rules)
