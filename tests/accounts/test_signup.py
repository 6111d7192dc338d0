"""Signing up: R17, and the age rules of R10."""

import threading
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client

from accounts import age
from accounts.adapters import AccountAdapter
from accounts.forms import SignupForm
from accounts.models import User
from core.models import AuditEvent, Subject
from core.switches import Feature, set_switch
from tests.accounts.people import is_signed_in, last_link, make_person, sign_up_fields

pytestmark = pytest.mark.django_db
URL = "/accounts/signup/"


def test_the_form_has_its_words(client: Client) -> None:
    page = client.get(URL).content.decode()
    for label in ("Email", "Username", "Password", "Date of birth"):
        assert f">{label}</label>" in page
    assert "Create account</button>" in page


def test_sign_up_confirm_and_be_signed_in(client: Client) -> None:
    """R17: email sign-up with a confirmed address."""
    response = client.post(URL, sign_up_fields(time_zone="Asia/Tokyo"))
    assert response.url == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    page = client.get(last_link())
    assert b"mira@example.test" in page.content
    client.post(last_link())
    assert is_signed_in(client)
    user = User.objects.get()
    assert (user.username, user.email, user.date_of_birth) == ("mira", "mira@example.test", date(1995, 5, 5))
    assert (user.time_zone, user.safe_mode) == ("Asia/Tokyo", True)
    assert AuditEvent.objects.filter(kind="account.created", target_id=user.public_id).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "", "required"),
        ("email", "not an address", "valid email"),
        ("email", "mira\x00@example.test", "Null"),
        ("email", "x" * 250 + "@example.test", "254"),
        ("username", "", "required"),
        ("username", "ab", "3"),
        ("username", "a" * 31, "30"),
        ("username", "mira ☃", "letters from a to z"),
        ("username", "mira@home", "letters from a to z"),
        ("username", "Ad_min", "reserved"),
        ("username", "mi\x00ra", "Null"),
        ("password1", "", "required"),
        ("password1", "short", "short"),
        ("password1", "password1234", "common"),
        ("password1", "12345678901234", "numeric"),
        ("date_of_birth", "", "required"),
        ("date_of_birth", "yesterday", "valid date"),
        ("date_of_birth", "2999-01-01", "cannot be right"),
        ("date_of_birth", "1800-01-01", "cannot be right"),
        ("date_of_birth", "2001-02-29", "valid date"),
    ],
)
def test_a_bad_value_gives_a_field_error_and_keeps_the_rest(
    client: Client, field: str, value: str, words: str
) -> None:
    response = client.post(URL, sign_up_fields(**{field: value}))
    assert response.status_code == 200
    form = response.context["form"]
    assert words.lower() in " ".join(form.errors[field]).lower()
    page = response.content.decode()
    for name, kept in sign_up_fields().items():
        if name not in (field, "password1"):
            assert f'value="{kept}"' in page
    assert not User.objects.exists()


def test_missing_fields_and_strange_zones_do_no_harm(client: Client) -> None:
    assert set(client.post(URL, {}).context["form"].errors) == {
        *("email", "username", "password1", "date_of_birth")
    }
    client.post(URL, sign_up_fields(time_zone="../../etc/passwd"))
    assert User.objects.get().time_zone == "UTC"


@pytest.mark.parametrize("username", ["mira", "MIRA", "Mira"])
def test_a_username_is_taken_in_any_case(client: Client, username: str) -> None:
    make_person(username="Mira", email="other@example.test")
    response = client.post(URL, sign_up_fields(username=username))
    assert "username" in response.context["form"].errors
    assert User.objects.count() == 1


def test_a_taken_address_is_not_given_away(client: Client) -> None:
    make_person(username="somebody", email="mira@example.test")
    response = client.post(URL, sign_up_fields(email="MIRA@example.test"))
    assert response.url == "/accounts/confirm-email/"
    assert User.objects.count() == 1
    assert mail.outbox[-1].subject == "You already have an account"


@time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC))
@pytest.mark.parametrize(
    ("born", "is_welcome"), [("2013-06-01", True), ("2013-06-02", False), ("2020-01-01", False)]
)
def test_thirteen_is_the_least_age(client: Client, born: str, is_welcome: bool) -> None:
    response = client.post(URL, sign_up_fields(date_of_birth=born))
    assert response.status_code == (302 if is_welcome else 403)
    assert User.objects.exists() == is_welcome


@pytest.mark.parametrize(
    ("today", "years"),
    [(date(2025, 2, 28), 12), (date(2025, 3, 1), 13), (date(2028, 2, 28), 15), (date(2028, 2, 29), 16)],
)
def test_born_on_a_leap_day(today: date, years: int) -> None:
    assert age.years_on(date(2012, 2, 29), today) == years


@time_machine.travel(datetime(2026, 5, 31, 20, tzinfo=UTC))
def test_the_birthday_begins_where_the_person_lives(client: Client) -> None:
    fields = sign_up_fields(date_of_birth="2013-06-01", time_zone="Asia/Tokyo")
    assert client.post(URL, fields).status_code == 302


def test_a_child_is_refused_kindly_and_nothing_is_kept(client: Client) -> None:
    born = str(datetime.now(tz=UTC).date().replace(day=1).replace(year=datetime.now(tz=UTC).year - 10))
    response = client.post(URL, sign_up_fields(date_of_birth=born))
    page = response.content.decode()
    assert response.status_code == 403
    assert "You cannot join just yet" in page
    assert "mira" not in page
    assert not User.objects.exists()
    assert not Subject.objects.exists()
    assert not AuditEvent.objects.exists()
    assert not mail.outbox
    assert born not in str(client.cookies)
    assert "sessionid" not in client.cookies


def test_a_child_cannot_go_back_and_change_the_year(client: Client) -> None:
    client.post(URL, sign_up_fields(date_of_birth="2020-01-01"))
    assert client.get(URL).status_code == 403
    assert client.post(URL, sign_up_fields()).status_code == 403
    assert not User.objects.exists()
    with time_machine.travel(datetime.now(tz=UTC).replace(year=datetime.now(tz=UTC).year + 1)):
        assert client.get(URL).status_code == 200


def test_a_child_is_refused_even_when_other_fields_are_wrong(client: Client) -> None:
    assert client.post(URL, sign_up_fields(date_of_birth="2020-01-01", email="")).status_code == 403


def test_sign_up_can_be_switched_off_with_a_reason(client: Client, now: datetime) -> None:
    """R20: the switch shows its reason."""
    set_switch(actor=None, feature=Feature.SIGN_UP, is_on=False, reason="We are moving house.", now=now)
    assert b"We are moving house." in client.get(URL).content
    assert client.post(URL, sign_up_fields()).status_code == 403
    assert not User.objects.exists()


def test_sign_up_is_limited_per_address(client: Client) -> None:
    statuses = [client.post(URL, {}).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    assert client.post(URL, {}, REMOTE_ADDR="10.0.0.9").status_code == 200


def test_a_double_click_makes_one_account(client: Client) -> None:
    first = client.post(URL, sign_up_fields())
    second = Client().post(URL, sign_up_fields())
    assert first.url == second.url == "/accounts/confirm-email/"
    assert User.objects.count() == 1
    assert len(mail.outbox) == 1


def test_the_other_click_may_be_through_between_two_looks(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(URL, sign_up_fields())
    look, looks = SignupForm._find_repeat, []

    def blind_at_first(form: SignupForm, username: str) -> User | None:
        looks.append(username)
        return look(form, username) if len(looks) > 1 else None

    monkeypatch.setattr(SignupForm, "_find_repeat", blind_at_first)
    assert Client().post(URL, sign_up_fields()).status_code == 302
    assert User.objects.count() == 1


def test_another_password_is_not_a_double_click(client: Client) -> None:
    client.post(URL, sign_up_fields())
    response = Client().post(URL, sign_up_fields(password1="another long phrase"))
    assert "username" in response.context["form"].errors


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, {302}),
        ({"email": "other@example.test"}, {200, 302}),
        ({"username": "other"}, {302}),
    ],
    ids=["same form", "same username", "same address"],
)
def test_two_at_once_end_in_one_account_and_no_error(other: dict[str, str], expected: set[int]) -> None:
    """The unique constraint decides; who comes second gets a field error or the usual page."""
    barrier = threading.Barrier(2)
    statuses: list[int] = []

    def post(fields: dict[str, str]) -> None:
        try:
            client = Client()
            barrier.wait()
            statuses.append(client.post(URL, fields).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[sign_up_fields(**part)]) for part in ({}, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= expected
    assert len(statuses) == 2
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("taken", "status"),
    [
        ({"username": "MIRA", "email": "other@example.test"}, 200),
        ({"username": "other", "email": "MIRA@example.test"}, 302),
    ],
)
def test_who_was_faster_is_found_by_the_constraint(
    client: Client, monkeypatch: pytest.MonkeyPatch, taken: dict[str, str], status: int
) -> None:
    """The form's check saw nothing because the row came right after it."""
    make_person(**taken)
    monkeypatch.setattr(AccountAdapter, "clean_username", lambda _self, username: username)
    monkeypatch.setattr(SignupForm, "validate_unique_email", lambda _self, email: email)
    response = client.post(URL, sign_up_fields())
    assert response.status_code == status
    if status == 200:
        assert "taken a moment ago" in response.context["form"].errors["username"][0]
    assert User.objects.count() == Subject.objects.count() == 1
