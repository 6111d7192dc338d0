"""Looking at what is private: each look is written down before anything is shown, or nothing is shown."""

import functools
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core import audit
from core.media import UnavailableError
from core.models import AuditEvent, Subject

VIEWED = "private.viewed"
_RETRY_SECONDS = 30

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


class Staff(Protocol):
    """Whoever looks: an account, of which only its subject is written down."""

    @property
    def subject_id(self) -> int: ...


class NotLoggedError(UnavailableError):
    """A look at something private that could not be written down."""


def record(*, actor: Staff, target_kind: str, target_id: str, now: datetime, **details: Any) -> None:
    """Write down who looks at what, before it is shown. Raises NotLoggedError.

    details: which version or part; never words of the content.
    """
    try:
        audit.record(
            # The key is enough to point to the person, and it is at hand.
            actor=Subject(pk=actor.subject_id),
            kind=VIEWED,
            at=now,
            target_kind=target_kind,
            target_id=target_id,
            data=details,
        )
    except DatabaseError as error:
        logger.exception("viewing.not-logged")
        raise NotLoggedError from error


def record_many(*, actor: Staff, target_kind: str, target_ids: Sequence[str], now: datetime) -> None:
    """Write down that somebody looks at several things on one page. One query. Raises NotLoggedError."""
    events = [
        AuditEvent(
            actor=Subject(pk=actor.subject_id),
            kind=VIEWED,
            at=now,
            target_kind=target_kind,
            target_id=target_id,
            request_id=audit.current_request_id(),
        )
        for target_id in target_ids
    ]
    try:
        AuditEvent.objects.bulk_create(events)
    except DatabaseError as error:
        logger.exception("viewing.not-logged")
        raise NotLoggedError from error


def refuse_unlogged(view: View) -> View:
    """Let a page of staff answer 503 when its view could not be written down; works on methods too."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except NotLoggedError:
            request = next(arg for arg in args if isinstance(arg, HttpRequest))
            response = TemplateResponse(request, "admin/core/not_logged.html", status=503)
            response["Retry-After"] = str(_RETRY_SECONDS)
            return response

    return guarded
