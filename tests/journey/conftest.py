"""The product as `make demo` starts it: real processes and demo data.

It keeps its data in files, or in the services that DATABASE_URL and REDIS_URL name.
"""

import os
import secrets
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests import processes


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo."""

    address: str
    home: Path
    log: Path
    database_url: str

    def printed(self) -> str:
        """What all its processes printed so far; the mails too."""
        return self.log.read_text(errors="replace")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read from its database, to see what the pages do not show; `%s` stands for a value."""
        if self.database_url:
            with psycopg.connect(self.database_url) as connection:
                return connection.execute(query.encode(), values).fetchall()
        path = self.home / "storychat.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute(query.replace("%s", "?"), values).fetchall()


@contextmanager
def own_database() -> Iterator[str]:
    """Yield the address of an empty PostgreSQL database, or nothing for the embedded default."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    name = f"storychat_journey_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield server.rpartition("/")[0] + f"/{name}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start it once, and prove at the end that Ctrl-C leaves nothing behind."""
    home = tmp_path_factory.mktemp("demo")
    port = processes.find_free_port()
    log = home / "output.log"
    with own_database() as database_url:
        services = {"DATABASE_URL": database_url} if database_url else {}
        if redis_url := os.environ.get("REDIS_URL", ""):
            # A number of its own: what other tests put into the queues is not ours.
            services["REDIS_URL"] = redis_url.rpartition("/")[0] + "/9"
        environment = processes.make_environment(home, STORYCHAT_DEMO="1", PORT=str(port), **services)
        for command in ("migrate", "seed_demo"):
            done = processes.run_manage(command, environment=environment)
            assert done.returncode == 0, done.stdout + done.stderr
        command = (sys.executable, "manage.py", "supervise")
        with processes.running(*command, environment=environment, log=log) as process:
            running = Demo(f"http://127.0.0.1:{port}", home, log, database_url)
            processes.wait_until(
                lambda: "StoryChat runs at" in running.printed(), "the demo says that it runs"
            )
            yield running
            process.send_signal(signal.SIGINT)
            processes.wait_until(lambda: process.poll() is not None, "Ctrl-C ends the supervisor")
            assert process.returncode == 0, running.printed()
            assert not processes.opens(port)
