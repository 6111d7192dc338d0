"""A picture's progress as server-sent events.

Each event says only what changed; the page fetches the fragment when there is more to show than a bar. What
is sent comes from the row, so it does not matter which process draws. Between two looks no database
connection is held.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import policies as account_policies
from accounts.models import Restriction, User
from imagegen import presenters, queries
from imagegen.models import Picture
from imagegen.studio import release_connection

LOOK_SECONDS = 0.3
# Who may see it is asked again this often: with the pause between two looks below 5 seconds (R13).
RECHECK_SECONDS = 4.0
_PULSE_SECONDS = 15.0
# Then the browser connects anew, so that a deploy can drain old processes.
_LONGEST_SECONDS = 300.0
_RETRY_MILLISECONDS = 1500

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Look:
    """What the row says now."""

    version: str
    state: str
    percent: int
    is_final: bool

    @property
    def event(self) -> str:
        """The event that brings a page up to date."""
        data = json.dumps({"state": self.state, "percent": self.percent, "final": self.is_final})
        return f"id: {self.version}\nevent: picture\ndata: {data}\n\n"


@require_GET
async def stream(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Follow a picture until it is finished."""
    look = await _off_loop(lambda: _look_if_allowed(request, public_id))
    if look is None:
        # Bare: nobody reads a page here, and a page would cost a database connection of its own.
        return HttpResponse(status=404, headers={"Cache-Control": "private, no-store"})
    last_seen = request.headers.get("Last-Event-ID", "")
    response = StreamingHttpResponse(
        _follow(request, public_id, look, last_seen), content_type="text/event-stream; charset=utf-8"
    )
    response["Cache-Control"] = "private, no-store"
    # nginx hands each event on at once.
    response["X-Accel-Buffering"] = "no"
    return response


async def _follow(request: HttpRequest, public_id: str, first: Look, last_seen: str) -> AsyncIterator[str]:
    look: Look | None = first
    started = rechecked = spoke = time.monotonic()
    yield f"retry: {_RETRY_MILLISECONDS}\n\n"
    while look is not None:
        if look.version != last_seen or look.is_final:
            yield look.event
            last_seen, spoke = look.version, time.monotonic()
        if look.is_final or time.monotonic() - started > _LONGEST_SECONDS:
            return
        await asyncio.sleep(LOOK_SECONDS)
        if time.monotonic() - spoke > _PULSE_SECONDS:
            yield ": still here\n\n"
            spoke = time.monotonic()
        if time.monotonic() - rechecked >= RECHECK_SECONDS:
            rechecked = time.monotonic()
            look = await _off_loop(lambda: _look_if_allowed(request, public_id))
        else:
            look = await _off_loop(lambda: _look(public_id))
    # Whoever may not see it any more learns no more than that.
    yield "event: gone\ndata: {}\n\n"


def _look_if_allowed(request: HttpRequest, public_id: str) -> Look | None:
    # The session is read anew: it may have ended elsewhere, and the account may be suspended.
    request.session = type(request.session)(request.session.session_key)
    viewer = get_user(request)
    if not isinstance(viewer, User):
        return None
    if account_policies.restriction_refusal(viewer, Restriction.Scope.ACCOUNT, now=timezone.now()):
        return None
    try:
        return _describe(queries.get_picture_for(viewer, public_id))
    except Picture.DoesNotExist:
        return None


def _look(public_id: str) -> Look | None:
    picture = Picture.objects.filter(public_id=public_id).first()
    return None if picture is None else _describe(picture)


def _describe(picture: Picture) -> Look:
    return Look(
        version=presenters.version(picture),
        state=picture.state.lower(),
        percent=presenters.percent(picture),
        is_final=picture.is_terminal,
    )


async def _off_loop(read: Callable[[], _Result]) -> _Result:
    def read_and_release() -> _Result:
        try:
            return read()
        finally:
            release_connection()

    return await sync_to_async(read_and_release)()
