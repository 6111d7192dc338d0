"""Faults at every point of a request's way: whoever waits is answered, and nobody else notices."""

import gc
import threading
import time
import weakref

import pytest
import torch

from imagegen.engine import batching, decoding, memory
from imagegen.engine.batching import BatchingEngine
from imagegen.engine.contract import BusyError, NoMemoryError
from imagegen.engine.runners import Recorded
from tests.engine import tiny_models
from tests.engine.scripted import ScriptedEngine
from tests.engine.test_batching import script, spec
from tests.engine.test_speed import RecorderOnTheCpu


@pytest.fixture
def family():
    return tiny_models.make_family(tiny_models.make_sdxl(), torch.float32)


@pytest.fixture
def hollow(family, monkeypatch):
    """Return a family that computes nothing, so that thousands of requests take seconds."""
    words = family.encode_text("words")
    monkeypatch.setattr(family, "_encode", lambda _prompt: dict(words))
    monkeypatch.setattr(family, "call", lambda sample, *_rest: torch.zeros_like(sample))
    monkeypatch.setattr(family, "decode", lambda latents: torch.zeros(len(latents), 4, 4, 3))
    return family


class Panic(BaseException):
    """What a tokenizer written in Rust raises when it meets its own fault."""


def fail_first(monkeypatch, owner, name, errors, *, when=lambda *_values: True):
    """Let calls for which `when` holds raise these errors, one each, and work as usual afterwards."""
    original, left = getattr(owner, name), list(errors)

    def failing(*values, **options):
        if left and when(*values):
            raise left.pop(0)
        return original(*values, **options)

    monkeypatch.setattr(owner, name, failing)
    return left


# Before the first step.


def test_a_panic_while_a_request_is_read_is_that_requests_failure(family, monkeypatch):
    fail_first(monkeypatch, family, "encode_text", [Panic()], when=lambda prompt: prompt == "odd")
    engine = script(family, {0: [spec(1), spec(2, prompt="odd"), spec(3)]})
    with pytest.raises(RuntimeError, match="Panic"):
        engine.handles[1].result()
    assert all(engine.handles[number].result().image for number in (0, 2))


def test_whoever_is_joining_when_the_thread_dies_is_answered(family, monkeypatch, caplog):
    """Even the device cannot be emptied any more: that is what ends the thread."""
    monkeypatch.setattr(batching, "free_memory", lambda _device: 1 / 0)
    fail_first(monkeypatch, family, "encode_text", [RuntimeError("lost")])
    engine = ScriptedEngine(family, {0: [spec(1), spec(2)]})
    assert engine.is_dead
    for handle in engine.handles:
        with pytest.raises(RuntimeError):
            handle.result()


def test_an_errand_that_panics_is_answered_too(hollow):
    engine = BatchingEngine("tiny", family=hollow)

    def panic():
        raise Panic

    with pytest.raises(Panic):
        engine._inbox.do(panic)
    engine._thread.join()
    assert engine.is_dead
    with pytest.raises(RuntimeError, match="closed"):
        engine._inbox.do(panic)


def test_a_request_that_waits_is_canceled_at_the_next_step_though_no_place_gets_free(family):
    class Impatient(ScriptedEngine):
        def _step(self, rows):
            if self._tick == 2:
                self.handles[1].cancel()
            if self._tick == 3:
                self.was_answered = self.handles[1].is_done
            super()._step(rows)

    engine = Impatient(family, {0: [spec(1), spec(2)]}, capacity=1)
    assert engine.was_answered
    assert engine.handles[1].result().is_canceled
    assert engine.handles[0].result().image


# While steps run.


def test_a_preview_that_fails_costs_nobody_a_picture(family, monkeypatch, caplog):
    class Watched(ScriptedEngine):
        def _step(self, rows):
            if self._tick == 1:
                fail_first(monkeypatch, self._stepper._painter, "paint", [torch.OutOfMemoryError("full")])
            assert self.handles[0].preview is None or self._tick > 2
            super()._step(rows)

    engine = Watched(family, {0: [spec(1), spec(2)]})
    assert not engine.is_dead
    assert all(handle.result().image for handle in engine.handles)
    assert engine.handles[0].preview is not None, "the next one came"
    assert engine.troubles.by_cause() == {"preview-failed": 1}


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        MemoryError(),
    ],
)
def test_too_little_memory_is_seen_whoever_says_so(family, monkeypatch, error):
    fail_first(monkeypatch, family, "call", [error])
    engine = script(family, {0: [spec(1), spec(2)]})
    assert engine.stepped[:2] == [2, 1], "fewer at once, and no hunt for the one that is broken"
    assert all(handle.result().image for handle in engine.handles)
    assert engine.troubles.by_cause() == {"out-of-memory": 1}


def test_a_real_allocation_that_is_too_large_counts_as_one():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**55)
    assert memory.is_shortage(caught.value)
    assert not memory.is_shortage(RuntimeError("no such kernel"))
    assert not memory.is_shortage(ValueError("out of memory"))


def test_a_watcher_that_fails_ends_no_request(family, caplog):
    class Watched(ScriptedEngine):
        def _serve(self):
            for times in (self.step_times, self.decode_times):
                times.watch(lambda *_news: 1 / 0)
            super()._serve()

    engine = Watched(family, {0: [spec(1), spec(2)]})
    assert all(handle.result().image for handle in engine.handles)
    assert engine.sizes == [2] * 6


# While pictures are decoded.


def test_whoever_cancels_during_the_last_step_is_not_decoded(family):
    class Late(ScriptedEngine):
        def _step(self, rows):
            super()._step(rows)
            if rows[0].is_finished:
                self.handles[0].cancel()

    engine = Late(family, {0: [spec(1), spec(2)]})
    assert engine.handles[0].result().is_canceled
    assert engine.handles[1].result().image
    assert sum(engine.decoded) == 1


def test_too_little_memory_to_decode_one_is_no_failure_once_the_others_gave_theirs_back(family, monkeypatch):
    recorded = Recorded(family.denoise, RecorderOnTheCpu())
    monkeypatch.setattr(family, "call", recorded)
    kept = []
    decode = family.decode

    def limited(latents):
        kept.append(len(recorded._recorded))
        if len(kept) == 1:
            raise torch.OutOfMemoryError("full")
        return decode(latents)

    monkeypatch.setattr(family, "decode", limited)
    engine = script(family, {0: [spec(1, steps=2), spec(2, steps=6)]})
    assert all(handle.result().image for handle in engine.handles)
    assert kept[0] > 0
    assert kept[1] == 0, "recordings were given back before the second try"
    assert engine.troubles.by_cause() == {"out-of-memory": 1}


def test_what_cannot_be_decoded_even_then_fails_alone(family, monkeypatch):
    decode = family.decode

    def limited(latents):
        if latents.shape[-1] * tiny_models.GRID > tiny_models.SIDE:
            raise torch.OutOfMemoryError("full")
        return decode(latents)

    monkeypatch.setattr(family, "decode", limited)
    engine = script(family, {0: [spec(1), spec(2, width=2 * tiny_models.SIDE), spec(3)]})
    with pytest.raises(NoMemoryError, match="full"):
        engine.handles[1].result()
    assert all(engine.handles[number].result().image for number in (0, 2))


def test_after_too_little_memory_fewer_are_decoded_at_once_for_a_while(family, monkeypatch):
    monkeypatch.setattr(batching, "pick_decoded_together", lambda _device: 4)
    monkeypatch.setattr(memory, "STEPS_TO_RECOVER", 6)
    fail_first(monkeypatch, family, "decode", [torch.OutOfMemoryError("full")], when=lambda one: len(one) > 2)
    arrivals = {tick: [spec(4 * tick + number, steps=2) for number in range(4)] for tick in (0, 4, 8)}
    engine = script(family, arrivals)
    assert all(handle.result().image for handle in engine.handles)
    # Four, then each alone; by twos; together again.
    assert engine.decoded == [4, 1, 1, 1, 1, 2, 2, 4]


def test_pictures_that_cannot_be_handed_out_are_answered_by_the_end_of_the_engine(
    family, monkeypatch, caplog
):
    monkeypatch.setattr(decoding, "to_images", lambda _pixels: 1 / 0)
    engine = ScriptedEngine(family, {0: [spec(1), spec(2, steps=9)], 7: [spec(3)]})
    assert engine.is_dead
    for handle in engine.handles:
        with pytest.raises(RuntimeError, match="died"):
            handle.result()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 1.0])
def test_closing_at_any_time_answers_everybody(family, monkeypatch, share):
    """So does a drain: it is the same to the engine, in the middle of a step or of decoding."""
    reached, go_on = threading.Event(), threading.Event()
    calls = []

    def hold(original):
        def held(*values):
            calls.append(original)
            if len(calls) > share * 7:
                reached.set()
                go_on.wait()
            return original(*values)

        return held

    monkeypatch.setattr(family, "call", hold(family.denoise))
    monkeypatch.setattr(family, "decode", hold(family.decode))
    engine = BatchingEngine("tiny", family=family, capacity=2)
    handles = [engine.submit(spec(seed, steps=2 + 4 * seed)) for seed in range(2)]
    reached.wait()
    closing = threading.Thread(target=engine.close)
    closing.start()
    go_on.set()
    closing.join()
    assert all(handle.is_done for handle in handles)
    for handle in handles:
        handle.result()


# Afterwards.


def test_an_engine_at_rest_holds_nothing_of_what_it_drew(family):
    engine = BatchingEngine("tiny", family=family)
    rests = []

    def ask():
        handle = engine.submit(spec(1))
        handle.result()
        rests.append(weakref.ref(handle))

    ask()
    # The thread may still be on its way out of the last turn.
    engine._inbox.do(lambda: None)
    gc.collect()
    assert rests[0]() is None
    engine.close()


def test_ten_thousand_requests_leave_nothing_behind(hollow):
    engine = BatchingEngine("tiny", family=hollow, capacity=8)
    handles = weakref.WeakSet()
    threads_before = threading.active_count()

    def ask(number):
        one = engine.submit(spec(number, prompt=str(number), steps=1, guidance=1.0 + number % 2))
        handles.add(one)
        if number % 5 == 0:
            one.cancel()
        one.add_done_callback(lambda: None)
        return one

    def count_objects():
        engine._inbox.do(lambda: None)
        gc.collect()
        return len(gc.get_objects())

    counts = []
    for begin in range(0, 10_000, 8):
        for one in [ask(number) for number in range(begin, begin + 8)]:
            one.result()
        del one
        if begin in (2_000, 9_992):
            counts.append(count_objects())
    assert len(handles) == 0
    assert threading.active_count() == threads_before
    # Eight thousand requests later there is not one more object for every hundred of them.
    assert counts[1] - counts[0] < 80
    engine.close()


def test_whatever_many_threads_do_at_once_everybody_is_answered(hollow):
    engine = BatchingEngine("tiny", family=hollow, capacity=4)
    ended, errors = [], []

    def use(seed):
        try:
            for number in range(60):
                try:
                    handle = engine.submit(spec(seed * 100 + number, steps=1 + number % 5))
                except BusyError:
                    time.sleep(0.001)
                    continue
                handle.add_done_callback(lambda handle=handle: ended.append(handle))
                left = engine.seconds_left(handle)
                assert left is None or left >= 0
                if number % 3 == 0:
                    handle.cancel()
                _look = handle.preview
                outcome = handle.result()
                assert number % 3 == 0 or not outcome.is_canceled
                assert engine.seconds_left(handle) == 0.0
        except Exception as error:  # noqa: BLE001 - raised below, in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=use, args=[seed]) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(ended) == len(set(ended)) > 60
    assert not engine.is_dead
    engine.close()
