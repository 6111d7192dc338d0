"""A real worker process, really killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.chat.fakes import FakeHandler, event, serving
from tests.processes import ROOT, make_environment, run_manage, running, wait_until

pytestmark = pytest.mark.processes

_BEGIN = """
import django, json; django.setup()
from django.utils import timezone
from characters.models import State
from chat import services
from chat.models import Message
from tests import factories
now = timezone.now()
person = factories.make_user()
character = factories.make_character(state=State.APPROVED)
talk, _ = services.start_conversation(actor=person, character=character, creation_key="a" * 32, now=now)
line, _ = services.send_message(actor=person, conversation=talk, text="Hello", creation_key="b" * 32, now=now)
print(json.dumps(Message.objects.get(conversation=talk, position=line.position + 1).pk))
"""
_SWEEP = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from chat import services
services.sweep(now=timezone.now() + timedelta(minutes=1))
"""


def run_code(code: str, environment: dict[str, str]) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip().splitlines()[-1] if result.stdout.strip() else ""


def read_row(home: Path, query: str, *values: Any) -> tuple[Any, ...]:
    with sqlite3.connect(home / "storychat.sqlite3") as database:
        row: tuple[Any, ...] = database.execute(query, values).fetchone()
        return row


def test_a_killed_worker_delays_the_reply_and_another_one_finishes_it(tmp_path: Path) -> None:
    """design §4.2: the row is the job. SIGKILL in the middle of a reply, then a new worker."""
    is_second = threading.Event()
    hold = threading.Event()

    def plan(handler: FakeHandler, _body: dict[str, Any]) -> None:
        handler.begin()
        handler.say(event("The lamp "))
        if not is_second.is_set():
            hold.wait()
            return
        handler.say(event("is lit.", finish="stop") + "data: [DONE]\n\n")

    home = tmp_path / "home"
    with serving(plan) as server:
        environment = make_environment(
            home,
            STORYCHAT_DEMO="1",
            DJANGO_SETTINGS_MODULE="storychat.settings",
            CHAT_BASE_URL=server.base_url,
            CHAT_MODEL="fake",
        )
        migrated = run_manage("migrate", "--verbosity", "0", environment=environment)
        assert migrated.returncode == 0, migrated.stderr
        reply_id = json.loads(run_code(_BEGIN, environment))
        worker = [sys.executable, "-m", "celery", "--app", "storychat", "--quiet", "worker", "--pool=threads"]
        worker += ["--concurrency=2", "--queues=chat", "--without-gossip", "--without-mingle"]
        try:
            with running(*worker, environment=environment, log=tmp_path / "first.log") as first:
                wait_until(
                    lambda: read_row(home, "select count(*) from chat_messagechunk")[0],
                    "the first worker wrote a piece",
                )
                os.killpg(first.pid, signal.SIGKILL)
                first.wait()
            state, attempts = read_row(
                home, "select state, attempts from chat_message where id = ?", reply_id
            )
            assert (state, attempts) == ("WRITING", 1)
            is_second.set()
            run_code(_SWEEP, environment)
            with running(*worker, environment=environment, log=tmp_path / "second.log"):
                wait_until(
                    lambda: (
                        read_row(home, "select state from chat_message where id = ?", reply_id)[0] == "DONE"
                    ),
                    "the second worker finished the reply",
                )
        finally:
            hold.set()
    text, attempts = read_row(home, "select text, attempts from chat_message where id = ?", reply_id)
    assert (text, attempts) == ("The lamp is lit.", 2)
    assert read_row(home, "select count(*) from chat_messagechunk")[0] == 0
    assert len(server.requests) == 2
