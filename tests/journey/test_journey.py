"""The whole main job in a real browser: create, draw, chat, publish, find, edit, de-list.

Nothing is replaced: the embedded model draws, worker processes work, mail is read where it is printed.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from storychat.demo import DEMO_PASSWORD
from tests import processes
from tests.journey.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.processes]

# How long a look lasts before it fails; nothing is measured against it.
_PATIENCE_MS = 90_000
_PASSWORD = "a-long-and-private-sentence"
_NAME = "Orla Finch"
_LOOK = "young woman, light skin, long red hair, green eyes, blue jacket, forest background"


@pytest.fixture
def open_page(chromium: Browser, demo: Demo) -> Iterator[Callable[[], Page]]:
    """Return a function that opens a window of its own for each person."""
    with ExitStack() as windows:

        def open_one() -> Page:
            context = chromium.new_context(base_url=demo.address, viewport={"width": 1280, "height": 900})
            windows.callback(context.close)
            context.set_default_timeout(_PATIENCE_MS)
            return context.new_page()

        expect.set_options(timeout=_PATIENCE_MS)
        yield open_one


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def labelled(page: Page, name: str) -> Locator:
    """Return the field with this label; the label may go on with a mark or a counter."""
    return page.get_by_role("textbox", name=re.compile(rf"^{name}\b(?! bio)"))


def sign_up(page: Page, demo: Demo) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill("orla@people.test")
    page.get_by_label("Username").fill("orlamaker")
    page.get_by_label("Date of birth").fill(date(1994, 3, 9).isoformat())
    page.get_by_label("Password", exact=True).fill(_PASSWORD)
    button(page, "Create account").click()
    link = re.compile(re.escape(demo.address) + r"(/accounts/confirm-email/\S+)")
    processes.wait_until(lambda: link.search(demo.printed()), "the mail with the link is printed")
    found = link.search(demo.printed())
    assert found is not None
    page.goto(found[1])
    button(page, "Confirm").click()
    expect(page.get_by_role("link", name="Library").first).to_be_visible()


def sign_in(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(f"{name}@demo.test")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    button(page, "Sign in").click()
    expect(page).not_to_have_url(re.compile("/accounts/login"))


def drawn(page: Page | Locator) -> Locator:
    return page.locator("img[data-picture]")


def create(page: Page) -> None:
    """Fill the form, read the guidelines over it, let a portrait be drawn, save."""
    page.goto("/characters/new/")
    page.get_by_label("Name", exact=True).fill(_NAME)
    page.get_by_label("Short bio").fill("Mends clocks that ran out of time.")
    page.get_by_label("Bio", exact=True).fill("Her shop is open from eleven to whenever.")
    page.get_by_label("Category").select_option("fantasy")
    page.get_by_label("Description").fill("{{char}} is patient and exact, and talks to clocks.")
    page.get_by_label("First message").fill("*A bell rings.* You are late. So is everybody. Sit down.")
    page.get_by_label("Scenario").fill("{{user}} brings a watch that runs backwards.")
    page.get_by_label("Example dialogue").fill("{{user}}: Can you mend it?\n{{char}}: It was never broken.")
    page.get_by_label("Appearance").fill(_LOOK)
    page.get_by_role("link", name="View Guidelines").click()
    expect(page.get_by_role("dialog").get_by_text("Never allowed, whatever the settings")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Appearance")).to_have_value(_LOOK)
    button(page, "Draft portrait").click()
    expect(drawn(page)).to_have_count(1)
    expect(drawn(page)).to_have_attribute("alt", re.compile(r"\w"))
    button(page, "Save privately").click()
    expect(page.get_by_role("heading", level=1, name=_NAME)).to_be_visible()


def ask_for_a_photo(page: Page) -> str:
    """Talk with the character, ask to see it, and return the id of the photo that came."""
    button(page, "Chat").first.click()
    expect(page.locator("[data-message]")).to_have_count(1)
    page.get_by_label("Message", exact=True).fill("Hello! How was your day?")
    button(page, "Send").click()
    expect(page.locator("[data-message]")).to_have_count(3)
    expect(button(page, "Send")).to_be_enabled()
    expect(page.locator("[data-message]").last).not_to_be_empty()
    page.get_by_label("Message", exact=True).fill("Send me a photo of you at the beach!")
    button(page, "Send").click()
    answer = page.locator("[data-message]").nth(4)
    expect(drawn(answer)).to_be_visible()
    assert answer.inner_text().strip(), "the character answers in words too"
    return drawn(answer).get_attribute("data-picture") or ""


def item(page: Page) -> Locator:
    return page.get_by_role("article").filter(has_text=_NAME)


def search(page: Page) -> Locator:
    page.goto("/")
    page.get_by_label("Search characters").fill(_NAME)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?.*q="))
    return item(page)


def review(page: Page, *, name: str = _NAME) -> None:
    """Find the character in the queue of pending items and approve it."""
    page.goto("/admin/")
    page.get_by_role("link", name="Pending review").first.click()
    page.get_by_role("link", name=name).click()
    button(page, "Approve").click()


def wait_for_the_queue(demo: Demo) -> None:
    """Automatic screening runs in a worker."""
    query = "SELECT count(*) FROM characters_revision WHERE state = 'PENDING' AND name = %s"
    processes.wait_until(lambda: demo.rows(query, _NAME)[0][0] == 1, "screening puts it into the queue")


def test_the_whole_journey(open_page: Callable[[], Page], demo: Demo) -> None:
    """R1–R7 and R9 as people meet them."""
    creator, moderator, viewer = open_page(), open_page(), open_page()
    sign_up(creator, demo)
    create(creator)
    character_path = creator.url.removeprefix(demo.address)

    photo_id = ask_for_a_photo(creator)
    rows = demo.rows(
        "SELECT photo.mode, portrait.mode, portrait.appearance, photo.appearance FROM imagegen_picture photo "
        "JOIN imagegen_picture portrait ON portrait.id = photo.reference_id WHERE photo.public_id = %s",
        photo_id,
    )
    assert rows == [("IMAGE_TO_IMAGE", "TEXT_TO_IMAGE", _LOOK, _LOOK)]

    # Private so far: nobody else finds it, and its address leads nowhere.
    sign_in(viewer, "viewer")
    expect(search(viewer)).to_have_count(0)
    response = viewer.goto(character_path)
    assert response is not None
    assert response.status == 404

    creator.goto("/library/")
    button(item(creator), "Submit for review").click()
    expect(item(creator)).to_be_visible()
    expect(button(item(creator), "Submit for review")).to_have_count(0)

    wait_for_the_queue(demo)
    sign_in(moderator, "moderator")
    review(moderator)
    expect(search(viewer)).to_have_count(1)
    search(viewer).get_by_role("link").first.click()
    expect(viewer.get_by_role("heading", level=1, name=_NAME)).to_be_visible()
    expect(button(viewer, "Chat").first).to_be_visible()

    # An edit waits for review while the approved version stays.
    creator.goto(character_path + "edit/")
    creator.get_by_label("Short bio").fill("Mends hearts, on Thursdays.")
    button(creator, "Save privately").click()
    creator.goto("/library/")
    button(item(creator), "Submit for review").click()
    expect(button(item(creator), "Submit for review")).to_have_count(0)
    wait_for_the_queue(demo)
    viewer.reload()
    expect(viewer.get_by_text("Mends clocks that ran out of time.").first).to_be_visible()
    expect(viewer.get_by_text("Mends hearts")).to_have_count(0)
    review(moderator)
    viewer.reload()
    expect(viewer.get_by_text("Mends hearts, on Thursdays.").first).to_be_visible()

    # De-listed: gone for others, back in the creator's library with the reason.
    moderator.goto("/admin/characters/character/")
    moderator.get_by_role("link", name=_NAME).click()
    moderator.get_by_label(re.compile("^Rule")).select_option("misleading")
    button(moderator, "De-list").click()
    response = viewer.goto(character_path)
    assert response is not None
    assert response.status == 404
    expect(search(viewer)).to_have_count(0)
    creator.goto("/library/")
    expect(item(creator).get_by_text("De-listed").first).to_be_visible()
