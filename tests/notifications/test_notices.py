"""Notices: the list, the bell, the mail."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from notifications import queries, services
from notifications.models import Notice
from notifications.queries import Wish
from tests.accounts.people import make_person

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_the_list_shows_only_ones_own(client: Client) -> None:
    user, other = make_person(), make_person()
    services.notify(user=user, kind="test", title="Your character was approved", url="/library/", now=NOW)
    services.notify(user=other, kind="test", title="Secret", now=NOW)
    client.force_login(user)
    page = client.get("/notifications/").content.decode()
    assert 'href="/library/"' in page
    assert "Your character was approved" in page
    assert "Secret" not in page


def test_what_is_written_is_not_markup(client: Client) -> None:
    user = make_person()
    services.notify(user=user, kind="test", title="<b>bold</b>", body="<script>x</script>", now=NOW)
    client.force_login(user)
    page = client.get("/notifications/").content.decode()
    assert "<b>bold" not in page
    assert "<script>x" not in page


def test_the_empty_list_says_so(client: Client) -> None:
    client.force_login(make_person())
    assert "Nothing new" in client.get("/notifications/").content.decode()


def test_pages_follow_each_other_and_cost_the_same(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_person()
    for number in range(45):
        services.notify(user=user, kind="test", title=f"n{number}", now=NOW + timedelta(seconds=number // 2))
    client.force_login(user)
    seen: list[str] = []
    url = "/notifications/"
    while url:
        with django_assert_max_num_queries(6):
            page = client.get(url)
        seen += [notice.title for notice in page.context["notices"]]
        url = f"/notifications/{page.context['next_url']}" if page.context["next_url"] else ""
    assert len(seen) == len(set(seen)) == 45
    assert seen[0] == "n44"
    assert client.get("/notifications/?cursor=x").status_code == 404


def test_one_or_all_are_marked_as_read_and_only_ones_own(client: Client) -> None:
    user, other = make_person(), make_person()
    mine = [services.notify(user=user, kind="test", title="a", now=NOW) for _ in range(3)]
    theirs = services.notify(user=other, kind="test", title="b", now=NOW)
    client.force_login(user)
    client.post("/notifications/read/", {"notice": mine[0].public_id})
    assert queries.count_unread(user) == 2
    client.post("/notifications/read/", {"notice": theirs.public_id})
    assert queries.count_unread(other) == 1
    assert client.post("/notifications/read/", {"notice": "\x00"}).status_code == 302
    assert queries.count_unread(user) == 2
    client.post("/notifications/read/")
    assert queries.count_unread(user) == 0
    assert queries.count_unread(other) == 1
    assert client.get("/notifications/read/").status_code == 405


def test_the_bell_counts(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = make_person()
    services.notify(user=user, kind="test", title="a", now=NOW)
    request = RequestFactory().get("/")
    request.user = user
    template = Template("{% load notices %}{% unread_notice_count as n %}{{ n }}")
    with django_assert_num_queries(1):
        assert template.render(Context({"request": request})) == "1"
    assert template.render(Context({})) == "0"


def test_the_bell_stops_counting_at_a_hundred() -> None:
    user = make_person()
    Notice.objects.bulk_create(Notice(user=user, kind="test", title="a", created_at=NOW) for _ in range(120))
    assert queries.count_unread(user) == 100


def test_notices_need_a_person(client: Client) -> None:
    assert client.get("/notifications/").url == "/accounts/login/?next=/notifications/"


def test_the_list_is_narrowed_down_to_a_group(client: Client) -> None:
    user = make_person()
    for number in range(25):
        services.notify(user=user, kind="character-approved", title=f"approved {number}", now=NOW)
    services.notify(user=user, kind="report-closed", title="Your report", now=NOW)
    client.force_login(user)
    first = client.get("/notifications/?group=reviews")
    rest = client.get("/notifications/" + first.context["next_url"])
    assert [len(page.context["notices"]) for page in (first, rest)] == [20, 5]
    assert [link.is_current for link in first.context["filters"]][:2] == [True, False]
    assert "Your report" not in first.content.decode() + rest.content.decode()
    assert "Nothing of this kind" in client.get("/notifications/?group=security").content.decode()
    assert client.get("/notifications/?group=nothing").status_code == 404
    assert client.get("/notifications/?group=%00").status_code == 404


@pytest.mark.parametrize("query", ["", "?group=general"])
def test_a_page_costs_the_same_for_two_and_for_twelve(client: Client, query: str) -> None:
    user = make_person()
    client.force_login(user)
    costs = []
    for count in (2, 10):
        for _ in range(count):
            services.notify(user=user, kind="test", title="a", now=NOW)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/notifications/{query}")
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 6


def test_marking_all_in_a_narrowed_list_leaves_the_others(client: Client) -> None:
    user = make_person()
    services.notify(user=user, kind="character-approved", title="a", now=NOW)
    services.notify(user=user, kind="report-closed", title="b", now=NOW)
    client.force_login(user)
    response = client.post("/notifications/read/", {"group": "reviews"})
    assert response.url == "/notifications/?group=reviews"
    assert [notice.title for notice in Notice.objects.filter(read_at=None)] == ["b"]
    assert client.post("/notifications/read/", {"group": "nothing"}).status_code == 404
    assert services.mark_read(actor=user, now=NOW, group="\0") == 0


def test_what_a_person_does_not_want_to_see_is_neither_listed_nor_counted(client: Client) -> None:
    user = make_person()
    services.set_wishes(actor=user, wishes={"reviews": Wish(is_shown=False)}, now=NOW)
    services.notify(user=user, kind="character-approved", title="Approved", now=NOW)
    client.force_login(user)
    assert "Nothing new" in client.get("/notifications/").content.decode()
    assert queries.count_unread(user) == 0
