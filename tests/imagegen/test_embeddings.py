"""How alike two pictures are, by the angle between what an encoder of pictures says of them."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import (
    CLIPImageProcessorPil,
    CLIPVisionConfig,
    CLIPVisionModel,
    CLIPVisionModelWithProjection,
)

from imagegen.engine import description, embeddings, likeness
from imagegen.engine.embeddings import EmbeddingLikeness
from imagegen.engine.likeness import AttributeClassifier
from imagegen.engine.schedules import UnsupportedModelError
from tests.imagegen import model_folders

FOLDER = "likeness_encoder"


def make_encoder(kind=CLIPVisionModelWithProjection):
    torch.manual_seed(3)
    config = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        projection_dim=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
    )
    return kind(config)


def grain(seed, size=(64, 64)):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8))


@pytest.fixture
def folder(tmp_path):
    """A model folder with an encoder of pictures beside the weights."""
    made = model_folders.make_plain(tmp_path / "model")
    make_encoder().save_pretrained(made / FOLDER)
    return made


def embed(folder, picture):
    """Return what plain transformers says of a picture."""
    encoder = CLIPVisionModelWithProjection.from_pretrained(folder / FOLDER).eval()
    processor = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size=32)
    with torch.inference_mode():
        return encoder(processor(picture, return_tensors="pt").pixel_values).image_embeds[0].numpy()


def test_it_is_the_cosine_between_the_embeddings(folder):
    one, other = grain(1), grain(2, (40, 96))
    first, second = embed(folder, one), embed(folder, other)
    expected = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    found = likeness.load_for(folder)
    assert isinstance(found, EmbeddingLikeness)
    assert 0 < expected < 0.9999
    assert found.likeness(one, other) == pytest.approx(expected, abs=1e-5)
    assert found.likeness(other, one) == pytest.approx(expected, abs=1e-5)
    assert found.likeness(one, one) == pytest.approx(1.0, abs=1e-5)
    assert found.likeness(one, one) <= 1.0


@pytest.mark.parametrize("mode", ["RGBA", "L", "P"])
def test_any_kind_of_picture_is_read(folder, mode):
    assert 0 <= likeness.load_for(folder).likeness(grain(1).convert(mode), grain(2)) <= 1


class Angles:
    """An encoder that sees as many degrees as the first pixel is red."""

    device, dtype = torch.device("cpu"), torch.float32

    def eval(self):
        return self

    def __call__(self, *, pixel_values):
        angle = math.radians(float(pixel_values))
        return SimpleNamespace(image_embeds=torch.tensor([[math.cos(angle), math.sin(angle)]]))


def read_red(picture, return_tensors):
    assert return_tensors == "pt"
    return SimpleNamespace(pixel_values=torch.tensor(float(picture.getpixel((0, 0))[0])))


@pytest.mark.parametrize(("degrees", "expected"), [(0, 1.0), (60, 0.5), (90, 0.0), (180, 0.0)])
def test_nothing_in_common_is_nothing(degrees, expected):
    made = EmbeddingLikeness(Angles(), read_red)
    black, red = Image.new("RGB", (8, 8)), Image.new("RGB", (8, 8), (degrees, 0, 0))
    assert made.likeness(black, red) == pytest.approx(expected, abs=1e-6)


def test_a_portrait_is_read_once_for_all_its_photos(folder, monkeypatch):
    found = likeness.load_for(folder)
    read = []
    embed_one = found._embed
    monkeypatch.setattr(found, "_embed", lambda picture: read.append(picture) or embed_one(picture))
    portrait = grain(1)
    for seed in (2, 3, 4):
        found.likeness(portrait, grain(seed))
    assert sum(picture is portrait for picture in read) == 1


def test_its_own_processor_counts(folder):
    """One that makes every picture black sees no difference."""
    CLIPImageProcessorPil(
        size={"shortest_edge": 32}, crop_size=32, do_rescale=True, rescale_factor=0.0
    ).save_pretrained(folder / FOLDER)
    assert likeness.load_for(folder).likeness(grain(1), grain(2)) == pytest.approx(1.0, abs=1e-5)


def test_an_encoder_without_embeddings_is_refused(tmp_path):
    make_encoder(CLIPVisionModel).save_pretrained(tmp_path / FOLDER)
    with pytest.raises(UnsupportedModelError, match="CLIPVisionModel has no embeddings"):
        embeddings.load(tmp_path / FOLDER)


def test_an_encoder_of_an_unknown_class_is_read_as_its_configuration_says(folder):
    config = json.loads((folder / FOLDER / "config.json").read_text())
    config["architectures"] = ["SomebodysOwnEncoder"]
    (folder / FOLDER / "config.json").write_text(json.dumps(config))
    # AutoModel knows the layers, but not the projection.
    with pytest.raises(UnsupportedModelError, match="no embeddings"):
        likeness.load_for(folder)


def test_a_classifier_counts_where_there_are_both(folder):
    model_folders.add_classifier(folder)
    assert isinstance(likeness.load_for(folder), AttributeClassifier)


def test_a_model_without_either_cannot_tell(tmp_path):
    assert likeness.load_for(model_folders.make_plain(tmp_path / "plain")) is None
    assert likeness.load_for(tmp_path / "of-the/hub") is None


def test_a_description_says_whether_a_model_can_tell_and_from_where_on_it_is_content(folder, tmp_path):
    with_encoder = description.read(str(folder))
    # A cosine means something else with every encoder, so nobody but its folder knows the floor.
    assert (with_encoder.has_likeness, with_encoder.likeness_floor) == (True, 0.0)
    without = description.read(str(model_folders.make_plain(tmp_path / "without")))
    assert (without.has_likeness, without.likeness_floor) == (False, 0.0)
    named = model_folders.make_plain(tmp_path / "named", likeness_floor=0.4)
    assert description.read(str(named)).likeness_floor == 0.4
    model_folders.add_classifier(named)
    assert description.read(str(named)).likeness_floor == 0.4
    never = model_folders.make_plain(tmp_path / "never", likeness_floor=0)
    model_folders.add_classifier(never)
    assert description.read(str(never)).likeness_floor == 0
    with_classifier = model_folders.make_plain(tmp_path / "classifier")
    model_folders.add_classifier(with_classifier)
    assert description.read(str(with_classifier)).likeness_floor == description.CLASSIFIER_FLOOR


def test_the_model_that_we_ship_has_a_floor():
    assert description.read(str(model_folders.EMBEDDED)).likeness_floor == description.CLASSIFIER_FLOOR
