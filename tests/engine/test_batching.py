"""What happens to a request that goes wrong, and to those that share its steps."""

import threading
import time
import weakref

import pytest
import torch
from PIL import Image

from imagegen.engine import batching, memory
from imagegen.engine.batching import BatchingEngine
from imagegen.engine.contract import BadSpecError, BusyError, NoMemoryError, NotFiniteError, Spec
from tests.engine import tiny_models
from tests.engine.scripted import ScriptedEngine
from tests.engine.test_equality import distance, picture

SIDE = tiny_models.SIDE


def spec(seed=0, **fields):
    values = {"prompt": "", "seed": seed, "width": SIDE, "height": SIDE, "steps": 6, "guidance": 3.0}
    return Spec(**(values | fields))


@pytest.fixture
def family():
    return tiny_models.make_family(tiny_models.make_sdxl(), torch.float32)


def script(family, arrivals, **options):
    """Let requests arrive as they are said to, and return the engine once all of them ended."""
    engine = ScriptedEngine(family, arrivals, **options)
    assert not engine.is_dead
    return engine


def poison(monkeypatch, family, seed):
    """Let the noise of one request be no numbers."""
    draw = family.draw_noise

    def draw_noise(width, height, generator):
        noise = draw(width, height, generator)
        return noise * torch.nan if generator.initial_seed() == seed else noise

    monkeypatch.setattr(family, "draw_noise", draw_noise)


def test_one_poisoned_request_of_eight_fails_alone(family, monkeypatch):
    specs = [spec(seed) for seed in range(8)]
    alone = {one.seed: script(family, {0: [one]}).latents for one in specs}
    poison(monkeypatch, family, seed=5)
    engine = script(family, {0: specs})
    assert engine.sizes == [8] * 6
    for handle in engine.handles:
        if handle.spec.seed == 5:
            with pytest.raises(NotFiniteError):
                handle.result()
            continue
        assert handle.result().image.size == (SIDE, SIDE)
        [expected] = alone[handle.spec.seed].values()
        assert distance(engine.latents[handle], expected) <= 1e-4


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"width": SIDE + 1}, "multiples"),
        ({"width": 1_000_000 * tiny_models.GRID}, "up to"),
        ({"height": 0}, "multiples"),
        ({"steps": 0}, "steps"),
        ({"steps": 100_000}, "steps"),
        ({"strength": 1.5}, "strength"),
        ({"guidance": float("nan")}, "guidance"),
        ({"guidance": float("inf")}, "guidance"),
        ({"identity_scale": -1.0}, "identity_scale"),
        ({"guided_share": 0.0}, "guided_share"),
        ({"sampler": "heun"}, "heun"),
        ({"steps": 2, "strength": 0.2, "reference": picture(1, SIDE, SIDE)}, "no step"),
    ],
)
def test_a_wrong_request_says_what_is_wrong_and_the_others_go_on(family, wrong, words):
    engine = script(family, {0: [spec(1), spec(2, **wrong), spec(3)]})
    with pytest.raises(BadSpecError, match=words):
        engine.handles[1].result()
    assert all(engine.handles[number].result().image for number in (0, 2))


def test_a_reference_that_cannot_be_read_is_a_wrong_request(family, tmp_path):
    whole = tmp_path / "whole.png"
    picture(1, 256, 256).save(whole)
    cut = tmp_path / "cut.png"
    cut.write_bytes(whole.read_bytes()[:-200])
    with Image.open(cut) as unreadable:
        engine = script(family, {0: [spec(1, reference=unreadable, strength=0.5), spec(2)]})
    with pytest.raises(BadSpecError, match="cannot be read"):
        engine.handles[0].result()
    assert engine.handles[1].result().image


def out_of_memory_above(monkeypatch, family, rows, *, times=10**9):
    """Let the denoiser have room for so many rows, guided ones counted twice."""
    denoise, left = family.denoise, [times]

    def limited(sample, timesteps, conditions):
        if len(sample) > rows and left[0] > 0:
            left[0] -= 1
            raise torch.OutOfMemoryError("simulated")
        return denoise(sample, timesteps, conditions)

    monkeypatch.setattr(family, "call", limited)


def test_with_too_little_memory_fewer_step_at_once_and_all_end_as_they_would_have(family, monkeypatch):
    specs = [spec(seed, steps=4) for seed in range(6)]
    expected = {one.seed: next(iter(script(family, {0: [one]}).latents.values())) for one in specs}
    out_of_memory_above(monkeypatch, family, rows=4)
    engine = script(family, {0: specs})
    # Six, then three, then one at a time; the others keep their place.
    assert max(engine.stepped) == 6
    assert {handle.result().image.size for handle in engine.handles} == {(SIDE, SIDE)}
    for handle in engine.handles:
        assert distance(engine.latents[handle], expected[handle.spec.seed]) <= 1e-4


def test_the_batch_grows_again_when_memory_is_back(family, monkeypatch):
    monkeypatch.setattr(memory, "STEPS_TO_RECOVER", 3)
    out_of_memory_above(monkeypatch, family, rows=4, times=1)
    engine = script(family, {0: [spec(seed, steps=12) for seed in range(4)]})
    assert engine.stepped[0] == 4
    assert 2 in engine.stepped
    assert engine.stepped.count(4) > 3
    assert all(handle.result().image for handle in engine.handles)


def test_a_request_that_is_too_large_alone_fails_and_leaves_the_others(family, monkeypatch):
    denoise = family.call

    def limited(sample, timesteps, conditions):
        if sample.shape[-1] * tiny_models.GRID > SIDE:
            raise torch.OutOfMemoryError("simulated")
        return denoise(sample, timesteps, conditions)

    monkeypatch.setattr(family, "call", limited)
    engine = script(family, {0: [spec(1), spec(2, width=2 * SIDE), spec(3)]})
    with pytest.raises(NoMemoryError):
        engine.handles[1].result()
    assert all(engine.handles[number].result().image for number in (0, 2))


def test_with_too_little_memory_to_decode_together_they_are_decoded_one_by_one(family, monkeypatch):
    decode = family.decode

    def limited(latents):
        if len(latents) > 1:
            raise torch.OutOfMemoryError("simulated")
        return decode(latents)

    monkeypatch.setattr(family, "decode", limited)
    monkeypatch.setattr(batching, "pick_decoded_together", lambda _device: 8)
    engine = script(family, {0: [spec(seed) for seed in range(3)]})
    assert engine.decoded == [3, 1, 1, 1]
    assert all(handle.result().image for handle in engine.handles)


def test_what_fails_with_one_request_in_a_step_fails_that_request_only(family, monkeypatch):
    denoise = family.call

    def picky(sample, timesteps, conditions):
        if (sample > 100).any():
            raise RuntimeError("no such kernel")
        return denoise(sample, timesteps, conditions)

    monkeypatch.setattr(family, "call", picky)
    draw = family.draw_noise
    monkeypatch.setattr(
        family,
        "draw_noise",
        lambda *args: draw(*args) * (1000 if args[2].initial_seed() == 2 else 1),
    )
    engine = script(family, {0: [spec(1), spec(2), spec(3)]})
    with pytest.raises(RuntimeError, match="kernel"):
        engine.handles[1].result()
    assert all(engine.handles[number].result().image for number in (0, 2))


def test_cancel_takes_effect_within_one_step_and_touches_nobody_else(family):
    alone = script(family, {0: [spec(2)]})

    class Impatient(ScriptedEngine):
        def _step(self, rows):
            if self._tick == 3:
                self.handles[0].cancel()
                self.handles[0].cancel()
            super()._step(rows)

    engine = Impatient(family, {0: [spec(1), spec(2)]})
    assert engine.handles[0].result().is_canceled
    assert engine.handles[0].progress.step == 3
    assert engine.sizes == [2, 2, 2, 1, 1, 1]
    [expected] = alone.latents.values()
    assert distance(engine.latents[engine.handles[1]], expected) <= 1e-4


def test_a_request_that_waits_is_canceled_without_a_step(family):
    class Impatient(ScriptedEngine):
        def _step(self, rows):
            self.handles[1].cancel()
            super()._step(rows)

    engine = Impatient(family, {0: [spec(1), spec(2)]}, capacity=1)
    assert engine.handles[1].result().is_canceled
    assert engine.handles[1].progress.step == 0
    assert engine.handles[0].result().image


@pytest.fixture
def held(family, monkeypatch):
    """Return an engine that does no step until it is let."""
    gate = threading.Event()
    denoise = family.call

    def wait(sample, timesteps, conditions):
        assert gate.wait(60)
        return denoise(sample, timesteps, conditions)

    monkeypatch.setattr(family, "call", wait)
    engine = BatchingEngine("tiny", family=family, capacity=2)
    yield engine, gate
    gate.set()
    engine.close()


def test_a_full_queue_says_so_at_once_and_takes_more_when_it_has_room(held):
    engine, gate = held
    taken = [engine.submit(spec(seed)) for seed in range(2)]
    while engine._inbox.list_waiting():
        time.sleep(0.001)
    taken += [engine.submit(spec(seed)) for seed in range(2, 4)]
    with pytest.raises(BusyError):
        engine.submit(spec(4))
    gate.set()
    assert all(handle.result().image for handle in taken)
    assert engine.submit(spec(99)).result().image


def test_a_preview_comes_a_step_after_somebody_looked(held):
    engine, gate = held
    handle = engine.submit(spec(1, steps=150))
    assert handle.preview is None
    gate.set()
    while (preview := handle.preview) is None:
        assert not handle.is_done
        time.sleep(0.001)
    assert preview.size == (SIDE // tiny_models.GRID, SIDE // tiny_models.GRID)
    assert not handle.is_done
    handle.cancel()


def test_the_time_left_is_told_from_measured_steps(held):
    engine, gate = held
    handle = engine.submit(spec(1, steps=100))
    assert engine.seconds_left(handle) is None
    gate.set()
    while handle.progress.step < 5:
        time.sleep(0.001)
    early = engine.seconds_left(handle)
    assert early > 0
    handle.result()
    assert engine.seconds_left(handle) == 0


def test_closing_answers_everybody(held):
    engine, gate = held
    handles = [engine.submit(spec(seed, steps=100)) for seed in range(2)]
    closing = threading.Thread(target=engine.close)
    closing.start()
    gate.set()
    closing.join()
    assert all(handle.result().is_canceled for handle in handles)
    with pytest.raises(RuntimeError, match="closed"):
        engine.submit(spec(3))


def test_a_caller_whose_callback_fails_harms_nobody(held, caplog):
    engine, gate = held
    first, second = engine.submit(spec(1)), engine.submit(spec(2))

    def fail():
        raise RuntimeError("a caller's mistake")

    first.add_done_callback(fail)
    gate.set()
    assert first.result().image
    assert second.result().image
    assert engine.submit(spec(3)).result().image
    assert not engine.is_dead
    assert "imagegen.engine.callback_failed" in caplog.text


def test_isolated_pictures_share_no_decoding_either(family, monkeypatch):
    monkeypatch.setattr(batching, "pick_decoded_together", lambda _device: 8)
    engine = script(family, {0: [spec(1), spec(2, is_isolated=True), spec(3)]})
    assert sorted(engine.decoded) == [1, 2]


def test_a_picture_whose_pixels_are_no_numbers_is_a_failure_and_not_black(family, monkeypatch):
    decode = family.decode
    monkeypatch.setattr(family, "decode", lambda latents: decode(latents) * torch.nan)
    engine = script(family, {0: [spec(1)]})
    with pytest.raises(NotFiniteError):
        engine.handles[0].result()


def test_a_passing_shortage_of_memory_costs_a_lone_request_nothing(family, monkeypatch):
    out_of_memory_above(monkeypatch, family, rows=1, times=1)
    engine = script(family, {0: [spec(1)]})
    assert engine.handles[0].result().image
    out_of_memory_above(monkeypatch, family, rows=1)
    engine = script(family, {0: [spec(1)]})
    with pytest.raises(NoMemoryError):
        engine.handles[0].result()


@pytest.mark.parametrize("where", ["step", "decode"])
def test_what_failed_is_not_kept_alive_while_the_others_are_tried(family, monkeypatch, where):
    """On a full device the retries need the very memory that the failed call had."""
    monkeypatch.setattr(batching, "pick_decoded_together", lambda _device: 8)
    large: list[weakref.ref] = []
    alive: list[bool] = []
    name = "call" if where == "step" else "decode"
    original = getattr(family, name)

    def fail_together(values, *rest):
        if len(values) > 2:
            tensor = torch.zeros(1000)
            large.append(weakref.ref(tensor))
            raise RuntimeError("too much of something")
        alive.append(any(reference() is not None for reference in large))
        return original(values, *rest)

    monkeypatch.setattr(family, name, fail_together)
    engine = script(family, {0: [spec(seed, steps=2) for seed in range(3)]})
    assert all(handle.result().image for handle in engine.handles)
    assert large
    assert not any(alive)
