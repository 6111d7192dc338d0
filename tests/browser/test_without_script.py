"""The main forms work in a browser that runs no script."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from characters.models import Character, State, Visibility
from moderation.models import Report
from tests import factories
from tests.browser.harness import PHONE, Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    return open_window(has_script=False, size=PHONE)


def test_signing_in(window: Window) -> None:
    user = factories.make_user(username="mira", email="mira@example.test", display_name="Mira Holm")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    page = window.open(reverse("account_login"))
    page.get_by_label("Email").fill("mira@example.test")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_label("Account of Mira Holm").click()
    page.get_by_role("button", name="Sign out").click()


def test_a_wrong_sign_up_keeps_what_was_typed(window: Window) -> None:
    page = window.open(reverse("account_signup"))
    page.get_by_label("Email").fill("new@example.test")
    page.get_by_label("Username").fill("x")
    page.get_by_label("Password").fill("12345")
    page.get_by_label("Date of birth").fill("1990-01-02")
    page.get_by_role("main").get_by_role("button", name="Create account").click()
    assert page.get_by_label("Email").input_value() == "new@example.test"
    assert page.get_by_label("Date of birth").input_value() == "1990-01-02"
    assert page.get_by_label("Username").get_attribute("aria-invalid") == "true"
    assert not User.objects.exists()


def test_saving_a_character_privately(window: Window) -> None:
    """R3: items are saved privately first."""
    window.sign_in(factories.make_user())
    page = window.open(reverse("character-new"))
    page.get_by_label("Name").fill("Mira Vale")
    page.get_by_label("Short bio").fill("A lighthouse keeper with a dry sense of humour.")
    page.get_by_label("Description").fill("Mira is calm, curious and precise.")
    page.get_by_label("First message").fill("You made it through the fog.")
    page.get_by_label("Category").select_option("drama")
    page.get_by_role("button", name="Save privately").click()
    character = Character.objects.get()
    assert character.visibility == Visibility.PRIVATE


def test_searching(window: Window) -> None:
    """R6: approved items appear in discovery."""
    factories.make_character(state=State.APPROVED, name="Mira Vale")
    factories.make_character(
        state=State.APPROVED, name="Otto Grimm", short_bio="A baker.", bio="Bread.", tags=()
    )
    page = window.open(reverse("discover"))
    page.get_by_label("Search characters").fill("Grimm")
    page.get_by_role("button", name="Search").click()
    assert page.locator("article").get_by_text("Otto Grimm").is_visible()
    assert page.locator("article").count() == 1


def test_reporting(window: Window) -> None:
    """R14: anyone can report a content."""
    character = factories.make_character(state=State.APPROVED, name="Mira Vale")
    window.sign_in(factories.make_user())
    page = window.open(reverse("report", kwargs={"kind": "character", "target_id": character.public_id}))
    page.get_by_label("Scam").check()
    page.get_by_role("button", name="Send report").click()
    assert page.get_by_role("status").get_by_text("Thank you").is_visible()
    assert Report.objects.get().case.target_id == character.public_id
