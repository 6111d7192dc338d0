"""What was reported before reports had subjects is still somebody's."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("moderation", "0007_two_people_take_back")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def old_apps() -> Iterator[Any]:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield migrate(BEFORE)
    migrate(newest)


def test_reports_point_to_the_subject_of_who_made_them(old_apps: Any, now: datetime) -> None:
    subject = old_apps.get_model("core", "Subject").objects.create()
    user = old_apps.get_model("accounts", "User").objects.create(
        username="ada", email="ada@example.test", subject=subject
    )
    case = old_apps.get_model("moderation", "Case").objects.create(
        target_kind="thing", target_id="lamp", created_at=now
    )
    made = old_apps.get_model("moderation", "Report").objects.create(
        case=case, reporter=user, creation_key="k", reason="OTHER", created_at=now
    )
    new_apps = migrate([("moderation", "0009_reports_have_subjects")])
    kept = new_apps.get_model("moderation", "Report").objects.get(pk=made.pk)
    assert (kept.reporter_id, kept.reporter_subject_id) == (user.pk, subject.pk)
