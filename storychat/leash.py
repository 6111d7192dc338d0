"""Run a command that ends when its parent does, even when the parent is killed.

Run as a script, never imported by the project: `python storychat/leash.py PARENT_PID COMMAND...`.
"""

import contextlib
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Ask the kernel for SIGTERM at the parent's death (Linux only), then become `command`."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the supervisor is gone")
    os.execvp(command[0], command)  # noqa: S606 - replaces this process, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
