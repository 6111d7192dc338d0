"""Switches for speed change the time and nothing else; eight bits change little, and it is known how much."""

import dataclasses

import pytest
import torch
from torch import nn

from imagegen.engine import contract, float8
from imagegen.engine.batching import BatchingEngine
from imagegen.engine.contract import Spec
from imagegen.engine.runners import MOST_RECORDINGS, SIZES, Filled, Recorded
from imagegen.engine.speed import Speed, apply
from tests.engine import native, tiny_models
from tests.engine.scripted import ScriptedEngine
from tests.engine.test_equality import distance


@pytest.fixture
def family():
    return tiny_models.make_family(tiny_models.make_sdxl(), torch.float32)


def specs(count):
    return [
        Spec(prompt="", seed=seed, width=32, height=32, steps=4, guidance=4.0 if seed % 2 else 1.0)
        for seed in range(count)
    ]


class RecorderOnTheCpu:
    """Records by remembering the call, and replays into the place that a graph would write to."""

    def __init__(self):
        self.calls = 0

    def record(self, call):
        self.calls += 1
        output = call()

        class Graph:
            @staticmethod
            def replay():
                output.copy_(call())

        return Graph, output


@pytest.mark.parametrize("how", ["filled", "recorded"])
def test_rows_filled_up_and_recordings_give_what_the_plain_call_gives(family, how):
    recorder = RecorderOnTheCpu()
    made = Filled(family.denoise) if how == "filled" else Recorded(family.denoise, recorder)
    sizes = []

    def watched(sample, timesteps, conditions):
        sizes.append(made.size_for(len(sample)))
        return made(sample, timesteps, conditions)

    family.call = watched
    arrivals = {0: specs(3), 2: specs(2)}
    engine = ScriptedEngine(family, arrivals)
    assert {*sizes} <= {*SIZES}
    for handle in engine.handles:
        assert distance(engine.latents[handle], native.run(family.pipeline, handle.spec)) <= 1e-4
    if how == "recorded":
        assert recorder.calls == len({*sizes})
        made.forget()
        family.call(torch.zeros(1, 4, 8, 8), torch.ones(1), family.add_size(family.encode_text(""), 32, 32))
        # Sizes were noted at each call, recordings made once for each; this one was made anew.
        assert recorder.calls == len({*sizes[:-1]}) + 1


def test_more_rows_than_the_largest_size_are_run_as_they_are(family):
    made = Filled(family.denoise, sizes=(1, 2))
    conditions = family.add_size(family.encode_text(""), 32, 32)
    three = {name: value.repeat_interleave(3, dim=0) for name, value in conditions.items()}
    assert made(torch.randn(3, 4, 8, 8), torch.full((3,), 5.0), three).shape == (3, 4, 8, 8)


def test_the_warm_up_runs_every_size_once_and_says_how_far_it_is(family, monkeypatch):
    seen = []
    monkeypatch.setattr(
        family, "call", lambda sample, *rest: seen.append(len(sample)) or family.denoise(sample, *rest)
    )
    monkeypatch.setattr("imagegen.engine.batching.apply_speed", lambda *_args: SIZES)
    engine = BatchingEngine("tiny", family=family, capacity=3)
    # The tiny model has no folder that would say its size.
    engine.description = engine.description.__class__(name="tiny", width=32, height=32)
    told = []
    engine.warm_up(lambda done, count: told.append((done, count)))
    engine.close()
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    assert {1, 2, 3, 4, 6} <= set(seen)


def test_a_compiled_denoiser_gives_the_same(family, monkeypatch):
    # The compiler's own back end needs a C++ compiler; what is tested here is everything before it.
    compile_module = nn.Module.compile
    monkeypatch.setattr(
        nn.Module, "compile", lambda self, **options: compile_module(self, backend="eager", **options)
    )
    assert apply(Speed(is_compiled=True), family) == SIZES
    one = specs(1)[0]
    engine = ScriptedEngine(family, {0: [one]})
    [latents] = engine.latents.values()
    assert distance(latents, native.run(tiny_models.make_sdxl(), one)) <= 1e-4


def test_every_switch_has_its_word():
    names = {field.name for field in dataclasses.fields(Speed)}
    assert names - {"sizes"} == {f"is_{word}" for word in contract.SWITCHES}


def test_graphs_are_for_devices_that_have_them(family):
    assert apply(Speed(is_recorded=True), family) == SIZES
    assert not isinstance(family.call, Recorded)


def test_eight_bits_lose_a_few_percent_of_a_layer():
    torch.manual_seed(1)
    linear = nn.Linear(64, 32)
    values = torch.randn(5, 7, 64)
    rounded = float8.Float8Linear(linear)(values)
    exact = linear(values)
    assert rounded.shape == exact.shape
    error = (rounded - exact).square().mean().sqrt() / exact.square().mean().sqrt()
    assert 0 < error < 0.06


def test_eight_bits_take_the_place_of_large_layers_only():
    module = nn.Sequential(nn.Linear(16, 32), nn.Linear(32, 10), nn.Linear(32, 64))
    assert float8.replace_linears(module, lambda name: name != "2") == 1
    assert [type(part).__name__ for part in module] == ["Float8Linear", "Linear", "Linear"]


def test_eight_bits_in_a_whole_model_draw_nearly_the_same(family):
    one = specs(2)[1]
    before = native.run(family.pipeline, one)
    apply(Speed(is_float8=True), family)
    assert any(isinstance(part, float8.Float8Linear) for part in family.denoiser.modules())
    [latents] = ScriptedEngine(family, {0: [one]}).latents.values()
    assert 0 < distance(latents, before) < 0.5


def call_with(made, rows, side):
    """Run a recorded denoiser with so many rows of a picture size; returns whether it was recorded anew."""
    before = made._recorder.calls
    made(torch.zeros(rows, 4, side, side), torch.ones(rows), {})
    return made._recorder.calls > before


def test_recordings_are_kept_up_to_a_number_and_those_used_last_stay():
    recorder = RecorderOnTheCpu()
    made = Recorded(lambda sample, *_rest: sample + 1, recorder, sizes=(1, 2), most=3)
    kept = [(1, 4), (2, 4), (1, 8)]
    assert [call_with(made, *one) for one in kept] == [True, True, True]
    assert not call_with(made, *kept[0])
    assert call_with(made, 2, 8), "a fourth"
    assert not call_with(made, *kept[0]), "it was used after the second"
    assert call_with(made, *kept[1])
    assert len(made._recorded) == 3


def test_the_oldest_recording_goes_before_a_new_one_is_made():
    """On a full device the new one needs its memory."""
    alive = []

    class Recorder(RecorderOnTheCpu):
        def record(self, call):
            alive.append(len(made._recorded))
            return super().record(call)

    made = Recorded(lambda sample, *_rest: sample + 1, Recorder(), sizes=(1,), most=2)
    for side in range(1, 6):
        assert call_with(made, 1, side)
    assert alive == [0, 1, 1, 1, 1]


def test_a_recording_that_fails_is_not_kept():
    class Recorder(RecorderOnTheCpu):
        def record(self, call):
            if self.calls == 0:
                self.calls += 1
                raise torch.OutOfMemoryError("full")
            return super().record(call)

    made = Recorded(lambda sample, *_rest: sample + 1, Recorder(), sizes=(1,))
    with pytest.raises(torch.OutOfMemoryError):
        call_with(made, 1, 4)
    assert len(made._recorded) == 0
    assert call_with(made, 1, 4)


def test_all_sizes_that_are_prepared_have_room():
    assert len(SIZES) <= MOST_RECORDINGS
