"""Metrics of several processes in one folder: files for each, named so that no two processes meet.

prometheus_client names them after the process's number, which every container counts from one.
"""

import os
import socket
from pathlib import Path

from prometheus_client import multiprocess, values

FOLDER_KEY = "PROMETHEUS_MULTIPROC_DIR"


def name_process(pid: int | None = None) -> str:
    """Return a name that no other process has while this one lives."""
    # An underscore separates the parts of the file's name.
    return f"{socket.gethostname().replace('_', '-')}-{os.getpid() if pid is None else pid}"


def share(folder: str) -> None:
    """Keep this process's metrics in files of `folder`; in memory if that is empty.

    Must be called before the first metric is made.
    """
    if not folder:
        os.environ.pop(FOLDER_KEY, None)
        return
    os.environ[FOLDER_KEY] = folder
    Path(folder).mkdir(parents=True, exist_ok=True)
    values.ValueClass = values.MultiProcessValue(name_process)  # type: ignore[no-untyped-call]


def forget(pid: int | None = None) -> None:
    """Remove what a process says about its present, because it ends; what it counted stays."""
    if folder := os.environ.get(FOLDER_KEY):
        multiprocess.mark_process_dead(name_process(pid), folder)  # type: ignore[no-untyped-call]
