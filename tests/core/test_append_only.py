"""The database itself refuses to rewrite history, whoever asks and however."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from core import append_only, audit
from core.models import AuditEvent, Subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(now: datetime) -> AuditEvent:
    return audit.record(actor=Subject.objects.create(), kind="test.made", at=now)


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE core_auditevent SET kind = 'other'", "DELETE FROM core_auditevent"]
)
def test_a_shell_cannot_change_or_delete_what_was_recorded(event: AuditEvent, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never changed or deleted"):
        execute(statement)
    assert AuditEvent.objects.get(pk=event.pk).kind == "test.made"


@pytest.mark.parametrize("table", ["core_auditevent", "core_subject"])
def test_a_shell_cannot_empty_what_was_recorded_at_one_stroke(event: AuditEvent, table: str) -> None:
    # SQLite has no other word for it, and no cascade.
    statement = "DELETE FROM core_auditevent"
    if connection.vendor == "postgresql":
        # Checks that wait for the end of the transaction would refuse it too.
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        statement = f"TRUNCATE {table} CASCADE"
    with pytest.raises(DatabaseError, match="never changed or deleted"):
        execute(statement)
    assert AuditEvent.objects.filter(pk=event.pk).exists()


def test_every_append_only_table_is_protected_and_there_are_some() -> None:
    tables = append_only.list_tables()
    assert {"core_auditevent", "moderation_decision", "moderation_evidence"} <= set(tables)
    protected = append_only._list_triggers(connection)
    assert all(any(name.startswith(f"{table}_kept") for name in protected) for table in tables)


def test_protecting_twice_is_protecting_once(event: AuditEvent) -> None:
    before = append_only._list_triggers(connection)
    append_only.protect_all()
    assert append_only._list_triggers(connection) == before
    with pytest.raises(DatabaseError):
        execute("DELETE FROM core_auditevent")
    assert AuditEvent.objects.filter(pk=event.pk).exists()
