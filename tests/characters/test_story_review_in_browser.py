"""R6, R8: a story before a reviewer in a real Chromium, on a phone and a desktop, light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.models import User
from characters.models import State, Story
from tests import factories
from tests.browser import harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUEUE = "/admin/characters/pendingstoryrevision/"
LONG_NAME = "The Extraordinarily-Long Afternoon of Miss Featherstone"


@pytest.fixture
def reviewer() -> User:
    return factories.make_staff(username="rita")


def make_edit() -> Story:
    """Return a live story of which another version waits: another scene, one more in the cast."""
    story = factories.make_story(state=State.APPROVED, name=LONG_NAME)
    guest = factories.make_character(state=State.APPROVED, name="Olaf of the Northern Kitchen")
    assert story.live_revision is not None
    cast = (*story.live_revision.cast, guest.public_id)
    factories.edit(story, opening_scene="Sun beats on the glass. Nobody knocks.", cast=cast)
    factories.advance(story, State.PENDING)
    return factories.get_fresh(story)


@pytest.mark.parametrize("theme", harness.THEMES)
@pytest.mark.parametrize("size", [harness.PHONE, harness.DESKTOP], ids=["phone", "desktop"])
def test_what_changed_is_seen_at_every_size(
    open_window: Callable[..., harness.Window], reviewer: User, size: dict[str, int], theme: str
) -> None:
    story = make_edit()
    window = open_window(size=size, theme=theme)
    window.sign_in(reviewer)
    page = window.open(f"{QUEUE}{story.open_revision_id}/change/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(LONG_NAME)
    changed = page.locator(".review-table--compare").first
    for words in ("Opening scene", "Nobody knocks", "Cast", "Olaf of the Northern Kitchen"):
        expect(changed).to_contain_text(words)
    assert harness.find_axe_violations(page, tags=harness.WCAG) == []
    assert harness.find_overflow(page) == []
    window.watch.assert_quiet()
    harness.screenshot_both(page, "story-review")


def test_a_story_is_approved_with_the_keys(
    open_window: Callable[..., harness.Window], reviewer: User
) -> None:
    story = factories.make_story(state=State.PENDING)
    window = open_window()
    window.sign_in(reviewer)
    page = window.open(QUEUE)
    expect(page.locator("#result_list")).to_contain_text("The Northern Light")
    page = window.open(f"{QUEUE}{story.open_revision_id}/change/")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“The Northern Light” is approved.")).to_be_visible()
    assert factories.get_fresh(story).live_revision == story.open_revision
