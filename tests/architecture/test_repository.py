"""What stands in the repository agrees with itself."""

import io
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from tests import processes
from tests.processes import ROOT
from tools import check_configuration, check_lengths, check_locks
from tools.check_installed import find_problems


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=io.StringIO())


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    assert check_configuration.find_problems() == []
    assert {"SECRET_KEY", "DATABASE_URL", "S3_BUCKET"} <= check_configuration.list_read()


def test_no_file_is_longer_than_a_newcomer_wants_to_open() -> None:
    assert check_lengths.find_long_files() == []


@pytest.mark.parametrize(("lock", "source"), check_locks.LOCKS.items())
def test_a_lock_file_matches_its_source(lock: str, source: str) -> None:
    constraints = check_locks.read_lock(ROOT / "requirements-dev.lock")
    assert list(check_locks.find_problems(lock, source, constraints)) == []


def test_a_lock_file_that_lacks_a_package_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/web.in").write_text("django>=5.2\ngunicorn\n")
    (tmp_path / "web.lock").write_text("#    Python 3.11\ndjango==5.1\nasgiref==3.0\nredis==1.0\n")
    monkeypatch.setattr(check_locks, "ROOT", tmp_path)
    problems = "\n".join(check_locks.find_problems("web.lock", "requirements/web.in", {"asgiref": "4.0"}))
    assert "django 5.1 does not satisfy django>=5.2" in problems
    assert "gunicorn of requirements/web.in is missing" in problems
    assert "sqlparse is needed and not pinned" in problems
    assert "asgiref 3.0, but 4.0" in problems


def test_an_incomplete_installation_is_noticed() -> None:
    lock = "# a comment\ndjango==0.1\n    # via nothing\nno-such-package==1.0\n"
    assert len(find_problems(lock)) == 2


def test_every_static_file_that_a_template_names_exists() -> None:
    named = {
        (path, name)
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"{%\s*static\s+[\"']([^\"'{]+)[\"']\s*%}", path.read_text())
    }
    assert named
    missing = {f"{path.relative_to(ROOT)}: {name}" for path, name in named if finders.find(name) is None}
    assert missing == set()


def test_a_bare_checkout_can_check_its_migrations(tmp_path: Path) -> None:
    environment = processes.make_environment(tmp_path)
    done = processes.run_manage("makemigrations", "--check", "--dry-run", environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
