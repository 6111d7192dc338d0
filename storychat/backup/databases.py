"""Dumping and loading a whole database with the tools its maker gives, never row by row."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import IO, Protocol

from django.db import connection

from storychat.backup.archive import BackupRefusedError

# Everything goes, so that tables which the archive does not know cannot stay behind.
_REPLACE_SCHEMA = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
# pg_restore writes this since version 17, and older servers refuse it.
_NEW_SETTING = b"SET transaction_timeout = 0;"
_NEW_SETTING_VERSION = 170000
# What the lines above the first real statement of a script begin with.
_HEADER = (b"--", b"\\", b"SET ", b"SELECT pg_catalog.set_config(", b"\n")


class Dumper(Protocol):
    """What backup and restore need from a kind of database."""

    member: str

    def exists(self) -> bool:
        """Return whether there is a database, without making one."""

    def dump(self, target: Path) -> None:
        """Write a consistent copy while others go on working."""

    def load(self, source: Path) -> None:
        """Replace everything in one transaction: afterwards all of it is there, or nothing has changed."""


class SqliteDumper:
    """Uses SQLite's online backup, which sees one moment even while others write."""

    member = "database.sqlite3"

    def exists(self) -> bool:
        name = str(connection.settings_dict["NAME"])
        return name.startswith((":", "file:")) or Path(name).exists()

    def dump(self, target: Path) -> None:
        with contextlib.closing(sqlite3.connect(target)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
            # One file without -wal beside it.
            copy.execute("PRAGMA journal_mode=DELETE")

    def load(self, source: Path) -> None:
        with contextlib.closing(sqlite3.connect(source)) as copy:
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise BackupRefusedError(f"The database in the archive is damaged: {verdict}")
            connection.ensure_connection()
            copy.backup(connection.connection)
        connection.close()


class PostgresDumper:
    """Uses pg_dump, pg_restore and psql."""

    member = "database.pgdump"

    def exists(self) -> bool:
        return True  # or connecting says that there is none

    def dump(self, target: Path) -> None:
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")

    def load(self, source: Path) -> None:
        script = source.with_suffix(".sql")
        self._run(
            "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source), connects=False
        )
        whole = source.with_suffix(".whole.sql")
        with whole.open("wb") as handle, script.open("rb") as body:
            handle.write(_REPLACE_SCHEMA.encode())
            copy_script(body, handle, server_version=self._server_version())
        connection.close()
        self._run(
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
            f"--file={whole}",
        )

    def _server_version(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            return int(cursor.fetchone()[0])

    def _run(self, program: str, *arguments: str, connects: bool = True) -> None:
        if shutil.which(program) is None:
            raise BackupRefusedError(
                f"{program} is not installed. On Debian and Ubuntu: apt install postgresql-client"
            )
        environment = {**os.environ, **self._credentials()} if connects else dict(os.environ)
        result = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [program, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if result.returncode:
            message = result.stderr.decode(errors="replace").strip()
            raise BackupRefusedError(f"{program} failed: {message}")

    def _credentials(self) -> dict[str, str]:
        """Return libpq variables: they do not show in the list of processes."""
        values = connection.settings_dict
        found = {
            "PGDATABASE": values["NAME"],
            "PGUSER": values["USER"],
            "PGPASSWORD": values["PASSWORD"],
            "PGHOST": values["HOST"],
            "PGPORT": str(values["PORT"] or ""),
            "PGSSLMODE": (values.get("OPTIONS") or {}).get("sslmode", ""),
        }
        return {key: value for key, value in found.items() if value}


def copy_script(script: IO[bytes], target: IO[bytes], *, server_version: int) -> None:
    """Copy what pg_restore wrote, without the one setting that an older server does not know."""
    for line in script:
        if server_version < _NEW_SETTING_VERSION and line.strip() == _NEW_SETTING:
            break
        target.write(line)
        # The same words further down would be somebody's data.
        if not line.startswith(_HEADER):
            break
    shutil.copyfileobj(script, target)


def get_dumper() -> Dumper:
    """Return the dumper for the configured database."""
    if connection.vendor == "sqlite":
        return SqliteDumper()
    if connection.vendor == "postgresql":
        return PostgresDumper()
    raise BackupRefusedError(f"There is no backup for {connection.vendor} databases.")
