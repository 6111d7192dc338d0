"""The time that is told is the time that it takes: steps, waiting for a place, and decoding."""

import pytest
import torch

from imagegen.engine import decoding, stepping
from imagegen.engine.timing import estimate_seconds
from tests.engine import tiny_models
from tests.engine.scripted import ScriptedEngine
from tests.engine.test_batching import spec

STEP, DECODE = 1.0, 5.0


class Clock:
    """Seconds that pass only where a test says so."""

    def __init__(self):
        self.seconds = 0.0

    def perf_counter(self):
        return self.seconds

    def spend(self, seconds, result):
        self.seconds += seconds
        return result


def test_the_estimate_of_everybody_comes_true_decoding_included(monkeypatch):
    """By a model and a clock that take exactly so long; some wait for a place, some end at the same step."""
    family = tiny_models.make_family(tiny_models.make_sdxl(), torch.float32)
    clock = Clock()
    for module in (stepping, decoding):
        monkeypatch.setattr(module, "time", clock)
    zeros = torch.zeros_like
    monkeypatch.setattr(family, "call", lambda sample, *_rest: clock.spend(STEP, zeros(sample)))
    monkeypatch.setattr(
        family, "decode", lambda latents: clock.spend(DECODE, torch.zeros(len(latents), 4, 4, 3))
    )
    told, ended = [], {}

    class Watched(ScriptedEngine):
        def _turn(self):
            if self._tick == 1:
                assert self.seconds_left(self.handles[0]) is None
                # As after warming up.
                self.step_times.add(2, STEP)
                self.decode_times.add(1, DECODE)
                for handle in self.handles:
                    handle.add_done_callback(lambda handle=handle: ended.setdefault(handle, clock.seconds))
            super()._turn()
            told.extend((handle, clock.seconds, self.seconds_left(handle)) for handle in self.handles)

    steps = (3, 8, 4, 2, 6, 6)
    Watched(family, {0: [spec(seed, steps=count) for seed, count in enumerate(steps)]}, capacity=2)
    waited = [(seconds, left) for _handle, seconds, left in told if left]
    assert len(waited) > 2 * len(steps)
    for handle, seconds, left in told:
        expected = max(0.0, ended[handle] - seconds)
        assert left == pytest.approx(expected), handle.spec.seed


def test_decoding_beside_steps_counts_once():
    values = {"place": 1, "capacity": 2, "step_seconds": 1.0, "decode_seconds": 5.0}
    assert estimate_seconds([2, 4], **values, is_decoded_beside=False) == 4 + 2 * 5
    assert estimate_seconds([2, 4], **values, is_decoded_beside=True) == 4 + 5


def test_whoever_waits_begins_when_a_place_gets_free():
    values = {"step_seconds": 1.0, "decode_seconds": 0.0, "is_decoded_beside": True}
    left = [estimate_seconds([2, 7, 3, 4], place=place, capacity=2, **values) for place in range(4)]
    assert left == [2, 7, 2 + 3, 2 + 3 + 4]
