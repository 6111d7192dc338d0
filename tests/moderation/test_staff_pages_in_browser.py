"""Every staff page of moderation in a real Chromium: two sizes, two themes, axe, nothing too wide."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Restriction
from core import ids
from moderation import notes, services
from moderation.models import Appeal, Case, Decision
from moderation.services import appeals
from moderation.targets import Words
from tests import factories
from tests.browser import harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What Django's frame of the admin has wrong and its templates leave no way to mend: rule and selector.
KNOWN: tuple[tuple[str, str], ...] = ()
LONG = "Rhabarberbarbarabarbarbarenbartbarbierbierbarbaerbel"


def report(kind: str, target: Any, **fields: Any) -> Case:
    made, _is_new = services.report_content(
        actor=factories.make_user(),
        target_kind=kind,
        target_id=target.public_id,
        reason="SCAM",
        text=f"It asks for card numbers. {LONG * 3}",
        creation_key=ids.new_public_id(),
        now=datetime.now(UTC),
    )
    return made.case


def make_world() -> list[str]:
    """Make something on every page, and return their addresses."""
    now = datetime.now(UTC)
    moderator = factories.make_staff(username="moderator-with-a-long-name")
    person = factories.make_user(username="person")
    portrait = factories.make_picture(owner=person, with_file=True)
    character = factories.make_character(
        owner=person, state="APPROVED", name=LONG, short_bio=LONG * 2, portrait_id=portrait.pk
    )
    case = report("character", character)
    notes.add_note(actor=moderator, target_kind="user", target_id=person.public_id, text=LONG * 4, now=now)
    photo = factories.make_picture(owner=person, with_file=True)
    removed, _is_new = services.remove_content(
        actor=moderator,
        target_kind="picture",
        target_id=photo.public_id,
        words=Words("spam", LONG * 3),
        now=now,
    )
    decision, _is_new = services.restrict(
        actor=moderator, user=person, scope=Restriction.Scope.CHAT, days=3, words=Words("misleading"), now=now
    )
    proposal, _is_new = services.propose(
        actor=moderator, kind="SUSPEND", user=person, words=Words("spam", "Again."), now=now
    )
    made, other = (
        services.appeal(
            actor=person,
            decision=one,
            request=appeals.Request(wish=Appeal.Wish.RESTORE, context=f"It was a joke. {LONG}"),
            creation_key=ids.new_public_id(),
            now=now,
        )[0]
        for one in (removed, decision)
    )
    item = factories.make_character(
        owner=person, state="PENDING", name="Waits", portrait_id=portrait.pk
    ).open_revision
    moderation, characters = "/admin/moderation", "/admin/characters"
    return [
        "/admin/",
        f"{moderation}/case/",
        f"{moderation}/case/{case.pk}/change/",
        f"{moderation}/appeal/?state__exact=OPEN",
        f"{moderation}/appeal/{made.pk}/change/",
        f"{moderation}/appeal/{other.pk}/change/",
        f"{moderation}/decision/",
        f"{moderation}/decision/{decision.pk}/change/",
        f"{moderation}/decision/person/{person.public_id}/",
        f"{moderation}/proposal/",
        f"{moderation}/proposal/{proposal.pk}/change/",
        f"{moderation}/secondreview/",
        f"{moderation}/secondreview/counters/",
        f"{moderation}/secondreview/settings/",
        f"{moderation}/safetycase/",
        f"{characters}/character/",
        f"{characters}/character/{character.pk}/change/",
        f"{characters}/pendingrevision/",
        f"{characters}/pendingrevision/{item.pk}/change/",
    ]


@pytest.mark.parametrize("theme", harness.THEMES)
@pytest.mark.parametrize("size", [harness.PHONE, harness.DESKTOP], ids=["phone", "desktop"])
def test_the_staff_pages_of_moderation_are_accessible(
    open_window: Callable[..., harness.Window], size: dict[str, int], theme: str
) -> None:
    addresses = make_world()
    window = open_window(size=size, theme=theme)
    window.sign_in(factories.make_staff(is_superuser=True))
    found: list[str] = []
    for address in addresses:
        page = window.open(address)
        expect(page.locator("#content-main").first).to_be_visible()
        # Before axe, which loads style sheets in ways that the page itself never does.
        window.watch.assert_quiet()
        found += [f"{address}: {one}" for one in harness.find_overflow(page)]
        if theme == "light":
            harness.screenshot_both(page, "staff-" + address.strip("/").replace("/", "-").replace("?", "-"))
        found += [f"{address}: {one}" for one in harness.find_axe_violations(page, known=KNOWN)]
        window.watch.complaints.clear()
    assert not found, "\n".join(found)


def test_the_staff_page_test_sees_what_is_wrong_outside_of_our_own_parts(
    open_window: Callable[..., harness.Window],
) -> None:
    window = open_window()
    window.sign_in(factories.make_staff(is_superuser=True))
    page = window.open("/admin/moderation/case/")
    page.evaluate(
        """() => {
          const link = document.createElement("a");
          link.href = "#";
          link.textContent = "Close";
          link.style.cssText = "color: #eee; background: #fff";
          document.querySelector("#content").append(link);
        }"""
    )
    assert any("Close" in one for one in harness.find_axe_violations(page, known=KNOWN))


def press(page: Page, key: str) -> None:
    page.locator("h1").first.click()
    page.keyboard.press(key)


def test_a_case_is_decided_by_keys_with_the_words_of_its_rule(
    open_window: Callable[..., harness.Window],
) -> None:
    person = factories.make_user()
    portrait = factories.make_picture(owner=person, with_file=True)
    first = factories.make_character(owner=person, state="APPROVED", name="First", portrait_id=portrait.pk)
    second = factories.make_character(state="APPROVED", name="Second")
    for character in (first, second):
        report("character", character)
    window = open_window()
    window.sign_in(factories.make_staff())
    page = window.open("/admin/moderation/case/")
    page.get_by_role("button", name="Start with the first").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("First")
    picture = page.locator(".review-frame img").first
    assert "blur" in picture.evaluate("image => getComputedStyle(image).filter")
    press(page, "b")
    assert picture.evaluate("image => getComputedStyle(image).filter") == "none"
    press(page, "a")
    expect(page.get_by_label("Nothing breaks the rules")).to_be_focused()
    page.get_by_label("Warn the person").check()
    expect(page.get_by_label("For how many days")).to_be_hidden()
    expect(page.get_by_label("Feature to restrict")).to_be_hidden()
    page.get_by_label("Restrict a feature").check()
    page.get_by_label("For how many days").fill("3")
    page.get_by_label("Warn the person").check()
    # What is typed never hides.
    expect(page.get_by_label("For how many days")).to_be_visible()
    page.get_by_label("For how many days").fill("")
    press(page, "r")
    expect(page.get_by_label("Rule:", exact=True)).to_be_focused()
    page.get_by_label("Rule:", exact=True).select_option("spam")
    expect(page.get_by_label("Why:", exact=True)).not_to_have_value("")
    page.get_by_role("button", name="Give it back").click()
    expect(page.get_by_label("Why:", exact=True)).not_to_have_value("")
    page.get_by_label("Rule:", exact=True).select_option("misleading")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second")
    assert Decision.objects.get(kind="WARN").reason_code == "misleading"


def test_an_error_is_in_focus_and_leads_to_its_field(open_window: Callable[..., harness.Window]) -> None:
    case = report("character", factories.make_character(state="APPROVED"))
    window = open_window(size=harness.PHONE)
    window.sign_in(factories.make_staff())
    page = window.open(f"/admin/moderation/case/{case.pk}/change/")
    page.get_by_label("Warn the person").check()
    window.watch.expected_status = 422
    page.get_by_role("button", name="Decide", exact=True).click()
    summary = page.get_by_role("alert").first
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Choose the rule that this is about.")
    summary.get_by_role("link", name="Rule").click()
    expect(page.get_by_label("Rule:", exact=True)).to_be_focused()
