"""Reads about people."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts import vault
from accounts.models import Restriction, User

Viewer = User | AnonymousUser


def signed_in(request: HttpRequest) -> User:
    """Return the signed-in person; the view asks for one with `login_required`."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def list_active_restrictions(user: User, *, now: datetime) -> QuerySet[Restriction]:
    """Return what the person may not do at `now`, the newest first."""
    return user.restrictions.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), lifted_at__isnull=True, starts_at__lte=now
    ).order_by("-starts_at", "-id")


def is_shut_out(user: User, *, now: datetime) -> bool:
    """Whether the whole account is restricted. One query."""
    return list_active_restrictions(user, now=now).filter(scope=Restriction.Scope.ACCOUNT).exists()


def find_by_login(login: str) -> User | None:
    """Return the person whose email or username this is, in any case. One query."""
    return User.objects.filter(Q(email__iexact=login) | Q(username__iexact=login)).order_by("id").first()


def find_repeat(*, email: str, username: str, password: str, since: datetime) -> User | None:
    """Return the account that this very sign-up just made: the same form, sent twice."""
    found = User.objects.filter(
        email__iexact=email.strip(), username__iexact=username, date_joined__gte=since
    ).first()
    if found is None or not found.check_password(password):
        return None
    if EmailAddress.objects.filter(user=found, verified=True).exists():
        return None
    return found


def list_sessions(user: User, *, now: datetime) -> QuerySet[UserSession]:
    """Return where the person is signed in."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    found: QuerySet[UserSession] = UserSession.objects.filter(user=user, session_key__in=alive)
    return found


def has_second_factor(user: User) -> bool:
    """Whether the person set up an authenticator app or a passkey; recovery codes alone do not count."""
    found: bool = Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()
    return found


def has_unreadable_codes(user: User) -> bool:
    """Whether the recovery codes were made under a SECRET_KEY that is gone."""
    codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return codes is not None and not vault.can_unlock(codes.data["seed"])
