"""What the engine takes, and how it says no."""

import numpy as np
import pytest
import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
)

from imagegen.engine import families, schedules
from imagegen.engine.checking import check
from imagegen.engine.contract import BadSpecError, Spec
from imagegen.engine.schedules import UnsupportedModelError
from tests.engine import native, tiny_models
from tests.engine.scripted import ScriptedEngine
from tests.engine.test_equality import picture

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
BETAS = {name: value for name, value in tiny_models.SCHEDULE.items() if name != "clip_sample"}


def build(pipeline, **options):
    values = {"device": "cpu", "dtype": torch.float32, "sampler": "", "has_adapter": False}
    return families.build(pipeline, "tiny", **(values | options))


@pytest.mark.parametrize(
    ("scheduler", "options", "words"),
    [
        (PNDMScheduler, {}, "PNDMScheduler.*sampler.*euler"),
        (EulerAncestralDiscreteScheduler, {}, "EulerAncestralDiscreteScheduler"),
        (DDIMScheduler, {"thresholding": True}, "DDIMScheduler with thresholding"),
        (DDIMScheduler, {"clip_sample": True}, "clip_sample"),
        (DPMSolverMultistepScheduler, {"algorithm_type": "sde-dpmsolver++"}, "sde-dpmsolver"),
        (DPMSolverMultistepScheduler, {"solver_order": 3}, "order 3"),
    ],
)
def test_a_scheduler_that_cannot_be_used_is_refused_by_name(scheduler, options, words):
    pipeline = tiny_models.make_sd()
    pipeline.scheduler = scheduler(**options)
    with pytest.raises(UnsupportedModelError, match=words):
        build(pipeline)


def test_a_model_may_name_another_sampler_than_its_own():
    pipeline = tiny_models.make_sd()
    pipeline.scheduler = PNDMScheduler(**BETAS)
    family = build(pipeline, sampler="euler")
    assert family.schedules.get(5).step_count == 5
    with pytest.raises(UnsupportedModelError, match="heun"):
        build(pipeline, sampler="heun")


def test_other_pipelines_are_refused_by_name():
    class SomeOtherPipeline:
        pass

    with pytest.raises(UnsupportedModelError, match="SomeOtherPipeline"):
        build(SomeOtherPipeline())


def test_a_denoiser_that_sees_more_than_latents_is_refused():
    pipeline = tiny_models.make_sd()
    pipeline.unet.register_to_config(in_channels=9)
    with pytest.raises(UnsupportedModelError, match="UNet2DConditionModel"):
        build(pipeline)


def test_an_adapter_beside_a_transformer_is_refused():
    with pytest.raises(UnsupportedModelError, match="StableDiffusion3Pipeline"):
        build(tiny_models.make_sd3(), has_adapter=True)


def test_a_schedule_says_what_the_scheduler_itself_would_do():
    scheduler = EulerDiscreteScheduler(**BETAS)
    scheduler.set_timesteps(6)
    torch.manual_seed(1)
    sample = torch.randn(4) * scheduler.init_noise_sigma
    outputs = torch.randn(6, 4)
    read = schedules.read(
        EulerDiscreteScheduler.from_config(scheduler.config), 6, begin=0, has_reference=False
    )
    ours = sample.double()
    for number, timestep in enumerate(scheduler.timesteps):
        factors = read.factors[number]
        assert factors[schedules.Factor.TIMESTEP] == timestep
        scheduler.scale_model_input(sample, timestep)
        sample = scheduler.step(outputs[number], timestep, sample).prev_sample
        ours = factors[schedules.Factor.SAMPLE] * ours + factors[schedules.Factor.OUTPUT] * outputs[number]
    assert torch.allclose(ours.float(), sample, atol=1e-4)


def test_texts_and_references_are_encoded_once(monkeypatch):
    family = build(tiny_models.make_sdxl())
    calls = []
    encode, encode_picture = family._encode, family._encode_picture
    monkeypatch.setattr(family, "_encode", lambda prompt: calls.append(prompt) or encode(prompt))
    monkeypatch.setattr(
        family, "_encode_picture", lambda image: calls.append(image.size) or encode_picture(image)
    )

    def noise():
        return torch.Generator().manual_seed(1)

    for _ in range(2):
        family.encode_text("a woman")
        first = family.draw_reference(picture(1, 32, 32), noise())
    family.encode_text("a man")
    assert calls == ["a woman", (32, 32), "a man"]
    # What is kept is the distribution, so another seed is another sample of it.
    other = family.draw_reference(picture(1, 32, 32), torch.Generator().manual_seed(2))
    assert not torch.equal(first, other)


@pytest.mark.parametrize("make", [tiny_models.make_sd, tiny_models.make_sdxl, tiny_models.make_sd3])
@pytest.mark.parametrize("kind", ["text", "picture"])
def test_pictures_are_those_of_the_pipeline_to_the_last_level(make, kind):
    spec = Spec(
        prompt="a woman", seed=3, width=32, height=48, steps=5, guidance=3.0,
        reference=picture(1, 32, 48) if kind == "picture" else None,
        strength=0.6 if kind == "picture" else 1.0,
    )  # fmt: skip
    engine = ScriptedEngine(build(make()), {0: [spec]})
    drawn = np.asarray(engine.handles[0].result().image, int)
    expected = np.asarray(native.run(make(), spec, output_type="pil")[0], int)
    assert np.abs(drawn - expected).max() <= 1


def test_references_are_encoded_in_single_precision_where_the_autoencoder_asks_for_it():
    pipeline = tiny_models.make_sdxl().to(dtype=torch.bfloat16)
    plain = build(pipeline, dtype=torch.bfloat16)
    assert plain._encoder is plain.vae
    pipeline.vae.register_to_config(force_upcast=True)
    careful = build(pipeline, dtype=torch.bfloat16)
    assert (careful._encoder.dtype, careful._encoder.decoder) == (torch.float32, None)
    # Pictures may be decoded meanwhile, so its weights stay what they are.
    assert careful.vae.dtype == torch.bfloat16
    assert careful.vae.decoder is not None
    careful.draw_reference(picture(1, 32, 32), torch.Generator().manual_seed(1))


def test_samplers_of_another_kind_are_refused_for_a_model_that_follows_a_flow():
    family = build(tiny_models.make_sd3())
    wrong = Spec(prompt="", seed=1, width=32, height=32, steps=4, guidance=1.0, sampler="euler")
    with pytest.raises(BadSpecError, match="euler"):
        check(wrong, family)
    with pytest.raises(UnsupportedModelError, match="flow"):
        build(tiny_models.make_sd3(), sampler="euler")
