"""Engines that die or hang: nobody waits for them for ever, and their process ends."""

import queue
import threading

import pytest

from billing.models import Hold
from imagegen import claims, tasks, worker
from imagegen.engine import diffusers_engine
from imagegen.engine.handles import SimpleHandle
from imagegen.models import Picture
from imagegen.safety import SafeByConstruction
from imagegen.studio import Studio
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import DESCRIPTION, FakeEngine
from tests.imagegen.test_engine import spec

State = Picture.State


class StuckEngine(FakeEngine):
    """Takes a request and never does a step."""

    def submit(self, spec):
        return SimpleHandle(spec)


class Timer:
    """A clock that runs a minute each time somebody looks."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        self.seconds += 60
        return self.seconds


def make_loop(engine, **options):
    return worker.Loop(Studio(engine=engine, safety=SafeByConstruction()), **options)


@pytest.mark.django_db
def test_an_engine_that_does_no_step_is_given_up_and_the_picture_tried_elsewhere(ask, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.001)
    picture = ask()
    with pytest.raises(worker.EngineLostError, match="stuck"):
        make_loop(StuckEngine(), timer=Timer()).run()
    waiting = fresh(picture)
    assert (waiting.state, waiting.failure_code, waiting.attempts) == (State.QUEUED, "engine-stuck", 1)
    assert waiting.lease_expires_at is None
    assert waiting.hold.state == Hold.State.HELD


@pytest.mark.django_db
def test_steps_that_come_are_waited_for(ask, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.02)
    picture = ask()
    seen = [threading.Event() for _ in range(4)]
    write = claims.write_progress

    def write_and_go_on(**values):
        seen[values["step"] - 1].set()
        return write(**values)

    monkeypatch.setattr(claims, "write_progress", write_and_go_on)
    timer = Timer()

    def on_step(_handle, step):
        # Each step takes less than the limit, all of them together more.
        if step > 1:
            seen[step - 2].wait(5)
            timer.seconds += worker.STALL_SECONDS / 2

    make_loop(FakeEngine(on_step=on_step), timer=timer).run()
    assert timer.seconds > worker.STALL_SECONDS
    assert fresh(picture).is_ready


@pytest.mark.django_db
def test_a_dead_engine_gets_no_picture(ask):
    picture = ask()
    engine = FakeEngine()
    engine.is_dead = True
    with pytest.raises(worker.EngineLostError, match="died"):
        make_loop(engine).run()
    assert fresh(picture).state == State.QUEUED


@pytest.mark.django_db
def test_an_engine_that_takes_nothing_costs_a_try_only(ask):
    picture = ask()
    engine = FakeEngine()

    def refuse(_spec):
        raise RuntimeError("the engine is closed")

    engine.submit = refuse
    make_loop(engine).run()
    assert (fresh(picture).state, fresh(picture).failure_code) == (State.QUEUED, "engine-failed")


def test_the_process_of_a_lost_engine_ends(monkeypatch):
    ended = []

    def lose():
        raise worker.EngineLostError

    monkeypatch.setattr(worker, "run_pending", lose)
    monkeypatch.setattr(tasks.os, "_exit", ended.append)
    tasks.render()
    assert ended == [1]


def test_a_device_that_is_lost_ends_the_engine_and_all_that_wait(monkeypatch):
    engine = diffusers_engine.DiffusersEngine.__new__(diffusers_engine.DiffusersEngine)
    engine.device, engine.description = "cuda", DESCRIPTION
    engine._requests, engine._lock = queue.SimpleQueue(), threading.Lock()
    engine._waiting, engine._is_closed, engine.is_dead = set(), False, False

    def fail(*_args):
        raise RuntimeError("an illegal memory access was encountered")

    monkeypatch.setattr(engine, "_draw", fail)
    monkeypatch.setattr(diffusers_engine, "_free_device", fail)
    handles = [engine.submit(spec()) for _ in range(3)]
    engine._thread = threading.Thread(target=engine._serve_or_die, daemon=True)
    engine._thread.start()
    for handle, words in zip(handles, ["illegal memory", "died", "died"], strict=True):
        with pytest.raises(RuntimeError, match=words):
            handle.result()
    engine._thread.join(5)
    assert engine.is_dead
    with pytest.raises(RuntimeError, match="closed"):
        engine.submit(spec())
