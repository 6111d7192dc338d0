"""Rows that the database itself refuses to change: whoever has a shell cannot rewrite history by mistake.

Triggers are put in place after every migration, because SQLite drops them whenever it rebuilds a table.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.models import AppendOnlyModel

_FUNCTION = "core_refuse_change"
_MESSAGE = "rows of this table are never changed or deleted"
_FUNCTION_SQL = (
    f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def protect_all(*, using: str = "default", **_signal: Any) -> None:
    """Let every append-only table that exists refuse changes. Safe to repeat."""
    connection = connections[using]
    present = _list_triggers(connection)
    wanted = {
        name: statement
        for table in _list_existing(connection)
        for name, statement in _triggers(connection.vendor, table).items()
        if name not in present
    }
    if wanted and connection.vendor == "postgresql":
        _run(connection, [_FUNCTION_SQL])
    _run(connection, wanted.values())


def release_all(*, using: str = "default") -> None:
    """Take the triggers away, for whoever empties a whole database (tests do)."""
    connection = connections[using]
    is_postgresql = connection.vendor == "postgresql"
    _run(
        connection,
        [
            f'DROP TRIGGER "{name}" ON "{table}"' if is_postgresql else f'DROP TRIGGER "{name}"'
            for name, table in _list_triggers(connection).items()
        ],
    )


def list_tables() -> list[str]:
    """Return the tables of all append-only models."""
    return sorted(
        model._meta.db_table  # noqa: SLF001 - its documented place
        for model in apps.get_models()
        if issubclass(model, AppendOnlyModel) and not model._meta.proxy  # noqa: SLF001
    )


def _triggers(vendor: str, table: str) -> dict[str, str]:
    """Return what makes a table refuse changes, by name."""
    if vendor == "postgresql":
        rows, whole = f"{table}_kept", f"{table}_kept_whole"
        return {
            rows: f'CREATE TRIGGER "{rows}" BEFORE UPDATE OR DELETE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()",
            # TRUNCATE deletes no rows as far as the other one can see.
            whole: f'CREATE TRIGGER "{whole}" BEFORE TRUNCATE ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()",
        }
    return {
        f"{table}_kept_{event}": f'CREATE TRIGGER "{table}_kept_{event}" BEFORE {event.upper()} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        for event in ("update", "delete")
    }


def _list_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the names of ours that are in place, with their tables."""
    catalogue = {
        "postgresql": "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal",
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        return {name: table for name, table in cursor.fetchall() if "_kept" in name}


def _list_existing(connection: BaseDatabaseWrapper) -> list[str]:
    existing = set(connection.introspection.table_names())
    return [table for table in list_tables() if table in existing]


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
