"""Browsers that a person signed in with: a random cookie, kept as a hash."""

import hashlib
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

COOKIE = "device"
_MAX_AGE = 400 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")

# In this order: what a name contains decides, and several contain each other's.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def read_token(request: HttpRequest) -> str:
    """Return the browser's token, or a fresh one when it has none of ours."""
    found = request.COOKIES.get(COOKIE, "")
    return found if _TOKEN.match(found) else secrets.token_urlsafe(32)


def keep_token(response: HttpResponseBase, token: str) -> None:
    """Give the token to the browser, for as long as browsers keep cookies."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=_MAX_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def hash_token(token: str) -> str:
    """Return what the database keeps."""
    return hashlib.sha256(token.encode()).hexdigest()


def describe(user_agent: str) -> str:
    """Return a name that people recognise, such as “Firefox on Windows”."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("An unknown browser")
