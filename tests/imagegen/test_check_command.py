"""`manage.py image_worker --check` says whether a worker could draw here, and how fast."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from imagegen import studio
from imagegen.engine.timing import StepTimes
from imagegen.safety import SafetyVerdict
from tests.engine import tiny_models
from tests.imagegen.fakes import FakeEngine
from tests.imagegen.model_folders import make_plain
from tests.processes import make_environment, run_manage

_TIMES = {"load", "first_picture", "warm_picture", "image_to_image", "full_batch"}


class Engine(FakeEngine):
    """Knows its device, and draws as fast as it is told."""

    device, dtype, warm_up_seconds = "cpu", "torch.bfloat16", 0.0

    def __init__(self, **options):
        super().__init__(**options)
        self.step_times = StepTimes()
        self.is_closed = False

    def submit(self, spec):
        self.step_times.add(len(self.specs), 0.25)
        return super().submit(spec)

    def close(self):
        self.is_closed = True


class Judge:
    code = ""

    def check(self, _image):
        return SafetyVerdict(is_safe=not self.code, code=self.code)


class BrokenJudge:
    def check(self, _image):
        raise RuntimeError("no weights")


@pytest.fixture
def engine(settings, monkeypatch):
    """The engine that is loaded; tests without a database, because a check needs none."""
    made = Engine(capacity=3)
    settings.IMAGE_SAFETY_MODEL = "tests.imagegen.stub.make_safety"
    monkeypatch.setattr(studio, "import_string", lambda _name: lambda _model, **_options: made)
    return made


def check(*options):
    output = io.StringIO()
    call_command("image_worker", "--check", *options, stdout=output)
    return output.getvalue()


def test_the_report_names_device_memory_and_times(engine):
    lines = check().splitlines()
    assert lines[0].startswith("Model     fake@1 (")
    assert lines[2].startswith("Device    cpu, bfloat16, ")
    assert lines[3] == "Capacity  3 pictures at once"
    assert lines[4] == "Picture   64x64, 4 steps"
    assert " MiB process, at most" in lines[5]
    times = [line.split(maxsplit=2)[2] for line in lines if line.startswith("Seconds")]
    assert times == [
        "load",
        "warm-up",
        "first picture",
        "warm picture",
        "image to image",
        "3 pictures at once",
    ]
    assert "2 rows 250.0 ms" in lines[-1]


def test_json_is_for_programs(engine):
    report = json.loads(check("--json"))
    assert set(report["seconds"]) == _TIMES | {"warm_up"}
    assert (report["device"], report["dtype"], report["capacity"]) == ("cpu", "bfloat16", 3)
    assert report["verdict"] == "safe"
    assert report["peak_process_bytes"] > 10_000_000
    assert report["peak_device_bytes"] is None
    assert set(report["step_seconds"]) == {"1", "2", "3", "4", "5"}, "all but the first picture's"


def test_it_draws_from_words_from_a_picture_and_a_full_batch_then_frees_the_device(engine):
    check()
    first, warm, like, *batch = engine.specs
    assert first == warm
    assert (like.reference.size, like.strength) == ((64, 64), 0.5)
    assert len({spec.seed for spec in batch}) == len(batch) == 3
    assert engine.is_closed
    assert studio._opened == []


def test_an_engine_that_says_little_is_measured_too(settings, monkeypatch, engine):
    plain = FakeEngine(capacity=2)
    monkeypatch.setattr(studio, "import_string", lambda _name: lambda _model, **_options: plain)
    text = check()
    assert "Device    unknown, unknown" in text
    assert "load and warm-up" in text
    assert "A step    unknown" in text


def test_a_picture_that_is_judged_unsafe_is_told(engine, settings, monkeypatch):
    monkeypatch.setattr(Judge, "code", "explicit-imagery")
    settings.IMAGE_SAFETY_MODEL = "tests.imagegen.test_check_command.Judge"
    assert "Safety    explicit-imagery (tests.imagegen.test_check_command.Judge)" in check()


def test_a_safety_model_that_fails_is_an_error(engine, settings):
    settings.IMAGE_SAFETY_MODEL = "tests.imagegen.test_check_command.BrokenJudge"
    with pytest.raises(CommandError, match="safety model fails"):
        check()
    assert engine.is_closed


def test_an_engine_that_draws_nothing_is_an_error(engine):
    engine.error = RuntimeError("an illegal memory access was encountered")
    with pytest.raises(
        CommandError, match=r"an illegal memory access was encountered \(RuntimeError\)"
    ) as raised:
        check()
    assert raised.value.returncode == 1
    assert engine.is_closed


@pytest.mark.parametrize("model", ["/models/nowhere", "./nowhere"])
def test_a_folder_that_is_missing_is_named(settings, model):
    settings.IMAGE_MODEL = model
    settings.IMAGE_SAFETY_MODEL = "tests.imagegen.stub.make_safety"
    with pytest.raises(CommandError, match=f"IMAGE_MODEL is {model}, and there is no diffusers model"):
        check()


def test_a_model_that_nobody_could_judge_is_named(settings, tmp_path):
    settings.IMAGE_MODEL = str(make_plain(tmp_path / "other"))
    with pytest.raises(CommandError, match="IMAGE_SAFETY_MODEL is not set"):
        check()


def test_embedded_weights_that_were_changed_are_named(settings):
    settings.EMBEDDED_IMAGE_MODEL_SHA256 = "0" * 64
    with pytest.raises(CommandError, match=r"have the fingerprint .*\(UnsafeModelError\)"):
        check()


def test_a_class_of_model_that_we_cannot_draw_with_is_named(settings, tmp_path):
    folder = make_plain(tmp_path / "other")
    index = folder / "model_index.json"
    values = json.loads(index.read_text()) | {"_class_name": "KandinskyPipeline"}
    index.unlink()
    index.write_text(json.dumps(values))
    settings.IMAGE_MODEL = str(folder)
    settings.IMAGE_SAFETY_MODEL = "tests.imagegen.stub.make_safety"
    with pytest.raises(CommandError, match=r"The models cannot be loaded: .*Kandinsky"):
        check()


def test_the_real_engine_draws_without_a_database(settings, tmp_path):
    folder = tmp_path / "tiny"
    tiny_models.make_sd().save_pretrained(folder)
    environment = make_environment(
        tmp_path,
        DEBUG="1",
        DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing",
        IMAGE_MODEL=str(folder),
        IMAGE_SAFETY_MODEL="tests.imagegen.stub.make_safety",
        IMAGE_DEVICE="cpu",
    )
    done = run_manage("image_worker", "--check", "--json", environment=environment)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["model"], report["device"]) == ("tiny", "cpu")
    assert report["threads"] >= 1
    assert set(report["seconds"]) >= _TIMES
    assert "2" in report["step_seconds"]


def test_a_process_that_cannot_draw_ends_with_status_1(tmp_path):
    environment = make_environment(tmp_path, DEBUG="1", IMAGE_MODEL="/models/nowhere")
    done = run_manage("image_worker", "--check", environment=environment)
    assert done.returncode == 1
    assert "IMAGE_MODEL is /models/nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_check_it_says_how_to_start_a_worker(capsys):
    with pytest.raises(SystemExit) as raised:
        call_command("image_worker")
    assert raised.value.code == 2
    assert "celery --app storychat worker --pool solo --queues gpu" in capsys.readouterr().out
