"""A process of the version before writes on while its database has the columns of the next one already."""

import pytest
from django.db import connection

from chat.models import Conversation, Message
from moderation.models import Decision

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (Conversation, {"change_count"}),
        (Message, {"change_number", "removal_id"}),
        (Decision, {"is_our_mistake"}),
    ],
)
@pytest.mark.postgresql
def test_the_database_fills_in_what_an_old_process_does_not_name(model: type, names: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = %s AND column_default IS NOT NULL",
            [model._meta.db_table],  # type: ignore[attr-defined]
        )
        assert names <= {name for (name,) in cursor.fetchall()}
