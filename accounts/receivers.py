"""What follows from wrong passwords and from new ones."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import lockout, queries, services
from accounts.models import User
from core import audit


@receiver(user_login_failed)
def count_failure(credentials: dict[str, Any], **_kwargs: Any) -> None:
    """Remember wrong passwords, for the day when one of them is right (R17)."""
    login = str(credentials.get("email") or credentials.get("username") or "").strip()
    user = queries.find_by_login(login) if login else None
    if user is not None:
        services.note_failed_sign_in(user=user, now=timezone.now())


@receiver(password_reset)
def lift_lock(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever reads the account's mail proved who they are: the automatic lock goes (R17)."""
    now = timezone.now()
    if lockout.lift(user, request):
        audit.record(
            actor=user.subject, kind="lockout.lifted", at=now, target_kind="user", target_id=user.public_id
        )
    services.forget_failed_sign_ins(user=user)
    services.end_other_sessions(actor=user, session_key=request.session.session_key, now=now)


@receiver(password_changed)
def leave_elsewhere(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """A new password ends every other session."""
    services.end_other_sessions(actor=user, session_key=request.session.session_key, now=timezone.now())
