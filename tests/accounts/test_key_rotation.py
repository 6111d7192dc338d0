"""A new SECRET_KEY: what was encrypted under the old one stays readable, or counts as lost."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import tasks
from accounts.models import User
from tests.accounts.people import is_signed_in, make_person, sign_in
from tests.accounts.test_security_page import code_for, with_app
from tests.processes import make_environment, run_manage
from tools.check_all import make_production_environment

pytestmark = pytest.mark.django_db
_OLD, _NEW = "old-key-" + "0" * 50, "new-key-" + "1" * 50


def with_old_factors(settings: Settings) -> tuple[User, str, list[str]]:
    """Return a person, the app's secret and the codes, under a key that was changed since."""
    settings.SECRET_KEY = _OLD
    user = make_person(username="mira")
    secret = with_app(user)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    settings.SECRET_KEY = _NEW
    return user, secret, codes


def test_the_former_key_among_the_fallbacks_opens_the_second_step(client: Client, settings: Settings) -> None:
    _user, secret, codes = with_old_factors(settings)
    settings.SECRET_KEY_FALLBACKS = [_OLD]
    sign_in(client, "mira")
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert is_signed_in(client)
    assert client.get("/accounts/2fa/recovery-codes/").context["unused_codes"] == codes


def test_without_the_former_key_every_code_is_wrong(client: Client, settings: Settings) -> None:
    _user, secret, codes = with_old_factors(settings)
    sign_in(client, "mira")
    for code in (code_for(secret), codes[0]):
        response = client.post("/accounts/2fa/authenticate/", {"code": code})
        assert response.status_code == 200
        assert "code" in response.context["form"].errors
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", ["", "download/"])
def test_codes_that_cannot_be_read_are_replaced(client: Client, settings: Settings, path: str) -> None:
    user, _secret, _codes = with_old_factors(settings)
    client.force_login(user)
    assert b"0 recovery codes left" in client.get("/settings/security/").content
    response = client.get(f"/accounts/2fa/recovery-codes/{path}")
    assert response.url == "/accounts/2fa/recovery-codes/generate/"
    sign_in(other := Client(), "mira")
    assert not is_signed_in(other)


def test_the_variable_reaches_the_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    environment = make_environment(home, **make_production_environment(str(home)), SECRET_KEY_FALLBACKS="a,b")
    shown = run_manage("diffsettings", environment=environment)
    assert "SECRET_KEY_FALLBACKS = ['a', 'b']" in shown.stdout


def test_sessions_that_are_over_are_deleted_every_day(client: Client, settings: Settings) -> None:
    make_person(username="mira")
    sign_in(client, "mira")
    sign_in(expired := Client(), "mira")
    sign_in(flushed := Client(), "mira")
    yesterday = datetime.now(tz=UTC) - timedelta(days=1)
    Session.objects.filter(session_key=expired.session.session_key).update(expire_date=yesterday)
    Session.objects.filter(session_key=flushed.session.session_key).delete()
    assert UserSession.objects.count() == 3
    tasks.clear_sessions()
    kept = {client.session.session_key}
    assert set(Session.objects.values_list("session_key", flat=True)) == kept
    assert set(UserSession.objects.values_list("session_key", flat=True)) == kept
    entry = settings.CELERY_BEAT_SCHEDULE["clear-sessions"]
    assert (entry["task"], entry["schedule"]) == ("accounts.clear_sessions", timedelta(days=1))
