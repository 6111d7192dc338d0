"""How alike two pictures are, by a classifier whose answers the tests know."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from imagegen.engine import convolutions, likeness
from tests.imagegen import model_folders


@pytest.fixture
def classifier():
    return model_folders.make_classifier()


def paper(colour):
    return Image.new("RGB", (256, 256), colour)


@pytest.fixture
def told(classifier, monkeypatch):
    """Return a function that says what the classifier sees in two pictures."""

    def tell(**shares):
        found = {field: torch.tensor(rows) for field, rows in shares.items()}
        monkeypatch.setattr(classifier, "probabilities", lambda _pictures: found)
        return classifier.likeness(paper("red"), paper("blue"))

    return tell


def test_it_is_the_share_both_give_to_the_same_words(told):
    same = [[0.5, 0.5], [0.5, 0.5]]
    other = [[1.0, 0.0, 0.0], [0.0, 0.25, 0.75]]
    half = [[0.6, 0.4, 0.0], [0.2, 0.3, 0.5]]
    assert told(skin=same, hair=[[1.0, 0.0, 0.0]] * 2) == pytest.approx(1.0)
    assert told(skin=same, hair=other) == pytest.approx(0.5)
    assert told(skin=same, hair=half) == pytest.approx(0.75)


def test_a_moment_does_not_count(told):
    sure = [[1.0, 0.0]] * 2
    hair = [[1.0, 0.0, 0.0]] * 2
    assert told(skin=sure, hair=hair, expression=[[1.0, 0.0], [0.0, 1.0]]) == pytest.approx(1.0)


def test_it_is_never_above_one(told):
    """The column that keeps it takes 0 to 1, and sums of probabilities are rounded."""
    above = [[0.5000002, 0.5], [0.5000002, 0.5]]
    assert told(skin=above, hair=[[1.0000002, 0.0, 0.0]] * 2) == 1.0


def test_a_picture_is_like_itself_and_less_like_another(classifier):
    grain = np.random.default_rng(5).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    red, noise = paper("red"), Image.fromarray(grain)
    assert classifier.likeness(red, red) == pytest.approx(1.0, abs=1e-5)
    assert 0 <= classifier.likeness(red, noise) < 0.99
    assert classifier.likeness(red, noise) == pytest.approx(classifier.likeness(noise, red), abs=1e-5)


def test_it_names_the_likeliest_word_of_every_field(classifier):
    picture = paper("green")
    shares = classifier.probabilities([picture])
    assert {field: row.sum().item() for field, row in shares.items()} == pytest.approx(
        dict.fromkeys(model_folders.FIELDS, 1.0)
    )
    found = classifier.read(picture)
    assert found == {
        field: words[int(shares[field][0].argmax())] for field, words in model_folders.FIELDS.items()
    }


@pytest.mark.parametrize("mode", ["RGBA", "L", "P"])
def test_any_kind_of_picture_is_read(classifier, mode):
    assert set(classifier.read(paper("navy").convert(mode))) == set(model_folders.FIELDS)


def test_what_was_saved_reads_the_same(classifier, tmp_path):
    picture = Image.radial_gradient("L").convert("RGB")
    classifier.save(tmp_path / "classifier")
    loaded = likeness.load(tmp_path / "classifier")
    assert not loaded.training
    assert loaded.fields == model_folders.FIELDS
    assert loaded.identity == ["skin", "hair"]
    assert next(loaded.parameters()).dtype == torch.float32
    before, after = classifier.probabilities([picture]), loaded.probabilities([picture])
    for field, shares in before.items():
        assert torch.allclose(shares, after[field], atol=0.02)


def test_weights_that_do_not_fit_are_refused(classifier, tmp_path):
    classifier.save(tmp_path)
    config = json.loads((tmp_path / convolutions.CONFIG).read_text())
    config["fields"]["skin"].append("green")
    (tmp_path / convolutions.CONFIG).write_text(json.dumps(config))
    with pytest.raises(RuntimeError, match="size mismatch"):
        likeness.load(tmp_path)
