"""Which models may draw, and what the checks say."""

import importlib
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

import imagegen.models as picture_models
from imagegen import checks, failpoints, safety
from imagegen import studio as studios
from imagegen.engine import classifier, description
from imagegen.safety import LabelledClassifier, SafeByConstruction, SafetyVerdict, UnsafeModelError
from tests.imagegen.fakes import FakeEngine
from tools.embedded_model import fingerprint as tool

ROOT = Path(__file__).resolve().parents[2]
EMBEDDED = ROOT / "imagegen/models/embedded"


@pytest.fixture
def weights(tmp_path, settings):
    """A small stand-in for the embedded model, pinned."""
    folder = tmp_path / "embedded"
    (folder / "unet").mkdir(parents=True)
    (folder / "unet" / "model.safetensors").write_bytes(b"weights")
    (folder / "vae.safetensors").write_bytes(b"more weights")
    (folder / "model_index.json").write_text("{}")
    settings.EMBEDDED_IMAGE_MODEL = folder
    settings.IMAGE_MODEL = str(folder)
    settings.IMAGE_SAFETY_MODEL = ""
    settings.EMBEDDED_IMAGE_MODEL_SHA256 = safety.fingerprint(folder)
    return folder


def ids_of(messages):
    return [message.id for message in messages]


def test_the_folder_of_the_weights_does_not_hide_the_models_module():
    """imagegen/models/ without __init__.py is only a folder: the module of the same name wins."""
    assert Path(picture_models.__file__).name == "models.py"
    assert not (ROOT / "imagegen" / "models" / "__init__.py").exists()
    assert importlib.util.find_spec("imagegen.models").submodule_search_locations is None


def test_the_fingerprint_is_the_one_that_the_tool_prints(weights):
    assert safety.fingerprint(weights) == tool.fingerprint(weights)
    assert safety.fingerprint(EMBEDDED) == tool.fingerprint(EMBEDDED)


def test_pinned_weights_are_safe_by_construction(weights):
    assert isinstance(safety.load(), SafeByConstruction)
    assert checks.check_image_model() == checks.check_embedded_weights() == []


@pytest.mark.parametrize("change", ["changed", "added", "renamed", "not pinned"])
def test_other_weights_in_the_same_folder_draw_nothing(weights, settings, change):
    if change == "changed":
        (weights / "vae.safetensors").write_bytes(b"other weights")
    elif change == "added":
        (weights / "adapter.safetensors").write_bytes(b"x")
    elif change == "renamed":
        (weights / "vae.safetensors").rename(weights / "vae2.safetensors")
    else:
        settings.EMBEDDED_IMAGE_MODEL_SHA256 = ""
    with pytest.raises(UnsafeModelError):
        safety.load()
    assert ids_of(checks.check_embedded_weights()) == ["imagegen.E003"]


def test_another_model_needs_a_safety_model(weights, settings, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(weights, other)
    settings.IMAGE_MODEL = str(other)
    assert ids_of(checks.check_image_model()) == ["imagegen.E002"]
    with pytest.raises(UnsafeModelError):
        safety.load()
    settings.IMAGE_SAFETY_MODEL = "tests.imagegen.stub.make_safety"
    assert checks.check_image_model() == []
    assert safety.load() is not None


def test_a_hub_id_needs_a_safety_model_too(weights, settings):
    settings.IMAGE_MODEL = "somebody/some-model"
    assert ids_of(checks.check_image_model()) == ["imagegen.E002"]


def test_a_missing_folder_is_named(weights, settings, tmp_path):
    settings.IMAGE_MODEL = str(tmp_path / "nowhere")
    settings.IMAGE_SAFETY_MODEL = "tests.imagegen.stub.make_safety"
    found = checks.check_image_model()
    assert ids_of(found) == ["imagegen.E001"]
    assert str(tmp_path / "nowhere") in found[0].msg
    shutil.rmtree(weights)
    settings.IMAGE_MODEL = str(weights)
    assert ids_of(checks.check_image_model()) == ["imagegen.E001"]


def test_nothing_is_loaded_when_nothing_could_be_judged(weights, settings, monkeypatch):
    settings.EMBEDDED_IMAGE_MODEL_SHA256 = "0" * 64
    settings.IMAGE_ENGINE = "tests.imagegen.test_safety.never"
    with pytest.raises(UnsafeModelError):
        studios.open_once()


def never(*_args, **_kwargs):
    raise AssertionError("an engine was loaded")


def make_engine(_model, **_options):
    return FakeEngine()


def test_the_studio_is_opened_once_and_closed(weights, settings):
    settings.IMAGE_ENGINE = "tests.imagegen.test_safety.make_engine"
    try:
        assert studios.open_once() is studios.open_once()
    finally:
        studios.close()
    studios.close()


@pytest.mark.parametrize(
    ("shares", "is_safe"),
    [
        ({"Normal": 0.99, "nsfw": 0.01}, True),
        ({" sfw ": 0.5, "drawings": 0.4, "porn": 0.1}, True),
        ({"drawings": 0.35, "porn": 0.33, "hentai": 0.32}, False),
        ({"normal": 0.89, "nsfw": 0.11}, False),
        ({"nsfw": 1.0}, False),
        ({"LABEL_0": 1.0}, False),
        ({"": 1.0}, False),
        ({}, False),
        ({"normal": float("nan"), "nsfw": 0.0}, False),
        ({"normal": 0.95, "nsfw": float("nan")}, False),
        ({"normal": float("inf"), "nsfw": 0.0}, False),
    ],
)
def test_only_what_is_almost_surely_harmless_passes(shares, is_safe):
    verdict = LabelledClassifier(lambda _image: shares).check(Image.new("RGB", (8, 8)))
    assert verdict.is_safe is is_safe


def test_a_classifier_that_fails_is_a_no(caplog):
    def explode(_image):
        raise MemoryError

    verdict = safety.check(LabelledClassifier(explode), Image.new("RGB", (8, 8)))
    assert verdict == SafetyVerdict(is_safe=False, code="safety-failed")
    assert "imagegen.safety.failed" in caplog.text


@pytest.fixture
def classifier_folder(tmp_path):
    """A real, tiny classifier with random weights."""
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    config = ViTConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=32,
        patch_size=16,
        id2label={0: "normal", 1: "nsfw"},
        label2id={"normal": 0, "nsfw": 1},
    )
    folder = tmp_path / "classifier"
    model = ViTForImageClassification(config)
    model.classifier.weight.data.zero_()
    model.save_pretrained(folder)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    set_bias(folder, [50.0, -50.0])
    return folder


def set_bias(folder, bias):
    """Let the classifier of `classifier_folder` give these logits, whatever it sees."""
    from transformers import ViTForImageClassification

    model = ViTForImageClassification.from_pretrained(folder)
    model.classifier.bias.data[:] = model.classifier.bias.new_tensor(bias)
    model.save_pretrained(folder)


@pytest.mark.filterwarnings("ignore")
def test_a_folder_with_a_classifier_is_a_safety_model(weights, settings, classifier_folder):
    settings.IMAGE_MODEL = "somebody/some-model"
    settings.IMAGE_SAFETY_MODEL = str(classifier_folder)
    settings.IMAGE_DEVICE = "cpu"
    judge = safety.load()
    assert judge.check(Image.new("RGB", (64, 64), "red")).is_safe
    shares = classifier.load(str(classifier_folder), device="auto")(Image.new("L", (9, 9)))
    assert shares == pytest.approx({"normal": 1.0, "nsfw": 0.0})


@pytest.mark.filterwarnings("ignore")
def test_a_classifier_gives_shares_and_a_small_majority_is_a_no(settings, classifier_folder):
    set_bias(classifier_folder, [0.7, 0.0])
    shares = classifier.load(str(classifier_folder), device="cpu")(Image.new("RGB", (9, 9)))
    assert sum(shares.values()) == pytest.approx(1)
    settings.IMAGE_MODEL = "somebody/some-model"
    settings.IMAGE_SAFETY_MODEL = str(classifier_folder)
    settings.IMAGE_DEVICE = "cpu"
    assert not safety.load().check(Image.new("RGB", (64, 64), "red")).is_safe


def test_a_model_folder_describes_itself(tmp_path):
    described = description.read(str(EMBEDDED))
    assert (described.width, described.height, described.label) == (256, 256, "storychat-embedded@3")
    assert description.read("somebody/some-model") == description.Description(name="somebody/some-model")
    bare = tmp_path / "bare"
    for part, values in (("unet", {"sample_size": 64}), ("vae", {"block_out_channels": [1, 2, 3, 4]})):
        (bare / part).mkdir(parents=True)
        (bare / part / "config.json").write_text(json.dumps(values))
    assert description.read(str(bare)).width == 512
    (bare / "vae" / "config.json").write_text("[]")
    assert description.read(str(bare)).width == 1024
    shutil.rmtree(bare / "unet")
    assert description.read(str(bare)).width == 1024


def test_failpoints_do_nothing_outside_tests_and_debug(settings, monkeypatch):
    killed = []
    monkeypatch.setenv("STORYCHAT_FAILPOINT", failpoints.AFTER_CLAIM)
    monkeypatch.setattr(failpoints.os, "kill", lambda *args: killed.append(args))
    settings.DEBUG = False
    failpoints.reach(failpoints.AFTER_CLAIM)
    assert killed == []
    settings.HAS_FAILPOINTS = True
    failpoints.reach(failpoints.AFTER_FILE)
    assert killed == []
    failpoints.reach(failpoints.AFTER_CLAIM)
    assert len(killed) == 1


def test_a_web_process_never_imports_torch():
    import subprocess
    import sys

    code = (
        "import django, sys; django.setup(); import storychat.urls, imagegen.tasks, imagegen.services;"
        "sys.exit('torch' in sys.modules or 'diffusers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0
