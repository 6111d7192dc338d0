"""The queue costs the same however much waits, and its order comes from an index."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from characters.models import Revision, State
from tests import crowds, plans
from tests.factories import make_character, make_staff

pytestmark = pytest.mark.django_db

PAGES = {"character": "pendingrevision", "story": "pendingstoryrevision"}
INDEXES = {"character": "characters_riskiest", "story": "characters_story_riskiest"}


def url(kind: str, page: str = "changelist") -> str:
    return reverse(f"admin:characters_{PAGES[kind]}_{page}")


@pytest.fixture
def staff_client(db: None) -> Client:
    client = Client()
    client.force_login(make_staff())
    return client


def queries_of(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as used:
        response = client.get(path)
    assert response.status_code in {200, 302}
    return [query["sql"] for query in used]


@pytest.mark.parametrize("kind", PAGES)
def test_the_queue_takes_the_same_queries_for_few_and_for_thousands(staff_client: Client, kind: str) -> None:
    path = url(kind)
    counts = []
    for number, more in enumerate((2, 38, 3000)):
        crowds.make_waiting(more, prefix=f"crowd-{number}", kind=kind)
        counts.append(len(queries_of(staff_client, path)))
    assert counts[0] == counts[1] == counts[2] <= 9


def test_pages_are_counted_up_to_a_bound(staff_client: Client) -> None:
    crowds.make_waiting(1100)
    response = staff_client.get(url("character"))
    assert response.context["cl"].result_count == 1000
    assert "Only the first 1,000 are counted" in response.content.decode() or (
        "Only the first 1000 are counted" in response.content.decode()
    )
    assert staff_client.get(url("character"), {"p": "50"}).status_code == 200


@pytest.mark.postgresql
@pytest.mark.parametrize("page", ["changelist", "next"])
@pytest.mark.parametrize("kind", PAGES)
def test_the_order_comes_from_the_index(staff_client: Client, kind: str, page: str) -> None:
    crowds.make_waiting(4000, kind=kind)
    crowds.make_rejected(4000, kind=kind)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    lists = [sql for sql in queries_of(staff_client, url(kind, page)) if '"risk" DESC' in sql]
    assert lists
    for sql in lists:
        nodes = plans.plan_of(sql)
        assert INDEXES[kind] in plans.indexes_in(nodes)
        assert not {"Sort", "Incremental Sort"} & {node["Node Type"] for node in nodes}, sql
        tables = {
            "characters_revision",
            "characters_character",
            "characters_storyrevision",
            "characters_story",
        }
        assert not tables & plans.tables_read_whole(nodes), sql


def test_what_waited_before_risk_was_known_is_not_looked_at_last() -> None:
    """Migration 0003."""
    migration = import_module("characters.migrations.0003_review_risk")
    held = {"minors": 400, "real-person": 300, "spam": 200, "": 10}
    for code in held:
        revision = make_character(state=State.PENDING).open_revision
        Revision.objects.filter(pk=revision.pk).update(risk=0, hold_code=code)
    rejected = make_character(state=State.REJECTED).open_revision
    Revision.objects.filter(pk=rejected.pk).update(risk=0)
    migration.rate_waiting(apps, None)
    assert dict(Revision.objects.filter(state=State.PENDING).values_list("hold_code", "risk")) == held
    assert Revision.objects.get(pk=rejected.pk).risk == 0
