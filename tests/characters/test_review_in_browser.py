"""R6: an hour of review in a real Chromium: keys, blurred pictures, what is typed; and without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from characters.models import Revision, State
from tests import factories
from tests.browser import harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUEUE = "/admin/characters/pendingrevision/"


@pytest.fixture
def reviewer() -> User:
    return factories.make_staff(username="rita")


def waiting(**fields: Any) -> Revision:
    owner = factories.make_user()
    portrait = factories.make_picture(owner=owner, with_file=True)
    character = factories.make_character(owner=owner, portrait_id=portrait.pk, state=State.PENDING, **fields)
    revision: Revision = character.open_revision
    return revision


def open_first(open_window: Callable[..., harness.Window], reviewer: User, **options: Any) -> Page:
    window = open_window(**options)
    window.sign_in(reviewer)
    window.open(QUEUE)
    window.page.get_by_role("button", name="Start with the first").click()
    return window.page


def state_of(revision: Revision) -> str:
    return str(Revision.objects.get(pk=revision.pk).state)


def filter_of(page: Page) -> str:
    return str(page.locator(".review-frame img").first.evaluate("image => getComputedStyle(image).filter"))


def test_the_keys_do_what_the_help_says(open_window: Callable[..., harness.Window], reviewer: User) -> None:
    first = waiting(name="First one", now=factories.NOW)
    waiting(name="Second one")
    page = open_first(open_window, reviewer)
    expect(page.get_by_role("heading", level=1)).to_contain_text("First one")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert harness.find_axe_violations(page, tags=harness.WCAG) == []
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    assert filter_of(page) == "none"
    page.keyboard.press("b")
    assert "blur" in filter_of(page)
    page.keyboard.press("r")
    expect(page.get_by_label("Rule:", exact=True)).to_be_focused()
    page.get_by_label("Why:", exact=True).focus()
    page.keyboard.type("a barn is not a lighthouse?")
    assert state_of(first) == State.PENDING
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second one")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("First one")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    assert state_of(first) == State.PENDING
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second one")
    assert state_of(first) == State.APPROVED


def test_the_keys_can_be_turned_off(open_window: Callable[..., harness.Window], reviewer: User) -> None:
    waiting()
    page = open_first(open_window, reviewer)
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("b")
    assert "blur" in filter_of(page)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_label("Use these keys in this browser")).not_to_be_checked()


def test_a_rule_fills_in_its_words_and_leaves_ones_own(
    open_window: Callable[..., harness.Window], reviewer: User
) -> None:
    waiting()
    page = open_first(open_window, reviewer)
    page.get_by_label("Rule:", exact=True).select_option("spam")
    expect(page.get_by_label("Why:", exact=True)).not_to_have_value("")
    page.get_by_label("Why:", exact=True).fill("In my own words.")
    page.get_by_label("Rule:", exact=True).select_option("misleading")
    expect(page.get_by_label("Why:", exact=True)).to_have_value("In my own words.")
    expect(page.get_by_label("How to fix it:", exact=True)).to_have_value("Make them match the character.")


def test_everything_works_without_a_script(
    open_window: Callable[..., harness.Window], reviewer: User
) -> None:
    revision = waiting(name="First one", now=factories.NOW)
    waiting(name="Second one")
    page = open_first(open_window, reviewer, has_script=False, size=harness.PHONE)
    page.get_by_label("Show it as it is").check()
    page.get_by_role("button", name="Give it back").click()
    page.get_by_label("Rule:", exact=True).select_option("spam")
    page.get_by_label("Why:", exact=True).fill("Typed before the claim.")
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("It is yours until")).to_be_visible()
    page.get_by_text("Write a note").click()
    page.get_by_label("Note:", exact=True).fill("Only for us.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Only for us.")).to_be_visible()
    expect(page.get_by_label("Note:", exact=True)).to_have_value("")
    expect(page.get_by_label("Rule:", exact=True)).to_have_value("spam")
    expect(page.get_by_label("Why:", exact=True)).to_have_value("Typed before the claim.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second one")
    assert state_of(revision) == State.REJECTED


def test_somebody_who_is_second_finds_their_words_again(
    open_window: Callable[..., harness.Window], reviewer: User
) -> None:
    revision = waiting(name="First one")
    mine = open_first(open_window, reviewer)
    mine.get_by_role("button", name="Give it back").click()
    theirs = open_first(open_window, factories.make_staff(username="omar"))
    theirs.get_by_role("button", name="Approve").click()
    mine.get_by_label("Rule:", exact=True).select_option("spam")
    mine.get_by_label("Why:", exact=True).fill("It took me ten minutes to write this.")
    mine.get_by_role("button", name="Reject").click()
    expect(mine.get_by_role("alert")).to_contain_text("it is Approved")
    expect(mine.get_by_label("Why", exact=True)).to_have_value("It took me ten minutes to write this.")
    assert harness.find_axe_violations(mine, tags=harness.WCAG) == []
    harness.screenshot_both(mine, "staff-conflict")
    assert state_of(revision) == State.APPROVED
