"""System checks of the installation as a whole: `manage.py check --deploy` names what production lacks.

Values that cannot work at all already stop the start (storychat/env.py).
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.http.request import validate_host


@register("storychat", deploy=True)
def check_site_url(**_kwargs: Any) -> list[CheckMessage]:
    """SITE_URL is where people are: links in mails, cookies and redirects depend on it."""
    found: list[CheckMessage] = []
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        found.append(
            checks.Warning(
                f"SITE_URL is {settings.SITE_URL}: without https, passwords and cookies travel in the open.",
                hint="Set SITE_URL=https://your.domain and let the proxy in front end TLS.",
                id="storychat.W001",
            )
        )
    elif settings.SECURE_PROXY_SSL_HEADER is None:
        found.append(
            checks.Warning(
                "BEHIND_PROXY is not set, but SITE_URL is https: our servers speak http only, so every page "
                "would redirect to itself.",
                hint="Set BEHIND_PROXY=1 behind a proxy that sets X-Forwarded-Proto (deploy/nginx does).",
                id="storychat.W002",
            )
        )
    if site.hostname and not validate_host(site.hostname, settings.ALLOWED_HOSTS):
        found.append(
            Error(
                f"ALLOWED_HOSTS lacks {site.hostname}, the host of SITE_URL: every page answers 400.",
                hint=f"Set ALLOWED_HOSTS={site.hostname}",
                id="storychat.E001",
            )
        )
    return found


@register("storychat", deploy=True)
def check_services(**_kwargs: Any) -> list[CheckMessage]:
    """What works within one process but not between several."""
    found: list[CheckMessage] = []
    if not settings.REDIS_URL:
        found.append(
            checks.Warning(
                "REDIS_URL is not set: each process has its own cache, so limits on creating things count "
                "per process.",
                hint="Set REDIS_URL=redis://host:6379/0",
                id="storychat.W003",
            )
        )
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        found.append(
            Error(
                "CELERY_BROKER_URL is memory://, which no worker can read: pictures wait for the sweeper.",
                hint="Leave CELERY_BROKER_URL empty and set REDIS_URL.",
                id="storychat.E002",
            )
        )
    if settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".dummy.EmailBackend")):
        found.append(
            checks.Warning(
                "EMAIL_URL is not set: mails only reach the log, so nobody can confirm an address.",
                hint="Set EMAIL_URL=smtp+tls://user:password@host:587",
                id="storychat.W004",
            )
        )
    return found


@register("storychat", deploy=True)
def check_demo(**_kwargs: Any) -> list[CheckMessage]:
    """The demo has public passwords."""
    if not settings.DEMO:
        return []
    return [
        Error(
            "STORYCHAT_DEMO is set: the demo's accounts have a password that everybody knows.",
            hint="Unset STORYCHAT_DEMO.",
            id="storychat.E003",
        )
    ]
