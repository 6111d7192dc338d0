"""Faces in batches: each row its own, at its own scale, and none where none is asked for."""

import copy
from dataclasses import replace

import pytest
import torch
from diffusers.models.attention_processor import IPAdapterAttnProcessor
from hypothesis import given, settings
from hypothesis import strategies as st

from imagegen.engine.adapters import load_adapter
from imagegen.engine.schedules import UnsupportedModelError
from tests.engine import native, tiny_models
from tests.engine.test_equality import SCRIPTS, distance, picture, run
from tests.imagegen import model_folders

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with an untrained adapter for the tiny model."""
    made = tmp_path_factory.mktemp("tiny")
    tiny_models.make_sdxl().unet.save_pretrained(made / "unet")
    model_folders.add_adapter(made)
    return made


@pytest.fixture(scope="module")
def exact(folder):
    """Return the engine's family, and the pipeline with the same adapter as diffusers loads it."""
    with tiny_models.exact_schedulers():
        pipeline = tiny_models.make_sdxl().to(dtype=torch.float64)
        plain = copy.deepcopy(pipeline)
        load_adapter(plain, folder)
        return tiny_models.make_family(pipeline, torch.float64, adapter=folder), plain.to(dtype=torch.float64)


@settings(max_examples=40, deadline=None)
@given(script=SCRIPTS, data=st.data())
def test_with_faces_at_any_scale_beside_none_the_logic_is_the_same(exact, script, data):
    family, plain = exact
    faces = st.one_of(st.none(), st.integers(10, 13).map(lambda seed: picture(seed, 64, 64)))
    scales = st.sampled_from((0.0, 0.4, 1.0))
    script = {
        tick: [
            replace(
                spec,
                # As diffusers is given it: fitted to the picture already.
                identity=None if (face := data.draw(faces)) is None else face.resize(spec.size),
                identity_scale=data.draw(scales),
            )
            for spec in arriving
        ]
        for tick, arriving in script.items()
    }
    with tiny_models.exact_schedulers():
        results, _ = run(family, script)
        for spec, latents in results:
            assert distance(latents, native.run(plain, spec)) <= 1e-9


def test_attention_that_cannot_take_a_scale_for_each_row_is_refused(folder, monkeypatch):
    monkeypatch.setattr("imagegen.engine.adapters.IPAdapterAttnProcessor2_0", IPAdapterAttnProcessor)
    with pytest.raises(UnsupportedModelError, match="IP-Adapter"):
        tiny_models.make_family(tiny_models.make_sdxl(), torch.float32, adapter=folder)
