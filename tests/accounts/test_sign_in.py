"""Signing in and out, forgotten passwords, lock-out, new devices: R17."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture
from pytest_django.fixtures import Settings

from accounts.models import KnownDevice, User
from core.models import AuditEvent
from notifications.models import Notice
from tests.accounts.people import PASSWORD, is_signed_in, last_link, make_person, sign_in, sign_up_fields
from tests.notifications import post

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def reset_password(client: Client, new: str, **headers: str) -> None:
    client.post("/accounts/password/reset/", {"email": "mira@example.test"}, **headers)
    form_url = client.get(last_link(), follow=True, **headers).redirect_chain[-1][0]
    client.post(form_url, {"password1": new, "password2": new}, **headers)


def test_the_form_has_its_words(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert ">Email</label>" in page
    assert ">Password</label>" in page
    assert "Sign in</button>" in page
    assert "Continue with" not in page


@pytest.mark.parametrize("login", ["mira@example.test", "MIRA@Example.test", "mira", "Mira"])
def test_email_or_username_in_any_case(client: Client, login: str) -> None:
    make_person(username="mira")
    response = sign_in(client, login)
    assert response.url == "/"
    assert is_signed_in(client)


def test_next_leads_back_and_not_elsewhere(client: Client) -> None:
    make_person(username="mira")
    fields = {"login": "mira", "password": PASSWORD}
    assert client.post("/accounts/login/", {**fields, "next": "/settings/safety/"}).url == "/settings/safety/"
    client.logout()
    assert client.post("/accounts/login/", {**fields, "next": "https://evil.test/"}).url == "/"


def test_a_wrong_password_keeps_what_was_typed(client: Client) -> None:
    make_person(username="mira")
    response = sign_in(client, "mira", "wrong")
    assert response.status_code == 200
    assert 'value="mira"' in response.content.decode()
    assert "wrong" not in response.content.decode().split("<main")[1].split("</form>")[0].replace(
        "field--wrong", ""
    )


def test_an_unconfirmed_address_gets_another_link(client: Client) -> None:
    client.post("/accounts/signup/", sign_up_fields())
    mail.outbox.clear()
    with time_machine.travel(datetime.now(tz=UTC) + timedelta(minutes=1)):
        response = sign_in(Client(), "mira")
        assert response.url == "/accounts/confirm-email/"
    assert len(mail.outbox) == 1


def test_sign_out_asks_first(client: Client) -> None:
    client.force_login(make_person())
    assert b"Sign out?" in client.get("/accounts/logout/").content
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_forgotten_password(client: Client) -> None:
    """R17: forgot password; the new one ends every session."""
    user = make_person(username="mira")
    elsewhere = Client()
    sign_in(elsewhere, "mira")
    assert client.post("/accounts/password/reset/", {"email": "Mira@example.test"}).status_code == 302
    page = client.get(last_link(), follow=True)
    form_url = page.redirect_chain[-1][0]
    bad = client.post(form_url, {"password1": "short", "password2": "short"})
    assert "password1" in bad.context["form"].errors
    new = "another long phrase"
    assert client.post(form_url, {"password1": new, "password2": new}).status_code == 302
    assert not is_signed_in(elsewhere)
    sign_in(client, "mira", new)
    assert is_signed_in(client)
    user.refresh_from_db()
    assert user.check_password(new)


def test_forgotten_password_does_not_tell_who_has_an_account(client: Client) -> None:
    make_person(username="mira")
    known = client.post("/accounts/password/reset/", {"email": "mira@example.test"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_used_reset_link_says_so(client: Client) -> None:
    assert b"no longer valid" in client.get("/accounts/password/reset/key/1-abc-def/", follow=True).content


def test_change_password_signs_out_elsewhere(client: Client) -> None:
    make_person(username="mira")
    elsewhere = Client()
    sign_in(client, "mira")
    sign_in(elsewhere, "mira")
    new = "another long phrase"
    response = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert response.url == "/settings/security/"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_change_email_needs_a_link_from_the_new_address(client: Client) -> None:
    user = make_person(username="mira")
    sign_in(client, "mira")
    client.post("/accounts/email/", {"email": "new@example.test", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "mira@example.test"
    assert b"new@example.test" in client.get("/accounts/email/").content
    client.post(last_link())
    user.refresh_from_db()
    assert user.email == "new@example.test"


def test_an_address_that_another_account_took_meanwhile_is_refused(client: Client) -> None:
    user = make_person(username="mira")
    sign_in(client, "mira")
    client.post("/accounts/email/", {"email": "new@example.test", "action_add": ""})
    link = last_link()
    make_person(username="other", email="NEW@example.test")
    assert client.post(link).status_code in (200, 302)
    user.refresh_from_db()
    assert user.email == "mira@example.test"


def test_lock_out_after_five_failures_says_how_long_and_what_lifts_it(client: Client) -> None:
    """R17: lock-out after repeated failures; email and username count together."""
    make_person(username="mira")
    for login in ("mira", "mira@example.test", "MIRA", "mira"):
        assert sign_in(client, login, "wrong").status_code == 200
    response = sign_in(client, "mira", "wrong")
    assert response.status_code == 429
    page = response.content.decode()
    assert "15 minutes" in page
    assert "/accounts/password/reset/" in page
    assert int(response["Retry-After"]) <= 900
    assert sign_in(client, "mira@example.test").status_code == 429
    assert not is_signed_in(client)


def test_a_lock_holds_for_its_address_and_its_time_only(client: Client) -> None:
    make_person(username="mira")
    for _ in range(5):
        sign_in(client, "mira", "wrong")
    owner = Client()
    assert sign_in(owner, "mira", REMOTE_ADDR="10.0.0.9").status_code == 302
    with time_machine.travel(datetime.now(tz=UTC) + timedelta(minutes=16)):
        assert sign_in(client, "mira").status_code == 302


def test_a_new_password_lifts_the_lock(client: Client) -> None:
    """R17: extra verification lifts an automatic lock."""
    user = make_person(username="mira")
    for _ in range(5):
        sign_in(client, "mira", "wrong")
    new = "another long phrase"
    reset_password(client, new)
    assert sign_in(client, "mira", new).status_code == 302
    assert AuditEvent.objects.filter(kind="lockout.lifted", target_id=user.public_id).exists()


def test_what_is_typed_as_a_name_is_not_kept(client: Client) -> None:
    sign_in(client, "my secret phrase", "wrong")
    kept = AccessAttempt.objects.get()
    assert "secret" not in kept.username
    assert "secret" not in kept.post_data


def test_a_new_device_is_told_once(client: Client, django_capture_on_commit_callbacks: Capture) -> None:
    """R17: notice of a sign-in from a new device, in the product and by mail."""
    user = make_person(username="mira")
    sign_in(client, "mira")
    assert not Notice.objects.exists()
    assert len(client.cookies["device"].value) == 43
    assert client.cookies["device"]["httponly"]
    other = Client(HTTP_USER_AGENT=FIREFOX)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(other, "mira")
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (user, "new-device")
    assert "Firefox on Linux" in notice.body
    assert [message.subject for message in post.send_waiting()] == ["New sign-in to your account"]
    other.post("/accounts/logout/")
    sign_in(other, "mira")
    sign_in(client, "mira")
    assert Notice.objects.count() == 1
    assert KnownDevice.objects.count() == 2
    hashes = set(KnownDevice.objects.values_list("token_hash", flat=True))
    assert other.cookies["device"].value not in hashes


def test_signing_up_is_not_a_new_device(client: Client) -> None:
    client.post("/accounts/signup/", sign_up_fields())
    client.post(last_link())
    assert KnownDevice.objects.count() == 1
    assert not Notice.objects.exists()


def test_a_forged_device_cookie_is_replaced(client: Client) -> None:
    make_person(username="mira")
    client.cookies["device"] = "x' OR 1=1"
    sign_in(client, "mira")
    assert len(client.cookies["device"].value) == 43


def test_mail_that_cannot_be_sent_does_not_break_sign_up(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    assert client.post("/accounts/signup/", sign_up_fields()).status_code == 302


@pytest.mark.parametrize("login", ["mira", "mira@example.test"])
def test_a_stranger_who_guesses_does_not_stop_the_owner(login: str) -> None:
    make_person(username="mira")
    for _ in range(12):
        sign_in(Client(), login, "wrong", REMOTE_ADDR="203.0.113.7")
    assert sign_in(Client(), login, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_guessing_from_many_addresses_is_slowed_until_the_password_is_new(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_anywhere": "12/h/key"}
    make_person(username="mira")
    for number in range(12):
        login = ("mira", "mira@example.test")[number % 2]
        sign_in(Client(), login, "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    owner = {"REMOTE_ADDR": "10.0.0.9"}
    assert "Too many failed" in sign_in(Client(), "mira", **owner).content.decode()
    new = "another long phrase"
    reset_password(Client(), new, **owner)
    assert sign_in(Client(), "mira", new, **owner).status_code == 302


def test_a_new_password_lifts_the_limit_on_the_username_too() -> None:
    make_person(username="mira")
    for _ in range(12):
        sign_in(Client(), "mira", "wrong")
    new = "another long phrase"
    reset_password(Client(), new)
    assert sign_in(Client(), "mira", new).status_code == 302


def test_signing_in_counts_as_no_guess(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_anywhere": "3/h/key"}
    make_person(username="mira")
    for number in range(5):
        assert sign_in(Client(), "mira", REMOTE_ADDR=f"10.0.0.{number}").status_code == 302


def test_the_account_of_createsuperuser_signs_in_once_its_address_is_confirmed(client: Client) -> None:
    """As docs/configuration.md says under "First start in production"."""
    user = User.objects.create_superuser(username="boss", email="boss@example.test", password=PASSWORD)
    assert sign_in(client, "boss").url == "/accounts/confirm-email/"
    client.post(last_link())
    assert is_signed_in(client)
    assert user.is_staff
