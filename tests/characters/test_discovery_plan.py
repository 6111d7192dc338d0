"""A page of discovery reads what stands on it, and not the whole site, of either kind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import queries
from core.pagination import get_page
from tests import crowds, plans
from tests.factories import make_user

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

LISTS: dict[str, tuple[Callable[..., Any], tuple[str, ...], str]] = {
    "newest": (queries.list_newest, queries.NEWEST, "characters_newest"),
    "most-chatted": (queries.list_most_chatted, queries.MOST_CHATTED, "characters_most_chatted"),
    "newest stories": (queries.list_newest_stories, queries.NEWEST, "characters_story_newest"),
    "most-played stories": (
        queries.list_most_played_stories,
        queries.MOST_CHATTED,
        "characters_story_most_played",
    ),
}
# Everybody's: what grows with the site.
GROWING = {
    *("characters_character", "characters_revision"),
    *("characters_story", "characters_storyrevision", "characters_castmember"),
}


def test_the_order_comes_from_the_index_and_only_what_is_shown_is_looked_up() -> None:
    """R8: who is in a story, and who sees them, is asked of the stories of one page."""
    crowds.make_shown(6000)
    viewer = make_user()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    for name, (rows, order, index) in LISTS.items():
        with CaptureQueriesContext(connection) as used:
            page = get_page(rows(viewer), order=order, size=24)
        assert len(page.rows) == 24
        nodes = plans.plan_of(used[0]["sql"])
        assert index in plans.indexes_in(nodes), name
        assert not GROWING & plans.tables_read_whole(nodes), name
