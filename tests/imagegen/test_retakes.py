"""A picture that does not look enough like its person is drawn once more, within one claim."""

import dataclasses
import itertools
from types import SimpleNamespace

import pytest
from PIL import Image

from imagegen.engine import batching, checking, retakes
from imagegen.engine.contract import BusyError, Outcome, Spec
from imagegen.engine.handles import SimpleHandle
from imagegen.engine.retakes import STRENGTH_SHARE, RetakingHandle
from tests.imagegen.fakes import DESCRIPTION, FakeEngine
from tests.imagegen.test_safety import EMBEDDED

FLOOR = 0.7
PAPER = Image.new("RGB", (64, 64), "grey")


class ScoredEngine(FakeEngine):
    """Pictures come out with one of `scores` after the other; an error among them takes a picture's place."""

    def __init__(self, *scores, steps=12, **options):
        model = dataclasses.replace(DESCRIPTION, likeness_floor=FLOOR, steps=steps)
        super().__init__(description=model, **options)
        self.scores = scores

    def submit(self, spec):
        score = self.scores[len(self.specs)]
        if isinstance(score, BusyError):
            raise score
        self.error = score if isinstance(score, Exception) else None
        self.likeness = None if self.error else score
        return super().submit(spec)


def spec(**fields):
    values = {"prompt": "", "seed": 5, "width": 64, "height": 64, "steps": 12, "guidance": 1.0}
    return Spec(**(values | {"reference": PAPER, "strength": 0.9} | fields))


def hand_in(engine, **fields):
    return RetakingHandle(engine, spec(**fields), floor=FLOOR)


def test_under_the_floor_it_is_drawn_again_with_less_strength_and_other_noise():
    engine = ScoredEngine(0.5, 0.8)
    handle = hand_in(engine)
    first, second = engine.specs
    assert second.strength == pytest.approx(0.9 * STRENGTH_SHARE)
    assert second.step_count < first.step_count
    assert second == dataclasses.replace(first, strength=second.strength, seed=6)
    assert handle.result().likeness == 0.8
    assert handle.result().image.getpixel((0, 0))[0] == 6
    assert (handle.spec, handle.is_retaken) == (second, True)


@pytest.mark.parametrize("score", [0.4, 0.5, None, RuntimeError("no memory")])
def test_the_first_is_kept_unless_the_second_is_better(score):
    engine = ScoredEngine(0.5, score)
    handle = hand_in(engine)
    assert (handle.result().likeness, handle.spec, handle.is_retaken) == (0.5, engine.specs[0], True)


def test_there_is_never_a_third():
    engine = ScoredEngine(0.1, 0.2, 0.9)
    assert hand_in(engine).result().likeness == 0.2
    assert len(engine.specs) == 2


@pytest.mark.parametrize(
    ("score", "floor", "fields"),
    [
        (FLOOR, FLOOR, {}),
        (0.1, 0.0, {}),
        (None, FLOOR, {}),
        # Whoever is drawn from words alone has no portrait to be nearer to.
        (0.1, FLOOR, {"reference": None, "strength": 1.0}),
        (0.1, FLOOR, {"reference": None, "strength": 1.0, "identity": PAPER}),
    ],
)
def test_all_others_are_drawn_once(score, floor, fields):
    engine = ScoredEngine(score)
    handle = RetakingHandle(engine, spec(**fields), floor=floor)
    assert handle.result().likeness == score
    assert (len(engine.specs), handle.is_retaken, handle.spec) == (1, False, engine.specs[0])


def test_a_retake_that_is_not_taken_costs_nothing(caplog):
    handle = hand_in(ScoredEngine(0.5, BusyError("full")))
    assert (handle.result().likeness, handle.is_retaken) == (0.5, False)
    assert "retake_not_taken" in caplog.text


def test_a_first_one_that_fails_is_a_failure():
    engine = ScoredEngine(RuntimeError("no memory"), 0.9)
    with pytest.raises(RuntimeError, match="no memory"):
        hand_in(engine).result()
    assert len(engine.specs) == 1


@pytest.mark.parametrize(("strength", "share"), [(0.9, STRENGTH_SHARE), (1 / 12, 1.0), (0.085, 1.0)])
def test_a_retake_has_at_least_one_step(strength, share):
    engine = ScoredEngine(0.5, 0.6)
    hand_in(engine, strength=strength)
    assert engine.specs[1].strength == pytest.approx(strength * share)
    checking.check(engine.specs[1], SimpleNamespace(grid=8, patch=1))


class ManualEngine:
    """Draws what a test tells it to."""

    def __init__(self):
        self.handles = []

    def submit(self, spec):
        self.handles.append(SimpleHandle(spec))
        return self.handles[-1]


def begin_retake(engine):
    """Return a request whose first picture came out under the floor."""
    handle = hand_in(engine)
    engine.handles[0].report(10)
    engine.handles[0].finish(Outcome(PAPER, 0.5))
    return handle


def test_to_whoever_waits_it_is_one_request():
    engine = ManualEngine()
    handle = hand_in(engine)
    calls = []
    handle.add_done_callback(lambda: calls.append("early"))
    seen = []

    def look():
        seen.append((handle.progress.step, handle.progress.step_count, handle.is_done))

    engine.handles[0].report(9)
    look()
    engine.handles[0].report(10)
    engine.handles[0].finish(Outcome(PAPER, 0.5))
    look()
    assert calls == []
    assert handle.preview is None
    assert engine.handles[1].is_preview_wanted
    engine.handles[1].report(4)
    look()
    engine.handles[1].report(9)
    engine.handles[1].finish(Outcome(PAPER, 0.6))
    look()
    handle.add_done_callback(lambda: calls.append("late"))
    assert seen == [(9, 10, False), (10, 19, False), (14, 19, False), (19, 19, True)]
    assert calls == ["early", "late"]


def test_who_cancels_the_first_gets_no_second():
    engine = ManualEngine()
    handle = hand_in(engine)
    handle.cancel()
    assert engine.handles[0].is_cancel_requested
    # Too late for this one, which is finished all the same.
    engine.handles[0].finish(Outcome(PAPER, 0.5))
    assert handle.is_done
    assert len(engine.handles) == 1


def test_a_cancel_stops_the_retake_and_with_it_the_whole_request():
    engine = ManualEngine()
    handle = begin_retake(engine)
    handle.cancel()
    assert engine.handles[1].is_cancel_requested
    engine.handles[1].finish(Outcome(None))
    assert handle.result().is_canceled


def test_a_cancel_reaches_a_retake_that_is_just_handed_in():
    class CancelingEngine(ManualEngine):
        def submit(self, spec):
            made = super().submit(spec)
            if len(self.handles) == 2:
                handle.cancel()
            return made

    engine = CancelingEngine()
    handle = hand_in(engine)
    engine.handles[0].finish(Outcome(PAPER, 0.5))
    assert engine.handles[1].is_cancel_requested


def test_an_engine_that_closes_meanwhile_leaves_the_first():
    engine = ManualEngine()
    handle = begin_retake(engine)
    engine.handles[1].finish(Outcome(None))
    assert handle.result().likeness == 0.5


def test_steps_tell_a_retake_from_a_first_try():
    for steps, strength in itertools.product((1, 4, 5, 12, 30), (0.05, 0.25, 0.5, 0.7, 0.92, 1.0)):
        asked = spec(steps=steps, strength=strength)
        known = {"steps": steps, "strength": strength}
        assert not retakes.is_retake(asked.step_count, **known)
        assert retakes.is_retake(asked.step_count + 1, **known)


def test_the_engine_draws_the_kept_one_again_from_what_is_known_of_it():
    engine = batching.BatchingEngine(str(EMBEDDED), device="cpu", capacity=1)
    try:
        look = "young woman, pale skin, long red hair, green eyes, smiling, blue hoodie"
        fields = {"prompt": look, "width": 256, "height": 256, "steps": 4, "guidance": 3.0}
        portrait = engine.submit(spec(**fields, reference=None)).result().image
        # No picture is better than this floor.
        handle = RetakingHandle(engine, spec(**fields, reference=portrait), floor=1.1)
        kept = handle.result()
        assert handle.is_retaken
        assert handle.progress.step == handle.progress.step_count == 3 + 3
        again = engine.submit(handle.spec).result()
        assert again.image.tobytes() == kept.image.tobytes()
        assert again.likeness == kept.likeness
    finally:
        engine.close()
