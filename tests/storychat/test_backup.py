"""Backup and restore: all of it comes back, or nothing has changed."""

import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from accounts.models import User
from core import audit
from storychat.backup import databases, services
from storychat.backup.archive import BackupRefusedError
from storychat.demo import SEEDED
from storychat.supervisor import only_one
from tests.factories import make_user
from tests.processes import make_environment, run_manage


@pytest.fixture
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.HOME = tmp_path / "home"
    settings.MEDIA_ROOT = tmp_path / "home" / "media"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def archive(transactional_db: None, media: Path, tmp_path: Path, now: datetime) -> Path:
    """An archive of one user and two files, which are still there."""
    make_user(username="kept")
    default_storage.save("pictures/ab/kept.png", ContentFile(b"kept picture"))
    default_storage.save("top.bin", ContentFile(b"\x00" * 5000))
    return services.write_backup(folder=tmp_path / "backups", now=now)[0]


def usernames() -> set[str]:
    return set(User.objects.values_list("username", flat=True))


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def rewrite(archive: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the members of an archive."""
    with tarfile.open(archive) as tar:
        members = {each.name: tar.extractfile(each).read() for each in tar}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(archive, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def test_everything_comes_back_and_nothing_else_stays(archive: Path, media: Path) -> None:
    make_user(username="later")
    default_storage.save("later.png", ContentFile(b"later"))
    (media / "pictures/ab/kept.png").unlink()

    call_command("restore", str(archive), "--overwrite", stdout=io.StringIO())

    assert usernames() == {"kept"}
    assert files_in(media) == {"pictures/ab/kept.png", "top.bin"}
    assert (media / "pictures/ab/kept.png").read_bytes() == b"kept picture"
    assert {path.name for path in media.parent.iterdir() if path.is_dir()} == {"media"}
    make_user(username="after")  # sequences go on


def test_the_archive_is_private_and_describes_itself(archive: Path) -> None:
    assert archive.name == "storychat-20260601-120000.tar"
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]
    with tarfile.open(archive) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())  # type: ignore[union-attr]
    assert {"django", "celery"} <= manifest["versions"].keys()
    assert manifest["migrations"]["core"].startswith("0001")
    assert [each["name"] for each in manifest["media"]] == ["media/top.bin", "media/pictures/ab/kept.png"]


def test_a_target_with_data_is_not_replaced_unasked(archive: Path) -> None:
    make_user(username="later")
    with pytest.raises(CommandError, match=r"already has data .accounts.*--overwrite"):
        call_command("restore", str(archive))
    assert usernames() == {"kept", "later"}


@pytest.mark.parametrize("member", ["media/top.bin", "media/pictures/ab/kept.png", "manifest.json"])
def test_a_damaged_or_missing_member_changes_nothing(archive: Path, media: Path, member: str) -> None:
    make_user(username="later")
    before = files_in(media)

    def damage(members: dict[str, bytes]) -> None:
        members[member] = members[member][:-1] + b"?"

    for change in (damage, lambda members: members.pop(member)):
        rewrite(archive, change)  # type: ignore[arg-type]
        with pytest.raises(BackupRefusedError):
            services.restore_backup(archive=archive, overwrite=True)
    assert usernames() == {"kept", "later"}
    assert files_in(media) == before


def test_a_cut_archive_changes_nothing(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:6000])
    with pytest.raises(BackupRefusedError, match="cut short"):
        services.restore_backup(archive=archive, overwrite=True)
    archive.write_bytes(b"no archive at all")
    with pytest.raises(BackupRefusedError, match="cannot be read"):
        services.restore_backup(archive=archive, overwrite=True)
    assert usernames() == {"kept"}


def test_a_name_that_leaves_the_folder_is_refused(archive: Path, media: Path) -> None:
    def escape(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        manifest["media"][0]["name"] = "media/../../escaped.bin"
        members["manifest.json"] = json.dumps(manifest).encode()
        members["media/../../escaped.bin"] = members.pop("media/top.bin")

    rewrite(archive, escape)
    with pytest.raises(BackupRefusedError, match="unsafe name"):
        services.restore_backup(archive=archive, overwrite=True)
    assert not (media.parent / "escaped.bin").exists()


def test_another_kind_of_database_is_refused(archive: Path) -> None:
    def relabel(members: dict[str, bytes]) -> None:
        members["manifest.json"] = members["manifest.json"].replace(
            django_settings.DATABASES["default"]["ENGINE"]
            .rpartition(".")[2]
            .replace("sqlite3", "sqlite")
            .encode(),
            b"oracle",
        )

    rewrite(archive, relabel)
    with pytest.raises(BackupRefusedError, match="holds a oracle database"):
        services.restore_backup(archive=archive, overwrite=True)


def test_a_database_that_cannot_be_loaded_keeps_the_old_data_and_files(
    archive: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive's checksums are right, but what was backed up is no database."""
    make_user(username="later")
    dumper = type(services.get_dumper())
    monkeypatch.setattr(dumper, "dump", lambda _self, target: target.write_bytes(b"x" * 9000))
    broken = services.write_backup(folder=archive.parent / "broken", now=datetime(2026, 6, 2))[0]  # noqa: DTZ001
    with pytest.raises((BackupRefusedError, sqlite3.DatabaseError)):
        services.restore_backup(archive=broken, overwrite=True)
    assert usernames() == {"kept", "later"}
    assert files_in(media) == {"pictures/ab/kept.png", "top.bin"}
    assert {path.name for path in media.parent.iterdir() if path.is_dir()} == {"media"}


def test_a_running_installation_is_not_restored(archive: Path, settings: Settings) -> None:
    with only_one(settings.HOME / "supervise.lock"), pytest.raises(CommandError, match="already runs"):
        call_command("restore", str(archive), "--overwrite")


@pytest.mark.usefixtures("transactional_db", "media")
def test_an_empty_installation_is_restored_without_asking(archive: Path, media: Path) -> None:
    User.objects.all().delete()
    for name in files_in(media):
        (media / name).unlink()
    services.restore_backup(archive=archive, overwrite=False)
    assert usernames() == {"kept"}


def test_a_database_that_nobody_uses_is_not_backed_up(
    db: None, media: Path, tmp_path: Path, now: datetime
) -> None:
    for prepare in (lambda: None, lambda: MigrationRecorder.Migration.objects.all().delete()):
        prepare()
        with pytest.raises(BackupRefusedError, match="holds no installation: is DATABASE_URL set"):
            services.write_backup(folder=tmp_path / "backups", now=now)
        make_user()
    assert not (tmp_path / "backups").exists()


def test_the_demo_does_not_pass_for_a_production_installation(
    transactional_db: None, media: Path, tmp_path: Path, now: datetime, settings: Settings
) -> None:
    """Both keep SQLite in var/; a `.env` for Compose names no database."""
    make_user()
    audit.record(actor=None, kind=SEEDED, at=now)
    with pytest.raises(BackupRefusedError, match="is the demo's"):
        services.write_backup(folder=tmp_path / "backups", now=now)
    settings.DEMO = True
    assert services.write_backup(folder=tmp_path / "backups", now=now)[0].exists()


def test_a_backup_makes_no_database(tmp_path: Path) -> None:
    environment = make_environment(tmp_path, SECRET_KEY="x" * 50)
    backup = run_manage("backup", environment=environment)
    assert backup.returncode == 1
    assert f"{tmp_path}/storychat.sqlite3 holds no installation" in backup.stderr
    assert "Docker Compose" in backup.stderr
    assert not list(tmp_path.glob("*.sqlite3*"))


_SCRIPT = b"""--
-- PostgreSQL database dump
--

\\restrict token
SET statement_timeout = 0;
SET transaction_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

COPY public.words (word) FROM stdin;
SET transaction_timeout = 0;
\\.
"""


@pytest.mark.parametrize(("version", "count"), [(150020, 1), (160009, 1), (170000, 2)])
def test_only_the_setting_that_an_older_server_refuses_is_left_out(version: int, count: int) -> None:
    result = io.BytesIO()
    databases.copy_script(io.BytesIO(_SCRIPT), result, server_version=version)
    lines = _SCRIPT.splitlines()
    if count == 1:
        lines.remove(b"SET transaction_timeout = 0;")
    assert result.getvalue().splitlines() == lines


def test_data_that_look_like_the_setting_stay() -> None:
    script = _SCRIPT.replace(b"SET transaction_timeout = 0;\n", b"", 1)
    result = io.BytesIO()
    databases.copy_script(io.BytesIO(script), result, server_version=150000)
    assert result.getvalue() == script


@pytest.mark.postgresql
def test_a_newer_pg_restore_restores_to_an_older_server(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL 17's writes a setting that 15 and 16 refuse."""
    newer = tmp_path / "bin" / "pg_restore"
    newer.parent.mkdir()
    newer.write_text(
        "#!/bin/sh\n"
        f'{shutil.which("pg_restore")} "$@" || exit\n'
        'for each; do case "$each" in --file=*) script=${each#--file=} ;; esac; done\n'
        "sed -i 's/^SET lock_timeout = 0;$/&\\nSET transaction_timeout = 0;/' \"$script\"\n"
    )
    newer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{newer.parent}:{os.environ['PATH']}")
    make_user(username="later")
    services.restore_backup(archive=archive, overwrite=True)
    assert usernames() == {"kept"}


@pytest.mark.processes
def test_a_backup_moves_a_sqlite_installation_to_an_empty_folder(tmp_path: Path) -> None:
    old = make_environment(tmp_path / "old", STORYCHAT_DEMO="1")
    new = make_environment(tmp_path / "new", STORYCHAT_DEMO="1")
    assert run_manage("migrate", "--verbosity", "0", environment=old).returncode == 0
    make_account = ("createsuperuser", "--noinput", "--username=moved", "--email=moved@example.test")
    made = run_manage(*make_account, environment={**old, "DJANGO_SUPERUSER_PASSWORD": "a long sentence"})
    assert made.returncode == 0, made.stderr
    with closing(sqlite3.connect(tmp_path / "old/storychat.sqlite3")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    (tmp_path / "old/media").mkdir()
    (tmp_path / "old/media/a.png").write_bytes(b"a")

    backup = run_manage("backup", "--json", environment=old)
    assert backup.returncode == 0, backup.stderr
    restore = run_manage("restore", json.loads(backup.stdout)["archive"], environment=new)
    assert restore.returncode == 0, restore.stderr

    with closing(sqlite3.connect(tmp_path / "new/storychat.sqlite3")) as database:
        assert database.execute("SELECT username FROM accounts_user").fetchall() == [("moved",)]
    assert (tmp_path / "new/media/a.png").read_bytes() == b"a"
    again = run_manage("migrate", "--check", environment=new)
    assert again.returncode == 0, again.stdout
