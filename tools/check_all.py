"""Everything `make check` looks at. Changes nothing; names each check, its result and its time.

Name checks to run only those: tools/check_all.py types layers
"""

import base64
import functools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "storychat", "helpcenter", "chat", "community", "messaging", "characters", "imagegen", "moderation",
    "billing", "notifications", "policies", "accounts", "core",
)  # fmt: skip
_PY = sys.executable


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: `command` must end with status 0."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def make_production_environment(home: str) -> dict[str, str]:
    """Return what a small production installation sets; nothing in it is ever reached."""
    return {
        "DJANGO_SETTINGS_MODULE": "storychat.settings",
        "SECRET_KEY": base64.b64encode(os.urandom(48)).decode(),
        "ALLOWED_HOSTS": "storychat.example",
        "SITE_URL": "https://storychat.example",
        "BEHIND_PROXY": "1",
        "DATABASE_URL": "postgres://storychat@127.0.0.1:1/storychat",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp+tls://user:password@mail.storychat.example:587",
        "STORYCHAT_ENV_FILE": "",
        "STORYCHAT_HOME": home,
    }


@functools.cache
def find_compose() -> list[str] | None:
    """Return the command for Docker Compose, or None where it is not installed."""
    for command in (["docker", "compose"], ["docker-compose"]):
        try:
            subprocess.run([*command, "version"], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return command
    return None


def list_checks(home: str) -> tuple[list[Check], list[str]]:
    """Return the checks, and what cannot be checked on this machine and why."""
    local = {
        "DJANGO_SETTINGS_MODULE": "storychat.settings",
        "STORYCHAT_DEMO": "1",
        "STORYCHAT_HOME": home,
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    checks = [
        Check("types", [_PY, "-m", "mypy", *[each for name in PACKAGES for each in ("-p", name)]]),
        Check("lint", [_PY, "-m", "ruff", "check", "."]),
        Check("format", [_PY, "-m", "ruff", "format", "--check", "."]),
        Check("layers", [str(Path(_PY).with_name("lint-imports"))]),
        Check("templates: lint", [_PY, "-m", "djlint", "--lint", "--quiet", "templates"]),
        Check("templates: format", [_PY, "-m", "djlint", "--check", "templates"]),
        Check("migrations", [_PY, "manage.py", "makemigrations", "--check", "--dry-run"], local),
        Check("system checks", [_PY, "manage.py", "check", "--fail-level", "WARNING"], local),
        Check(
            "production settings",
            [_PY, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            make_production_environment(home),
        ),
        Check("diagrams", [_PY, "tools/state_diagram.py", "--check"], local),
        Check("lock files", [_PY, "tools/check_locks.py"]),
        Check("configuration page", [_PY, "tools/check_configuration.py"]),
        Check("file lengths", [_PY, "tools/check_lengths.py"]),
        Check("shell scripts", [_PY, "tools/check_scripts.py"]),
    ]  # fmt: skip
    left_out = []
    if compose := find_compose():
        example = {"POSTGRES_PASSWORD": "x", **make_production_environment(home)}
        checks.append(
            Check("docker compose", [*compose, "--file", "docker-compose.yml", "config", "--quiet"], example)
        )
    else:
        left_out.append(
            "docker compose: Docker Compose is not installed (tests still read docker-compose.yml)"
        )
    return checks, left_out


def run(check: Check) -> tuple[Check, int, str, float]:
    """Run one check; returns its status, what it printed, and the seconds it took."""
    started = time.monotonic()
    result = subprocess.run(
        check.command, cwd=ROOT, env={**os.environ, **check.environment}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return check, result.returncode, result.stdout, time.monotonic() - started


def main(names: list[str], *, show: Callable[[str], None]) -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="storychat-check-") as home:
        checks, left_out = list_checks(home)
        chosen = [check for check in checks if not names or any(name in check.name for name in names)]
        failed = []
        with ThreadPoolExecutor(max_workers=2) as pool:
            for check, status, output, seconds in pool.map(run, chosen):
                show(f"  {'FAIL' if status else 'ok':<5} {check.name:<22} {seconds:6.1f} s")
                if status:
                    failed.append(check.name)
                    show("\n".join(f"        {line}" for line in output.strip().splitlines()[-80:]))
    for reason in left_out:
        show(f"  NOT CHECKED  {reason}")
    seconds = time.monotonic() - started
    if failed:
        show(f"{len(failed)} of {len(chosen)} checks failed after {seconds:.0f} s: {', '.join(failed)}")
        return 1
    show(f"All {len(chosen)} checks passed in {seconds:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], show=lambda line: print(line, flush=True)))
