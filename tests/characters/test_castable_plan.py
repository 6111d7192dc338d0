"""Whom an author may add to a cast is found from indexes, with words and without."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.test.utils import CaptureQueriesContext

from characters import casting, queries
from characters.models import Revision
from tests import crowds, plans
from tests.factories import make_character, make_user

# Everybody's: what grows with the site.
GROWING = {"characters_character", "characters_revision"}


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("words", ["", "number", "5999", "nobody"], ids=["none", "many", "one", "nobody"])
def test_nothing_that_grows_is_read_from_end_to_end(words: str) -> None:
    """Also for a word that few have: the rows that are shown are looked up by their keys."""
    crowds.make_shown(6000)
    # The words that saving one by one would store.
    Revision.objects.update(search_text=Concat(Lower("name"), Value("\n")))
    author = make_user()
    own = make_character(owner=author, name="Number of mine")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as used:
        found = casting.find_castable(author, words=words, without=[], count=9)

    expected = {"": 9, "number": 9, "5999": 1, "nobody": 0}[words]
    assert len(found) == expected
    assert (own in found) == (words in {"", "number"})
    for query in used:
        nodes = plans.plan_of(query["sql"])
        assert not GROWING & plans.tables_read_whole(nodes), query["sql"][:120]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [2, 12])
def test_it_costs_the_same_for_two_and_for_twelve(count: int, django_assert_num_queries: Any) -> None:
    author = make_user()
    for _number in range(count):
        make_character(owner=author)
        make_character(state="APPROVED")

    with django_assert_num_queries(3):
        found = casting.find_castable(author, words="mira", without=[], count=30)
        for character in found:
            assert character.revision_for(author) is not None

    assert len(found) == 2 * count


@pytest.mark.django_db
def test_ones_own_come_first_then_the_most_chatted() -> None:
    author = make_user()
    others = [make_character(state="APPROVED") for _number in range(3)]
    for chats, character in zip((5, 9, 7), others, strict=True):
        type(character).objects.filter(pk=character.pk).update(chat_count=chats)
    mine = make_character(owner=author)

    def ids_of(without: Sequence[str] = (), count: int = 9) -> list[int]:
        return queries.find_castable(author, words=[], without=without, count=count)

    assert ids_of() == [mine.pk, others[1].pk, others[2].pk, others[0].pk]
    assert ids_of(without=[others[1].public_id]) == [mine.pk, others[2].pk, others[0].pk]
    assert ids_of(count=1) == [mine.pk]
