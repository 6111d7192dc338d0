"""The identity condition: a face that is kept, and nothing else that changes (R1)."""

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForImage2Image, DiffusionPipeline
from PIL import Image

from imagegen.engine import description, loading
from imagegen.engine.contract import BadSpecError, Spec
from tests.imagegen import model_folders

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return the same weights without and with what keeps a face."""
    base = tmp_path_factory.mktemp("models")
    plain, whole = model_folders.make_plain(base / "plain"), model_folders.make_plain(base / "whole")
    model_folders.add_adapter(whole)
    model_folders.add_classifier(whole)
    return plain, whole


@pytest.fixture(scope="module")
def plain(folders):
    made = loading.load(str(folders[0]), device="cpu")
    yield made
    made.close()


@pytest.fixture(scope="module")
def whole(folders):
    made = loading.load(str(folders[1]), device="cpu")
    yield made
    made.close()


def face(seed, size=(256, 256)):
    noise = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def ask(engine, **fields):
    values = {"prompt": "a man", "seed": 3, "width": 256, "height": 256, "steps": 3, "guidance": 3.0}
    return engine.submit(Spec(**(values | fields))).result()


def pixels(engine, **fields):
    return np.asarray(ask(engine, **fields).image).astype(int)


def is_equal(one, other):
    return np.array_equal(one, other)


def test_a_folder_says_what_stands_beside_its_weights(folders, tmp_path):
    without, with_both = map(description.read, map(str, folders))
    assert not without.has_identity
    assert not without.has_likeness
    assert with_both.has_identity
    assert with_both.has_likeness
    assert with_both.identity_scale == 1.0
    gentle = model_folders.make_plain(tmp_path / "gentle", identity_scale=0.6, has_identity=True)
    assert description.read(str(gentle)).identity_scale == 0.6
    # A claim without the weights would let the engine fail at every picture.
    assert not description.read(str(gentle)).has_identity
    (gentle / "attribute_classifier").mkdir()
    (gentle / "attribute_classifier" / "config.json").write_text("{}")
    assert not description.read(str(gentle)).has_likeness


@pytest.mark.parametrize("guidance", [3.0, 1.0])
def test_text_to_image_is_to_the_bit_what_the_plain_model_draws(plain, whole, guidance):
    # Both before and after a picture with a face, which sets the scale.
    before = pixels(whole, guidance=guidance)
    ask(whole, guidance=guidance, reference=face(1))
    after = pixels(whole, guidance=guidance)
    alone = pixels(plain, guidance=guidance)
    assert is_equal(before, alone)
    assert is_equal(after, alone)


def test_a_scale_of_nothing_is_to_the_bit_the_plain_model(plain, whole):
    fields = {"reference": face(1), "strength": 0.7}
    assert is_equal(pixels(whole, **fields, identity_scale=0.0), pixels(plain, **fields))


@pytest.mark.parametrize("guidance", [3.0, 1.0])
def test_image_to_image_is_given_the_face_of_its_reference(plain, whole, guidance):
    fields = {"reference": face(1), "strength": 1.0, "guidance": guidance}
    drawn = pixels(whole, **fields)
    assert not is_equal(drawn, pixels(plain, **fields))
    assert is_equal(drawn, pixels(whole, **fields, identity=face(1)))
    assert not is_equal(drawn, pixels(whole, **fields, identity=face(2)))
    assert not is_equal(drawn, pixels(whole, **fields, identity_scale=0.5))


def test_a_face_may_be_shown_to_text_to_image_too(plain, whole):
    drawn = pixels(whole, identity=face(1))
    assert not is_equal(drawn, pixels(whole))
    assert not is_equal(drawn, pixels(whole, identity=face(2)))
    # A model without an adapter draws it from words alone.
    assert is_equal(pixels(plain, identity=face(1)), pixels(plain))


@pytest.mark.parametrize("guidance", [3.0, 1.0])
def test_it_is_what_diffusers_draws_with_the_same_adapter(whole, folders, guidance):
    """With guidance too, where diffusers shows nobody to the row without the prompt."""
    pipeline = DiffusionPipeline.from_pretrained(folders[1], local_files_only=True, dtype=whole.dtype)
    pipeline.load_ip_adapter(
        str(folders[1]), subfolder="ip_adapter", weight_name="ip_adapter.safetensors", local_files_only=True
    )
    pipeline.set_ip_adapter_scale(0.8)
    derived = AutoPipelineForImage2Image.from_pipe(pipeline)
    derived.set_progress_bar_config(disable=True)
    expected = derived(
        "a man",
        image=face(1),
        ip_adapter_image=face(1),
        strength=0.7,
        num_inference_steps=3,
        guidance_scale=guidance,
        generator=torch.Generator().manual_seed(3),
    ).images[0]
    drawn = pixels(whole, reference=face(1), strength=0.7, identity_scale=0.8, guidance=guidance)
    assert np.abs(drawn - np.asarray(expected).astype(int)).mean() < 2


def test_a_face_is_read_once_however_often_it_is_asked_for(whole, monkeypatch):
    adapter = whole._family.adapter
    read = []
    embed = adapter._embed
    monkeypatch.setattr(adapter, "_embed", lambda image: read.append(image.size) or embed(image))
    first, again = ask(whole, reference=face(31)), ask(whole, reference=face(31))
    assert len(read) == 1
    assert is_equal(np.asarray(first.image), np.asarray(again.image))
    ask(whole, reference=face(32))
    assert len(read) == 2


def test_only_the_latest_faces_are_kept(whole, monkeypatch):
    known = whole._family.adapter._known
    monkeypatch.setattr(known, "_size", 1)
    for seed in (41, 42):
        ask(whole, reference=face(seed), steps=2)
    kept = len(known._values)
    ask(whole, reference=face(43), steps=2)
    assert len(known._values) == kept


def test_a_negative_scale_is_a_wrong_request(whole):
    with pytest.raises(BadSpecError, match="scale"):
        ask(whole, reference=face(1), identity_scale=-0.1)


def test_a_picture_of_somebody_known_is_compared_with_them(plain, whole):
    scored = ask(whole, reference=face(1))
    expected = model_folders.make_classifier().likeness(face(1), scored.image)
    assert scored.likeness == pytest.approx(expected, abs=0.01)
    assert ask(whole).likeness is None
    assert ask(plain, reference=face(1)).likeness is None


def test_a_reference_of_another_shape_is_compared_as_it_is_drawn_from(whole):
    wide = face(1, size=(456, 256))
    cropped = ask(whole, reference=wide.crop((100, 0, 356, 256)))
    assert ask(whole, reference=wide).likeness == cropped.likeness


def test_a_classifier_that_fails_costs_the_number_and_not_the_picture(whole, monkeypatch, caplog):
    def fail(*_pictures):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(whole._comparer, "likeness", fail)
    drawn = ask(whole, prompt="a very secret man", reference=face(1))
    assert drawn.image is not None
    assert drawn.likeness is None
    assert [record.getMessage() for record in caplog.records] == ["imagegen.engine.likeness_failed"]
    assert "secret" not in caplog.text


def test_no_number_is_no_likeness(whole, monkeypatch):
    monkeypatch.setattr(whole._comparer, "likeness", lambda *_pictures: float("nan"))
    assert ask(whole, reference=face(1)).likeness is None
