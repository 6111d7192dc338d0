"""The stream of a chat: new lines and growing replies as server-sent events.

An event's id is the cursor of chat.updates, so a browser that reconnects with Last-Event-ID misses nothing
and gets nothing twice. Between two short looks at the database the stream holds no connection to it.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
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
ACCESS_SECONDS = 5.0
# After this long without anything new and nothing being written the stream ends; sending opens it again.
IDLE_SECONDS = 20.0
_RETRY_MILLISECONDS = 1500
_KEEP_ALIVE_SECONDS = 12.0


@dataclass(slots=True)
class Tail:
    """One browser that follows one chat."""

    request: HttpRequest
    user_id: int
    session_key: str
    conversation_id: str
    cursor: str
    clock: Callable[[], datetime] = timezone.now
    sleep: Callable[[float], Any] = asyncio.sleep
    is_read_only: bool | None = None
    _checked_at: float = field(default=float("-inf"))

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield events until the chat is quiet or the person may not read it any more."""
        yield f"retry: {_RETRY_MILLISECONDS}\n\n"
        quiet_since = sent_at = time.monotonic()
        while True:
            update = await in_thread(self._look)
            if update is None:
                yield _event("gone", {}, "")
                return
            elapsed = time.monotonic()
            if update.lines or self._is_access_changed(update):
                yield _event("update", await in_thread(partial(update.as_json, self.request)), update.cursor)
                quiet_since = sent_at = elapsed
                self.cursor = update.cursor
            elif update.is_active:
                quiet_since = elapsed
            if elapsed - quiet_since >= IDLE_SECONDS:
                yield _event("idle", {}, self.cursor)
                return
            if elapsed - sent_at >= _KEEP_ALIVE_SECONDS:
                yield ": still here\n\n"
                sent_at = elapsed
            await self.sleep(ACTIVE_SECONDS if update.is_active else QUIET_SECONDS)

    def _is_access_changed(self, update: Update) -> bool:
        before, self.is_read_only = self.is_read_only, update.is_read_only
        return before is not None and before != update.is_read_only

    def _look(self) -> Update | None:
        """Read what is new, or None when this person may not follow any longer (R13)."""
        now = self.clock()
        user = User.objects.filter(pk=self.user_id, is_active=True).select_related("subject").first()
        if user is None:
            return None
        if time.monotonic() - self._checked_at >= ACCESS_SECONDS:
            if not self._may_follow(user, now):
                return None
            self._checked_at = time.monotonic()
        try:
            conversation = queries.get_conversation_for(user, self.conversation_id)
        except Conversation.DoesNotExist:
            return None
        return updates.read(conversation, user, cursor=self.cursor, now=now)

    def _may_follow(self, user: User, now: datetime) -> bool:
        if account_policies.restriction_refusal(user, Restriction.Scope.ACCOUNT, now=now) is not None:
            return False
        return not self.session_key or queries.session_exists(self.session_key)


@require_GET
async def chat_events(request: HttpRequest, public_id: str) -> HttpResponse | StreamingHttpResponse:
    """Stream a chat to the person whose it is; others get 404, visitors 403."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=403)
    if not await in_thread(lambda: Conversation.objects.filter(user=user, public_id=public_id).exists()):
        return HttpResponse(status=404)
    tail = Tail(
        request=request,
        user_id=user.pk,
        session_key=request.session.session_key or "",
        conversation_id=public_id,
        cursor=request.headers.get("Last-Event-ID", "") or request.GET.get("cursor", ""),
    )
    response = StreamingHttpResponse(aiter(tail), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
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
