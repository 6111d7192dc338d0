"""The engine with the model that we ship, on the CPU."""

import threading
import time

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForImage2Image, DiffusionPipeline
from PIL import Image

from imagegen.engine import devices, loading
from imagegen.engine.contract import BadSpecError, Spec
from tests.imagegen.test_safety import EMBEDDED

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

# Of 255 levels, on average: a batch adds up in another order than a row alone, here in bfloat16.
ROUNDING = 1.0
LOOK = "young woman, pale skin, long red hair, green eyes"


@pytest.fixture(scope="module")
def engine():
    made = loading.load(str(EMBEDDED), device="cpu")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("abilities", "device", "dtype"),
    [
        ({"avx512_bf16": True}, "cpu", torch.bfloat16),
        ({"amx_bf16": True}, "cpu", torch.bfloat16),
        ({"avx2": True}, "cpu", torch.float32),
        ({"avx512_bf16": True}, "mps", torch.float32),
    ],
)
def test_a_processor_computes_in_what_it_is_fast_in(monkeypatch, abilities, device, dtype):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: abilities)
    assert devices.pick_dtype(device) == dtype


def spec(**fields):
    values = {
        "prompt": f"{LOOK}, smiling, blue hoodie, yellow background",
        "seed": 3,
        "width": 256,
        "height": 256,
        "steps": 4,
        "guidance": 3.5,
    }
    return Spec(**(values | fields))


def draw(engine, **fields):
    return engine.submit(spec(**fields)).result().image


def distance(one, other):
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def test_the_same_seed_draws_the_same_picture(engine):
    first, second, other = draw(engine), draw(engine), draw(engine, seed=4)
    assert first.size == (256, 256)
    assert distance(first, second) == 0
    assert distance(first, other) > 1


def test_both_kinds_of_picture_are_those_of_plain_diffusers(engine):
    """One engine, the same pixels (of 255 levels) as the pipelines that everybody knows."""
    plain = DiffusionPipeline.from_pretrained(EMBEDDED, local_files_only=True, dtype=engine.dtype)
    plain.set_progress_bar_config(disable=True)
    common = {"prompt": spec().prompt, "num_inference_steps": 4, "guidance_scale": 3.5}
    drawn = plain(**common, generator=torch.Generator().manual_seed(3)).images[0]
    assert distance(draw(engine), drawn) < 2
    derived = AutoPipelineForImage2Image.from_pipe(plain)
    derived.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(3)
    changed = derived(**common, image=drawn, strength=0.5, generator=generator).images[0]
    # The face of the reference, which plain diffusers is not shown here, has tests of its own.
    assert distance(draw(engine, reference=drawn, strength=0.5, identity_scale=0.0), changed) < 2


def test_image_to_image_stays_the_nearer_to_its_reference_the_less_strength_it_gets(engine):
    portrait = draw(engine, steps=8)

    def mean_distance(**options):
        return (
            sum(distance(draw(engine, steps=8, seed=seed, **options), portrait) for seed in (9, 10, 11)) / 3
        )

    gentle = mean_distance(reference=portrait, strength=0.25)
    strong = mean_distance(reference=portrait, strength=1.0)
    assert gentle < strong
    assert gentle < mean_distance()


@pytest.mark.parametrize(("size", "box"), [((456, 256), (100, 0, 356, 256)), ((256, 456), (0, 70, 256, 326))])
def test_a_reference_of_another_shape_is_cropped_and_not_squashed(engine, size, box):
    reference = Image.radial_gradient("L").resize(size).convert("RGB")

    def draw_from(image):
        return draw(engine, reference=image, strength=0.25)

    drawn = draw_from(reference)
    assert distance(drawn, draw_from(reference.crop(box))) == 0
    assert distance(drawn, draw_from(reference.resize((256, 256)))) > 1


def test_progress_counts_the_steps_that_are_run(engine):
    handle = engine.submit(spec(steps=6, reference=Image.new("RGB", (300, 200)), strength=0.5))
    assert handle.progress.step_count == 3
    done = threading.Event()
    handle.add_done_callback(done.set)
    handle.result()
    assert done.wait(5)
    assert handle.progress.step == 3
    assert handle.is_done
    assert handle.preview is None
    late = threading.Event()
    handle.add_done_callback(late.set)
    assert late.is_set()


def test_cancel_ends_a_request_at_the_next_step_and_leaves_the_others(engine):
    long, short = engine.submit(spec(steps=60)), engine.submit(spec())
    while long.progress.step == 0:
        time.sleep(0.001)
    long.cancel()
    assert long.result().is_canceled
    assert long.progress.step < 60
    assert distance(short.result().image, draw(engine)) < ROUNDING


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 250},
        {"height": 0},
        {"steps": 0},
        {"strength": 1.5},
        {"steps": 2, "strength": 0.2, "reference": Image.new("RGB", (256, 256))},
    ],
)
def test_a_wrong_request_is_an_error_of_its_own_and_the_engine_goes_on(engine, wrong):
    with pytest.raises(BadSpecError):
        engine.submit(spec(**wrong)).result()
    assert draw(engine, steps=1) is not None


def test_requests_from_many_threads_come_out_as_if_alone(engine):
    alone = {seed: draw(engine, seed=seed) for seed in range(4)}
    together = {}

    def ask(seed):
        together[seed] = draw(engine, seed=seed)

    threads = [threading.Thread(target=ask, args=[seed]) for seed in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(distance(alone[seed], together[seed]) < ROUNDING for seed in alone)


def test_a_closed_engine_cancels_what_waits_and_takes_nothing():
    made = loading.load(str(EMBEDDED), device="cpu")
    handle = made.submit(spec(steps=200))
    made.close()
    assert handle.result().is_canceled
    with pytest.raises(RuntimeError, match="closed"):
        made.submit(spec())
