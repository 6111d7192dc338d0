"""What follows from a new password."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import lockout, services
from accounts.models import User
from core import audit


@receiver(password_reset)
def lift_lock(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever reads the account's mail proved who they are: the automatic lock goes (R17)."""
    now = timezone.now()
    if lockout.lift(user, request):
        audit.record(
            actor=user.subject, kind="lockout.lifted", at=now, target_kind="user", target_id=user.public_id
        )
    services.end_other_sessions(actor=user, session_key=request.session.session_key, now=now)


@receiver(password_changed)
def leave_elsewhere(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """A new password ends every other session."""
    services.end_other_sessions(actor=user, session_key=request.session.session_key, now=timezone.now())
