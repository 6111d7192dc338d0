"""R17: a sign-in that looks guessed locks the account until its person shows who they are."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db.models import QuerySet
from django.test import Client

from accounts import queries, services
from accounts.models import KnownDevice, SignInFailures, User
from core.models import AuditEvent
from notifications.models import Mail, Notice
from tests.accounts.people import is_signed_in, make_person, sign_in
from tests.accounts.test_unlocking import PAGE, Capture, send
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LIMIT = 10


@pytest.fixture(autouse=True)
def _clock(settings) -> Iterator[None]:  # type: ignore[no-untyped-def]
    settings.SUSPICIOUS_SIGN_IN_FAILURES = LIMIT
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield
    cache.clear()


@pytest.fixture
def person() -> User:
    return make_person(username="mira")


@pytest.fixture
def known(person: User) -> Client:
    """The browser that the person uses."""
    client = Client()
    sign_in(client, "mira")
    client.post("/accounts/logout/")
    return client


def fail(person: User, count: int, *, now: datetime = NOW) -> None:
    for _number in range(count):
        services.note_failed_sign_in(user=person, now=now)


def is_locked(person: User) -> bool:
    return queries.list_verifiable_locks(person, now=NOW + timedelta(days=2)).exists()


def test_a_wrong_password_is_counted_whatever_was_typed_as_a_name(person: User) -> None:
    for login in ("mira", "MIRA@example.test"):
        sign_in(Client(), login, "not the password")
    sign_in(Client(), "nobody", "not the password")
    assert SignInFailures.objects.get().count == 2
    assert SignInFailures.objects.get().user == person


def test_a_guess_that_comes_true_locks_the_account(person: User, known: Client) -> None:
    del known
    fail(person, LIMIT)
    thief = Client()
    sign_in(thief, "mira")
    assert is_locked(person)
    assert thief.get("/").url == "/settings/standing/"
    page = thief.get("/settings/standing/").content.decode()
    assert "After 10 wrong passwords somebody signed in" in page
    notice = Notice.objects.get()
    assert notice.title == "Your account is locked until you confirm that it is you"
    assert Mail.objects.filter(notice=notice).exists()
    assert AuditEvent.objects.filter(kind="restriction.made", data__reason_code="suspicious-sign-in").exists()
    # A thief's browser does not become one of the person's.
    assert KnownDevice.objects.count() == 1


def test_the_person_opens_it_again_and_whoever_guessed_is_out(
    person: User, known: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    fail(person, LIMIT)
    thief = Client()
    sign_in(thief, "mira")
    sign_in(known, "mira")
    code = send(person, django_capture_on_commit_callbacks)
    known.post(PAGE, {"code": code})
    assert not is_locked(person)
    assert is_signed_in(known)
    assert not is_signed_in(thief)
    # And the next sign-in is like any other.
    sign_in(Client(), "mira")
    assert not is_locked(person)


def test_a_known_browser_locks_nothing(person: User, known: Client) -> None:
    fail(person, LIMIT)
    sign_in(known, "mira")
    assert not is_locked(person)
    assert not SignInFailures.objects.exists()


def test_fewer_failures_lock_nothing_and_are_forgotten(person: User) -> None:
    fail(person, LIMIT - 1)
    sign_in(Client(), "mira")
    assert not is_locked(person)
    assert not SignInFailures.objects.exists()


def test_failures_of_another_day_do_not_count(person: User) -> None:
    fail(person, LIMIT, now=NOW - timedelta(days=1))
    sign_in(Client(), "mira")
    assert not is_locked(person)
    fail(person, LIMIT, now=NOW - timedelta(days=2))
    assert services.note_failed_sign_in(user=person, now=NOW) == 1


def test_more_than_a_password_locks_nothing(person: User) -> None:
    fail(person, LIMIT)
    assert not services.judge_sign_in(user=person, token_hash="x", is_proven=True, limit=LIMIT, now=NOW)
    assert not is_locked(person)


def test_an_operator_can_turn_it_off(person: User, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SUSPICIOUS_SIGN_IN_FAILURES = 0
    fail(person, 50)
    sign_in(Client(), "mira")
    assert not is_locked(person)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_failures_at_once_are_all_counted() -> None:
    person = make_person()
    at_once(*[lambda: services.note_failed_sign_in(user=person, now=NOW)] * 8)
    assert SignInFailures.objects.get().count == 8


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_of_two_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person()
    fail(person, 1)
    both_have_counted = threading.Barrier(2, timeout=20)
    save = SignInFailures.save

    def save_after_both(row: SignInFailures, **kwargs: Any) -> None:
        both_have_counted.wait()
        save(row, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
    monkeypatch.setattr(SignInFailures, "save", save_after_both)
    assert at_once(*[lambda: services.note_failed_sign_in(user=person, now=NOW)] * 2) == [2, 2]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_guesses_that_come_true_at_once_lock_once() -> None:
    person = make_person()
    fail(person, LIMIT)
    judge = lambda: services.judge_sign_in(  # noqa: E731
        user=person, token_hash="x", is_proven=False, limit=LIMIT, now=NOW
    )
    assert sorted(at_once(judge, judge)) == [False, True]
    assert Notice.objects.count() == 1
