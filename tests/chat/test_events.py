"""The stream of a chat."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings as django_settings
from django.contrib.auth import SESSION_KEY
from django.test import AsyncClient, RequestFactory
from django.urls import reverse

from accounts.models import User
from characters import services as character_services
from characters.models import Character, Visibility
from chat import events, replies, services, updates
from chat.events import Tail
from chat.models import Conversation, Message, MessageChunk
from tests.chat.conftest import Say
from tests.chat.fakes import Scripted
from tests.clients import client_of

Event = tuple[str, str, dict[str, Any]]


class EnoughError(Exception):
    """The script of a test is over."""


@pytest.fixture
def tail(person: User, talk: Conversation, now: datetime) -> Callable[..., Tail]:
    """Return a function that makes a stream at a cursor (by default of the page as it is)."""
    client = client_of(person)

    def make(cursor: str | None = None) -> Tail:
        request = RequestFactory().get("/events/")
        engine = import_module(django_settings.SESSION_ENGINE)
        request.session = engine.SessionStore(client.session.session_key)
        if cursor is None:
            cursor = updates.read(talk, person, cursor="", now=now).cursor
        return Tail(request=request, conversation_id=talk.public_id, cursor=cursor, clock=lambda: now)

    return make


def follow(stream: Tail, *steps: Callable[[], Any], seconds: float = 1.0) -> list[Event]:
    """Collect events; between two looks, run the next step and let `seconds` pass."""
    time = [0.0]
    waiting = iter(steps)

    async def sleep(_seconds: float) -> None:
        step = next(waiting, None)
        if step is None:
            raise EnoughError
        time[0] += seconds
        await sync_to_async(step)()

    stream.timer = lambda: time[0]
    stream.sleep = sleep

    async def collect() -> list[Event]:
        found = []
        try:
            async for text in stream.events():
                found += parse(text)
        except EnoughError:
            pass
        return found

    return async_to_sync(collect)()


def parse(text: str) -> list[Event]:
    fields = dict(line.split(": ", 1) for line in text.strip().splitlines() if not line.startswith(":"))
    return [(fields["event"], fields.get("id", ""), json.loads(fields["data"]))] if "event" in fields else []


def nothing() -> None:
    """Let time pass."""


def test_a_growing_reply_is_followed_to_its_end(tail: Any, say: Say, now: datetime) -> None:
    stream = tail()
    reply = say()

    def grow(index: int, text: str) -> Callable[[], Any]:
        return lambda: MessageChunk.objects.create(message=reply, index=index, text=text)

    def finish() -> None:
        replies.run_reply(
            message_id=reply.pk, holder="w", responder=Scripted("The lamp is lit."), clock=lambda: now
        )

    found = follow(stream, grow(0, "The "), nothing, grow(1, "lamp"), finish)
    texts = [data["lines"][-1]["html"] for _name, _id, data in found]
    assert [name for name, _id, _data in found] == ["update"] * 4
    assert "is writing" in texts[0]
    assert "The" in texts[1]
    assert "The lamp" in texts[2]
    assert "The lamp is lit." in texts[3]
    assert [data["active"] for _name, _id, data in found] == [True, True, True, False]


def test_last_event_id_resumes_without_loss_or_repetition(tail: Any, say: Say) -> None:
    reply = say()
    MessageChunk.objects.create(message=reply, index=0, text="The lamp ")
    first = follow(tail(cursor="1.D.0.0.-"))
    assert len(first[0][2]["lines"]) == 2
    last_id = first[-1][1]
    assert follow(tail(cursor=last_id)) == []
    MessageChunk.objects.create(message=reply, index=1, text="is lit.")
    resumed = follow(tail(cursor=last_id))
    assert [line["id"] for line in resumed[0][2]["lines"]] == [reply.public_id]
    assert "The lamp is lit." in resumed[0][2]["lines"][0]["html"]


def test_a_second_attempt_is_noticed_although_it_is_shorter(tail: Any, say: Say, now: datetime) -> None:
    reply = say()
    MessageChunk.objects.create(message=reply, index=0, text="a dead worker's words")
    stream = tail()

    def again() -> None:
        MessageChunk.objects.all().delete()
        replies.claim_reply(message_id=reply.pk, holder="second", now=now)

    found = follow(stream, again)
    assert "dead worker" not in found[-1][2]["lines"][0]["html"]


@pytest.mark.parametrize("end", ["suspended", "signed out", "deleted"])
def test_a_stream_ends_within_five_seconds(tail: Any, talk: Conversation, person: User, end: str) -> None:
    """R13: it reaches open streams."""
    stream = tail()

    def cut() -> None:
        if end == "suspended":
            User.objects.filter(pk=person.pk).update(is_active=False)
        elif end == "signed out":
            stream.request.session.delete()
        else:
            talk.delete()

    found = follow(stream, cut, *[nothing] * 5)
    assert [name for name, _id, _data in found] == ["gone"]
    assert events.ACCESS_SECONDS <= 5


def test_a_chat_that_becomes_read_only_says_so(tail: Any, character: Character, now: datetime) -> None:
    """R9."""

    def hide() -> None:
        character_services.set_visibility(
            actor=character.owner, item=character, visibility=Visibility.PRIVATE, now=now
        )

    found = follow(tail(), nothing, hide)
    assert found[-1][2]["readOnly"] is True


def test_a_quiet_stream_ends_and_a_working_one_does_not(tail: Any, say: Say) -> None:
    names = [name for name, _id, _data in follow(tail(), *[nothing] * 10, seconds=4.0)]
    assert names == ["pulse", "pulse", "idle"]
    say()
    names = [name for name, _id, _data in follow(tail(), *[nothing] * 10, seconds=4.0)]
    assert "idle" not in names


def test_a_silent_stream_gives_signs_of_life_that_keep_the_place(tail: Any, say: Say) -> None:
    """The page's script gives a stream up that says nothing for SILENCE_MAX_MS."""
    script = (django_settings.BASE_DIR / "static/js/chat.js").read_text()
    found = re.search(r"SILENCE_MAX_MS = (\d+);", script)
    assert found is not None
    assert int(found[1]) > 2 * events.PULSE_SECONDS * 1000
    say()
    stream = tail()
    assert follow(stream, *[nothing] * 7) == [("pulse", "", {})]


def test_no_connection_is_held_between_two_looks(tail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    released = []
    monkeypatch.setattr(events, "_release_connections", lambda: released.append(1))
    follow(tail(), nothing, nothing)
    assert len(released) >= 3


def test_who_may_open_it(talk: Conversation, person: User, character: Character) -> None:
    url = reverse("chat-events", args=[talk.public_id])

    def status(user: User | None) -> int:
        client = AsyncClient()
        if user is not None:
            client.force_login(user)
        return async_to_sync(client.get)(url).status_code

    assert status(None) == 403
    assert status(character.owner) == 404
    assert status(person) == 200


def test_a_server_with_threads_says_no_content(talk: Conversation, person: User) -> None:
    """Else one stream would block a thread for as long as it lasts."""
    client = client_of(person)
    assert SESSION_KEY in client.session
    assert client.get(reverse("chat-events", args=[talk.public_id])).status_code == 204


def test_the_same_line_is_not_sent_twice_after_a_stop(
    tail: Any, talk: Conversation, person: User, say: Say, now: datetime
) -> None:
    reply = say()

    def stop() -> None:
        services.stop_reply(actor=person, conversation=talk, now=now)

    found = follow(tail(), stop, nothing, nothing)
    assert len(found) == 1
    assert Message.objects.get(pk=reply.pk).state == Message.State.CANCELED
