"""One chat in a real browser: what the script adds to the plain forms."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from characters.models import Character, State, Visibility
from chat.models import Conversation, Message, MessageChunk
from imagegen.models import Picture
from tests import factories
from tests.browser import harness
from tests.chat.conftest import begin
from tests.chat.removing import remove
from tests.chat.test_pages import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def talk(db: None) -> Conversation:
    creator = factories.make_user()
    portrait = factories.make_picture(owner=creator, with_file=True)
    character = factories.make_character(owner=creator, state=State.APPROVED, portrait_id=portrait.pk)
    return begin(factories.make_user(display_name="Alex"), character, now=clock())


@pytest.fixture
def open_chat(chromium: Browser, live_server: Any, talk: Conversation) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the chat in a window of its own."""
    with ExitStack() as windows:

        def show(**options: Any) -> Page:
            window = windows.enter_context(harness.open_window(chromium, live_server.url, **options))
            window.sign_in(talk.user)
            page = window.open(reverse("chat", args=[talk.public_id]))
            windows.callback(window.watch.assert_quiet)
            return page

        yield show


# The page asks the server all the time, and on SQLite its thread shares our connection: so a worker's writes
# stand here as single statements, which no other thread can get into.


def write_piece(talk: Conversation, text: str) -> None:
    """Do what a worker does in the middle of a reply."""
    reply = talk.messages.get(position=3)
    talk.messages.filter(position=3).update(
        state=Message.State.WRITING, lease_expires_at=clock() + timedelta(minutes=5), attempts=1
    )
    MessageChunk.objects.create(message=reply, index=0, text=text)


def finish(talk: Conversation, text: str) -> None:
    """Do what a worker does at the end of a reply."""
    talk.messages.filter(position=3).update(
        state=Message.State.DONE, lease_expires_at=None, finished_at=clock(), text=text
    )


def wait_for_line(page: Page, position: int) -> None:
    expect(page.locator("[data-message]")).to_have_count(position)


def test_enter_sends_and_the_reply_grows_in_place(open_chat: Callable[..., Page], talk: Conversation) -> None:
    page = open_chat()
    box = page.get_by_label("Message", exact=True)
    box.fill("First line")
    box.press("Shift+Enter")
    box.type("second line")
    box.press("Enter")
    wait_for_line(page, 3)
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    write_piece(talk, "*lights the lamp* The ")
    reply = page.locator("[data-message]").last
    expect(reply.locator("em")).to_have_text("lights the lamp")
    expect(reply).to_have_attribute("aria-busy", "true")
    finish(talk, "*lights the lamp* The sea is calm.")
    expect(reply).to_contain_text("The sea is calm.")
    expect(reply).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    assert talk.messages.get(position=2).text == "First line\nsecond line"


def test_a_double_click_sends_once(open_chat: Callable[..., Page], talk: Conversation) -> None:
    page = open_chat()
    page.get_by_label("Message", exact=True).fill("Hello")
    page.get_by_role("button", name="Send").dblclick()
    wait_for_line(page, 3)
    assert talk.messages.count() == 3


def test_a_draft_survives_a_lost_connection_and_a_reload(
    chromium: Browser, live_server: Any, talk: Conversation
) -> None:
    with harness.open_window(chromium, live_server.url) as window:
        window.sign_in(talk.user)
        page = window.open(reverse("chat", args=[talk.public_id]))
        page.route("**/send/", lambda route: route.abort())
        box = page.get_by_label("Message", exact=True)
        box.fill("Do not lose me")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("did not get through")
        expect(box).to_have_value("Do not lose me")
        page.reload()
        expect(box).to_have_value("Do not lose me")
        page.unroute("**/send/")
        page.get_by_role("button", name="Send").click()
        wait_for_line(page, 3)
    assert talk.messages.count() == 3


def test_what_is_typed_while_a_line_is_on_its_way_stays(
    open_chat: Callable[..., Page], talk: Conversation
) -> None:
    page = open_chat()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/send/", hold)
    box = page.get_by_label("Message", exact=True)
    box.fill("Hello")
    with page.expect_request("**/send/"):
        box.press("Enter")
    box.type(" and more")
    held[0].continue_()
    wait_for_line(page, 3)
    expect(box).to_have_value(" and more")
    assert page.evaluate("sessionStorage.getItem(`draft:${location.pathname}`)") == " and more"
    assert talk.messages.get(position=2).text == "Hello"


def test_who_was_signed_out_signs_in_and_finds_the_draft(
    chromium: Browser, live_server: Any, talk: Conversation
) -> None:
    with harness.open_window(chromium, live_server.url) as window:
        window.sign_in(talk.user)
        with window.page.expect_response("**/updates/**"):
            page = window.open(reverse("chat", args=[talk.public_id]))
        # The page asks nothing more, so only the sending can notice.
        page.route("**/updates/**", lambda _route: None)
        window.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        box = page.get_by_label("Message", exact=True)
        box.fill("Do not lose me")
        box.press("Enter")
        expect(page).to_have_url(re.compile(reverse("account_login")))
        window.sign_in(talk.user)
        window.open(reverse("chat", args=[talk.public_id]))
        expect(box).to_have_value("Do not lose me")


def test_a_form_that_is_too_old_is_renewed_with_the_draft(
    chromium: Browser, live_server: Any, talk: Conversation
) -> None:
    """Signing in again in another tab changes the token."""
    with harness.open_window(chromium, live_server.url) as window:
        window.sign_in(talk.user)
        page = window.open(reverse("chat", args=[talk.public_id]))
        window.watch.expected_status = 403
        window.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
        box = page.get_by_label("Message", exact=True)
        box.fill("Do not lose me")
        with page.expect_navigation():
            box.press("Enter")
        expect(box).to_have_value("Do not lose me")
        box.press("Enter")
        wait_for_line(page, 3)
        window.watch.assert_quiet()


def test_typing_does_not_multiply_the_questions(open_chat: Callable[..., Page], talk: Conversation) -> None:
    """This server does not stream, so the page polls."""
    page = open_chat()
    box = page.get_by_label("Message", exact=True)
    box.fill("Hello")
    box.press("Enter")
    wait_for_line(page, 3)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/updates/" in request.url else None)
    box.type("one two three four five", delay=100)
    # The typing takes 2.3 s, a round 1.5 s.
    assert len(asked) <= 3
    with page.expect_request("**/updates/**"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_stream_that_says_nothing_is_given_up(
    chromium: Browser, live_server: Any, talk: Conversation
) -> None:
    with harness.open_window(chromium, live_server.url) as window:
        window.sign_in(talk.user)
        window.page.clock.install()
        # Never answered: as behind a proxy that collects what it should pass on.
        window.page.route("**/events/**", lambda _route: None)
        page = window.open(reverse("chat", args=[talk.public_id]))
        page.get_by_label("Message", exact=True).fill("Hello")
        page.get_by_role("button", name="Send").click()
        wait_for_line(page, 3)
        finish(talk, "The sea is calm.")
        page.clock.run_for(10_000)
        expect(page.get_by_text("The sea is calm.")).to_have_count(0)
        page.clock.run_for(6_000)
        expect(page.get_by_text("The sea is calm.")).to_be_visible()


def test_the_focus_of_what_vanishes_goes_to_the_message_box(
    open_chat: Callable[..., Page], talk: Conversation
) -> None:
    page = open_chat()
    box = page.get_by_label("Message", exact=True)
    box.fill("Hello")
    box.press("Enter")
    page.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Stopped")).to_be_visible()
    expect(box).to_be_focused()
    page.get_by_role("button", name="Try again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Mira Vale is writing")).to_be_attached()
    expect(box).to_be_focused()


def test_enter_that_ends_a_composition_does_not_send(
    open_chat: Callable[..., Page], talk: Conversation
) -> None:
    page = open_chat()
    box = page.get_by_label("Message", exact=True)
    box.fill("こんにちは")
    is_left_alone = box.evaluate(
        """box => box.dispatchEvent(
          new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }))"""
    )
    assert is_left_alone
    expect(box).to_have_value("こんにちは")


def test_the_camera_button_and_stop(open_chat: Callable[..., Page], talk: Conversation) -> None:
    page = open_chat(size=harness.PHONE)
    page.get_by_label("Message", exact=True).fill("in the rain")
    page.get_by_role("button", name="Photo").click()
    wait_for_line(page, 3)
    assert talk.messages.get(position=3).photo_wish == "in the rain"
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Mira Vale is writing")).to_be_attached()


def test_older_lines_load_when_the_reader_reaches_them(
    open_chat: Callable[..., Page], talk: Conversation
) -> None:
    fill(talk, 100, clock())
    page = open_chat(size=harness.PHONE)
    expect(page.get_by_text("Line 101.", exact=True)).to_be_in_viewport()
    log = page.get_by_role("log")
    log.evaluate(
        """log => new MutationObserver(() => { log.dataset.heard = log.getAttribute("aria-live"); })
          .observe(log, { childList: true, subtree: true })"""
    )
    for _more in range(2):
        lines = page.locator("[data-message]")
        count = lines.count()
        page.locator("[data-older] a").evaluate("link => link.scrollIntoView()")
        expect(lines).not_to_have_count(count)
    wait_for_line(page, 101)
    positions = page.locator("[data-message] .bubble").all_inner_texts()
    numbers = [int(found[1]) for text in positions if (found := re.match(r"Line (\d+)\.", text))]
    assert numbers == sorted(numbers)
    # Nobody wants a hundred old lines read out.
    expect(log).to_have_attribute("data-heard", "off")
    expect(log).to_have_attribute("aria-live", "polite")


def test_a_chat_that_closes_meanwhile_becomes_read_only(
    open_chat: Callable[..., Page], talk: Conversation
) -> None:
    """R9."""
    page = open_chat()
    page.get_by_label("Message", exact=True).fill("Hello")
    page.get_by_role("button", name="Send").click()
    wait_for_line(page, 3)
    Character.objects.filter(pk=talk.character_id).update(visibility=Visibility.PRIVATE)
    expect(page.get_by_text("this chat is read-only")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_have_count(0)


def test_without_a_script_the_page_is_whole(open_chat: Callable[..., Page], talk: Conversation) -> None:
    page = open_chat(has_script=False, size=harness.PHONE)
    page.get_by_label("Message", exact=True).fill("Hello")
    page.get_by_role("button", name="Send").click()
    wait_for_line(page, 3)
    finish(talk, "Good evening.")
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("Good evening.")).to_be_in_viewport()


@pytest.mark.parametrize("size", [harness.PHONE, harness.DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("theme", harness.THEMES)
def test_every_kind_of_line_is_accessible(
    open_chat: Callable[..., Page], talk: Conversation, size: dict[str, int], theme: str
) -> None:
    fill(talk, 4, clock())
    kinds: list[dict[str, Any]] = [
        {"state": Message.State.FAILED, "failure_code": "model-busy"},
        {"state": Message.State.CANCELED, "text": "*stops", "failure_code": "stopped"},
        {"state": Message.State.DONE, "text": "word " * 300, "photo_refusal": "No portrait yet."},
        {"state": Message.State.QUEUED, "finished_at": None, "queued_at": clock()},
    ]
    for position, kind in enumerate(kinds, start=6):
        values = {"created_at": clock(), "finished_at": clock(), "author": Message.Author.CHARACTER} | kind
        Message.objects.create(conversation=talk, position=position, **values)
    page = open_chat(size=size, theme=theme)
    harness.assert_no_axe_violations(page)
    assert harness.find_overflow(page) == []


# --- What is removed, and what is reported ---


def show_removal(talk: Conversation, removal_id: str, *, number: int) -> None:
    """Remove the first line, or put it back, in single statements; as a worker's writes above."""
    talk.messages.filter(position=1).update(removal_id=removal_id, change_number=number)
    Conversation.objects.filter(pk=talk.pk).update(change_count=number)


def test_the_words_go_from_an_open_page_and_come_back(
    open_chat: Callable[..., Page],
    talk: Conversation,
) -> None:
    opening = talk.messages.get()
    decision = remove(opening, clock())
    show_removal(talk, "", number=0)
    page = open_chat()
    line = page.locator(f'[data-message="{opening.public_id}"]')
    expect(line).to_contain_text(opening.text)
    # While a reply is written the page asks for news.
    page.get_by_label("Message", exact=True).fill("Hello")
    page.keyboard.press("Enter")
    expect(page.locator("[data-message]")).to_have_count(3)

    show_removal(talk, decision.public_id, number=1)

    expect(line).to_contain_text("This reply was removed.")
    expect(line).not_to_contain_text(opening.text)
    expect(line.get_by_role("link", name="Report this reply")).to_have_count(0)
    assert harness.find_overflow(page) == []

    show_removal(talk, "", number=2)

    expect(line).to_contain_text(opening.text)


def test_both_reports_are_reached_by_keyboard_on_a_phone(
    open_chat: Callable[..., Page],
    talk: Conversation,
) -> None:
    photo = factories.make_picture(
        owner=talk.user,
        purpose=Picture.Purpose.CHAT_PHOTO,
        mode=Picture.Mode.IMAGE_TO_IMAGE,
        strength=0.5,
        reference=talk.character.live_revision.portrait,
        with_file=True,
    )
    talk.messages.update(photo=photo)
    line = Message.objects.get(conversation=talk)
    page = open_chat(size=harness.PHONE)
    wanted = [
        reverse("report", kwargs={"kind": kind, "target_id": target_id})
        for kind, target_id in (("picture", photo.public_id), ("chat-message", line.public_id))
    ]

    page.locator("[data-scroll]").focus()
    met = []
    for _step in range(12):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href') ?? ''")
        if href in wanted:
            met.append(href)
            assert page.evaluate("getComputedStyle(document.activeElement).opacity") == "1"

    assert met == wanted
    assert harness.find_overflow(page) == []
    page.locator(f'a[href="{wanted[0]}"]').press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith(wanted[0])
