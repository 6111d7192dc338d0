"""Extra verification lifts an automatic lock, and nothing else: R17."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture

from accounts import queries, services
from accounts.models import Restriction, UnlockCode, User
from accounts.services import unlocking
from accounts.views import standing as standing_views
from core.models import AuditEvent
from core.refusals import LimitedError
from notifications.models import Notice
from tests.accounts.people import make_person, sign_in
from tests.accounts.test_security_page import code_for

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAGE = "/settings/standing/verify/"
SECRET = "JBSWY3DPEHPK3PXP"
pytestmark = pytest.mark.django_db


def lock(user: User, *, now: datetime = NOW) -> Restriction:
    return services.lock_until_verified(user=user, reason_code="spam", now=now)[0]


def mailed_code() -> str:
    found = re.search(r"^(\d{6})$", mail.outbox[-1].body, re.MULTILINE)
    assert found is not None, mail.outbox[-1].body
    return found[1]


def send(user: User, capture: Capture, *, now: datetime = NOW) -> str:
    with capture(execute=True):
        assert services.send_unlock_code(actor=user, now=now) is not None
    return mailed_code()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def refusal_code(user: User, code: str, *, now: datetime = NOW) -> str:
    with pytest.raises(services.UnlockRefusedError) as caught:
        services.unlock_by_code(actor=user, code=code, now=now)
    return caught.value.refusal.code


def test_a_lock_is_made_once_and_told() -> None:
    user = make_person()
    restriction, is_new = services.lock_until_verified(user=user, reason_code="spam", now=NOW)
    assert is_new
    assert services.lock_until_verified(user=user, reason_code="fraud", now=NOW) == (restriction, False)
    assert queries.is_shut_out(user, now=NOW)
    assert "confirm that it is you" in Notice.objects.get(user=user).title


def test_the_code_that_was_mailed_opens_the_account(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    user = make_person()
    lock(user)
    code = send(user, django_capture_on_commit_callbacks)
    assert mail.outbox[-1].to == [user.email]
    assert code not in UnlockCode.objects.get(user=user).code_hash
    assert services.unlock_by_code(actor=user, code=f" {code[:3]} {code[3:]}", now=NOW) == 1
    assert not queries.is_shut_out(user, now=NOW)
    event = AuditEvent.objects.get(kind="restriction.lifted")
    assert (event.actor, event.data["how"]) == (user.subject, "mail-code")
    assert Notice.objects.filter(user=user, title__contains="was lifted").count() == 1
    assert services.unlock_by_code(actor=user, code=code, now=NOW) == 0


def test_a_code_works_for_ten_minutes_once_and_for_its_person_alone(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    user, other = make_person(), make_person()
    lock(user)
    lock(other)
    code = send(user, django_capture_on_commit_callbacks)
    assert refusal_code(user, code, now=NOW + timedelta(minutes=10)) == "expired"
    assert refusal_code(other, code) == "expired"
    newer = send(user, django_capture_on_commit_callbacks)
    if newer != code:
        assert refusal_code(user, code) == "wrong-code"
    services.unlock_by_code(actor=user, code=newer, now=NOW)
    lock(user)
    assert refusal_code(user, newer) == "expired"


def test_after_five_wrong_tries_the_right_code_is_worth_nothing(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    user = make_person()
    lock(user)
    code = send(user, django_capture_on_commit_callbacks)
    said = [refusal_code(user, wrong(code)) for _ in range(5)]
    assert said == ["wrong-code"] * 4 + ["too-many-tries"]
    assert refusal_code(user, code) == "too-many-tries"
    assert queries.is_shut_out(user, now=NOW)
    services.unlock_by_code(actor=user, code=send(user, django_capture_on_commit_callbacks), now=NOW)
    assert not queries.is_shut_out(user, now=NOW)


def test_codes_are_not_sent_without_end() -> None:
    user = make_person()
    lock(user)
    for _ in range(unlocking.CODES_PER_PERSON.count):
        services.send_unlock_code(actor=user, now=NOW)
    with pytest.raises(LimitedError):
        services.send_unlock_code(actor=user, now=NOW)


def test_nothing_is_sent_while_nothing_is_locked() -> None:
    user = make_person()
    assert services.send_unlock_code(actor=user, now=NOW) is None
    assert not UnlockCode.objects.exists()


def test_a_mail_server_that_is_away_breaks_nothing(
    django_capture_on_commit_callbacks: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_message: Any) -> None:
        raise OSError

    monkeypatch.setattr(unlocking.EmailMessage, "send", fail)
    user = make_person()
    lock(user)
    with django_capture_on_commit_callbacks(execute=True):
        services.send_unlock_code(actor=user, now=NOW)
    assert queries.has_unlock_code(user, now=NOW)


@pytest.mark.parametrize("how", ["code", "second factor"])
def test_what_a_person_decided_stays(how: str, django_capture_on_commit_callbacks: Capture) -> None:
    user = make_person()
    lock(user)
    services.restrict_user(
        actor=None,
        user=user,
        scope=Restriction.Scope.ACCOUNT,
        reason_code="minors",
        explanation="x",
        ends_at=None,
        decision_id="a" * 32,
        now=NOW,
    )
    if how == "code":
        code = send(user, django_capture_on_commit_callbacks)
        count = services.unlock_by_code(actor=user, code=code, now=NOW)
    else:
        count = services.unlock_by_second_factor(actor=user, now=NOW)
    assert count == 1
    assert queries.is_shut_out(user, now=NOW)
    assert services.unlock_by_second_factor(actor=user, now=NOW) == 0
    assert queries.is_shut_out(user, now=NOW)


def test_a_lock_for_the_safety_of_children_waits_for_a_person() -> None:
    user = make_person()
    with pytest.raises(ValueError, match="waits for a person"):
        services.lock_until_verified(user=user, reason_code="minors", now=NOW)
    lock(user)
    for change in ({"reason_code": "minors"}, {"is_suspension": True}, {"scope": "CHAT"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Restriction.objects.update(**change)


# --- Pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def locked(client: Client) -> User:
    """A person who is signed in and locked out."""
    user = make_person(username="mira")
    sign_in(client, "mira")
    lock(user, now=datetime.now(tz=UTC))
    return user


def test_a_locked_out_person_finds_the_way_back_by_mail(client: Client, locked: User) -> None:
    assert client.get("/settings/safety/").url == "/settings/standing/"
    assert PAGE in client.get("/settings/standing/").content.decode()
    page = client.get(PAGE).content.decode()
    assert "Send me a code" in page
    assert "authenticator app" not in page
    with_code = client.post(f"{PAGE}send/", follow=True)
    assert f"We sent a code to {locked.email}." in with_code.content.decode()


def test_the_page_takes_the_code(
    client: Client, locked: User, django_capture_on_commit_callbacks: Capture
) -> None:
    code = send(locked, django_capture_on_commit_callbacks, now=datetime.now(tz=UTC))
    refused = client.post(PAGE, {"code": wrong(code)})
    assert "4 tries are left." in refused.content.decode()
    assert "code" in client.post(PAGE, {"code": ""}).context["form"].errors
    done = client.post(PAGE, {"code": code}, follow=True)
    assert "Your account is open again." in done.content.decode()
    assert client.get("/settings/safety/").status_code == 200
    assert client.get(PAGE).url == "/settings/standing/"


def test_a_code_that_is_over_is_said_where_there_is_no_field(client: Client, locked: User) -> None:
    assert queries.is_shut_out(locked, now=datetime.now(tz=UTC))
    page = client.post(PAGE, {"code": "123456"}).content.decode()
    assert "Ask for a new one." in page
    assert "Send me a code" in page


def test_too_many_codes_are_refused_with_the_time_to_come_back(client: Client, locked: User) -> None:
    assert locked.is_active
    for _ in range(unlocking.CODES_PER_PERSON.count):
        client.post(f"{PAGE}send/")
    response = client.post(f"{PAGE}send/")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_the_authenticator_app_opens_the_account(client: Client, locked: User) -> None:
    TOTP.activate(locked, SECRET)
    assert "With your authenticator app" in client.get(PAGE).content.decode()
    refused = client.post(f"{PAGE}second-step/", {"code": "000000"})
    assert "code" in refused.context["app_form"].errors
    assert queries.is_shut_out(locked, now=datetime.now(tz=UTC))
    client.post(f"{PAGE}second-step/", {"code": code_for(SECRET)})
    assert not queries.is_shut_out(locked, now=datetime.now(tz=UTC))


def test_a_passkey_is_offered_and_a_broken_one_refused(
    client: Client, locked: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A real one is made by a browser: see test_in_a_browser.py.
    monkeypatch.setattr(standing_views, "begin_authentication", lambda _user: {})
    Authenticator.objects.create(user=locked, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    assert "Use a passkey" in client.get(PAGE).content.decode()
    response = client.post(f"{PAGE}second-step/", {"credential": '{"id": "x"}'})
    assert "That passkey was not accepted." in response.content.decode()
    assert queries.is_shut_out(locked, now=datetime.now(tz=UTC))


def test_without_a_second_factor_there_is_none_to_use(client: Client, locked: User) -> None:
    client.post(f"{PAGE}second-step/", {"code": "000000"})
    assert queries.is_shut_out(locked, now=datetime.now(tz=UTC))


def test_who_is_also_restricted_is_told_so(
    client: Client, locked: User, django_capture_on_commit_callbacks: Capture
) -> None:
    now = datetime.now(tz=UTC)
    services.restrict_user(
        actor=None,
        user=locked,
        scope=Restriction.Scope.ACCOUNT,
        reason_code="hate",
        explanation="You attacked a group of people.",
        ends_at=None,
        now=now,
    )
    code = send(locked, django_capture_on_commit_callbacks, now=now)
    done = client.post(PAGE, {"code": code}, follow=True)
    assert "Something else still applies to your account." in done.content.decode()
    assert done.redirect_chain[-1][0] == "/settings/standing/"


def test_who_is_not_locked_has_nothing_to_confirm(client: Client) -> None:
    make_person(username="mira")
    sign_in(client, "mira")
    assert client.get(PAGE).url == "/settings/standing/"
    assert client.post(f"{PAGE}send/").url == "/settings/standing/"
    assert client.post(PAGE, {"code": "123456"}).url == "/settings/standing/"
