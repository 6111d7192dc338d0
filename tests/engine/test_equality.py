"""Whatever else runs beside it and whenever it arrives, a request gives what diffusers gives for it alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from diffusers.callbacks import SDXLCFGCutoffCallback
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagegen.engine.contract import Spec
from imagegen.engine.schedules import SAMPLERS
from tests.engine import native, tiny_models
from tests.engine.scripted import ScriptedEngine

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

PROMPTS = ("", "a woman with red hair", "old man, grey beard, blue coat, forest background")
SIDES = (tiny_models.SIDE, tiny_models.SIDE + 16)


def picture(seed: int, width: int, height: int) -> Image.Image:
    """Return noise that is smooth enough to be a picture."""
    pixels = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    width, height = draw(st.sampled_from(SIDES)), draw(st.sampled_from(SIDES))
    steps = draw(st.integers(1, 9))
    is_derived = draw(st.booleans())
    strengths = [share for share in (0.3, 0.5, 0.65, 0.8, 1.0) if steps * share >= 1]
    return Spec(
        prompt=draw(st.sampled_from(PROMPTS)),
        seed=draw(st.integers(0, 2**32 - 1)),
        width=width,
        height=height,
        steps=steps,
        guidance=draw(st.sampled_from((0.0, 1.0, 2.5, 7.5))),
        sampler=draw(st.sampled_from(("", *SAMPLERS))),
        is_isolated=draw(st.booleans()) and draw(st.booleans()),
        reference=picture(draw(st.integers(0, 3)), width, height) if is_derived else None,
        strength=draw(st.sampled_from(strengths)) if is_derived else 1.0,
    )


# Which requests arrive before which step.
SCRIPTS = st.dictionaries(
    st.integers(0, 12), st.lists(specs(), min_size=1, max_size=3), min_size=1, max_size=4
)
MODELS = {
    "sd epsilon": lambda: tiny_models.make_sd("epsilon"),
    "sd v": lambda: tiny_models.make_sd("v_prediction"),
    "sdxl epsilon": lambda: tiny_models.make_sdxl("epsilon"),
    "sdxl v": lambda: tiny_models.make_sdxl("v_prediction"),
}


def run(family, script):
    """Return every request's latents with its spec, and how many rows were stepped at once."""
    engine = ScriptedEngine(family, script, capacity=4)
    assert not engine.is_dead
    results = []
    for handle in engine.handles:
        handle.result()
        results.append((handle.spec, engine.latents[handle]))
    return results, engine.sizes


def distance(one: torch.Tensor, other: torch.Tensor) -> float:
    """Return the largest difference, in units of the other's root mean square where that is above 1."""
    scale = max(1.0, float(other.square().mean().sqrt()))
    return float((one.to(other.dtype) - other).abs().max()) / scale


@pytest.fixture(scope="module", params=MODELS)
def exact(request):
    with tiny_models.exact_schedulers():
        return tiny_models.make_family(MODELS[request.param](), torch.float64)


@pytest.fixture(scope="module", params=MODELS)
def single(request):
    return tiny_models.make_family(MODELS[request.param](), torch.float32)


@pytest.fixture(scope="module")
def transformer():
    with tiny_models.exact_schedulers():
        return tiny_models.make_family(tiny_models.make_sd3(), torch.float64)


@settings(max_examples=60, deadline=None)
@given(script=SCRIPTS)
def test_in_double_precision_the_logic_is_the_same(exact, script):
    with tiny_models.exact_schedulers():
        results, _ = run(exact, script)
        for spec, latents in results:
            assert distance(latents, native.run(exact.pipeline, spec)) <= 1e-9


@settings(max_examples=30, deadline=None)
@given(script=SCRIPTS)
def test_in_single_precision_only_rounding_differs(single, script):
    results, _ = run(single, script)
    for spec, latents in results:
        assert distance(latents, native.run(single.pipeline, spec)) <= 1e-4


@settings(max_examples=25, deadline=None)
@given(
    script=st.dictionaries(
        st.integers(0, 6), st.lists(specs(), min_size=1, max_size=3), min_size=1, max_size=3
    )
)
def test_a_transformer_goes_through_the_same_loop(transformer, script):
    script = {tick: [replace(spec, sampler="") for spec in arriving] for tick, arriving in script.items()}
    with tiny_models.exact_schedulers():
        results, _ = run(transformer, script)
        for spec, latents in results:
            assert distance(latents, native.run(transformer.pipeline, spec)) <= 1e-9


def test_requests_of_all_kinds_share_steps(single):
    mixed = [
        Spec(prompt="", seed=1, width=32, height=32, steps=8, guidance=5.0),
        Spec(prompt="", seed=2, width=32, height=32, steps=5, guidance=1.0, sampler="euler"),
        Spec(
            prompt="",
            seed=3,
            width=32,
            height=32,
            steps=9,
            guidance=3.0,
            strength=0.5,
            reference=picture(1, 32, 32),
        ),
    ]
    _, sizes = run(single, {0: mixed[:2], 2: mixed[2:]})
    assert sizes[:6] == [2, 2, 3, 3, 3, 2]


@pytest.mark.parametrize("kind", ["text", "picture"])
def test_an_isolated_request_is_the_same_to_the_bit_in_any_company(single, kind):
    reference = picture(2, 32, 32) if kind == "picture" else None
    alone = Spec(
        prompt=PROMPTS[1],
        seed=5,
        width=32,
        height=32,
        steps=7,
        guidance=4.0,
        reference=reference,
        strength=0.7 if reference else 1.0,
        is_isolated=True,
    )
    company = [Spec(prompt="", seed=9 + n, width=32, height=32, steps=3 + n, guidance=2.0) for n in range(3)]
    by_itself, _ = run(single, {0: [alone]})
    among, _ = run(single, {0: company[:2], 1: [alone], 3: company[2:]})
    [again] = [latents for spec, latents in among if spec is alone]
    assert torch.equal(by_itself[0][1], again)


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_guidance_that_ends_early_is_the_cutoff_of_diffusers(share):
    spec = Spec(prompt=PROMPTS[1], seed=4, width=32, height=32, steps=9, guidance=5.0)
    # The callback ends guidance after the step it is called for.
    guided = int(spec.steps * share) + 1
    with tiny_models.exact_schedulers():
        family = tiny_models.make_family(tiny_models.make_sdxl(), torch.float64)
        results, _ = run(family, {0: [replace(spec, guided_share=guided / spec.steps)]})
        cut = native.run(family.pipeline, spec, SDXLCFGCutoffCallback(cutoff_step_ratio=share))
    assert distance(results[0][1], cut) <= 1e-9
