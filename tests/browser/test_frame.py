"""The frame at work: theme, menu, dialogs, messages, one press per button."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories
from tests.browser.harness import PHONE, Window, assert_no_axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

THEME = "document.documentElement.dataset.theme ?? 'system'"


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    return open_window()


def test_the_theme_is_kept_and_can_go_back_to_the_systems(window: Window) -> None:
    page = window.open(reverse("guidelines"))
    button = page.locator("header").get_by_role("button", name="Theme")
    seen = [page.evaluate(THEME)]
    for _press in range(3):
        button.click()
        page.reload()
        seen.append(page.evaluate(THEME))
    assert seen == ["system", "light", "dark", "system"]
    window.watch.assert_quiet()


def test_the_skip_link_is_first_and_leads_to_the_content(window: Window) -> None:
    page = window.open(reverse("guidelines"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_account_menu_works_by_keyboard(window: Window) -> None:
    window.sign_in(factories.make_user(display_name="Mira Holm"))
    page = window.open(reverse("guidelines"))
    menu = page.get_by_label("Account of Mira Holm")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Security")).to_be_focused()
    assert_no_axe_violations(page)
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.get_by_role("link", name="Security")).to_be_hidden()


def test_a_dialog_fetches_its_text_and_gives_the_focus_back(window: Window, settings: Any) -> None:
    settings.DEBUG = True
    page = window.open(reverse("gallery"))
    opener = page.get_by_role("link", name="View Guidelines")
    opener.click()
    dialog = page.get_by_role("dialog", name="Guidelines")
    expect(dialog.get_by_role("heading", name="Never allowed, whatever the settings")).to_be_visible()
    assert_no_axe_violations(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    window.watch.assert_quiet()


def test_a_form_is_sent_once_however_often_it_is_pressed(window: Window) -> None:
    page = window.open(reverse("account_signup"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("Email").fill("twice@example.test")
    page.get_by_label("Username").fill("twice")
    page.get_by_label("Password").fill("12345")
    page.get_by_label("Date of birth").fill("1990-01-02")
    page.evaluate(
        """() => {
          const button = document.querySelector("main form button.button--primary");
          button.click();
          button.click();
        }"""
    )
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    assert len(sent) == 1


def test_a_request_that_fails_in_the_background_is_told(window: Window) -> None:
    page = window.open(reverse("guidelines"))
    page.evaluate("htmx.ajax('GET', '/nowhere/', '#main')")
    expect(page.get_by_role("status").get_by_text("That is not possible right now.")).to_be_visible()
    expect(page.get_by_role("heading", name="Guidelines")).to_be_visible()


def test_a_phone_has_its_places_within_reach(open_window: Callable[..., Window]) -> None:
    window = open_window(size=PHONE)
    window.sign_in(factories.make_user())
    page = window.open(reverse("guidelines"))
    bar = page.get_by_role("navigation", name="Main").filter(visible=True)
    expect(bar).to_have_count(1)
    for name in ("Discover", "Chats", "Create", "Library"):
        box = bar.get_by_role("link", name=name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        assert box["y"] + box["height"] <= PHONE["height"]
