"""SQLite and the folder broker: what the demo runs on, in real processes."""

import http.client
import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storychat import broker
from tests.processes import (
    ROOT,
    find_free_port,
    is_alive,
    make_environment,
    opens,
    run_manage,
    running,
    wait_until,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's data folder, migrated."""
    folder = tmp_path_factory.mktemp("home")
    result = run_manage(
        "migrate", "--verbosity", "0", environment=make_environment(folder, STORYCHAT_DEMO="1")
    )
    assert result.returncode == 0, result.stderr
    return folder


def children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            child = int(stat.parent.name)
            found += [child, *children_of(child)]
    return found


def get(port: int, path: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()


def test_sqlite_keeps_a_write_ahead_log_and_checks_foreign_keys(home: Path) -> None:
    code = (
        "import django; django.setup()\nfrom django.db import connection\n"
        "c = connection.cursor()\n"
        "for name in ('journal_mode', 'foreign_keys', 'synchronous', 'busy_timeout'):\n"
        "    print(c.execute(f'PRAGMA {name}').fetchone()[0])"
    )
    environment = make_environment(home, STORYCHAT_DEMO="1", DJANGO_SETTINGS_MODULE="storychat.settings")
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["wal", "1", "1", "20000"]


def test_dead_control_mail_is_swept_and_wake_ups_are_kept(tmp_path: Path) -> None:
    options = {"data_folder_in": str(tmp_path / "messages"), "data_folder_out": str(tmp_path / "messages")}
    broker.prepare_folders(options)
    for name in ("1_gpu.msg", "2_gpu@host.celery.pidbox.msg", "3_x.reply.celery.pidbox.msg"):
        (tmp_path / "messages" / name).touch()
    assert broker.sweep_dead_mail(options) == 2
    assert [path.name for path in (tmp_path / "messages").iterdir()] == ["1_gpu.msg"]
    assert broker.sweep_dead_mail({}) == 0


@pytest.mark.processes
def test_everything_starts_serves_and_stops_together(home: Path, tmp_path: Path) -> None:
    """Pages answer, a message in the folder wakes a worker, Ctrl-C ends every process."""
    port = find_free_port()
    environment = make_environment(home, STORYCHAT_DEMO="1", PORT=str(port))
    log = tmp_path / "log"
    with running(sys.executable, "manage.py", "supervise", environment=environment, log=log) as process:
        wait_until(lambda: "Ctrl-C stops everything." in log.read_text(), "the welcome")
        welcome = log.read_text()
        assert f"http://127.0.0.1:{port}/" in welcome
        assert "creator@demo.test" in welcome

        wait_until(lambda: get(port, "/readyz")[0] == 200, "readiness")
        assert get(port, "/healthz") == (200, b"ok\n")
        assert json.loads(get(port, "/readyz")[1])["failing"] == []
        assert get(port, "/static/css/tokens.css")[0] == 200

        second = run_manage("supervise", environment={**environment, "PORT": str(find_free_port())})
        assert second.returncode == 1
        assert "already runs" in second.stderr
        busy = run_manage("supervise", environment={**environment, "STORYCHAT_HOME": str(tmp_path / "other")})
        assert busy.returncode == 1
        assert f"make demo PORT={port + 1}" in busy.stderr

        messages = home / "broker" / "messages"
        wake_up(environment)
        wait_until(lambda: not list(messages.glob("*cpu*.msg")), "the worker took the message")

        family = children_of(process.pid)
        assert len(family) >= 5
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert [pid for pid in family if is_alive(pid)] == []
        assert not opens(port)
    assert log.read_text().endswith("Everything has stopped.\n")
    with closing(sqlite3.connect(home / "storychat.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def wake_up(environment: dict[str, str]) -> None:
    code = (
        "import django; django.setup()\nfrom celery import current_app\n"
        "current_app.tasks['chat.sweep'].apply_async(queue='cpu')"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "storychat.settings"}, check=True,
    )  # fmt: skip
