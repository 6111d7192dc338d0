"""Notices: the list, the bell, the mail."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.template import Context, Template
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from notifications import queries, services
from notifications.models import Notice
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


@pytest.mark.django_db(transaction=True)
def test_mail_goes_out_only_when_the_transaction_is_through() -> None:
    user = make_person()
    with transaction.atomic():
        services.notify(user=user, kind="test", title="a", now=NOW, by_mail=True)
        transaction.set_rollback(True)
    assert not mail.outbox
    with transaction.atomic():
        services.notify(
            user=user,
            kind="test",
            title="A\nBcc: x@example.test",
            body="Why.",
            url="/library/",
            now=NOW,
            by_mail=True,
        )
        assert not mail.outbox
    message = mail.outbox[0]
    assert message.subject == "A Bcc: x@example.test"
    assert message.to == [user.email]
    assert "Why." in message.body
    assert "/library/" in message.body


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_costs_the_mail_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    services.notify(user=make_person(), kind="test", title="a", now=NOW, by_mail=True)
    assert Notice.objects.count() == 1


def test_notices_need_a_person(client: Client) -> None:
    assert client.get("/notifications/").url == "/accounts/login/?next=/notifications/"
