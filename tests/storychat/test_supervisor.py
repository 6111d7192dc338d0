"""The supervisor: stops everything, restarts what crashes, refuses to run twice."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from storychat.supervisor import SupervisorRefusedError, ensure_port_is_free, only_one
from tests.processes import ROOT, is_alive, make_environment, running, wait_until

_FAMILY = """
import os, subprocess, sys, time
folder = sys.argv[1]
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
grandchild = subprocess.Popen([sys.executable, "-c", deaf])
open(os.path.join(folder, "pids.tmp"), "w").write(f"{os.getpid()} {grandchild.pid}")
os.rename(os.path.join(folder, "pids.tmp"), os.path.join(folder, "pids"))
time.sleep(600)
"""
_CRASHER = """
import os, sys, time
path = os.path.join(sys.argv[1], "starts")
with open(path, "a") as handle:
    handle.write("x")
if os.path.getsize(path) < 2:
    print("something went wrong", flush=True)
    sys.exit(3)
time.sleep(600)
"""
_SUPERVISOR = """
import sys
from storychat.supervisor import Child, Supervisor
Supervisor(
    children=[Child("child", [sys.executable, *sys.argv[1:]])],
    write=lambda line: print(line, flush=True),
    on_ready=lambda: print("ready", flush=True),
    is_ready=lambda: True,
).run()
print("stopped", flush=True)
"""

pytestmark = pytest.mark.processes


def supervise(script: str, folder: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    code = folder / "child.py"
    code.write_text(script)
    return running(
        sys.executable, "-c", _SUPERVISOR, str(code), str(folder),
        environment={**make_environment(folder), "PYTHONPATH": str(ROOT)}, log=folder / "log",
    )  # fmt: skip


def family_of(folder: Path) -> list[int]:
    wait_until((folder / "pids").exists, "the child started its own child")
    return [int(each) for each in (folder / "pids").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_children_and_grandchildren(number: signal.Signals, tmp_path: Path) -> None:
    with supervise(_FAMILY, tmp_path) as process:
        family = family_of(tmp_path)
        process.send_signal(number)
        assert process.wait() == 0
        assert [pid for pid in family if is_alive(pid)] == []
    assert (tmp_path / "log").read_text().endswith("stopped\n")


def test_a_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    with supervise(_FAMILY, tmp_path) as process:
        child, grandchild = family_of(tmp_path)
        process.kill()
        process.wait()
        wait_until(lambda: not is_alive(child), "the kernel ended the child")
        os.kill(grandchild, signal.SIGKILL)


def test_a_crashed_child_is_started_again_and_what_it_said_is_shown(tmp_path: Path) -> None:
    with supervise(_CRASHER, tmp_path) as process:
        starts = tmp_path / "starts"
        wait_until(lambda: starts.exists() and starts.stat().st_size == 2, "the second start")
        process.terminate()
        process.wait()
    log = (tmp_path / "log").read_text()
    assert "child | something went wrong" in log
    assert "child | ended with status 3; starting it again in 0.5 s" in log


def test_a_busy_port_is_named_with_the_way_out() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(SupervisorRefusedError, match=f"Port {port} .*make demo PORT={port + 1}"):
            ensure_port_is_free("127.0.0.1", port)


def test_a_second_supervisor_on_the_same_data_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "supervise.lock"
    with only_one(lock), pytest.raises(SupervisorRefusedError, match="already runs"), only_one(lock):
        pass
    with only_one(lock):
        pass


def test_the_lock_ends_with_its_process_even_when_that_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "supervise.lock"
    code = (
        "import sys, time; from pathlib import Path; from storychat.supervisor import only_one\n"
        "with only_one(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(SupervisorRefusedError), only_one(lock):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with only_one(lock):
        pass
