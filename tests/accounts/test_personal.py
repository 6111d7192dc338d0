"""What happens around every page for whoever reads it: their own clock, and nothing kept in the browser."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from accounts import services, zones
from accounts.models import Restriction, User
from tests.accounts.people import make_person

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _suspend(user: User) -> None:
    services.suspend_user(
        actor=None, user=user, reason_code="fraud", explanation="You asked for card numbers.", now=NOW
    )


def test_a_suspended_person_reads_times_in_their_own_zone(client: Client) -> None:
    user = make_person()
    user.time_zone = "America/New_York"
    user.save()
    client.force_login(user)
    _suspend(user)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = client.get("/settings/standing/").content.decode()
    assert "June 1, 2026, 8 a.m. (EDT)" in page
    assert "noon" not in page


def test_a_restricted_person_reads_whose_clock_is_meant(client: Client) -> None:
    user = make_person()
    services.restrict_user(
        actor=None,
        user=user,
        scope=Restriction.Scope.CHAT,
        reason_code="hate",
        explanation="You attacked a group of people.",
        ends_at=NOW + timedelta(days=7),
        now=NOW,
    )
    client.force_login(user)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert "Until June 8, 2026, noon (UTC)" in client.get("/settings/standing/").content.decode()


@pytest.mark.parametrize(
    ("zone", "spelled"),
    [
        ("UTC", "June 1, 2026, noon (UTC)"),
        ("Europe/Berlin", "June 1, 2026, 2 p.m. (CEST)"),
        ("Asia/Tashkent", "June 1, 2026, 5 p.m. (UTC+05)"),
        ("America/Sao_Paulo", "June 1, 2026, 9 a.m. (UTC-03)"),
    ],
)
def test_a_time_names_its_zone(zone: str, spelled: str) -> None:
    assert zones.spell_time(NOW, ZoneInfo(zone)) == spelled


@pytest.mark.parametrize(
    "url", ["/", "/notifications/", "/settings/notifications/", "/library/", "/settings/standing/"]
)
def test_no_browser_keeps_what_a_signed_in_person_read(client: Client, url: str) -> None:
    """Otherwise "Back" after signing out would show it."""
    client.force_login(make_person())
    response = client.get(url)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_nor_what_a_suspended_one_read(client: Client) -> None:
    user = make_person()
    client.force_login(user)
    _suspend(user)
    assert "no-store" in client.get("/help/guidelines/")["Cache-Control"]


def test_a_visitor_s_pages_may_be_kept(client: Client) -> None:
    assert "Cache-Control" not in client.get("/")
