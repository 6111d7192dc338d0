"""Reads about people."""

import copy
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from accounts import vault
from accounts.models import Block, Mute, Restriction, UnlockCode, User

Viewer = User | AnonymousUser

# The order of blocks and mutes, for core.pagination.get_page.
NEWEST = ("-created_at", "-id")


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


def list_restrictions_of(user: User, *, decision_id: str) -> QuerySet[Restriction]:
    """Return what a decision made, whether or not it still applies."""
    return user.restrictions.filter(decision_id=decision_id).order_by("-starts_at", "-id")


def list_verifiable_locks(user: User, *, now: datetime) -> QuerySet[Restriction]:
    """Return the automatic locks that the person can lift by showing that it is them (R17)."""
    return list_active_restrictions(user, now=now).filter(can_be_verified=True)


def list_untold_ends(*, after: datetime, now: datetime) -> QuerySet[Restriction]:
    """Return restrictions that ran out since `after` and whose people do not know yet, the oldest first."""
    return Restriction.objects.filter(
        ends_at__gt=after, ends_at__lte=now, lifted_at__isnull=True, end_told_at__isnull=True
    ).order_by("ends_at", "id")


def is_blocked(viewer: Viewer, user_id: int) -> bool:
    """Whether one of the two blocked the other: neither sees what the other makes (R14).

    At most one query for each viewer object; `exists_block` is the same rule as SQL.
    """
    return isinstance(viewer, User) and user_id in viewer.blocks


def exists_block(viewer: User, person: str) -> Exists:
    """Return the condition that one blocked the other, for rows whose field `person` names somebody."""
    of_viewer = Q(blocker=OuterRef(person), blocked=viewer)
    if viewer.ignores_own_blocks:
        return Exists(Block.objects.filter(of_viewer))
    by_viewer = Q(blocker=viewer, blocked=OuterRef(person))
    return Exists(Block.objects.filter(by_viewer | of_viewer))


def as_reporter(viewer: Viewer) -> Viewer:
    """Return the viewer as somebody who reports: their own blocks hide nothing from them (R14).

    Whoever is harassed blocks first and reports then. What the other one's blocks hide stays hidden.
    """
    if not isinstance(viewer, User):
        return viewer
    reporter = copy.copy(viewer)
    reporter.forget_blocks()
    reporter.ignores_own_blocks = True
    return reporter


def exists_mute(viewer: User, person: str) -> Exists:
    """Return the condition that the viewer muted whom the field `person` names."""
    return Exists(Mute.objects.filter(muter=viewer, muted=OuterRef(person)))


def list_blocks(user: User) -> QuerySet[Block]:
    """Return whom the person blocked, to be ordered by NEWEST."""
    return Block.objects.filter(blocker=user).select_related("blocked")


def list_mutes(user: User) -> QuerySet[Mute]:
    """Return whom the person muted, to be ordered by NEWEST."""
    return Mute.objects.filter(muter=user).select_related("muted")


def has_muted(viewer: User, user_id: int) -> bool:
    """Whether the viewer muted this person. One query."""
    return Mute.objects.filter(muter=viewer, muted=user_id).exists()


def has_unlock_code(user: User, *, now: datetime) -> bool:
    """Whether a code was mailed that can still be typed. One query."""
    return UnlockCode.objects.filter(user=user, expires_at__gt=now).exists()


def username_of(field: str) -> Subquery:
    """Return an annotation: the username of the subject in `field` of a row, null once they are erased."""
    return Subquery(User.objects.filter(subject=OuterRef(field)).values("username")[:1])


def find_by_public_id(public_id: str) -> User | None:
    """Return the person behind a public id. One query."""
    return User.objects.filter(public_id=public_id).first()


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
