"""Backing up and restoring a whole installation."""

import logging
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from core.models import AuditEvent
from storychat.backup.archive import MEDIA_PREFIX, BackupRefusedError, Entry, Manifest, Reader, Writer
from storychat.backup.databases import Dumper, get_dumper
from storychat.demo import SEEDED

logger = logging.getLogger(__name__)

_COMPOSE = "With Docker Compose run the command in a container: docs/configuration.md, Backup and restore."


def write_backup(*, folder: Path, now: datetime) -> tuple[Path, Manifest]:
    """Write one archive into `folder`; an interrupted run leaves no archive behind.

    Raises BackupRefusedError when the database that the settings name is not one in use.
    The database is copied first. A file is stored before the row that names it and never changes, so every
    picture in the copy has its file, unless its owner deleted it in between.
    """
    dumper = get_dumper()
    _refuse_unused(dumper)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"storychat-{now:%Y%m%d-%H%M%S}.tar"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".partial-") as work:
        dump = Path(work) / dumper.member
        dumper.dump(dump)
        partial = Path(work) / target.name
        with tarfile.open(partial, "w") as tar:
            writer = Writer(tar, timestamp=now.timestamp())
            with dump.open("rb") as handle:
                database = writer.add(dumper.member, handle, dump.stat().st_size)
            manifest = Manifest(
                created_at=now.isoformat(),
                vendor=connection.vendor,
                versions={name: metadata.version(name) for name in ("django", "celery")},
                migrations=_last_migrations(),
                database=database,
                media=list(_add_media(writer)),
            )
            writer.add_manifest(manifest)
        partial.chmod(0o600)
        partial.replace(target)
    return target, manifest


def restore_backup(*, archive: Path, overwrite: bool) -> Manifest:
    """Replace database and media with the archive's. Raises BackupRefusedError before anything has changed.

    Checks all of the archive first. The database changes in one transaction; local media are swapped as one
    folder after it. Processes that use the installation must be stopped.
    """
    try:
        tar = tarfile.open(archive)  # noqa: SIM115 - closed below
    except (OSError, tarfile.TarError) as error:
        raise BackupRefusedError(f"{archive} cannot be read: {error}") from error
    with tar:
        reader = Reader(tar)
        manifest = reader.manifest
        if manifest.vendor != connection.vendor:
            raise BackupRefusedError(
                f"The archive holds a {manifest.vendor} database, this installation uses {connection.vendor}."
            )
        reader.verify()
        if not overwrite and (what := _find_data()):
            raise BackupRefusedError(
                f"This installation already has data ({what}). To replace all of it: "
                "manage.py restore FILE --overwrite, or make restore FILE=... CONFIRM=yes"
            )
        with tempfile.TemporaryDirectory(prefix="storychat-restore-") as work:
            dump = Path(work) / "dump"
            reader.copy(manifest.database, dump)
            _restore_all(reader, dump)
    return manifest


def _refuse_unused(dumper: Dumper) -> None:
    """Raise when settings that point nowhere would make an archive of nothing that passes for a backup."""
    name = f"The {connection.vendor} database {connection.settings_dict['NAME']}"
    if not dumper.exists() or not _last_migrations() or not get_user_model().objects.exists():
        raise BackupRefusedError(f"{name} holds no installation: is DATABASE_URL set? {_COMPOSE}")
    if not settings.DEMO and AuditEvent.objects.filter(kind=SEEDED).exists():
        raise BackupRefusedError(f"{name} is the demo's, but STORYCHAT_DEMO is not set. {_COMPOSE}")


def _restore_all(reader: Reader, dump: Path) -> None:
    dumper = get_dumper()
    if not isinstance(default_storage, FileSystemStorage):
        _upload_media(reader, default_storage)
        dumper.load(dump)
        return
    media = Path(default_storage.location)
    fresh, old = media.with_name(media.name + ".restoring"), media.with_name(media.name + ".old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        for name, entry in reader.list_media():
            reader.copy(entry, fresh / name)
        dumper.load(dump)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if media.exists():
        media.replace(old)
    fresh.replace(media)
    shutil.rmtree(old, ignore_errors=True)


def _upload_media(reader: Reader, storage: Storage) -> None:
    """Bring back what the storage lacks; names are unguessable and files never change."""
    for name, entry in reader.list_media():
        if not storage.exists(name):
            with reader.open(entry.name) as handle:
                storage.save(name, File(handle))


def _add_media(writer: Writer) -> Iterator[Entry]:
    for name in _list_files(default_storage, ""):
        try:
            byte_size = default_storage.size(name)
            handle = default_storage.open(name)
        except FileNotFoundError:  # deleted since it was listed
            logger.info("backup.file.vanished")
            continue
        with handle:
            yield writer.add(MEDIA_PREFIX + name, handle, byte_size)


def _list_files(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from _list_files(storage, f"{folder}/{name}" if folder else name)


def _last_migrations() -> dict[str, str]:
    """Return the newest applied migration of each app."""
    return dict(sorted(MigrationRecorder(connection).applied_migrations()))


def _find_data() -> str:
    """Return what makes this installation more than an empty one, or "" when there is nothing."""
    try:
        with transaction.atomic():
            has_accounts = get_user_model().objects.exists()
    except DatabaseError:  # no tables yet
        has_accounts = False
    if has_accounts:
        return "accounts"
    return "media files" if next(_list_files(default_storage, ""), None) is not None else ""
