"""Enforcement reaches pictures that are being drawn, and streams that follow them: R13. Time is injected."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from django.db.models import QuerySet

from accounts import services as account_services
from accounts.models import Restriction
from billing.models import Hold
from imagegen import claims, events, policies, worker
from imagegen.engine.contract import Outcome
from imagegen.models import Picture
from imagegen.safety import SafeByConstruction
from imagegen.studio import Studio
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.test_events import open_stream, read, run
from tests.imagegen.test_lost_engines import StuckEngine
from tests.threads import while_paused

# R13.
REACH_SECONDS = 5.0
State = Picture.State


def enforce(user, measure, now):
    if measure == "suspension":
        account_services.suspend_user(
            actor=None, user=user, reason_code="fraud", explanation="You asked for card numbers.", now=now
        )
        return
    account_services.restrict_user(
        actor=None,
        user=user,
        scope=Restriction.Scope(measure),
        reason_code="hate",
        explanation="You attacked a group of people.",
        ends_at=now + timedelta(days=1),
        now=now,
    )


class Pause:
    """What the worker's loop waits with: time passes here, and only here."""

    def __init__(self, *, at, act, engine):
        self.seconds = 0.0
        self.noticed_at = None
        self._at, self._act, self._engine = at, act, engine

    def __call__(self):
        return self.seconds

    def wait(self, seconds):
        assert self.seconds < self._at + 60, "the worker never noticed"
        if self.seconds < self._at <= self.seconds + seconds:
            self._act()
        self.seconds += seconds
        for handle in self._engine.handles:
            if handle.is_cancel_requested and self.noticed_at is None:
                # It was asked to stop in the round before this pause.
                self.noticed_at = self.seconds - seconds
                handle.finish(Outcome(None))

    def clear(self):
        pass

    def set(self):
        pass


@pytest.mark.django_db
@pytest.mark.parametrize("at", [0.01, 0.5, 1.7, 2.99, 3.01, 4.4, 7.3])
@pytest.mark.parametrize("measure", ["suspension", "ACCOUNT", "PICTURES"])
def test_a_measure_stops_a_picture_within_five_seconds(ask, owner, now, measure, at):
    picture = ask()
    engine = StuckEngine()
    pause = Pause(at=at, act=lambda: enforce(owner, measure, now), engine=engine)
    loop = worker.Loop(
        Studio(engine=engine, safety=SafeByConstruction()),
        timer=pause,
        clock=lambda: now + timedelta(seconds=pause.seconds),
    )
    loop._news = pause

    loop.run()

    assert pause.noticed_at - at <= REACH_SECONDS
    done = fresh(picture)
    assert (done.state, done.failure_code) == (State.REFUSED, "restricted")
    assert done.hold.state == Hold.State.RELEASED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [0.01, 0.4, 3.9, 4.1, 4.3])
@pytest.mark.parametrize("measure", ["suspension", "ACCOUNT"])
@pytest.mark.parametrize("is_drawn", [True, False])
def test_a_measure_ends_a_stream_of_a_picture_within_five_seconds(
    ask, owner, now, monkeypatch, is_drawn, measure, at
):
    picture = ask()
    if is_drawn:
        claims.claim(holder="a", is_idle=True, now=now)
    time = [0.0]

    async def sleep(seconds):
        assert time[0] < at + 60, "the stream never noticed"
        if time[0] < at <= time[0] + seconds:
            await sync_to_async(enforce)(owner, measure, now)
        time[0] += seconds

    monkeypatch.setattr(events, "time", SimpleNamespace(monotonic=lambda: time[0]))
    monkeypatch.setattr(events, "asyncio", SimpleNamespace(sleep=sleep))

    async def scenario():
        return await read(await open_stream(owner, picture))

    parts = run(scenario())
    # What only waits ends with the measure, and the stream may hear of that first.
    has_heard = '"state": "refused"' in parts[-1]
    assert parts[-1].startswith("event: gone") or (has_heard and not is_drawn)
    assert time[0] - at <= REACH_SECONDS


@pytest.mark.django_db
@pytest.mark.parametrize("measure", ["suspension", "ACCOUNT", "PICTURES"])
def test_a_measure_ends_what_waits_at_once_and_gives_the_coins_back(ask, owner, now, measure):
    """No worker has to come for that: there may be none."""
    waiting = [ask(), ask()]
    stranger = ask(owner=factories.make_user())
    enforce(owner, measure, now)
    for picture in waiting:
        done = fresh(picture)
        assert (done.state, done.failure_code, done.finished_at) == (State.REFUSED, "restricted", now)
        assert done.hold.state == Hold.State.RELEASED
    assert fresh(stranger).hold.state == Hold.State.HELD


@pytest.mark.django_db
def test_a_measure_about_something_else_leaves_pictures_waiting(ask, owner, now):
    picture = ask()
    enforce(owner, "CHAT", now)
    assert fresh(picture).state == State.QUEUED


@pytest.mark.django_db
def test_what_a_worker_took_meanwhile_is_its_own_to_end(ask, owner, now):
    picture = ask()
    claims.claim(holder="a", is_idle=True, now=now)
    enforce(owner, "PICTURES", now)
    assert (fresh(picture).state, fresh(picture).hold.state) == (State.RUNNING, Hold.State.HELD)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_locks", [True, False])
def test_no_picture_comes_in_behind_a_measure(ask, owner, now, monkeypatch, has_locks):
    """The owner's row is what both hold: without it the picture would wait, its coins held."""
    if not has_locks:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
    while_paused(monkeypatch, policies, "request_refusal", ask, lambda: enforce(owner, "PICTURES", now))
    assert Picture.objects.filter(state=State.QUEUED).exists() != has_locks
    assert Hold.objects.filter(state=Hold.State.HELD).exists() != has_locks
