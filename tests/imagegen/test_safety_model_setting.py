"""IMAGE_SAFETY_MODEL that cannot work: the system check names it, and a worker ends."""

import logging
import re
from types import SimpleNamespace

import pytest
from celery.exceptions import WorkerShutdown

from imagegen import checks, tasks
from imagegen.safety import LabelledClassifier
from tests.imagegen.deployment import ROOT, deploy

GPU_WORKER = SimpleNamespace(
    app=SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=[tasks.QUEUE])))
)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that cannot be imported where there is no torch, as in web processes."""
    folder = tmp_path / "needs_torch"
    folder.mkdir()
    (folder / "__init__.py").write_text("import a_torch_that_is_not_here")
    (folder / "adapter.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.parametrize("value", ["", "tests.imagegen.stub.make_safety", "needs_torch.adapter.load"])
def test_adapters_that_are_there_pass_without_being_imported(value, package, settings):
    settings.IMAGE_SAFETY_MODEL = value
    assert checks.check_safety_model() == []


def test_a_folder_needs_a_classifier(tmp_path, settings):
    settings.IMAGE_SAFETY_MODEL = str(tmp_path)
    assert [found.id for found in checks.check_safety_model()] == ["imagegen.E004"]
    (tmp_path / "config.json").write_text("{}")
    assert checks.check_safety_model() == []


@pytest.mark.parametrize(
    "value", ["/models/nowhere", "somebody/some-model", "nowhere", "no_such.adapter", "tests.nowhere.load"]
)
def test_what_is_not_there_is_named(value, settings):
    settings.IMAGE_SAFETY_MODEL = value
    found = checks.check_safety_model()
    assert [message.id for message in found] == ["imagegen.E004"]
    assert value in found[0].msg


@pytest.mark.parametrize(
    ("safety_model", "reason"),
    [("", "IMAGE_SAFETY_MODEL is not set"), ("no_such.adapter", "No module named 'no_such'")],
)
def test_a_worker_that_could_judge_nothing_ends_and_says_why(safety_model, reason, settings, caplog):
    settings.IMAGE_MODEL = "/models/other"
    settings.IMAGE_SAFETY_MODEL = safety_model
    with pytest.raises(WorkerShutdown):
        tasks.open_studio(GPU_WORKER)
    (record,) = caplog.records
    assert record.levelno == logging.CRITICAL
    assert reason in record.getMessage()


def test_a_worker_whose_device_fails_stays_and_tries_again(settings, monkeypatch, caplog):
    def fail():
        raise RuntimeError("no memory on the device")

    monkeypatch.setattr(tasks.studios, "open_once", fail)
    tasks.open_studio(GPU_WORKER)
    assert "imagegen.studio.not_opened" in caplog.text


@pytest.mark.processes
def test_the_process_of_such_a_worker_really_ends(tmp_path):
    with deploy(tmp_path, kind="embedded", is_stub=False) as deployment:
        deployment.env |= {"IMAGE_MODEL": "/models/other", "IMAGE_SAFETY_MODEL": ""}
        assert deployment.start_worker().wait(timeout=120) == 1
        assert "IMAGE_SAFETY_MODEL is not set" in deployment.read_output()


def test_the_configuration_page_names_every_safe_label():
    page = (ROOT / "docs/configuration.md").read_text().split("### A safety model")[1].split("\n## ")[0]
    named = page.split("the labels ")[1].split(" together")[0]
    assert set(re.findall("`(.+?)`", named)) == LabelledClassifier.SAFE_LABELS
    assert f"at least {LabelledClassifier.SAFE_SHARE} of" in " ".join(page.split())
