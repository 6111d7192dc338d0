"""The creation page in a real Chromium, with a script and without."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from characters.models import Character
from imagegen import uploads
from imagegen.models import Picture
from tests import factories
from tests.browser import harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/characters/new/"


@pytest.fixture
def person() -> User:
    return factories.make_user(username="creator")


@pytest.fixture
def page(open_window: Callable[..., harness.Window], person: User) -> Page:
    window = open_window()
    window.sign_in(person)
    return window.open(NEW)


def drafts(page: Page) -> Any:
    return page.locator("#portrait-panel [data-draft]")


def draft_one(page: Page, count: int) -> None:
    page.get_by_role("button", name="Draft portrait").click()
    expect(drafts(page)).to_have_count(count)


def test_a_draft_appears_beside_what_was_typed(page: Page, person: User) -> None:
    """R1: "Draft portrait" draws from words; what was typed stays and the draft becomes the portrait."""
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_label("Appearance").fill("a woman with red hair")
    draft_one(page, 1)
    draft_one(page, 2)
    assert page.get_by_label("Name", exact=True).input_value() == "Mira Vale"
    expect(page.get_by_role("radio", name="Draft 2")).to_be_checked()
    harness.assert_no_axe_violations(page)
    page.get_by_role("radio", name="Draft 1").check()
    chosen = page.get_by_role("radio", name="Draft 1").input_value()

    page.get_by_role("button", name="Save privately").click()

    expect(page.get_by_text("Saved privately. Only you can see it.")).to_be_visible()
    revision = factories.get_fresh(Character.objects.get(owner=person)).working_revision
    assert revision.portrait.public_id == chosen


def test_the_enter_key_saves(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_label("Name", exact=True).press("Enter")

    expect(page.get_by_role("heading", level=1, name="Mira Vale")).to_be_visible()
    assert not Picture.objects.exists()


def test_a_draft_that_failed_cannot_be_the_portrait_until_it_is_tried_again(page: Page, person: User) -> None:
    lost = factories.make_picture(
        owner=person,
        ready=False,
        state=Picture.State.FAILED,
        failure_code="broken",
        finished_at=factories.NOW,
        prompt="",
    )
    page.get_by_label("Appearance").fill("a woman with red hair")
    draft_one(page, 1)
    Picture.objects.exclude(pk=lost.pk).update(
        state=Picture.State.FAILED, failure_code="broken", finished_at=factories.NOW
    )
    expect(page.locator("#portrait-panel [data-picture-state=failed]")).to_be_visible(timeout=20000)
    expect(page.get_by_role("radio", name="No portrait yet")).to_be_checked()

    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("radio", name="Draft 1")).to_be_checked()
    retried = Picture.objects.exclude(state=Picture.State.FAILED).get()
    assert page.get_by_role("radio", name="Draft 1").input_value() == retried.public_id


def test_an_upload_is_a_draft_at_once(page: Page) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (320, 320), (180, 90, 60)).save(stream, "PNG")
    field = page.get_by_label("Or upload a picture")

    field.set_input_files({"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator("#portrait-panel").get_by_role("alert")).to_be_visible()
    field.set_input_files({"name": "face.png", "mimeType": "image/png", "buffer": stream.getvalue()})

    expect(page.get_by_role("radio", name="Upload")).to_be_checked()
    expect(page.locator("#portrait-panel img[data-picture]")).to_be_visible()
    assert field.input_value() == ""


def test_a_file_that_is_too_big_is_refused_before_it_is_sent(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    field = page.get_by_label("Or upload a picture")
    big = {"name": "face.png", "mimeType": "image/png", "buffer": b"x" * (uploads.MAX_BYTES + 1)}

    field.set_input_files(big)
    problem = page.get_by_role("alert").filter(has_text="The file is larger than 8 MB.")
    expect(problem).to_be_visible()
    assert field.input_value() == ""
    assert not any("upload" in url for url in sent)

    field.set_input_files({**big, "buffer": b"no picture"})
    expect(page.get_by_role("alert").filter(has_text="This is not a PNG")).to_be_visible()
    expect(problem).to_be_hidden()


def test_the_preview_follows_the_typing(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_label("Description").fill("{{char}} is calm.")

    expect(page.locator("#persona")).to_contain_text("Mira Vale is calm.")


def test_the_guidelines_open_over_the_form(page: Page) -> None:
    """R4: View Guidelines opens without losing what was typed."""
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_role("link", name="View Guidelines").click()
    expect(page.get_by_role("dialog")).to_contain_text("Never allowed")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.get_by_label("Name", exact=True).input_value() == "Mira Vale"


def test_greetings_come_and_go(page: Page) -> None:
    for text in ("One", "Two", "Three", "Four", "Five"):
        page.get_by_role("button", name="Add a greeting").click()
        page.keyboard.type(text)
    expect(page.get_by_role("button", name="Add a greeting")).to_be_hidden()

    page.get_by_role("button", name="Remove greeting 2").click()

    shown = [box.input_value() for box in page.locator("textarea[name=greetings]").all()]
    assert shown == ["One", "Three", "Four", "Five"]
    expect(page.get_by_role("button", name="Add a greeting")).to_be_visible()
    assert page.get_by_label("Greeting 2", exact=True).input_value() == "Three"


def test_leaving_with_unsaved_changes_asks_first(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Name", exact=True).fill("Mira Vale")

    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/library/")

    assert asked == ["beforeunload"]


def test_long_texts_are_counted_and_kept(page: Page) -> None:
    page.get_by_label("Short bio").fill("x" * 170)
    expect(page.locator(".field__count", has_text="170 / 160")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Mira")

    page.get_by_role("button", name="Save privately").click()

    expect(page.get_by_role("alert")).to_contain_text("Short bio")
    harness.assert_no_axe_violations(page)
    assert page.get_by_label("Short bio").input_value() == "x" * 170


def test_everything_works_without_a_script(
    open_window: Callable[..., harness.Window],
    person: User,
) -> None:
    window = open_window(has_script=False)
    window.sign_in(person)
    page = window.open(NEW)
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_label("Greeting 1", exact=True).fill("Tea?")
    page.get_by_label("Appearance").fill("a woman with red hair")
    page.get_by_role("button", name="Show what the AI sees").click()
    expect(page.locator("#persona")).to_contain_text("Mira Vale")

    page.get_by_role("button", name="Draft portrait").click()
    expect(drafts(page)).to_have_count(1)
    page.locator("#portrait-panel").get_by_role("button", name="Look again").click()
    expect(drafts(page)).to_have_count(1)
    page.get_by_role("button", name="Save privately").click()

    expect(page.get_by_role("heading", level=1, name="Mira Vale")).to_be_visible()
    revision = factories.get_fresh(Character.objects.get(owner=person)).working_revision
    assert revision.greetings == ["Tea?"]
    assert revision.portrait == Picture.objects.get()


def test_withdrawing_asks_first(open_window: Callable[..., harness.Window], person: User) -> None:
    character = factories.make_character(owner=person, state="PENDING")
    window = open_window(size=harness.PHONE)
    window.sign_in(person)
    page = window.open("/library/")

    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert factories.get_fresh(character).working_revision.state == "PENDING"
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()

    expect(page.get_by_text("Withdrawn. It is yours to edit again.")).to_be_visible()
