"""Lock-out after repeated failures: whose failures count together, and what the locked-out person reads."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts import queries
from accounts.models import User

# Whose settings name the limits: ACCOUNT_RATE_LIMITS.
_LIMITS_OF = "allauth.account"


def account_key(user: User) -> str:
    """Return what failures at this account are counted under."""
    return user.public_id


def axes_username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return one key for an account, whether its email or its username was typed.

    What nobody is called is kept as a hash only: people mistype passwords into that field.
    """
    given = credentials or request.POST
    login = str(given.get("email") or given.get("username") or given.get("login") or "").strip()
    found = queries.find_by_login(login) if login else None
    if found is not None:
        return account_key(found)
    return "unknown:" + hashlib.sha256(login.lower().encode()).hexdigest()[:32]


def guess_key(request: HttpRequest, credentials: dict[str, Any]) -> str:
    """Return one key for an account from one address: a stranger who guesses does not stop the owner."""
    return _join(axes_username(request, credentials), request)


def axes_address(request: HttpRequest) -> str | None:
    """Return the visitor's address as our own proxies saw it."""
    address: str | None = get_client_ip(request)
    return address


def axes_response(
    request: HttpRequest, _original: HttpResponseBase | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Say that the account is locked for this address, for how long, and what lifts it."""
    now: datetime = request.axes_attempt_time  # type: ignore[attr-defined]
    wait = time_left(key=axes_username(request, credentials), address=axes_address(request), now=now)
    response = render(
        request,
        "accounts/locked_out.html",
        {"minutes": max(1, -(-int(wait.total_seconds()) // 60))},
        status=429,
    )
    response["Retry-After"] = str(max(1, int(wait.total_seconds())))
    return response


def time_left(*, key: str, address: str | None, now: datetime) -> timedelta:
    """Return how long the lock lasts at most."""
    last = (
        AccessAttempt.objects.filter(username=key, ip_address=address)
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    return cool_off if last is None else max(timedelta(), last + cool_off - now)


def count_guess_anywhere(
    request: HttpRequest, credentials: dict[str, Any]
) -> ratelimit.RateLimitUsage | None:
    """Count an attempt at this account from whatever address; returns nothing once there were too many."""
    return ratelimit.consume(
        request,
        app=_LIMITS_OF,
        action="login_failed_anywhere",
        key=axes_username(request, credentials),
    )


def lift(user: User, request: HttpRequest) -> int:
    """Forget the failures at this account, from every address; returns how many rows that were.

    Of the limits that slow guessing down, the account's own and that of the visitor's address are forgotten.
    """
    key = account_key(user)
    ratelimit.clear(request, app=_LIMITS_OF, action="login_failed_anywhere", key=key)
    ratelimit.clear(request, app=_LIMITS_OF, action="login_failed", key=_join(key, request))
    count: int = AccessAttempt.objects.filter(username=key).delete()[0]
    return count


def _join(key: str, request: HttpRequest) -> str:
    return f"{key}:{ratelimit.get_ip(request)}"
