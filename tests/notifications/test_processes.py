"""Real workers and a mail server that takes connections and never comes to an end."""

import json
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from storychat.management.commands.supervise import list_children
from tests.processes import ROOT, make_environment, run_manage, running, wait_until

pytestmark = pytest.mark.processes

_BEGIN = """
import django, json; django.setup()
from datetime import timedelta
from django.utils import timezone
from notifications import services
from notifications.models import Mail
from tests.accounts.people import make_person
now = timezone.now()
old = services.notify(user=make_person(), kind="standing", title="old", now=now).mail
long_ago = now - timedelta(days=60)
Mail.objects.filter(pk=old.pk).update(state="SENT", finished_at=long_ago)
for number in range(6):
    services.notify(user=make_person(), kind="standing", title="new", now=now)
print(json.dumps(old.pk))
"""
_OTHER_WORK = """
import django; django.setup()
from celery import current_app
current_app.tasks["notifications.clean_up"].apply_async()
"""


@contextmanager
def dribbling_server() -> Iterator[tuple[int, list[socket.socket]]]:
    """Take every connection and never come to the end of a line, so that no timeout ends it.

    Yields the port and who came.
    """
    came: list[socket.socket] = []
    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def serve() -> None:
            while not is_over.is_set():
                with suppress(TimeoutError):
                    came.append(server.accept()[0])
                for one in came:
                    with suppress(OSError):
                        one.send(b"2")

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], came
        finally:
            is_over.set()
            thread.join()
            for one in came:
                one.close()


def run_code(code: str, environment: dict[str, str]) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip().splitlines()[-1] if result.stdout.strip() else ""


def read_rows(home: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "storychat.sqlite3")) as database:
        return database.execute(query, values).fetchall()


def test_a_mail_server_that_hangs_holds_up_no_other_work(tmp_path: Path) -> None:
    home = tmp_path / "home"
    workers = {child.name: child.command for child in list_children(host="127.0.0.1", port=1)}
    with dribbling_server() as (port, came), ExitStack() as stack:
        environment = make_environment(
            home,
            STORYCHAT_DEMO="1",
            DJANGO_SETTINGS_MODULE="storychat.settings",
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
        )
        migrated = run_manage("migrate", "--verbosity", "0", environment=environment)
        assert migrated.returncode == 0, migrated.stderr
        for name in ("cpu", "mail"):
            stack.enter_context(
                running(*workers[name], environment=environment, log=tmp_path / f"{name}.log")
            )
        old = json.loads(run_code(_BEGIN, environment))
        wait_until(lambda: len(came) >= 2, "every thread for mails waits for the server")
        sending = read_rows(home, "select id from notifications_mail where state = 'SENDING'")
        assert len(sending) == 2

        run_code(_OTHER_WORK, environment)
        wait_until(
            lambda: not read_rows(home, "select id from notifications_mail where id = ?", old),
            "the other work was done",
        )
        assert read_rows(home, "select id from notifications_mail where state = 'SENDING'") == sending
