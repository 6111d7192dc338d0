"""Who may decide."""

from accounts.models import User
from accounts.queries import Viewer


def is_reviewer(viewer: Viewer) -> bool:
    """Whether the viewer reviews content: active staff with the right to record decisions."""
    return (
        isinstance(viewer, User)
        and viewer.is_active
        and viewer.is_staff
        and viewer.has_perm("moderation.add_decision")
    )
