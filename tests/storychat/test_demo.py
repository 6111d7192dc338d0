"""The demo keeps away from a real installation: its administrator has a public password."""

import io
import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from accounts.models import User
from core import audit
from storychat.demo import DEMO_LOGINS, SEEDED
from storychat.management.commands import seed_demo
from tests.factories import make_user
from tests.processes import ROOT
from tools.check_configuration import list_read

# What may reach the demo from the environment: it names no data and no service.
_HARMLESS = {"IMAGE_DEVICE", "LOG_FORMAT", "LOG_LEVEL", "PORT", "STORYCHAT_DEMO", "STORYCHAT_HOME"}


@pytest.fixture
def demo_settings(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path / "media"


def seed() -> set[str]:
    """Run the command, without the characters, and return who is there."""
    call_command("seed_demo", "--without-pictures", stdout=io.StringIO())
    return set(User.objects.values_list("username", flat=True))


@pytest.fixture(autouse=True)
def no_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_demo, "DEMO_CHARACTERS", ())


def make_demo(*arguments: str, exported: dict[str, str]) -> list[dict[str, str]]:
    """Return the environments that the commands of `make demo` get; they only print them."""
    done = subprocess.run(
        ["make", "--old-file=install", "demo", "MANAGE=sh -c 'env; echo --'", *arguments],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **exported}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    parts = done.stdout.split("--\n")[:-1]
    return [dict(line.split("=", 1) for line in part.splitlines() if "=" in line[1:]) for part in parts]


def test_make_demo_takes_no_installation_from_the_environment() -> None:
    exported = dict.fromkeys(list_read() | {"DJANGO_SETTINGS_MODULE", "CELERY_BROKER_WRITE_URL"}, "real")
    for environment in make_demo(exported=exported):
        leaked = {key for key, value in environment.items() if value == "real"}
        assert leaked <= _HARMLESS
        assert environment["STORYCHAT_DEMO"] == "1"


def test_make_demo_takes_what_is_given_to_it() -> None:
    found = make_demo("DATABASE_URL=given", "PORT=9", exported={"DATABASE_URL": "real"})
    assert len(found) == 3
    assert {(each["DATABASE_URL"], each["PORT"]) for each in found} == {("given", "9")}


def test_an_empty_database_becomes_a_demo_and_stays_one(demo_settings: None, now: datetime) -> None:
    names = {email.partition("@")[0] for email, _what in DEMO_LOGINS}
    assert seed() == names
    assert seed() == names
    audit.record(actor=None, kind=SEEDED, at=now, target_kind="demo", target_id="x")
    make_user(username="visitor")
    assert seed() == names | {"visitor"}


def test_a_database_with_real_accounts_is_refused(demo_settings: None) -> None:
    make_user(username="admin", email="admin@storychat.example")
    with pytest.raises(CommandError, match="never a demo's"):
        seed()
    assert User.objects.count() == 1


def test_pictures_of_another_database_are_refused(demo_settings: None) -> None:
    """The hourly sweep would delete them."""
    default_storage.save("pictures/ab/real.png", ContentFile(b"real"))
    with pytest.raises(CommandError, match="media storage has pictures"):
        seed()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_outside_the_demo_nothing_is_seeded() -> None:
    with pytest.raises(CommandError, match="in the demo only"):
        seed()
