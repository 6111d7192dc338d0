"""Sessions, the second step, passkey pages under the Content-Security-Policy: R17."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from tests.accounts.people import is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def with_app(user: User) -> str:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    return secret


def test_the_page_lists_sessions_and_signs_out_elsewhere(client: Client) -> None:
    """R17: session list with "sign out elsewhere"."""
    make_person(username="mira")
    elsewhere = Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.7")
    sign_in(elsewhere, "mira")
    sign_in(client, "mira")
    page = client.get("/settings/security/").content.decode()
    assert "Firefox on Windows" in page
    assert "203.0.113.7" in page
    assert page.count("This browser") == 1
    assert "Sign out elsewhere" in page
    response = client.post("/settings/sign-out-elsewhere/", follow=True)
    assert "Signed out in 1 other place." in response.content.decode()
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)


def test_the_session_list_is_paged_and_costs_the_same(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_person(username="mira")
    sign_in(client, "mira")
    client.get("/settings/security/")
    for _ in range(25):
        sign_in(Client(), "mira")
    with django_assert_max_num_queries(12):
        page = client.get("/settings/security/")
    assert len(page.context["sessions"]) == 20
    rest = client.get("/settings/security/" + page.context["next_url"])
    assert len(rest.context["sessions"]) == 6
    assert client.get("/settings/security/?cursor=nonsense").status_code == 404


def test_a_session_that_ended_is_not_listed(client: Client) -> None:
    make_person(username="mira")
    other = Client()
    sign_in(other, "mira")
    sign_in(client, "mira")
    other.session.flush()
    assert len(client.get("/settings/security/").context["sessions"]) == 1
    assert UserSession.objects.count() >= 1


def test_authenticator_app_from_set_up_to_sign_in(client: Client) -> None:
    """R17: two-factor with an authenticator app and recovery codes."""
    user = make_person(username="mira")
    sign_in(client, "mira")
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert "code" in wrong.context["form"].errors
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)}).status_code == 302
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    assert "Authenticator app is on." in client.get("/settings/security/").content.decode()

    fresh = Client()
    assert sign_in(fresh, "mira").url == "/accounts/2fa/authenticate/"
    assert not is_signed_in(fresh)
    assert b"One more step" in fresh.get("/accounts/2fa/authenticate/").content
    assert fresh.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert fresh.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert is_signed_in(fresh)

    again = Client()
    sign_in(again, "mira")
    again.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not is_signed_in(again)


def test_a_code_signs_in(client: Client) -> None:
    secret = with_app(make_person(username="mira"))
    sign_in(client, "mira")
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert is_signed_in(client)


def test_the_app_can_be_turned_off(client: Client) -> None:
    user = make_person(username="mira")
    sign_in(client, "mira")
    with_app(user)
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_changing_the_second_step_asks_again_after_a_while(client: Client) -> None:
    make_person(username="mira")
    sign_in(client, "mira")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    response = client.get("/accounts/2fa/totp/activate/")
    assert response.url.startswith("/accounts/reauthenticate/")
    assert b"Is it you?" in client.get(response.url).content


@pytest.mark.parametrize("kind", ["totp", "passkey"])
def test_staff_set_up_a_second_step_before_the_admin(client: Client, settings: Settings, kind: str) -> None:
    """R17: two-factor is required for staff outside the demo."""
    settings.STAFF_NEED_SECOND_FACTOR = True
    staff = make_person(username="mira", is_staff=True, is_superuser=True)
    client.force_login(staff)
    assert client.get("/admin/").url == "/accounts/2fa/"
    assert client.post("/admin/accounts/user/").url == "/accounts/2fa/"
    assert client.get("/settings/security/").status_code == 200
    RecoveryCodes.activate(staff)
    assert client.get("/admin/").status_code == 302
    if kind == "totp":
        with_app(staff)
    else:
        Authenticator.objects.create(user=staff, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})
    assert client.get("/admin/").status_code == 200


def test_staff_keep_their_last_second_step(client: Client, settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    staff = make_person(username="mira", is_staff=True)
    secret = with_app(staff)
    sign_in(client, "mira")
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists()


def test_in_the_demo_staff_need_none(client: Client, settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make_person(is_staff=True))
    assert client.get("/admin/").status_code == 200


def test_the_admin_signs_in_where_everyone_does(client: Client) -> None:
    response = client.get("/admin/")
    assert response.url == "/admin/login/?next=/admin/"
    assert client.get(response.url).url == "/accounts/login/?next=/admin/"
    assert client.get("/admin/login/?next=https://evil.test/").url == "/accounts/login/?next=/admin/"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 405
    client.force_login(make_person())
    assert client.get("/admin/login/?next=/admin/").status_code == 403


def _inline_scripts(page: str) -> list[str]:
    """Return what a browser would run and the policy forbids; data blocks are not run."""
    found = []
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        if body.strip() and "application/json" not in attributes and "nonce=" not in attributes:
            found.append(body)
    return found + re.findall(r"<[^>]+\s(?:on[a-z]+|style)=\"", page)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/3rdparty/",
        "/accounts/logout/",
        "/settings/safety/",
        "/settings/safety/off/",
        "/settings/security/",
        "/settings/standing/",
        "/notifications/",
    ],
)
def test_pages_of_an_account_render_without_inline_scripts(client: Client, path: str) -> None:
    make_person(username="mira")
    sign_in(client, "mira")
    response = client.get(path)
    assert response.status_code == 200
    page = response.content.decode()
    assert _inline_scripts(page) == []
    assert page.count("<h1") == 1
    assert "unsafe-inline" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/x/",
        "/accounts/3rdparty/login/cancelled/",
        "/accounts/3rdparty/login/error/",
    ],
)
def test_pages_of_a_visitor_render_without_inline_scripts(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code in (200, 401)
    assert _inline_scripts(response.content.decode()) == []
    assert response.content.decode().count("<h1") == 1


def test_passkey_pages_load_their_scripts_as_files(client: Client) -> None:
    make_person(username="mira")
    sign_in(client, "mira")
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    for name in ("mfa/js/webauthn.js", "account/js/onload.js", "js/accounts-passkeys.js"):
        assert f'src="/static/{name}"' in page
    assert '"creation_options"' in page or "creation_options" in page
    options: dict[str, Any] = (
        Client().get("/accounts/2fa/webauthn/login/", HTTP_ACCEPT="application/json").json()
    )
    assert "challenge" in options["request_options"]["publicKey"]


def test_a_forged_passkey_is_refused(client: Client) -> None:
    for value in ("", "{}", "[1]", '{"id": 1}', "not json"):
        response = client.post("/accounts/2fa/webauthn/login/", {"credential": value})
        assert response.status_code in (200, 302)
    assert not is_signed_in(client)


def test_permission_names_used_by_staff_pages_exist() -> None:
    assert Permission.objects.filter(codename="add_restriction", content_type__app_label="accounts").exists()
