"""A small installation of its own: database, broker, one driver process, workers that come and go."""

import contextlib
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 600
_WORKER = (
    "celery --app storychat --quiet worker --queues=gpu --pool=solo --loglevel=WARNING "
    "--without-gossip --without-mingle --without-heartbeat"
)
_WEB = "uvicorn storychat.asgi:application --host 127.0.0.1 --log-level warning --lifespan off"
_DRIVER = "import django; django.setup(); from tests.imagegen import driver; driver.main()"


class Deployment:
    """Processes on one data folder; `services` uses the PostgreSQL and Redis of the environment."""

    def __init__(self, home: Path, *, kind: str, is_stub: bool = True) -> None:
        self.log = home / "drawn.log"
        self.log.touch()
        self.output = (home / "output.log").open("w")
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.env = kept | {
            "DJANGO_SETTINGS_MODULE": "tests.imagegen.process_settings",
            "SECRET_KEY": "only-for-tests-" + "0" * 40,
            "STORYCHAT_ENV_FILE": "",
            "STORYCHAT_HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "STUB_ENGINE": str(int(is_stub)),
            "STUB_LOG": str(self.log),
        }
        self._database = ""
        if kind == "services":
            self._database = f"storychat_processes_{secrets.token_hex(4)}"
            self._server = os.environ["DATABASE_URL"]
            parts = urlsplit(self._server)
            self.env["DATABASE_URL"] = parts._replace(path=f"/{self._database}").geturl()
            self.env["REDIS_URL"] = os.environ["REDIS_URL"]
            self.env["BROKER_PREFIX"] = f"{self._database}:"
            self._administer(f'CREATE DATABASE "{self._database}"')
        self._processes: list[subprocess.Popen[str]] = []
        self.call_command("migrate", "--verbosity=0")
        self._driver = subprocess.Popen(
            [sys.executable, "-c", _DRIVER],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.output,
            text=True,
        )
        assert self._driver.stdout.readline() == "ready\n", self.read_output()

    def call_command(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def tell(self, command: str, **arguments: Any) -> Any:
        """Let the driver run a command and return its answer."""
        self._driver.stdin.write(json.dumps([command, arguments]) + "\n")
        self._driver.stdin.flush()
        answer = self._driver.stdout.readline()
        assert answer, self.read_output()
        return json.loads(answer)

    def start_worker(self, *, failpoint: str = "", capacity: int = 0) -> subprocess.Popen[str]:
        """Start a worker; with a capacity its stub draws so many at a time, each at once."""
        name = f"gpu-{secrets.token_hex(3)}@%h"
        worker = subprocess.Popen(
            [sys.executable, "-m", *_WORKER.split(), f"--hostname={name}"],
            cwd=ROOT,
            env=self.env
            | ({"STORYCHAT_FAILPOINT": failpoint} if failpoint else {})
            | ({"STUB_CAPACITY": str(capacity)} if capacity else {}),
            stdout=self.output,
            stderr=self.output,
            text=True,
        )
        self._processes.append(worker)
        return worker

    def start_web(self) -> str:
        """Start uvicorn and return its address once it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        web = subprocess.Popen(
            [sys.executable, "-m", *_WEB.split(), "--port", str(port)],
            cwd=ROOT,
            env=self.env,
            stdout=self.output,
            stderr=self.output,
            text=True,
        )
        self._processes.append(web)
        self.wait_for(lambda: _answers(port))
        return f"http://127.0.0.1:{port}"

    def wait_for(self, condition: Any) -> None:
        """Return once `condition()` holds; one that takes ten minutes is stuck."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.read_output()
            time.sleep(0.05)

    def wait_until_ready(self, *pids: str) -> None:
        self.wait_for(lambda: all(self.tell("look", pid=pid)["state"] == "READY" for pid in pids))

    def kill_somewhere(self, worker: subprocess.Popen[str], *, within_seconds: float) -> None:
        """Kill -9 at a random moment."""
        time.sleep(random.uniform(0, within_seconds))
        worker.kill()
        worker.wait()

    def read_output(self) -> str:
        self.output.flush()
        return Path(self.output.name).read_text()

    def stop(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
        self._driver.stdin.close()
        self._driver.wait()
        self._driver.stdout.close()
        self.output.close()
        if self._database:
            self._administer(f'DROP DATABASE "{self._database}" WITH (FORCE)')

    def _administer(self, statement: str) -> None:
        server = urlsplit(self._server)._replace(path="/postgres").geturl()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def list_kinds() -> list[str]:
    """Return the installations that this machine can run."""
    has_services = os.environ.get("DATABASE_URL", "").startswith("postgres") and os.environ.get("REDIS_URL")
    return ["embedded", "services"] if has_services else ["embedded"]


@contextlib.contextmanager
def deploy(home: Path, **options: Any) -> Iterator[Deployment]:
    """Run an installation meanwhile."""
    deployment = Deployment(home, **options)
    try:
        yield deployment
    finally:
        deployment.stop()
