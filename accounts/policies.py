"""May this person do this now?"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import Restriction, User
from accounts.queries import Viewer
from core.refusals import Refusal


def sees_mature(viewer: Viewer) -> bool:
    """Whether the viewer turned their own Safe Mode off (only adults can)."""
    return isinstance(viewer, User) and viewer.is_active and not viewer.safe_mode


def restriction_refusal(user: User, scope: Restriction.Scope, *, now: datetime) -> Refusal | None:
    """Say no while the account, or this part of it, is restricted. One query."""
    if not user.is_active:
        return Refusal("suspended", _("Your account is suspended."))
    found = (
        queries.list_active_restrictions(user, now=now)
        .filter(scope__in=[Restriction.Scope.ACCOUNT, scope])
        .first()
    )
    if found is None:
        return None
    return Refusal("restricted", found.explanation, _("Your standing page says until when, and why."))
