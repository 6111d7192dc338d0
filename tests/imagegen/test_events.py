"""The stream of a picture's progress."""

import asyncio
import json
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient
from django.urls import reverse

from accounts.models import Restriction
from imagegen import claims, events, settling
from imagegen.models import Picture
from tests import factories
from tests.imagegen.conftest import fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.01)


async def open_stream(user, picture, **headers):
    client = AsyncClient()
    if user is not None:
        await sync_to_async(client.force_login)(user)
    return await client.get(reverse("picture-events", args=[picture.public_id]), headers=headers)


async def read(response, *, during=None, limit=50):
    """Return what is sent until the stream ends; `during` maps how many parts came to what happens then."""
    parts = []
    async for part in response.streaming_content:
        parts.append(part.decode())
        if during and len(parts) in during:
            await sync_to_async(during[len(parts)])()
        assert len(parts) < limit
    return parts


def data_of(parts):
    return [json.loads(part.split("data: ")[1]) for part in parts if "event: picture" in part]


def run(coroutine):
    async def run_and_close():
        try:
            return await coroutine
        finally:
            # The thread that reads for the loop has a connection of its own.
            await sync_to_async(connections.close_all)()

    return asyncio.run(run_and_close())


def test_it_follows_a_picture_to_its_end(ask, owner, now):
    picture = ask()

    def start():
        claims.claim(holder="w-1", is_idle=True, now=now)
        claims.write_progress(holder="w-1", step=1, step_count=4)

    def finish():
        settling.deliver(picture, holder="w-1", result={"file": "f"}, now=now)

    async def scenario():
        response = await open_stream(owner, picture)
        assert response["Content-Type"] == "text/event-stream; charset=utf-8"
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Accel-Buffering"] == "no"
        return await read(response, during={2: start, 3: finish})

    parts = run(scenario())
    assert parts[0].startswith("retry: ")
    news = data_of(parts)
    assert [each["state"] for each in news] == ["queued", "running", "ready"]
    assert [each["percent"] for each in news][:2] == [0, 25]
    assert [each["final"] for each in news] == [False, False, True]
    assert all(part.startswith("id: ") for part in parts[1:])


def test_who_comes_back_is_not_told_again_what_they_know(ask, owner, now):
    picture = ask()
    claims.claim(holder="w-1", is_idle=True, now=now)
    known = events._describe(fresh(picture)).version

    def finish():
        settling.deliver(picture, holder="w-1", result={"file": "f"}, now=now)

    async def scenario():
        response = await open_stream(owner, picture, **{"Last-Event-ID": known})
        return await read(response, during={1: finish})

    assert [each["state"] for each in data_of(run(scenario()))] == ["ready"]


def test_a_finished_picture_is_told_at_once(owner):
    picture = factories.make_picture(owner=owner)

    async def scenario():
        version = events._describe(picture).version
        return await read(await open_stream(owner, picture, **{"Last-Event-ID": version}))

    assert [each["final"] for each in data_of(run(scenario()))] == [True]


@pytest.mark.parametrize("viewer", [None, "stranger"])
def test_nobody_else_may_listen(ask, viewer):
    picture = ask()
    user = factories.make_user() if viewer else None

    async def scenario():
        return (await open_stream(user, picture)).status_code

    assert run(scenario()) == 404


@pytest.mark.parametrize("what", ["suspended", "restricted", "signed out elsewhere", "picture gone"])
def test_access_is_asked_again_while_it_is_open_r13(ask, owner, now, monkeypatch, what):
    """R13: enforcement reaches open streams within 5 seconds."""
    assert events.RECHECK_SECONDS <= 5
    monkeypatch.setattr(events, "RECHECK_SECONDS", 0.0)
    picture = ask()

    def happen():
        if what == "suspended":
            owner.is_active = False
            owner.save()
        elif what == "restricted":
            owner.restrictions.create(
                scope=Restriction.Scope.ACCOUNT,
                reason_code="x",
                explanation="Why.",
                starts_at=now,
                created_at=now,
            )
        elif what == "picture gone":
            Picture.objects.all().delete()
        else:
            from django.contrib.sessions.models import Session

            Session.objects.all().delete()

    async def scenario():
        return await read(await open_stream(owner, picture), during={2: happen})

    assert run(scenario())[-1] == "event: gone\ndata: {}\n\n"


def test_while_it_waits_it_holds_no_database_connection(ask, owner, monkeypatch):
    picture = ask()
    open_while_waiting = []
    closed = []
    release = events.release_connection

    def count():
        release()
        closed.append(1)
        open_while_waiting.append(connections["default"].connection is not None)

    monkeypatch.setattr(events, "release_connection", count)

    def finish():
        Picture.objects.update(state="CANCELED", finished_at=picture.created_at + timedelta(seconds=1))

    async def scenario():
        return await read(await open_stream(owner, picture), during={2: finish})

    run(scenario())
    assert len(closed) >= 2
    if connections["default"].vendor == "postgresql":
        assert not any(open_while_waiting)


def test_a_silent_stream_gives_signs_of_life_and_ends_one_day(ask, owner, monkeypatch):
    monkeypatch.setattr(events, "_PULSE_SECONDS", 0.0)
    monkeypatch.setattr(events, "_LONGEST_SECONDS", 0.1)
    picture = ask()

    async def scenario():
        return await read(await open_stream(owner, picture), limit=500)

    parts = run(scenario())
    assert ": still here\n\n" in parts
    assert "gone" not in parts[-1]
