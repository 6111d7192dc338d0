"""Sign-up and passkeys in a real browser, under the real Content-Security-Policy."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts import services
from accounts.models import User
from characters.models import Character, State
from tests import factories
from tests.accounts.people import PASSWORD, make_person
from tests.browser import harness

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenWindow = Callable[..., harness.Window]


def test_sign_up_by_label_and_role(open_window: OpenWindow) -> None:
    """A double click makes one account and one mail; the zone comes from the browser."""
    window = open_window(size=harness.PHONE)
    page = window.open("/accounts/signup/")
    page.get_by_label("Email").fill("mira@example.test")
    page.get_by_label("Username").fill("mira")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Date of birth").fill("1995-05-05")
    assert page.locator("input[name=time_zone]").input_value() == "UTC"
    page.get_by_role("button", name="Create account").dblclick()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    assert User.objects.count() == 1
    assert len(mail.outbox) == 1
    link = re.findall(r"https?://\S+", mail.outbox[0].body)[0]
    page.goto(link)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("link", name="Library").first).to_be_visible()
    window.watch.assert_quiet()


def test_a_child_reads_a_kind_page_and_cannot_go_back(open_window: OpenWindow) -> None:
    window = open_window(size=harness.PHONE)
    page = window.open("/accounts/signup/")
    window.watch.expected_status = 403
    for label, value in {
        "Email": "mira@example.test",
        "Username": "mira",
        "Password": PASSWORD,
        "Date of birth": "2020-01-01",
    }.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Create account").click()
    refusal = page.get_by_role("heading", name="You cannot join just yet")
    expect(refusal).to_be_visible()
    harness.assert_no_axe_violations(page)
    page.go_back()
    page.goto(page.url)
    expect(refusal).to_be_visible()
    assert not User.objects.exists()
    window.watch.assert_quiet()


def sign_in_and_add_passkey(window: harness.Window) -> None:
    """Sign in, and let the browser play an authenticator that makes a passkey."""
    session = window.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page = window.open("/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.get_by_label("Email").fill("mira")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Name, to tell it apart")).to_have_value("Passkey 1")
    page.get_by_label("without a password").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_opens_a_locked_account(open_window: OpenWindow, settings: Settings) -> None:
    """R17: extra verification lifts an automatic lock."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    user = make_person(username="mira")
    window = open_window(size=harness.PHONE)
    sign_in_and_add_passkey(window)
    services.lock_until_verified(user=user, reason_code="spam", now=datetime.now(UTC))
    page = window.open("/settings/safety/")
    page.get_by_role("link", name="Confirm that it is you").click()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    harness.assert_no_axe_violations(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Your account is open again.")).to_be_visible()
    window.watch.assert_quiet()


def test_a_passkey_from_set_up_to_sign_in(open_window: OpenWindow, settings: Settings) -> None:
    """R17: passkeys, with an authenticator that the browser plays."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    make_person(username="mira")
    window = open_window()
    sign_in_and_add_passkey(window)
    page = window.page
    harness.assert_no_axe_violations(page)
    window.open("/accounts/2fa/webauthn/")
    expect(page.get_by_text("Passkey 1")).to_be_visible()
    harness.assert_no_axe_violations(page)
    window.open("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    window.open("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Library").first).to_be_visible()
    assert Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).last_used_at is not None
    window.watch.assert_quiet()


@pytest.mark.parametrize(
    "path",
    [
        "/settings/standing/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/reauthenticate/",
        "/accounts/3rdparty/",
    ],
)
def test_pages_have_no_axe_violation(open_window: OpenWindow, path: str) -> None:
    make_person(username="mira")
    window = open_window(size=harness.PHONE)
    page = window.open(f"/accounts/login/?next={path}")
    page.get_by_label("Email").fill("mira")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")
    for theme in harness.THEMES:
        page.emulate_media(color_scheme=theme)
        harness.assert_no_axe_violations(page)
    assert harness.find_overflow(page) == []
    window.watch.assert_quiet()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_blocking_and_muting_from_a_characters_page(
    open_window: OpenWindow, settings: Settings, tmp_path: Path, has_script: bool
) -> None:
    """R14: the menu, the question, the way back; by keyboard, with or without a script."""
    settings.MEDIA_ROOT = tmp_path / "media"
    creator = factories.make_user(display_name="Otto")
    portrait = factories.make_picture(owner=creator, with_file=True)
    character = factories.make_character(owner=creator, state=State.APPROVED, portrait_id=portrait.pk)
    window = open_window(size=harness.PHONE, has_script=has_script)
    window.sign_in(factories.make_user(username="mira"))
    page = window.open(character.get_absolute_url())

    page.locator("summary", has_text="More").press("Enter")
    for width in (320, 390, 660, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.get_by_role("button", name="Mute Otto")).to_be_in_viewport(ratio=1)
    page.set_viewport_size(harness.PHONE)
    if has_script:
        harness.assert_no_axe_violations(page)
        assert harness.find_overflow(page) == []
        harness.screenshot_both(page, "person-menu")
    page.get_by_role("button", name="Mute Otto").press("Enter")
    expect(page.get_by_text("You muted Otto.")).to_be_visible()

    page.locator("summary", has_text="More").press("Enter")
    page.get_by_role("link", name="Block Otto").press("Enter")
    page.get_by_role("button", name="Block Otto").press("Enter")
    expect(page.get_by_text("You blocked Otto.")).to_be_visible()
    if has_script:
        harness.assert_no_axe_violations(page)
        harness.screenshot_both(page, "blocked-undo")
    assert status_of(page, character) == 404

    window.open("/settings/blocked/")
    page.get_by_role("button", name="Unblock Otto").press("Enter")
    expect(page.get_by_text("You no longer block Otto.")).to_be_visible()
    assert status_of(page, character) == 200
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("You blocked Otto.")).to_be_visible()
    assert status_of(page, character) == 404


def status_of(page: Page, character: Character) -> int:
    """Ask for a page beside the one that is open."""
    return page.request.get(urljoin(page.url, character.get_absolute_url())).status


def test_every_tab_of_the_settings_fits_on_a_phone(open_window: OpenWindow) -> None:
    window = open_window(size=harness.PHONE)
    window.sign_in(factories.make_user(username="mira"))
    page = window.open("/settings/standing/")
    for tab in page.get_by_role("navigation", name="Settings").get_by_role("link").all():
        expect(tab).to_be_in_viewport(ratio=1)
