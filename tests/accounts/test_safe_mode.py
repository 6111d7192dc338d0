"""The viewer's Safe Mode (R10), the date of birth, and the time zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from accounts import policies, services
from accounts.models import Restriction, User
from core.models import AuditEvent, Subject
from tests.accounts.people import make_person

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_off_takes_two_steps_and_on_takes_one(client: Client) -> None:
    """R10: the viewer's switch takes two steps."""
    user = make_person()
    client.force_login(user)
    page = client.get("/settings/safety/").content.decode()
    assert "Safe Mode" in page
    first = client.post("/settings/safety/", {})
    assert first.url == "/settings/safety/off/"
    user.refresh_from_db()
    assert user.safe_mode
    assert b"What changes" in client.get(first.url).content
    assert "is_sure" in client.post(first.url, {}).context["form"].errors
    user.refresh_from_db()
    assert user.safe_mode
    assert client.post(first.url, {"is_sure": "on"}).url == "/settings/safety/"
    user.refresh_from_db()
    assert not user.safe_mode
    client.post("/settings/safety/", {"safe_mode": "on"})
    user.refresh_from_db()
    assert user.safe_mode
    kinds = AuditEvent.objects.filter(target_id=user.public_id).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["safe-mode.off", "safe-mode.on"]


def test_looking_at_step_two_changes_nothing(client: Client) -> None:
    user = make_person()
    client.force_login(user)
    client.get("/settings/safety/off/", {"is_sure": "on"})
    user.refresh_from_db()
    assert user.safe_mode


@pytest.mark.parametrize("born", [date(2012, 1, 1), None])
def test_minors_and_people_of_unknown_age_keep_it_on_and_read_why(client: Client, born: date | None) -> None:
    """R10: both need an adult account; unknown means minor."""
    user = make_person(date_of_birth=born)
    client.force_login(user)
    page = client.get("/settings/safety/").content.decode()
    assert "disabled" in page
    assert ("until you are 18" in page) == (born is not None)
    assert ("do not know your date of birth" in page) == (born is None)
    assert client.post("/settings/safety/off/", {"is_sure": "on"}).status_code == 403
    user.refresh_from_db()
    assert user.safe_mode


@pytest.mark.parametrize(("born", "is_adult"), [(date(2008, 6, 1), True), (date(2008, 6, 2), False)])
def test_eighteen_is_adult(born: date, is_adult: bool) -> None:
    user = make_person(date_of_birth=born)
    if is_adult:
        assert services.set_safe_mode(actor=user, is_on=False, now=NOW)[1]
    else:
        with pytest.raises(services.SafeModeRefusedError) as caught:
            services.set_safe_mode(actor=user, is_on=False, now=NOW)
        assert caught.value.refusal.code == "minor"


def test_setting_it_twice_changes_it_once() -> None:
    user = make_person()
    assert services.set_safe_mode(actor=user, is_on=False, now=NOW)[1]
    assert not services.set_safe_mode(actor=user, is_on=False, now=NOW)[1]
    assert AuditEvent.objects.filter(kind="safe-mode.off").count() == 1


def test_the_database_keeps_safe_mode_on_without_a_date_of_birth() -> None:
    user = make_person(date_of_birth=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(safe_mode=False)


@pytest.mark.parametrize(("field", "value"), [("username", "MIRA"), ("email", "MIRA@example.test")])
def test_the_database_refuses_duplicates_in_any_case(field: str, value: str) -> None:
    make_person(username="mira")
    other = make_person()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=other.pk).update(**{field: value})


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "EVERYTHING"},
        {"ends_at": NOW - timedelta(days=1)},
        {"is_suspension": True, "scope": "CHAT"},
        {"is_suspension": True, "scope": "ACCOUNT", "ends_at": NOW + timedelta(days=1)},
    ],
)
def test_the_database_refuses_senseless_restrictions(changes: dict[str, object]) -> None:
    values = {"scope": "CHAT", "reason_code": "spam", "explanation": "x", "starts_at": NOW, "created_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.create(user=make_person(), **(values | changes))


def test_a_date_of_birth_is_taken_once(client: Client) -> None:
    user = make_person(date_of_birth=None)
    client.force_login(user)
    url = "/settings/safety/birth-date/"
    assert "date_of_birth" in client.post(url, {"date_of_birth": "2999-01-01"}).context["birth_form"].errors
    assert client.post(url, {"date_of_birth": "1990-01-01"}).status_code == 302
    response = client.post(url, {"date_of_birth": "1980-01-01"})
    assert "cannot be changed" in response.content.decode()
    user.refresh_from_db()
    assert user.date_of_birth == date(1990, 1, 1)


def test_below_thirteen_the_date_is_not_kept_and_the_account_ends(client: Client) -> None:
    user = make_person(date_of_birth=None)
    client.force_login(user)
    client.post("/settings/safety/birth-date/", {"date_of_birth": "2020-01-01"})
    user.refresh_from_db()
    assert user.date_of_birth is None
    assert not user.is_active
    assert "13 and older" in client.get("/settings/standing/").content.decode()


def test_times_are_shown_in_the_persons_zone(client: Client) -> None:
    user = make_person()
    client.force_login(user)
    assert (
        "time_zone"
        in client.post("/settings/security/", {"time_zone": "Moon/Base"}).context["zone_form"].errors
    )
    client.post("/settings/security/", {"time_zone": "Asia/Tokyo"})
    ends_at = datetime(2050, 1, 1, 20, tzinfo=UTC)
    services.restrict_user(
        actor=None,
        user=user,
        scope=Restriction.Scope.CHAT,
        reason_code="spam",
        explanation="x",
        ends_at=ends_at,
        now=NOW,
    )
    page = client.get("/settings/standing/")
    assert "Jan. 2, 2050, 5 a.m." in page.content.decode()


@pytest.mark.parametrize("path", ["/settings/safety/", "/settings/safety/off/", "/settings/security/"])
def test_settings_need_a_person(client: Client, path: str) -> None:
    assert client.get(path).url == f"/accounts/login/?next={path}"


def test_settings_leads_to_the_first_page(client: Client) -> None:
    assert client.get("/settings/").url == "/settings/safety/"


@pytest.mark.parametrize(
    ("born", "zone", "sees"),
    [
        (date(1990, 1, 1), "UTC", True),
        (date(2008, 6, 1), "UTC", True),
        # 18 today where they are, and not yet where the servers are.
        (date(2008, 6, 2), "Pacific/Kiritimati", True),
        (date(2008, 6, 2), "UTC", False),
        (date(2013, 1, 1), "UTC", False),
        (date(2027, 1, 1), "UTC", False),
        (None, "UTC", False),
    ],
)
def test_the_age_is_asked_again_whatever_the_switch_says(
    born: date | None, zone: str, sees: bool, django_assert_num_queries: Any
) -> None:
    """R10: unknown age means minor, and a switch that is off opens nothing to a minor."""
    person = User(date_of_birth=born, safe_mode=False, time_zone=zone)
    with time_machine.travel(NOW, tick=False), django_assert_num_queries(0):
        assert policies.sees_mature(person) == sees


def test_an_adult_with_the_switch_on_sees_nothing_mature() -> None:
    assert not policies.sees_mature(User(date_of_birth=date(1990, 1, 1), safe_mode=True))


def test_the_database_keeps_it_on_for_minors() -> None:
    """Whoever writes the row. What SQLite cannot compare with a clock, the policy above asks for."""
    adult, minor = make_person(), make_person(date_of_birth=date(2014, 1, 1))
    User.objects.filter(pk=adult.pk).update(safe_mode=False)
    if connection.vendor != "postgresql":
        User.objects.filter(pk=minor.pk).update(safe_mode=False)
        minor.refresh_from_db()
        assert not policies.sees_mature(minor)
        return
    with pytest.raises(IntegrityError, match="safe_mode_off_is_adult"), transaction.atomic():
        User.objects.filter(pk=minor.pk).update(safe_mode=False)
    with pytest.raises(IntegrityError, match="safe_mode_off_is_adult"), transaction.atomic():
        User.objects.filter(pk=adult.pk).update(date_of_birth=date(2014, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_the_migration_turns_it_on_for_minors() -> None:
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    executor.migrate([("accounts", "0003_sign_in_failures")])
    try:
        for name, born in {"ada": date(1990, 5, 5), "tom": date(2014, 5, 5)}.items():
            subject = Subject.objects.create()
            User.objects.bulk_create(
                [
                    User(
                        username=name,
                        email=f"{name}@example.test",
                        subject=subject,
                        date_of_birth=born,
                        safe_mode=False,
                    )
                ]
            )
    finally:
        MigrationExecutor(connection).migrate(newest)
    assert list(User.objects.order_by("username").values_list("username", "safe_mode")) == [
        ("ada", False),
        ("tom", True),
    ]
