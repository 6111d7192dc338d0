"""The stream of a chat: new lines and growing replies as server-sent events.

An event's id is the cursor of chat.updates, so a browser that reconnects with Last-Event-ID misses nothing
and gets nothing twice. Between two short looks at the database the stream holds no connection to it.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from accounts import policies as account_policies
from accounts.models import Restriction, User
from chat import queries, updates
from chat.models import Conversation
from chat.updates import Update

_Result = TypeVar("_Result")

ACTIVE_SECONDS = 0.35
QUIET_SECONDS = 1.5
# Who may follow is asked again this often: with the pause between two looks below 5 seconds (R13).
ACCESS_SECONDS = 3.0
# After this long without anything new and nothing being written the stream ends; sending opens it again.
IDLE_SECONDS = 20.0
_RETRY_MILLISECONDS = 1500
# An event, because scripts see no comments; static/js/chat.js gives a stream up when two are missing.
PULSE_SECONDS = 6.0
# Then the browser connects anew, so that a deploy can drain old processes.
LONGEST_SECONDS = 300.0


@dataclass(slots=True)
class Tail:
    """One browser that follows one chat."""

    request: HttpRequest
    conversation_id: str
    cursor: str
    clock: Callable[[], datetime] = timezone.now
    timer: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    # As the browser knows it; a page that was opened closed takes the news for what it is.
    is_read_only: bool = False
    viewer: User | None = None
    checked_at: float = float("-inf")

    async def events(self) -> AsyncIterator[str]:
        """Yield events until the chat is quiet or the person may not read it any more."""
        yield f"retry: {_RETRY_MILLISECONDS}\n\n"
        started_at = quiet_since = sent_at = self.timer()
        while True:
            update = await in_thread(self._look)
            if update is None:
                yield _event("gone", {}, "")
                return
            here = self.timer()
            is_news = self._is_access_changed(update)
            if update.lines or update.changed or is_news:
                yield _event("update", await in_thread(partial(update.as_json, self.request)), update.cursor)
                quiet_since = sent_at = here
                self.cursor = update.cursor
            elif update.is_active:
                quiet_since = here
            if here - quiet_since >= IDLE_SECONDS:
                yield _event("idle", {}, self.cursor)
                return
            if here - started_at >= LONGEST_SECONDS:
                return
            if here - sent_at >= PULSE_SECONDS:
                yield _event("pulse", {}, "")
                sent_at = here
            await self.sleep(ACTIVE_SECONDS if update.is_active else QUIET_SECONDS)

    def _is_access_changed(self, update: Update) -> bool:
        before, self.is_read_only = self.is_read_only, update.is_read_only
        return before != update.is_read_only

    def _look(self) -> Update | None:
        """Read what is new, or None when this person may not follow any longer (R13)."""
        now = self.clock()
        if self.timer() - self.checked_at >= ACCESS_SECONDS:
            self.viewer = self._find_viewer(now)
            self.checked_at = self.timer()
        if self.viewer is None:
            return None
        try:
            conversation = queries.get_conversation_for(self.viewer, self.conversation_id)
        except Conversation.DoesNotExist:
            return None
        return updates.read(conversation, self.viewer, cursor=self.cursor, now=now)

    def _find_viewer(self, now: datetime) -> User | None:
        # The session is read anew: it may have ended elsewhere, and the account may be suspended.
        self.request.session = type(self.request.session)(self.request.session.session_key)
        viewer = get_user(self.request)
        if not isinstance(viewer, User):
            return None
        refusal = account_policies.restriction_refusal(viewer, Restriction.Scope.ACCOUNT, now=now)
        return viewer if refusal is None else None


@require_GET
async def chat_events(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Stream a chat to the person whose it is; others get 404, visitors 403.

    A server that gives each request a thread cannot stream: it says 204, and the page polls.
    """
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=403)
    if not await in_thread(Conversation.objects.filter(user=user, public_id=public_id).exists):
        return HttpResponse(status=404)
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    cursor = request.headers.get("Last-Event-ID", "") or request.GET.get("cursor", "")
    tail = Tail(request=request, conversation_id=public_id, cursor=cursor)
    response = StreamingHttpResponse(tail.events(), content_type="text/event-stream; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    # nginx must not collect the stream before it passes it on.
    response["X-Accel-Buffering"] = "no"
    return response


async def in_thread(look: Callable[[], _Result]) -> _Result:
    """Run a short look at the database and give the connection back."""
    language = translation.get_language()

    def run() -> _Result:
        try:
            with translation.override(language):
                return look()
        finally:
            _release_connections()

    return await sync_to_async(run)()


def _release_connections() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _event(name: str, data: dict[str, Any], cursor: str) -> str:
    head = f"id: {cursor}\n" if cursor else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"
