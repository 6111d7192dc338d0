"""Run the tests with the environment that they expect; `make test` and `make test-journey` call this.

DATABASE_URL and REDIS_URL point the tests at real services; without them they use SQLite and no broker.
Everything after the options goes to pytest, for example: tools/run_tests.py tests/chat -k intent
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Values of a real installation must not leak into the tests.
_OWN_PREFIXES = ("S3_", "CHAT_", "IMAGE_", "OIDC_", "EMAIL_", "STORYCHAT_", "CELERY_", "DJANGO_")
_OWN_KEYS = frozenset(
    {
        "SECRET_KEY",
        "DEBUG",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "PORT",
        "BEHIND_PROXY",
        "CSRF_TRUSTED_ORIGINS",
        "LOG_LEVEL",
        "LOG_FORMAT",
        "METRICS_TOKEN",
        "STATIC_ROOT",
        "DEFAULT_FROM_EMAIL",
        "STAFF_NEED_SECOND_FACTOR",
    }
)
_SERVICES = ("DATABASE_URL", "REDIS_URL")


def make_environment(home: str, *, is_embedded: bool) -> dict[str, str]:
    """Return our environment without what belongs to an installation."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in _OWN_KEYS
        and not key.startswith(_OWN_PREFIXES)
        and not (is_embedded and key in _SERVICES)
    }
    return {
        **environment,
        "STORYCHAT_ENV_FILE": "",
        "STORYCHAT_HOME": home,
        "DJANGO_SETTINGS_MODULE": "storychat.settings_test",
        # Two engines on two cores only wait for each other.
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) // 2))),
        "HF_HUB_OFFLINE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
    }


def list_arguments(options: argparse.Namespace) -> list[str]:
    """Return pytest's arguments."""
    rest = [each for each in options.rest if each != "--"]
    if options.journey:
        return ["tests/journey", *rest]
    if options.processes > 1 and importlib.util.find_spec("xdist"):
        # A whole file per process: its fixtures (a browser, a worker) are made once.
        return [f"--numprocesses={options.processes}", "--dist=loadfile", *rest]
    return rest


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--journey", action="store_true", help="only the browser journey, on the embedded default"
    )
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), help="run side by side")
    options, options.rest = parser.parse_known_args()

    with tempfile.TemporaryDirectory(prefix="storychat-tests-") as home:
        environment = make_environment(home, is_embedded=options.journey)
        for key, fallback in zip(_SERVICES, ("SQLite", "none"), strict=True):
            print(f"==> {key}: {environment.get(key) or fallback}", flush=True)
        started = time.monotonic()
        code = subprocess.run(
            [sys.executable, "-m", "pytest", *list_arguments(options)], cwd=ROOT, env=environment, check=False
        ).returncode
    if code == 5:
        print("No test ran: that counts as a failure.", file=sys.stderr)
    print(f"==> Tests ended with status {code} after {time.monotonic() - started:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
