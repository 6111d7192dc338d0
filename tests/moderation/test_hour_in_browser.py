"""A moderator's hour in a real browser: review, a rejection that is mended, an edit, a report, an appeal."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from characters import services as character_services
from characters.models import Character, State
from moderation.models import Case, Decision
from tests import factories
from tests.browser import harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def screen(character: Character) -> None:
    """Do what a worker does after a submission."""
    revision = factories.get_fresh(character).open_revision
    character_services.screen_revision(revision_id=revision.pk, now=datetime.now(UTC))


@pytest.fixture
def people(open_window: Callable[..., harness.Window]) -> Callable[..., harness.Window]:
    def sit_down(user: object) -> harness.Window:
        window = open_window()
        window.sign_in(user)
        return window

    return sit_down


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[Page, str], None]:
    def shot(page: Page, name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    return shot


def test_an_hour(people: Callable[..., harness.Window], keep: Callable[[Page, str], None]) -> None:
    creator = factories.make_user(username="creator")
    portrait = factories.make_picture(owner=creator, with_file=True)
    character = factories.make_character(owner=creator, portrait_id=portrait.pk, bio="Buy at my shop.")
    at_home = people(creator)
    at_desk = people(factories.make_staff(username="moderator"))

    # The creator submits; the moderator claims, looks at the picture, and rejects with a reason.
    page = at_home.open("/library/")
    button(page, "Submit for review")
    expect(page.get_by_text("Submitted").first).to_be_visible()
    screen(character)
    desk = at_desk.open("/admin/characters/pendingrevision/")
    desk.get_by_role("link", name="Mira Vale").click()
    button(desk, "Claim")
    expect(desk.get_by_text("It is yours until")).to_be_visible()
    figure = desk.locator("figure.review-portrait").first
    expect(figure.get_by_label("Show it as it is")).not_to_be_checked()
    figure.get_by_text("Show it as it is").click()
    expect(figure.get_by_label("Show it as it is")).to_be_checked()
    keep(desk, "review")
    desk.get_by_label("Rule:").select_option("spam")
    desk.get_by_label("Why:").fill("The bio sends people to a shop.")
    button(desk, "Reject")
    expect(desk.get_by_text("is rejected")).to_be_visible()

    # The creator reads why, mends it and submits again; now it is approved, and others meet it.
    page = at_home.open(f"/characters/{character.slug}/")
    expect(page.get_by_text("The bio sends people to a shop.").first).to_be_visible()
    page = at_home.open(f"/characters/{character.slug}/edit/")
    page.get_by_label("Bio", exact=True).fill("Mira keeps the northern light.")
    button(page, "Save privately")
    page = at_home.open("/library/")
    button(page, "Submit for review")
    screen(character)
    desk = at_desk.open("/admin/characters/pendingrevision/")
    desk.get_by_role("link", name="Mira Vale").click()
    button(desk, "Approve")
    expect(desk.get_by_text("is approved")).to_be_visible()
    visitor = people(factories.make_user(username="reporter"))
    expect(visitor.open(f"/characters/{character.slug}/").get_by_text("northern light").first).to_be_visible()

    # An edit of the approved one: the moderator sees what changed, others see the old one until then.
    page = at_home.open(f"/characters/{character.slug}/edit/")
    page.get_by_label("Bio", exact=True).fill("Mira keeps the southern light.")
    button(page, "Save privately")
    page = at_home.open("/library/")
    button(page, "Submit for review")
    screen(character)
    expect(visitor.open(f"/characters/{character.slug}/").get_by_text("southern light")).to_have_count(0)
    desk = at_desk.open("/admin/characters/pendingrevision/")
    desk.get_by_role("link", name="Mira Vale").click()
    expect(desk.locator("ins", has_text="southern")).to_be_visible()
    expect(desk.locator("del", has_text="northern")).to_be_visible()
    keep(desk, "diff")
    button(desk, "Approve")
    expect(visitor.open(f"/characters/{character.slug}/").get_by_text("southern light").first).to_be_visible()

    # Somebody reports it; the creator is warned, then it is reported again and removed.
    report(visitor.page, character)
    desk = at_desk.open("/admin/moderation/case/")
    desk.get_by_role("link", name="Mira Vale").click()
    keep(desk, "case")
    decide(desk, "Warn the person", "Please do not imitate a real person.")
    expect(desk.get_by_text("Those who reported are told")).to_be_visible()
    expect(at_home.open("/notifications/").get_by_text("A warning").first).to_be_visible()
    second = people(factories.make_user(username="second-reporter"))
    second.open(f"/characters/{character.slug}/")
    report(second.page, character)
    desk = at_desk.open("/admin/moderation/case/")
    desk.get_by_role("link", name="Mira Vale").click()
    decide(desk, "Remove the content", "It imitates a real person.")
    visitor.open(f"/characters/{character.slug}/", status=404)
    assert Case.objects.filter(state="ACTED").count() == 2

    # The creator appeals, another moderator overturns, and it is there again.
    decision = Decision.objects.get(kind="DELIST")
    page = at_home.open("/settings/standing/")
    keep(page, "standing")
    page.locator(f"#decision-{decision.public_id}").get_by_role("link", name="Appeal").click()
    page.get_by_label("Make it visible again, or lift what was imposed").check()
    page.locator("textarea[name=context]").fill("She is made up; the likeness is chance.")
    keep(page, "appeal")
    button(page, "Send appeal")
    other_desk = people(factories.make_staff(username="colleague"))
    desk = other_desk.open("/admin/moderation/appeal/?state__exact=OPEN")
    desk.locator("#result_list tbody th a").first.click()
    expect(desk.get_by_text("the likeness is chance")).to_be_visible()
    desk.get_by_label("Overturn it").check()
    desk.get_by_label("Why:").fill("No real person is meant.")
    keep(desk, "answer")
    button(desk, "Answer")
    expect(desk.get_by_text("Answered; the person is told.")).to_be_visible()
    expect(visitor.open(f"/characters/{character.slug}/").get_by_text("southern light").first).to_be_visible()
    assert factories.get_fresh(character).live_revision.state == State.APPROVED
    expect(at_home.open("/help/appeals/").get_by_text("Granted").first).to_be_visible()
    for window in (at_home, at_desk, other_desk, visitor):
        window.watch.assert_quiet()


def report(page: Page, character: Character) -> None:
    page.goto(page.url.split("/characters/")[0] + f"/report/character/{character.public_id}/")
    page.get_by_label("Impersonation").check()
    page.get_by_label("What happened").fill("This is my neighbour.")
    button(page, "Send report")
    expect(page.get_by_text("Thank you").first).to_be_visible()


def decide(desk: Page, step: str, why: str) -> None:
    desk.get_by_label(step).check()
    desk.get_by_label("Rule:").select_option("real-person")
    desk.get_by_label("Why:").fill(why)
    button(desk, "Decide")
