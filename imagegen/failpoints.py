"""Places where a test kills the process, the way a crash or an operator does."""

import os
import signal

from django.conf import settings

AFTER_CLAIM = "after-claim"
MID_STEPS = "mid-steps"
AFTER_FILE = "after-file"
BEFORE_READY = "before-ready"
AFTER_READY = "after-ready"
NAMES = (AFTER_CLAIM, MID_STEPS, AFTER_FILE, BEFORE_READY, AFTER_READY)


def reach(name: str) -> None:
    """Die here without a trace if STORYCHAT_FAILPOINT names this place; only in DEBUG and in tests."""
    if os.environ.get("STORYCHAT_FAILPOINT") != name:
        return
    if settings.DEBUG or getattr(settings, "HAS_FAILPOINTS", False):
        os.kill(os.getpid(), signal.SIGKILL)
