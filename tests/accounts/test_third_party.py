"""Third-party sign-in with OpenID Connect (R17), against a provider on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.people import is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db
SIGN_UP = "/accounts/3rdparty/signup/"


class Provider:
    """Says who the visitor is: `claims` is the next answer."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {
            "sub": "42",
            "email": "mira@provider.test",
            "email_verified": True,
            "preferred_username": "mira",
        }
        self.seen: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args: object) -> None:
                """Stay quiet."""

            def answer(self, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self) -> None:
                provider.seen.append(self.path)
                if self.path.startswith("/.well-known/"):
                    names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
                    self.answer({"issuer": provider.url} | {name: f"{provider.url}/{name}" for name in names})
                else:
                    assert self.headers["Authorization"] == "Bearer token"
                    self.answer(provider.claims)

            def do_POST(self) -> None:
                body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                assert body["client_secret"] == ["secret"]
                assert body["code_verifier"]
                self.answer({"access_token": "token", "token_type": "Bearer"})

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    running = Provider()
    app = {
        "provider_id": "house",
        "name": "House ID",
        "client_id": "client",
        "secret": "secret",
        "settings": {"server_url": running.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    yield running
    running.server.shutdown()
    running.server.server_close()


def go(client: Client, process: str = "login") -> Any:
    """Press the button, agree there, come back."""
    start = client.post(f"/accounts/oidc/house/login/?process={process}")
    query = parse_qs(urlsplit(start.url).query)
    assert query["code_challenge_method"] == ["S256"]
    return client.get("/accounts/oidc/house/login/callback/", {"code": "code", "state": query["state"][0]})


def test_buttons_stand_on_the_pages_only_where_configured(client: Client, provider: Provider) -> None:
    for path in ("/accounts/login/", "/accounts/signup/"):
        assert "Continue with House ID" in client.get(path).content.decode()


def test_no_provider_no_button_no_page(client: Client) -> None:
    assert "Continue with" not in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/oidc/house/login/").status_code == 404


def test_a_new_person_chooses_a_username_and_tells_the_date_of_birth(
    client: Client, provider: Provider
) -> None:
    """R10, R17: the date of birth is asked at social sign-up too."""
    assert go(client).url == SIGN_UP
    assert not User.objects.exists()
    page = client.get(SIGN_UP).content.decode()
    assert "Date of birth" in page
    assert "House ID" in page
    missing = client.post(SIGN_UP, {"email": "mira@provider.test", "username": "mira"})
    assert set(missing.context["form"].errors) == {"date_of_birth"}
    fields = {"email": "mira@provider.test", "username": "mira", "date_of_birth": "1995-05-05"}
    assert client.post(SIGN_UP, fields).url == "/"
    assert is_signed_in(client)
    user = User.objects.get()
    assert str(user.date_of_birth) == "1995-05-05"
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified

    again = Client()
    assert go(again).url == "/"
    assert is_signed_in(again)
    assert User.objects.count() == 1


def test_an_address_the_provider_did_not_confirm_is_confirmed_by_us(
    client: Client, provider: Provider
) -> None:
    provider.claims["email_verified"] = False
    go(client)
    fields = {"email": "mira@provider.test", "username": "mira", "date_of_birth": "1995-05-05"}
    assert client.post(SIGN_UP, fields).url == "/accounts/confirm-email/"
    assert not is_signed_in(client)


def test_a_child_is_refused_and_nothing_is_kept(client: Client, provider: Provider) -> None:
    go(client)
    fields = {"email": "mira@provider.test", "username": "mira", "date_of_birth": "2020-01-01"}
    response = client.post(SIGN_UP, fields)
    assert response.status_code == 403
    assert "You cannot join just yet" in response.content.decode()
    assert "socialaccount_sociallogin" not in client.session
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()
    assert client.post(SIGN_UP, {**fields, "date_of_birth": "1995-05-05"}).status_code in (302, 403)
    assert go(client).status_code == 403
    assert client.get("/accounts/signup/").status_code == 403
    assert not User.objects.exists()


def test_an_account_with_that_address_is_not_taken_over(client: Client, provider: Provider) -> None:
    make_person(username="mira", email="mira@provider.test")
    response = go(client)
    if response.url == SIGN_UP:
        fields = {"email": "mira@provider.test", "username": "other", "date_of_birth": "1995-05-05"}
        client.post(SIGN_UP, fields)
    assert not is_signed_in(client)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_connect_and_disconnect(client: Client, provider: Provider) -> None:
    user = make_person(username="mira")
    sign_in(client, "mira")
    go(client, process="connect")
    account = SocialAccount.objects.get(user=user)
    assert "House ID" in client.get("/accounts/3rdparty/").content.decode()
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_a_forged_return_signs_nobody_in(client: Client, provider: Provider) -> None:
    response = client.get("/accounts/oidc/house/login/callback/", {"code": "code", "state": "forged"})
    assert response.status_code in (302, 401)
    assert not is_signed_in(client)


def test_a_provider_that_is_away_gives_a_page(client: Client, provider: Provider) -> None:
    provider.server.shutdown()
    provider.server.server_close()
    response = client.post("/accounts/oidc/house/login/?process=login", follow=True)
    assert response.status_code == 401
    assert "You are not signed in" in response.content.decode()
