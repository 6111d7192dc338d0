"""The page on which staff mend their mistakes, in a real Chromium: at every size, and without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.models import User
from characters.models import ITEM_MODELS, Item, State
from moderation.models import Decision
from tests import factories
from tests.browser import harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_NAME = "Maximiliana Wilhelmina Featherstonehaugh of the Outer Isles"
Open = Callable[..., harness.Window]


@pytest.fixture
def reviewer() -> User:
    return factories.make_staff(username="rita")


def make_edit_rejected(kind: str) -> Item:
    """Return an item that is live, of which an edit was rejected: both mistakes can be mended on its page."""
    fields = {}
    if kind == "character":
        owner = factories.make_user()
        fields = {"owner": owner, "portrait_id": factories.make_picture(owner=owner, with_file=True).pk}
    item = factories.make_item(kind, state=State.APPROVED, name=LONG_NAME, **fields)
    factories.edit(item, tags=("edited",))
    factories.advance(item, State.REJECTED)
    return factories.get_fresh(item)


@pytest.mark.parametrize("theme", harness.THEMES)
@pytest.mark.parametrize("size", [harness.PHONE, harness.DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("kind", ITEM_MODELS)
def test_the_page_fits_every_size(
    open_window: Open, reviewer: User, kind: str, size: dict[str, int], theme: str
) -> None:
    item = make_edit_rejected(kind)
    window = open_window(size=size, theme=theme)
    window.sign_in(reviewer)
    page = window.open(f"/admin/characters/{kind}/{item.pk}/change/")
    expect(page.get_by_role("heading", name="Approve it after all")).to_be_visible()
    expect(page.get_by_label("Our mistake: it should not have been approved")).to_be_visible()
    assert harness.find_axe_violations(page, tags=harness.WCAG) == []
    assert harness.find_overflow(page) == []
    window.watch.assert_quiet()
    harness.screenshot_both(page, f"mending-{kind}")


def test_right_after_rejecting_a_link_leads_to_mending_it(open_window: Open, reviewer: User) -> None:
    owner = factories.make_user()
    portrait = factories.make_picture(owner=owner, with_file=True)
    item = factories.make_character(owner=owner, portrait_id=portrait.pk, state=State.PENDING, name="A & <b>")
    window = open_window(size=harness.PHONE)
    window.sign_in(reviewer)
    page = window.open(f"/admin/characters/pendingrevision/{item.open_revision_id}/change/")
    page.get_by_label("Rule:").select_option("spam")
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.get_by_text("“A & <b>” is rejected; its creator is told why.")).to_be_visible()
    assert harness.find_axe_violations(page, tags=harness.WCAG) == []
    assert harness.find_overflow(page) == []
    harness.screenshot_both(page, "mending-message")
    page.get_by_role("link", name="Was that wrong?").click()
    section = page.get_by_role("region", name="Approve it after all")
    expect(section.get_by_role("link", name="Version 1")).to_be_visible()
    section.get_by_label("Why").fill("I took the wrong one.")
    section.get_by_role("button", name="Approve it after all").click()
    expect(page.get_by_text("“A & <b>” is approved after all; its creator is told.")).to_be_visible()
    assert factories.get_fresh(item).live_revision is not None


def test_without_a_script_our_mistake_is_ticked_and_told(open_window: Open, reviewer: User) -> None:
    item = make_edit_rejected("character")
    window = open_window(has_script=False)
    window.sign_in(reviewer)
    page = window.open(f"/admin/characters/character/{item.pk}/change/")
    section = page.get_by_role("region", name="Take it down")
    section.get_by_label("Rule").select_option("spam")
    section.get_by_label("Our mistake: it should not have been approved").check()
    section.get_by_role("button", name="De-list").click()
    expect(page.get_by_text("is taken down; it is back in its creator's library.")).to_be_visible()
    decisions = page.get_by_role("region", name="Decisions")
    expect(decisions.get_by_text("Our mistake", exact=True)).to_be_visible()
    assert Decision.objects.get(kind="DELIST").is_our_mistake
