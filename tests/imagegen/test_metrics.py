"""What Prometheus is told about pictures, by one process or by several."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from core import process_metrics
from imagegen import claims, metrics, studio, sweeper, worker
from imagegen.engine.timing import StepTimes, Troubles
from imagegen.models import Picture
from imagegen.safety import SafeByConstruction
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.deployment import ROOT, deploy
from tests.imagegen.fakes import FakeEngine, draw_pending
from tests.processes import make_environment

State = Picture.State
_ME = process_metrics.name_process()


def read(name, **labels):
    """Return a number of this process, 0 for one that is not there."""
    return REGISTRY.get_sample_value(name, {key: str(value) for key, value in labels.items()}) or 0


def parse(text):
    """Return all samples of a page by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(client, **labels):
    response = client.get("/metrics", **labels)
    assert response.status_code == 200
    return parse(response.content.decode())


class TimedEngine(FakeEngine):
    """Says how long its steps take, a second, each of two rows, and decoding; a step in four goes wrong."""

    device = "cpu"

    def __init__(self, **options):
        super().__init__(on_step=self.tell, **options)
        self.step_times, self.decode_times, self.troubles = StepTimes(), StepTimes(), Troubles()
        self.step_times.add(1, 99.0)
        self.decode_times.add(1, 99.0)

    def tell(self, _handle, step):
        self.step_times.add(2, 1.0)
        if step == 4:
            self.decode_times.add(1, 0.3)
            self.troubles.note("out-of-memory")


@pytest.mark.django_db
def test_the_queue_is_read_from_the_database_at_every_scrape(client, ask, now):
    ask(owner=factories.make_user(), at=now - timedelta(seconds=40))
    ask(owner=factories.make_user(), at=now - timedelta(seconds=70))
    first_class = ask(owner=factories.make_user(), at=now - timedelta(seconds=100))
    Picture.objects.filter(pk=first_class.pk).update(priority=1)
    made = studio.Studio(engine=FakeEngine(capacity=3), safety=SafeByConstruction())
    studio.note_alive(made, started_at=now, now=now)
    gone = studio.Studio(engine=FakeEngine(capacity=3), safety=SafeByConstruction())
    studio.note_alive(gone, started_at=now, now=now - timedelta(minutes=1))
    found = scrape(client)
    queue = "storychat_image_queue_pictures"
    assert found[queue, (("priority", "5"), ("state", "queued"))] == 2
    assert found[queue, (("priority", "1"), ("state", "queued"))] == 1
    assert found[queue, (("priority", "5"), ("state", "running"))] == 0
    oldest = "storychat_image_queue_oldest_seconds"
    assert found[oldest, (("priority", "5"),)] == pytest.approx(70, abs=30)
    assert found[oldest, (("priority", "1"),)] >= 100
    assert found["storychat_image_workers_alive", ()] == 1
    assert found["storychat_image_workers_capacity", ()] == 3

    claims.claim(holder="w", is_idle=True, now=now)
    found = scrape(client)
    assert found[queue, (("priority", "1"), ("state", "running"))] == 1
    assert found[oldest, (("priority", "5"),)] >= 70


@pytest.mark.django_db
def test_an_empty_queue_is_told_too(client):
    found = scrape(client)
    assert found["storychat_image_queue_pictures", (("priority", "5"), ("state", "queued"))] == 0
    assert found["storychat_image_queue_oldest_seconds", (("priority", "5"),)] == 0
    assert found["storychat_image_workers_alive", ()] == 0


def test_the_other_numbers_are_there_while_the_database_is_away(client, monkeypatch):
    def refuse(_now):
        raise DatabaseError("secret details of the connection")

    monkeypatch.setattr(metrics, "_read_queue", refuse)
    response = client.get("/metrics")
    assert b"django_http_requests" in response.content
    assert b"storychat_image_wait_seconds" in response.content
    assert b"storychat_image_queue" not in response.content
    assert b"secret" not in response.content


@pytest.mark.django_db
def test_a_picture_counts_with_its_wait_and_its_outcome(ask, now, django_capture_on_commit_callbacks):
    waits = read("storychat_image_wait_seconds_count", priority=5)
    waited = read("storychat_image_wait_seconds_sum", priority=5)
    ready = read("storychat_image_finished_total", outcome="ready", cause="")
    ask(at=now - timedelta(seconds=50))
    with django_capture_on_commit_callbacks(execute=True):
        draw_pending()
    assert read("storychat_image_wait_seconds_count", priority=5) == waits + 1
    assert read("storychat_image_wait_seconds_sum", priority=5) >= waited + 50
    assert read("storychat_image_finished_total", outcome="ready", cause="") == ready + 1


@pytest.mark.django_db
def test_a_failure_counts_with_its_cause_once_it_is_final(ask, now, django_capture_on_commit_callbacks):
    failed = read("storychat_image_finished_total", outcome="failed", cause="engine-failed")
    waits = read("storychat_image_wait_seconds_count", priority=5)
    picture = ask()
    with django_capture_on_commit_callbacks(execute=True):
        for _attempt in range(3):
            Picture.objects.update(not_before=None)
            draw_pending(engine=FakeEngine(error=RuntimeError("broken")))
    assert fresh(picture).state == State.FAILED
    assert read("storychat_image_finished_total", outcome="failed", cause="engine-failed") == failed + 1
    assert read("storychat_image_wait_seconds_count", priority=5) == waits + 1, "of the first try"


@pytest.mark.django_db
def test_what_is_not_committed_is_not_counted(ask, django_capture_on_commit_callbacks):
    ready = read("storychat_image_finished_total", outcome="ready", cause="")
    ask()
    with django_capture_on_commit_callbacks(execute=False):
        draw_pending()
    assert read("storychat_image_finished_total", outcome="ready", cause="") == ready


@pytest.mark.django_db
def test_what_goes_back_to_the_queue_counts_by_cause(
    ask, now, monkeypatch, django_capture_on_commit_callbacks
):
    causes = ("drained", "engine-stuck", "worker-died")
    before = {cause: read("storychat_image_returned_total", cause=cause) for cause in causes}
    ask()
    claims.claim(holder="dead", is_idle=True, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        sweeper.sweep(now=now + timedelta(seconds=claims.LEASE_SECONDS + 1))
    loop = worker.Loop(SimpleNamespace(engine=FakeEngine(), safety=None, name="w"))
    for cause in causes[:2]:
        picture = claims.claim(holder=cause, is_idle=True, now=now)
        loop._give_back([SimpleNamespace(picture=picture, holder=cause)], cause=cause)
    assert {cause: read("storychat_image_returned_total", cause=cause) for cause in causes} == {
        cause: count + 1 for cause, count in before.items()
    }


@pytest.mark.django_db
def test_each_step_counts_by_the_rows_of_its_batch(ask, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.001)
    steps = read("storychat_image_step_seconds_count", rows=2)
    ask()
    engine = draw_pending(engine=TimedEngine())
    assert read("storychat_image_step_seconds_count", rows=2) == steps + 4
    assert read("storychat_image_step_seconds_bucket", rows=2, le="0.5") == 0
    assert read("storychat_image_batch_rows", worker=_ME) == 2
    assert metrics.list_step_seconds(engine) == {2: 1.0}, "what warming up took is forgotten"


@pytest.mark.django_db
def test_decoding_and_troubles_of_the_engine_count_too(ask, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.001)
    decoded = read("storychat_image_decode_seconds_count", pictures=1)
    troubles = read("storychat_image_troubles_total", cause="out-of-memory")
    ask()
    engine = draw_pending(engine=TimedEngine())
    assert read("storychat_image_decode_seconds_count", pictures=1) == decoded + 1
    assert read("storychat_image_decode_seconds_bucket", pictures=1, le="0.2") == 0
    assert read("storychat_image_troubles_total", cause="out-of-memory") == troubles + 1
    assert metrics.decode_seconds(engine) == 0.3, "what warming up took is forgotten"
    assert metrics.decode_seconds(FakeEngine()) is None


def test_an_engine_is_watched_once(db):
    engine = TimedEngine()
    metrics.watch_engine(engine)
    metrics.watch_engine(engine)
    steps = read("storychat_image_step_seconds_count", rows=3)
    troubles = read("storychat_image_troubles_total", cause="once")
    engine.step_times.add(3, 1.0)
    engine.troubles.note("once")
    assert read("storychat_image_step_seconds_count", rows=3) == steps + 1
    assert read("storychat_image_troubles_total", cause="once") == troubles + 1
    assert engine.troubles.by_cause() == {"once": 1}


def test_a_watcher_that_fails_harms_nobody(caplog):
    def fail(*_news):
        raise OSError("no space left for metrics")

    times, troubles = StepTimes(), Troubles()
    times.watch(fail)
    troubles.watch(fail)
    times.add(1, 2.0)
    troubles.note("step-failed")
    assert (times.seconds(2), troubles.by_cause()) == (4.0, {"step-failed": 1})
    assert caplog.text.count("imagegen.engine.watcher_failed") == 2


def test_the_engine_that_we_ship_tells_of_its_steps():
    import torch

    from imagegen.engine.batching import BatchingEngine
    from tests.engine import tiny_models
    from tests.imagegen.test_engine import spec

    engine = BatchingEngine("tiny", family=tiny_models.make_family(tiny_models.make_sd(), torch.float32))
    try:
        metrics.watch_engine(engine)
        engine.submit(spec()).result()
        assert list(metrics.list_step_seconds(engine)) == [2], "guidance takes a row of its own"
        assert read("storychat_image_batch_rows", worker=_ME) == 2
    finally:
        engine.close()


def test_the_most_memory_is_told(monkeypatch):
    metrics.note_memory(FakeEngine())
    at_most = read("storychat_image_peak_memory_bytes", worker=_ME, memory="process")
    assert at_most > 10_000_000
    asked = []

    def max_memory_allocated(device):
        asked.append(device)
        return 2**30

    torch = SimpleNamespace(cuda=SimpleNamespace(max_memory_allocated=max_memory_allocated))
    monkeypatch.setitem(sys.modules, "torch", torch)
    metrics.note_memory(SimpleNamespace(device="cpu"))
    assert asked == []
    metrics.note_memory(SimpleNamespace(device="cuda:1"))
    assert asked == ["cuda:1"]
    assert read("storychat_image_peak_memory_bytes", worker=_ME, memory="device") == 2**30


def test_a_system_that_does_not_say_how_much_memory_was_used_is_no_error(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise FileNotFoundError

    monkeypatch.setattr(metrics.Path, "read_text", refuse)
    assert metrics.peak_process_bytes() is None
    metrics.note_memory(FakeEngine())


_WORK = """
import django
django.setup()
from types import SimpleNamespace
from core import process_metrics
from imagegen import metrics
class Engine:
    device = "cpu"
    step_times, decode_times = metrics.StepTimes(), metrics.StepTimes()
    troubles = metrics.Troubles()
engine = Engine()
metrics.watch_engine(engine)
engine.step_times.add({rows}, 0.3)
engine.decode_times.add(1, 0.2)
engine.troubles.note("out-of-memory")
metrics.note_finished(outcome="READY", cause="")
metrics.note_retried(cause="out-of-memory")
metrics.note_returned(1, cause="drained")
metrics.note_memory(engine)
print(process_metrics.name_process(), flush=True)
input()
if {is_ending}:
    process_metrics.forget()
"""


def start_working(folder, home, *, rows, is_ending):
    environment = make_environment(
        home, DJANGO_SETTINGS_MODULE="storychat.settings", DEBUG="1", PROMETHEUS_MULTIPROC_DIR=str(folder)
    )
    return subprocess.Popen(
        [sys.executable, "-c", _WORK.format(rows=rows, is_ending=is_ending)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db
def test_pages_show_what_all_processes_leave_in_one_folder(client, tmp_path, monkeypatch):
    folder = tmp_path / "metrics"
    processes = [start_working(folder, tmp_path, rows=rows, is_ending=rows == 4) for rows in (4, 8)]
    names = [process.stdout.readline().strip() for process in processes]
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    found = scrape(client)
    assert found["storychat_image_finished_total", (("cause", ""), ("outcome", "ready"))] == 2
    assert found["storychat_image_decode_seconds_count", (("pictures", "1"),)] == 2
    assert found["storychat_image_retried_total", (("cause", "out-of-memory"),)] == 2
    assert found["storychat_image_troubles_total", (("cause", "out-of-memory"),)] == 2
    assert found["storychat_image_returned_total", (("cause", "drained"),)] == 2
    for rows, name in zip((4, 8), names, strict=True):
        assert found["storychat_image_step_seconds_count", (("rows", str(rows)),)] == 1
        assert found["storychat_image_batch_rows", (("worker", name),)] == rows
        assert found["storychat_image_peak_memory_bytes", (("memory", "process"), ("worker", name))] > 0
    assert found["storychat_image_workers_alive", ()] == 0, "the database is asked beside it"
    for process in processes:
        process.communicate("\n")
    found = scrape(client)
    assert found["storychat_image_finished_total", (("cause", ""), ("outcome", "ready"))] == 2
    gauges = {labels for name, labels in found if name == "storychat_image_batch_rows"}
    assert gauges == {(("worker", names[1]),)}, "the first said that it ended"


def test_files_of_processes_with_one_number_in_several_containers_do_not_meet(monkeypatch):
    names = set()
    for host in ("3f75281bbac6", "94b4183b09ac"):
        monkeypatch.setattr(process_metrics.socket, "gethostname", lambda host=host: host)
        names.add(process_metrics.name_process(7))
    assert len(names) == 2
    monkeypatch.setattr(process_metrics.socket, "gethostname", lambda: "my_host")
    assert process_metrics.name_process(7) == "my-host-7", "the underscore parts the file's name"


def test_without_a_folder_numbers_stay_in_memory(monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    process_metrics.share("")
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    process_metrics.forget()


def test_a_container_forgets_what_gone_processes_left(tmp_path):
    """The entry point before the server starts, here a stand-in that lists its folder."""
    folder, programs = tmp_path / "metrics", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    host = process_metrics.name_process(1).removesuffix("-1")
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    names = {
        "gone": f"counter_{host}-{int(gone.stdout)}.db",
        "alive": f"gauge_livemax_{host}-{os.getpid()}.db",
        "elsewhere": "histogram_3f75281bbac6-7.db",
        "long ago": "histogram_94b4183b09ac-7.db",
    }
    for name in names.values():
        (folder / name).touch()
    os.utime(folder / names["long ago"], (0, 0))
    for program in ("gunicorn", "celery"):
        (programs / program).write_text('#!/bin/sh\necho "$PROMETHEUS_MULTIPROC_DIR"\n')
        (programs / program).chmod(0o755)
    for role in ("web", "gpu", "cpu"):
        environment = {"PATH": f"{programs}:{os.environ['PATH']}", "STORYCHAT_HOME": str(tmp_path)}
        done = subprocess.run(
            ["deploy/entrypoint.sh", role],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == str(folder)
    assert {path.name for path in folder.iterdir()} == {names["alive"], names["elsewhere"]}


@pytest.mark.processes
def test_pages_show_what_a_worker_process_drew(tmp_path):
    with deploy(tmp_path, kind="embedded") as deployment:
        deployment.env["PROMETHEUS_MULTIPROC_DIR"] = str(tmp_path / "metrics")
        pid = deployment.tell("ask", seed=1)
        process = deployment.start_worker()
        deployment.wait_until_ready(pid)
        address = deployment.start_web()

        def read_page():
            script = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())"
            command = [sys.executable, "-c", script, f"{address}/metrics"]
            return parse(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

        found = read_page()
        assert found["storychat_image_finished_total", (("cause", ""), ("outcome", "ready"))] == 1
        assert found["storychat_image_wait_seconds_count", (("priority", "5"),)] == 1
        assert found["storychat_image_workers_alive", ()] == 1
        memory = [labels for name, labels in found if name == "storychat_image_peak_memory_bytes"]
        assert len(memory) == 1, "of the worker, and of no web process"
        assert re.fullmatch(rf"\S+-{process.pid}", dict(memory[0])["worker"])
        process.terminate()
        assert process.wait() == 0
        found = read_page()
        assert found["storychat_image_finished_total", (("cause", ""), ("outcome", "ready"))] == 1
        assert not [labels for name, labels in found if name == "storychat_image_peak_memory_bytes"]
