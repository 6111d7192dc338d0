"""Dumping and loading a whole database with the tools its maker gives, never row by row."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Protocol

from django.db import connection

from storychat.backup.archive import BackupRefusedError

# Everything goes, so that tables which the archive does not know cannot stay behind.
_REPLACE_SCHEMA = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


class Dumper(Protocol):
    """What backup and restore need from a kind of database."""

    member: str

    def dump(self, target: Path) -> None:
        """Write a consistent copy while others go on working."""

    def load(self, source: Path) -> None:
        """Replace everything in one transaction: afterwards all of it is there, or nothing has changed."""


class SqliteDumper:
    """Uses SQLite's online backup, which sees one moment even while others write."""

    member = "database.sqlite3"

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
            shutil.copyfileobj(body, handle)
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


def get_dumper() -> Dumper:
    """Return the dumper for the configured database."""
    if connection.vendor == "sqlite":
        return SqliteDumper()
    if connection.vendor == "postgresql":
        return PostgresDumper()
    raise BackupRefusedError(f"There is no backup for {connection.vendor} databases.")
