"""Says loudly which tests this machine could not run, and why.

A test that needs something special carries its marker; where the thing is missing, the test is left out
before the run and named in the summary, instead of passing quietly as a skip.
"""

import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def _has_device() -> bool:
    return any(Path("/dev").glob("nvidia[0-9]*"))


def _find_missing() -> dict[str, str]:
    """Return why tests with a marker cannot run here, by marker; a marker that is absent can run."""
    missing = {}
    if not any(map(shutil.which, _CHROMIUM)):
        missing["browser"] = "Chromium is not installed (Debian and Ubuntu: apt install chromium)"
    if not _has_device():
        missing["gpu"] = "there is no CUDA device"
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        missing["postgresql"] = "DATABASE_URL names no PostgreSQL (postgres://user@host/name)"
    if not os.environ.get("REDIS_URL"):
        missing["redis"] = "REDIS_URL is not set (redis://host:6379/0)"
    if shutil.which("nginx") is None and not Path("/usr/sbin/nginx").exists():
        missing["nginx"] = "nginx is not installed (Debian and Ubuntu: apt install nginx-light)"
    if shutil.which("docker-compose") is None and not _has_compose_plugin():
        missing["compose"] = "Docker Compose is not installed (Debian and Ubuntu: apt install docker-compose)"
    return missing


def _has_compose_plugin() -> bool:
    folders = (
        "~/.docker/cli-plugins",
        "/usr/libexec/docker/cli-plugins",
        "/usr/lib/docker/cli-plugins",
        "/usr/local/lib/docker/cli-plugins",
        "/usr/local/libexec/docker/cli-plugins",
    )
    return any((Path(folder).expanduser() / "docker-compose").exists() for folder in folders)


class Reporter:
    """Deselects what cannot run and remembers how much of it there was."""

    def __init__(self) -> None:
        self.missing = _find_missing()
        self.left_out: Counter[str] = Counter()

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept, dropped = [], []
        for item in items:
            reason = next((why for name, why in self.missing.items() if item.get_closest_marker(name)), None)
            if reason is None:
                kept.append(item)
            else:
                dropped.append(item)
                self.left_out[reason] += 1
        if dropped:
            config.hook.pytest_deselected(items=dropped)
            items[:] = kept

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        # With several processes each worker collects everything; any one's count is the whole.
        if (output := getattr(session.config, "workeroutput", None)) is not None:
            output["left_out"] = dict(self.left_out)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.left_out = Counter(getattr(node, "workeroutput", {}).get("left_out", self.left_out))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self.left_out:
            return
        total = sum(self.left_out.values())
        terminalreporter.section(f"LEFT OUT: {total} tests", sep="!", red=True, bold=True)
        for reason, count in sorted(self.left_out.items()):
            terminalreporter.line(f"{count:>5}  {reason}", yellow=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Reporter(), "storychat-reporter")
