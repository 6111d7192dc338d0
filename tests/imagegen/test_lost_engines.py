"""Engines that die or hang: nobody waits for them for ever, and their process ends."""

import threading

import pytest
import torch
from PIL import Image

from billing.models import Hold
from imagegen import claims, services, tasks, worker
from imagegen.engine import batching
from imagegen.engine.contract import Outcome
from imagegen.engine.handles import SimpleHandle
from imagegen.models import Picture
from imagegen.safety import SafeByConstruction
from imagegen.studio import Studio
from tests import factories
from tests.engine import tiny_models
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import FakeEngine
from tests.imagegen.test_engine import spec

State = Picture.State


class StuckEngine(FakeEngine):
    """Takes a request and never does a step."""

    def __init__(self, **options):
        super().__init__(**options)
        self.handles = []

    def submit(self, spec):
        self.handles.append(SimpleHandle(spec))
        return self.handles[-1]


class Timer:
    """A clock that runs on by `step` seconds each time somebody looks."""

    def __init__(self, step=60.0):
        self.step = step
        self.seconds = 0.0

    def __call__(self):
        self.seconds += self.step
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
    timer = Timer(step=0)

    def on_step(_handle, step):
        # Each step takes less than the limit, all of them together more.
        if step > 1:
            seen[step - 2].wait(5)
            timer.seconds += worker.STALL_SECONDS / 2

    make_loop(FakeEngine(on_step=on_step), timer=timer).run()
    assert timer.seconds > worker.STALL_SECONDS
    assert fresh(picture).is_ready


@pytest.mark.django_db
def test_a_stuck_engine_gives_all_its_pictures_back_each_to_be_tried_alone(ask, owner, now, monkeypatch):
    """Nobody knows which one it was, so it costs none of them an attempt."""
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.001)
    pictures = [ask(owner=factories.make_user()) for _ in range(3)]
    unwanted = ask()
    engine = StuckEngine(capacity=4)
    loop = make_loop(engine, timer=Timer())
    watch = loop._watch

    def cancel_and_watch():
        services.cancel_picture(actor=owner, picture=unwanted, now=now)
        watch()

    loop._watch = cancel_and_watch
    with pytest.raises(worker.EngineLostError, match="stuck"):
        loop.run()
    for picture in pictures:
        waiting = fresh(picture)
        assert (waiting.state, waiting.attempts, waiting.is_alone) == (State.QUEUED, 0, True)
        assert (waiting.lease_holder, waiting.lease_expires_at) == ("", None)
        assert waiting.hold.state == Hold.State.HELD
    assert (fresh(unwanted).state, fresh(unwanted).hold.state) == (State.CANCELED, Hold.State.RELEASED)
    assert all(handle.is_cancel_requested for handle in engine.handles)


@pytest.mark.django_db
@pytest.mark.parametrize("is_finished", [False, True], ids=["while it draws", "once it is done"])
def test_one_that_waits_inside_the_engine_is_not_stuck_while_others_come_on(ask, monkeypatch, is_finished):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.001)
    for _ in range(2):
        ask(owner=factories.make_user())
    engine, timer = StuckEngine(capacity=2), Timer(step=0)
    loop = make_loop(engine, timer=timer)
    watch, looks = loop._watch, []

    def come_on_and_watch():
        """The first does a step a look, each just in time; then it is the second's turn, or nobody's."""
        looks.append(timer.seconds)
        if len(looks) <= 4:
            engine.handles[0].report(len(looks))
        elif is_finished and len(looks) == 5:
            engine.handles[0].finish(Outcome(None))
        watch()
        timer.seconds += worker.STALL_SECONDS - 1

    loop._watch = come_on_and_watch
    with pytest.raises(worker.EngineLostError, match="stuck"):
        loop.run()
    assert timer.seconds > 4 * (worker.STALL_SECONDS - 1), "it was waited for while the first came on"
    assert len(looks) == (8 if is_finished else 6)


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


class DyingEngine(FakeEngine):
    """Dies when it is given its third request, with the others in the works."""

    def __init__(self, **options):
        super().__init__(**options)
        self.handles = []

    def submit(self, spec):
        if self.is_dead:
            raise RuntimeError("the engine is closed")
        self.handles.append(SimpleHandle(spec))
        if len(self.handles) == 3:
            self.is_dead = True
            first, *others = self.handles
            first.finish(Outcome(Image.new("RGB", (64, 64))))
            for handle in others:
                handle.finish(error=RuntimeError("the engine died"))
        return self.handles[-1]


@pytest.mark.django_db
def test_an_engine_that_dies_costs_nobody_an_attempt_and_what_was_drawn_is_delivered(ask):
    """Of two that were in flight nobody knows which one it died of; those that only waited are untouched."""
    pictures = [ask(owner=factories.make_user()) for _ in range(6)]
    with pytest.raises(worker.EngineLostError, match="died"):
        make_loop(DyingEngine(capacity=4)).run()
    after = [fresh(picture) for picture in pictures]
    assert [picture.state for picture in after] == [State.READY] + [State.QUEUED] * 5
    assert [picture.is_alone for picture in after] == [False, True, True, False, False, False]
    assert {picture.attempts for picture in after} == {0}


@pytest.mark.django_db
def test_an_engine_that_dies_of_a_picture_alone_costs_it_an_attempt(ask):
    picture = ask()
    engine = DyingEngine()
    engine.handles = [SimpleHandle(spec()) for _ in range(2)]
    with pytest.raises(worker.EngineLostError, match="died"):
        make_loop(engine).run()
    assert (fresh(picture).state, fresh(picture).attempts) == (State.QUEUED, 1)


def test_the_process_of_a_lost_engine_ends(monkeypatch):
    ended = []

    def lose():
        raise worker.EngineLostError

    monkeypatch.setattr(worker, "run_pending", lose)
    monkeypatch.setattr(tasks.os, "_exit", ended.append)
    tasks.render()
    assert ended == [1]


def test_a_device_that_is_lost_ends_the_engine_and_all_that_wait(monkeypatch):
    family = tiny_models.make_family(tiny_models.make_sd(), torch.float32)

    def fail(*_args):
        raise RuntimeError("an illegal memory access was encountered")

    monkeypatch.setattr(family, "call", fail)
    monkeypatch.setattr(batching, "free_memory", fail)
    engine = batching.BatchingEngine("tiny", family=family)
    handles = [engine.submit(spec()) for _ in range(3)]
    for handle, words in zip(handles, ["illegal memory", "died", "died"], strict=True):
        with pytest.raises(RuntimeError, match=words):
            handle.result()
    engine._thread.join(5)
    assert engine.is_dead
    with pytest.raises(RuntimeError, match="closed"):
        engine.submit(spec())
