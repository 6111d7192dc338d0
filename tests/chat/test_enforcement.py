"""Enforcement reaches a chat that is open: R13, R14. Time is the stream's own, so its pauses are counted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings as django_settings
from django.test import RequestFactory

from accounts import services as account_services
from accounts.models import Restriction, User
from characters.models import Character
from chat import events, replies, updates
from chat.events import Tail
from chat.models import Conversation
from tests.chat.conftest import Say
from tests.chat.removing import remove
from tests.chat.test_events import parse
from tests.clients import client_of

# R13.
REACH_SECONDS = 5.0
WATCHED_SECONDS = 15.0
Scope = Restriction.Scope


class EnoughError(Exception):
    """The stream was watched long enough."""


def watch(stream: Tail, *, at: float, act: Callable[[], Any]) -> list[tuple[float, str, dict[str, Any]]]:
    """Follow a stream; `act` happens `at` seconds after it opened. Return events with their seconds."""
    time = [0.0]
    is_done = [False]

    async def sleep(seconds: float) -> None:
        if not is_done[0] and time[0] + seconds >= at:
            is_done[0] = True
            await sync_to_async(act)()
        time[0] += seconds
        if time[0] > at + WATCHED_SECONDS:
            raise EnoughError

    started = stream.clock()
    stream.clock = lambda: started + timedelta(seconds=time[0])
    stream.timer = lambda: time[0]
    stream.sleep = sleep

    async def collect() -> list[tuple[float, str, dict[str, Any]]]:
        found = []
        try:
            async for text in stream.events():
                found += [(time[0], name, data) for name, _id, data in parse(text)]
        except EnoughError:
            pass
        return found

    return async_to_sync(collect)()


@pytest.fixture
def stream(person: User, talk: Conversation, now: datetime) -> Tail:
    client = client_of(person)
    request = RequestFactory().get("/events/")
    engine = import_module(django_settings.SESSION_ENGINE)
    request.session = engine.SessionStore(client.session.session_key)
    cursor = updates.read(talk, person, cursor="", now=now).cursor
    return Tail(request=request, conversation_id=talk.public_id, cursor=cursor, clock=lambda: now)


def restrict(person: User, scope: Scope, now: datetime) -> None:
    account_services.restrict_user(
        actor=None,
        user=person,
        scope=scope,
        reason_code="hate",
        explanation="You attacked a group of people.",
        ends_at=now + timedelta(days=1),
        now=now,
    )


def suspend(person: User, now: datetime) -> None:
    account_services.suspend_user(
        actor=None, user=person, reason_code="fraud", explanation="You asked for card numbers.", now=now
    )


# Just after a look, between two, and just before one.
@pytest.mark.parametrize("at", [0.01, 1.0, 1.51, 2.99, 3.01, 4.49, 4.51, 5.9])
@pytest.mark.parametrize("is_writing", [False, True], ids=["quiet", "writing"])
@pytest.mark.parametrize("measure", ["suspension", "ACCOUNT", "CHAT"])
def test_a_measure_reaches_an_open_chat_within_five_seconds(
    stream: Tail, person: User, say: Say, now: datetime, measure: str, is_writing: bool, at: float
) -> None:
    if is_writing:
        say()

    def act() -> None:
        if measure == "suspension":
            suspend(person, now)
        else:
            restrict(person, Scope(measure), now)

    found = watch(stream, at=at, act=act)

    if measure == "CHAT":
        noticed = [seconds for seconds, name, data in found if name == "update" and data["readOnly"]]
    else:
        noticed = [seconds for seconds, name, _data in found if name == "gone"]
    assert noticed
    assert noticed[0] - at <= REACH_SECONDS


@pytest.mark.parametrize("at", [0.01, 1.51, 2.99, 4.51])
@pytest.mark.parametrize("direction", ["by the person", "by the creator"])
def test_a_block_closes_an_open_chat_within_five_seconds(
    stream: Tail, person: User, character: Character, now: datetime, direction: str, at: float
) -> None:
    sides = (person, character.owner) if direction == "by the person" else (character.owner, person)

    def act() -> None:
        account_services.block_user(actor=sides[0], public_id=sides[1].public_id, now=now)

    found = watch(stream, at=at, act=act)

    noticed = [seconds for seconds, name, data in found if name == "update" and data["readOnly"]]
    assert noticed[0] - at <= REACH_SECONDS


@pytest.mark.parametrize("at", [0.01, 1.51, 2.99, 4.51])
@pytest.mark.parametrize("which", ["written", "further up", "being written"])
def test_a_removal_reaches_an_open_chat_within_five_seconds(
    stream: Tail, talk: Conversation, say: Say, now: datetime, which: str, at: float
) -> None:
    """The words go from the page, wherever they stand on it; a reply that is being written ends."""
    line = talk.messages.get()
    if which != "written":
        line = say()
        claim = replies.claim_reply(message_id=line.pk, holder="one", now=now)
        assert claim is not None
        replies._append_chunk(claim, 0, "Nobody should", now)
    if which == "further up":
        line = talk.messages.get(position=1)

    found = watch(stream, at=at, act=lambda: remove(line, now))

    told = [
        (seconds, shown)
        for seconds, name, data in found
        if name == "update"
        for shown in (*data["lines"], *data["changed"])
        if shown["id"] == line.public_id and "This reply was removed." in shown["html"]
    ]
    assert len(told) == 1
    assert told[0][0] - at <= REACH_SECONDS
    if which == "being written":
        assert [data["active"] for _seconds, name, data in found if name == "update"][-1] is False


def test_the_two_pauses_together_are_what_a_measure_waits_for_at_most() -> None:
    assert events.ACCESS_SECONDS + max(events.QUIET_SECONDS, events.ACTIVE_SECONDS) < REACH_SECONDS


@pytest.mark.parametrize("is_over", [False, True])
def test_a_restriction_that_runs_out_opens_the_chat_by_itself(
    stream: Tail, person: User, now: datetime, is_over: bool
) -> None:
    restrict(person, Scope.CHAT, now - timedelta(days=1) + timedelta(seconds=4 if not is_over else -1))

    found = watch(stream, at=0.01, act=lambda: None)

    read_only = [data["readOnly"] for _seconds, name, data in found if name == "update"]
    assert read_only == ([] if is_over else [True, False])


def test_a_measure_from_before_the_stream_opened_is_told_at_once(
    stream: Tail, person: User, now: datetime
) -> None:
    """The page may be older: it was open when the last stream ended."""
    restrict(person, Scope.CHAT, now)

    found = watch(stream, at=0.01, act=lambda: None)

    assert [(seconds, data["readOnly"]) for seconds, name, data in found if name == "update"] == [(0.0, True)]
