"""Turning mails off without signing in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client

from accounts import services as account_services
from accounts.models import User
from core.models import AuditEvent
from notifications import links, queries, services
from notifications.models import Preference, Timing
from notifications.queries import Wish
from tests.accounts.people import make_person

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_person(username="mira", email="mira@example.test")


def path_of(user: User, group: str = "reviews") -> str:
    return links.unsubscribe_url(user, group=group).removeprefix(links.absolute("/")[:-1])


def timing_of(user: User, group: str = "reviews") -> Timing:
    return queries.list_wishes(user)[group].by_mail


def test_opening_the_link_changes_nothing_and_asks(client: Client, user: User) -> None:
    """Scanners of mail open every link."""
    for method in (client.get, client.head):
        assert method(path_of(user)).status_code == 200
    page = client.get(path_of(user))
    assert "Turn these mails off?" in page.content.decode()
    assert "Reviews of what you make" in page.content.decode()
    assert timing_of(user) == Timing.AT_ONCE
    assert "no-store" in page["Cache-Control"]


def test_the_button_turns_them_off_and_another_one_on_again(client: Client, user: User) -> None:
    services.set_wishes(actor=user, wishes={"reviews": Wish(is_shown=False, by_mail=Timing.DAILY)}, now=NOW)
    for _ in range(2):
        page = client.post(path_of(user))
        assert page.status_code == 200
        assert "These mails are off" in page.content.decode()
        assert timing_of(user) == Timing.OFF
    for _ in range(2):
        page = client.post(path_of(user) + "undo/")
        assert "These mails are on again" in page.content.decode()
        assert queries.list_wishes(user)["reviews"] == Wish(is_shown=False, by_mail=Timing.DAILY)
    assert timing_of(user, "reports") == Timing.AT_ONCE
    assert AuditEvent.objects.filter(kind="notices.wishes-changed").count() == 3


def test_a_mail_program_does_it_with_one_click(user: User) -> None:
    """RFC 8058: a POST without cookies or token, answered without a redirect, any number of times."""
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = program.post(path_of(user), ONE_CLICK)
        assert response.status_code == 200
    assert timing_of(user) == Timing.OFF


def test_the_link_of_the_daily_mail_turns_off_what_comes_daily(client: Client, user: User) -> None:
    daily, off = Wish(by_mail=Timing.DAILY), Wish(by_mail=Timing.OFF)
    services.set_wishes(actor=user, wishes={"reviews": daily, "general": off}, now=NOW)
    path = path_of(user, "")
    assert "The daily mail" in client.get(path).content.decode()
    for _ in range(2):
        client.post(path, ONE_CLICK)
    assert [timing_of(user, group) for group in ("reviews", "reports", "general")] == [
        "OFF",
        "AT_ONCE",
        "OFF",
    ]
    client.post(path + "undo/")
    assert [timing_of(user, group) for group in ("reviews", "reports", "general")] == [
        "DAILY",
        "AT_ONCE",
        "OFF",
    ]


def test_a_link_in_an_old_mail_works(client: Client, user: User) -> None:
    path = path_of(user)
    with time_machine.travel(datetime.now(tz=UTC) + timedelta(days=400)):
        assert client.post(path).status_code == 200
    assert timing_of(user) == Timing.OFF


def test_the_page_tells_nothing_about_the_person(client: Client, user: User) -> None:
    """Mails are passed on."""
    for response in (
        client.get(path_of(user)),
        client.post(path_of(user)),
        client.post(path_of(user) + "undo/"),
    ):
        page = response.content.decode()
        assert "mira" not in page.replace(path_of(user), "")
        assert user.email not in page


def bad_tokens(user: User) -> list[str]:
    good = path_of(user).rstrip("/").rpartition("/")[2]
    salt = "notifications.unsubscribe"
    return [
        "x",
        good[:-1],
        good + "x",
        "%00",
        "日本",
        signing.dumps([user.public_id, "reviews"], salt="another"),
        signing.dumps([user.public_id, "nowhere"], salt=salt),
        signing.dumps(["0" * 32, "reviews"], salt=salt),
        signing.dumps("reviews", salt=salt),
        signing.dumps(7, salt=salt),
    ]


def test_a_wrong_link_is_not_found_and_all_wrong_links_look_alike(client: Client, user: User) -> None:
    pages = set()
    for token in bad_tokens(user):
        path = f"/notifications/unsubscribe/{token}/"
        for response in (client.get(path), client.post(path), client.post(path + "undo/")):
            assert response.status_code == 404
            assert "We do not know this link" in response.content.decode()
            pages.add(response.content.decode().split("<main")[1].split("</main>")[0])
    assert len(pages) == 1
    assert not Preference.objects.exists()


@pytest.mark.parametrize("group", ["standing", "security"])
def test_no_link_turns_off_what_everybody_gets(client: Client, user: User, group: str) -> None:
    assert client.post(path_of(user, group)).status_code == 404
    with pytest.raises(services.WishRefusedError):
        services.stop_mail(user=user, group=group, now=NOW)
    assert timing_of(user, group) == Timing.AT_ONCE


def test_the_undo_is_not_for_opening(client: Client, user: User) -> None:
    client.post(path_of(user))
    assert client.get(path_of(user) + "undo/").status_code == 405
    assert timing_of(user) == Timing.OFF


def test_the_link_of_somebody_who_left_is_a_wrong_one(client: Client, user: User) -> None:
    path = path_of(user)
    user.delete()
    assert client.get(path).status_code == 404


def test_it_works_whoever_is_signed_in(client: Client, user: User) -> None:
    other = make_person()
    client.force_login(other)
    client.post(path_of(user))
    assert timing_of(user) == Timing.OFF
    assert timing_of(other) == Timing.AT_ONCE


def test_a_suspended_person_can_turn_mails_off(client: Client, user: User) -> None:
    client.force_login(user)
    account_services.suspend_user(
        actor=None, user=user, reason_code="minimum-age", explanation="No.", now=NOW
    )
    assert client.post(path_of(user)).status_code == 200
    assert timing_of(user) == Timing.OFF
