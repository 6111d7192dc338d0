"""Web, workers and clock under one roof, for the demo and for development."""

import http.client
import sys
import threading
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from storychat import broker
from storychat.demo import DEMO_LOGINS, DEMO_PASSWORD
from storychat.supervisor import Child, Supervisor, SupervisorRefusedError, ensure_port_is_free, only_one

_READY_TIMEOUT_SECONDS = 1.0


def list_children(*, host: str, port: int) -> list[Child]:
    """Return the processes of the embedded default; docs/architecture.md says what each one does."""
    celery = [sys.executable, "-m", "celery", "--app", "storychat", "--quiet"]
    worker = [
        *celery,
        "worker",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "--loglevel=WARNING",
    ]
    return [
        Child(
            "web",
            [
                sys.executable,
                "-m",
                "uvicorn",
                "storychat.asgi:application",
                "--host",
                host,
                "--port",
                str(port),
                "--no-access-log",
                "--no-proxy-headers",
                "--log-level",
                "warning",
                "--lifespan",
                "off",
                "--timeout-graceful-shutdown",
                "1",
            ],
        ),
        # One thread drives the device, so nothing is gained by more processes (and much memory lost).
        Child("gpu", [*worker, "--pool=solo", "--queues=gpu", "--hostname=gpu@%h"]),
        Child("cpu", [*worker, "--pool=threads", "--concurrency=2", "--queues=cpu", "--hostname=cpu@%h"]),
        Child("chat", [*worker, "--pool=threads", "--concurrency=4", "--queues=chat", "--hostname=chat@%h"]),
        Child("mail", [*worker, "--pool=threads", "--concurrency=2", "--queues=mail", "--hostname=mail@%h"]),
        Child("beat", [*celery, "beat", "--pidfile=", "--loglevel=WARNING"]),
    ]


def answers(host: str, port: int) -> bool:
    """Return whether the web process serves its health page."""
    connection = http.client.HTTPConnection(host, port, timeout=_READY_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Command(BaseCommand):
    help = "Runs the web server, the workers and the clock together until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        lock = threading.Lock()

        def write(line: str) -> None:
            with lock:
                self.stdout.write(line)
                self.stdout.flush()

        try:
            ensure_port_is_free(host, port)
            with only_one(settings.HOME / "supervise.lock"):
                broker.prepare_folders(options)
                broker.sweep_dead_mail(options)
                write("Starting the web server, three workers and the clock ...")
                Supervisor(
                    children=list_children(host=host, port=port),
                    write=write,
                    is_ready=partial(answers, host, port),
                    on_ready=lambda: write(_welcome(host, port)),
                ).run()
        except SupervisorRefusedError as error:
            raise CommandError(str(error)) from error
        write("Everything has stopped.")


def _welcome(host: str, port: int) -> str:
    lines = ["", f"  StoryChat runs at http://{host}:{port}/", f"  Data is kept in {settings.HOME}"]
    if settings.DEMO:
        lines += ["", f"  Sign in with the password {DEMO_PASSWORD} as"]
        lines += [f"    {email:<22} {what}" for email, what in DEMO_LOGINS]
    lines += ["", "  Ctrl-C stops everything.", ""]
    return "\n".join(lines)
