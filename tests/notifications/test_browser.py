"""Settings and the way out of the mails in a browser that runs no script, by keyboard, and one that does."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from notifications import links, queries
from notifications.models import Timing
from notifications.queries import Wish
from tests import factories
from tests.browser import harness

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_window(chromium: Browser, live_server: Any) -> Iterator[Callable[..., harness.Window]]:
    with ExitStack() as windows:

        def show(**options: Any) -> harness.Window:
            window = windows.enter_context(harness.open_window(chromium, live_server.url, **options))
            windows.callback(window.watch.assert_quiet)
            return window

        yield show


@pytest.mark.parametrize("has_script", [True, False])
def test_choosing_how_notices_come(open_window: Callable[..., harness.Window], has_script: bool) -> None:
    user = factories.make_user()
    window = open_window(has_script=has_script, size=harness.PHONE)
    window.sign_in(user)
    page = window.open(reverse("settings-notifications"))
    reviews = page.get_by_role("group", name="Reviews of what you make")
    reviews.get_by_label("Show in StoryChat").uncheck()
    reviews.get_by_label("By mail").select_option(label="Once a day, together")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").get_by_text("Your choices are saved.")).to_be_visible()
    expect(reviews.get_by_label("Show in StoryChat")).not_to_be_checked()
    expect(reviews.get_by_label("By mail")).to_have_value("DAILY")
    assert queries.list_wishes(user)["reviews"] == Wish(is_shown=False, by_mail=Timing.DAILY)


def test_choosing_by_keyboard(open_window: Callable[..., harness.Window]) -> None:
    user = factories.make_user()
    window = open_window()
    window.sign_in(user)
    page = window.open(reverse("settings-notifications"))
    page.get_by_role("group", name="Reviews of what you make").get_by_label("Show in StoryChat").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("N")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status").get_by_text("Your choices are saved.")).to_be_visible()
    assert queries.list_wishes(user)["reviews"] == Wish(is_shown=False, by_mail=Timing.OFF)


@pytest.mark.parametrize("has_script", [True, False])
def test_turning_mails_off_and_on_again(open_window: Callable[..., harness.Window], has_script: bool) -> None:
    user = factories.make_user()
    window = open_window(has_script=has_script, size=harness.PHONE)
    path = urlsplit(links.unsubscribe_url(user, group="reviews")).path
    page = window.open(path)
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("heading", name="These mails are off")).to_be_visible()
    assert queries.list_wishes(user)["reviews"].by_mail == Timing.OFF
    if has_script:
        harness.assert_no_axe_violations(page)
    harness.screenshot_both(page, "unsubscribe-done")
    page.get_by_role("button", name="Turn them on again").click()
    expect(page.get_by_role("heading", name="These mails are on again")).to_be_visible()
    assert queries.list_wishes(user)["reviews"].by_mail == Timing.AT_ONCE
