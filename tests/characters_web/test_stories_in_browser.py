"""Writing and playing a story in a real Chromium: by keyboard, and without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from characters.models import Character, State, Story
from tests import factories
from tests.browser import harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/stories/new/"


@pytest.fixture
def person() -> User:
    return factories.make_user(username="author")


@pytest.fixture
def crowd(person: User) -> list[Character]:
    return [factories.make_character(owner=person, name=name) for name in ("Mira", "Olaf", "Rim")]


@pytest.fixture
def page(open_window: Callable[..., harness.Window], person: User, crowd: list[Character]) -> Page:
    window = open_window()
    window.sign_in(person)
    return window.open(NEW)


def cast(page: Page) -> Any:
    return page.get_by_role("list", name="The cast, the lead first").locator("b")


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")


def test_a_cast_is_chosen_and_ordered_by_keyboard(page: Page, person: User) -> None:
    page.get_by_label("Title").fill("Salt")
    for place, name in enumerate(("Mira", "Olaf", "Rim"), start=1):
        press(page, f"Add {name}")
        expect(cast(page)).to_have_count(place)
    expect(page.get_by_text("There is nobody to add yet.")).to_be_visible()

    press(page, "Move Rim up")
    expect(cast(page)).to_have_text(["Mira", "Rim", "Olaf"])
    # The button moved along, and so did the keyboard.
    expect(page.get_by_role("button", name="Move Rim up")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cast(page)).to_have_text(["Rim", "Mira", "Olaf"])
    # At the top it cannot go further: the keyboard stays with the row.
    expect(page.get_by_role("button", name="Move Rim up")).to_be_disabled()
    expect(page.get_by_role("button", name="Move Rim down")).to_be_focused()
    expect(page.locator("[data-cast-status]")).to_have_text("Now number 1 of 3.")
    press(page, "Take Mira out")
    expect(cast(page)).to_have_text(["Rim", "Olaf"])
    expect(page.locator("#cast-panel :focus")).to_have_count(1)
    expect(page.get_by_text("You have unsaved changes.")).to_be_visible()
    harness.assert_no_axe_violations(page)

    page.get_by_role("button", name="Save privately").click()

    expect(page.get_by_role("heading", level=1, name="Salt")).to_be_visible()
    saved = factories.get_fresh(Story.objects.get(owner=person)).working_revision
    assert [member.character.working_revision.name for member in saved.list_cast()] == ["Rim", "Olaf"]
    harness.assert_no_axe_violations(page)


def test_the_search_narrows_while_typing_and_enter_does_not_save(page: Page, person: User) -> None:
    page.get_by_label("Title").fill("Salt")
    search = page.get_by_label("Add a character")
    search.press_sequentially("ola")
    expect(page.locator("[data-candidate]")).to_have_count(1)
    expect(search).to_have_value("ola")
    expect(search).to_be_focused()

    search.fill("nobody")
    search.press("Enter")

    expect(page.get_by_text("Nobody found for “nobody”.")).to_be_visible()
    assert not Story.objects.filter(owner=person).exists()
    # What is left in the search does not keep the title's Enter from saving.
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Salt")).to_be_visible()


def test_the_preview_follows_the_scene_and_the_cast(page: Page) -> None:
    page.get_by_label("Opening scene").fill("{{char}} lights the lamp.")
    expect(page.locator("#persona")).to_contain_text("{{char}} lights the lamp.")

    press(page, "Add Mira")

    expect(page.locator("#persona")).to_contain_text("Mira lights the lamp.")


def test_the_guidelines_open_over_the_form(page: Page) -> None:
    """R4: View Guidelines opens without losing what was typed."""
    page.get_by_label("Title").fill("Salt")
    page.get_by_role("link", name="View Guidelines").click()
    expect(page.get_by_role("dialog")).to_contain_text("Never allowed")
    page.keyboard.press("Escape")

    assert page.get_by_label("Title").input_value() == "Salt"


def test_everything_works_without_a_script(
    open_window: Callable[..., harness.Window], person: User, crowd: list[Character]
) -> None:
    window = open_window(has_script=False, size=harness.PHONE)
    window.sign_in(person)
    page = window.open(NEW)
    page.get_by_label("Title").fill("Salt")
    page.get_by_label("Opening scene").fill("A bell rings five, {{user}}.")
    page.get_by_label("Plot").fill("The silver is in the bell.")
    page.get_by_label("Add a character").fill("rim")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("[data-candidate]")).to_have_count(1)
    page.get_by_role("button", name="Add Rim", exact=True).click()
    expect(cast(page)).to_have_text(["Rim"])
    page.get_by_label("Add a character").fill("")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("[data-candidate]")).to_have_count(2)
    page.get_by_role("button", name="Add Mira", exact=True).click()
    expect(cast(page)).to_have_text(["Rim", "Mira"])
    page.get_by_role("button", name="Move Mira up").click()
    expect(cast(page)).to_have_text(["Mira", "Rim"])
    page.get_by_role("button", name="Show what the AI sees").click()
    expect(page.locator("#persona")).to_contain_text("The silver is in the bell.")
    page.get_by_role("button", name="Save privately").click()

    expect(page.get_by_role("heading", level=1, name="Salt")).to_be_visible()
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[data-message]")).to_contain_text("A bell rings five, author.")
    page.get_by_label("Message", exact=True).fill("Who is Rim?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-message]")).to_have_count(3)


def test_a_story_is_found_and_played(open_window: Callable[..., harness.Window], person: User) -> None:
    """R8: found and played by others."""
    portrait = factories.make_picture(owner=person, with_file=True)
    lead = factories.make_character(owner=person, name="Mira", state=State.APPROVED, portrait_id=portrait.pk)
    factories.make_story(owner=person, name="Salt", cast=[lead], state=State.APPROVED)
    window = open_window()
    window.sign_in(factories.make_user(display_name="Alex"))
    page = window.open("/")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Stories").click()
    harness.assert_no_axe_violations(page)
    page.get_by_role("link", name="Salt").click()
    harness.assert_no_axe_violations(page)
    page.get_by_role("button", name="Play").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Salt")
    expect(page.get_by_text("With Mira, AI character")).to_be_visible()
    harness.assert_no_axe_violations(page)
    window.watch.assert_quiet()
