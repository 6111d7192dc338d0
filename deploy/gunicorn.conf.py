"""gunicorn for the pages. Threads, because pages wait for the database more than they compute."""

import os
from pathlib import Path
from typing import Any

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
wsgi_app = "storychat.wsgi:application"
worker_class = "gthread"
# An empty value counts as not set, because Compose files pass those on.
workers = int(os.environ.get("WEB_PROCESSES") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
# The application is loaded once and its memory shared; nothing in it starts threads at import.
preload_app = True
max_requests = 10_000
max_requests_jitter = 1_000
timeout = 60
graceful_timeout = 20
keepalive = 75
# A heartbeat file on a disk can block a worker; this one is memory.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Structured request lines come from the application.
accesslog = None
forwarded_allow_ips = ""


def child_exit(_server: Any, worker: Any) -> None:
    """Forget a process's gauges."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from core import process_metrics  # noqa: PLC0415 - only where metrics are shared

        process_metrics.forget(worker.pid)
