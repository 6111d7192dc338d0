"""A page that is open while nothing is written: it hears of removals, and costs little (R13)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from characters.models import Character, State, Visibility
from chat import queries, updates
from chat.models import Conversation
from tests import factories
from tests.browser import harness
from tests.chat.conftest import begin
from tests.chat.removing import lift, remove
from tests.chat.test_browser import show_removal
from tests.chat.test_pages import fill
from tests.chat.test_stories import play
from tests.clients import client_of


def cursor_of(talk: Conversation, now: datetime) -> str:
    fresh = queries.get_conversation_for(talk.user, talk.public_id)
    return updates.read(fresh, talk.user, cursor="", now=now).cursor


def ask(browser: Client, talk: Conversation, cursor: str, *, closed: str = "false") -> Any:
    url = reverse("chat-updates", args=[talk.public_id])
    return browser.get(url, {"cursor": cursor, "closed": closed})


# --- What the server says ---


@pytest.mark.django_db
def test_where_nothing_changed_the_answer_is_empty(
    browser: Client, talk: Conversation, now: datetime
) -> None:
    answer = ask(browser, talk, cursor_of(talk, now))
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.django_db
def test_a_removal_is_told_once_and_so_is_its_end(browser: Client, talk: Conversation, now: datetime) -> None:
    opening, cursor = talk.messages.get(), cursor_of(talk, now)
    decision = remove(opening, now)

    told = ask(browser, talk, cursor).json()
    assert opening.text not in told["lines"][0]["html"]
    assert ask(browser, talk, told["cursor"]).status_code == 204

    lift(decision, now)
    told = ask(browser, talk, told["cursor"]).json()
    assert [line["id"] for line in told["lines"]] == [opening.public_id]
    assert ask(browser, talk, told["cursor"]).status_code == 204


@pytest.mark.django_db
def test_a_chat_that_closes_is_told_and_so_is_one_that_opens(
    browser: Client, talk: Conversation, now: datetime
) -> None:
    cursor = cursor_of(talk, now)
    Character.objects.update(visibility=Visibility.PRIVATE)
    assert ask(browser, talk, cursor).json()["readOnly"] is True
    assert ask(browser, talk, cursor, closed="true").status_code == 204

    Character.objects.update(visibility=Visibility.PUBLIC)
    assert ask(browser, talk, cursor, closed="true").json()["readOnly"] is False


@pytest.mark.django_db
def test_asking_costs_the_same_for_a_long_chat_and_less_than_reading(
    browser: Client, talk: Conversation, now: datetime
) -> None:
    def cost(**values: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            url = reverse("chat-updates", args=[talk.public_id])
            browser.get(url, {"cursor": cursor_of_chat, **values})
        return len(captured)

    cursor_of_chat = cursor_of(talk, now)
    cost(closed="false")
    short = cost(closed="false")
    fill(talk, 12, now)
    cursor_of_chat = cursor_of(talk, now)
    assert cost(closed="false") == short
    assert short < cost()


@pytest.mark.django_db
def test_asking_about_a_game_costs_no_more_for_a_large_cast(person: User, now: datetime) -> None:
    def cost(count: int) -> int:
        owner = factories.make_user()
        cast = [factories.make_character(owner=owner, state=State.APPROVED) for _number in range(count)]
        game = play(person, factories.make_story(owner=owner, cast=cast, state=State.APPROVED), now=now)
        browser, cursor = client_of(person), cursor_of(game, now)
        ask(browser, game, cursor)
        with CaptureQueriesContext(connection) as captured:
            assert ask(browser, game, cursor).status_code == 204
        return len(captured)

    small = cost(1)
    assert cost(4) == small


# --- What the page does ---


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def quiet_talk(db: None) -> Conversation:
    creator = factories.make_user()
    portrait = factories.make_picture(owner=creator, with_file=True)
    character = factories.make_character(owner=creator, state=State.APPROVED, portrait_id=portrait.pk)
    return begin(factories.make_user(), character, now=clock())


@pytest.fixture
def open_quiet(
    chromium: Browser, live_server: Any, quiet_talk: Conversation
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the chat with a clock of its own, and waits until nothing follows it."""
    with harness.open_window(chromium, live_server.url) as window:
        window.sign_in(quiet_talk.user)

        def show(query: str = "") -> Page:
            window.page.clock.install()
            return window.open(reverse("chat", args=[quiet_talk.public_id]) + query)

        yield show
        window.watch.assert_quiet()


def set_hidden(page: Page, *, is_hidden: bool) -> None:
    page.evaluate(
        """isHidden => {
          Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def run_quietly(page: Page) -> None:
    """Let the stream, which this server has not, be given up, and the first question be answered."""
    with page.expect_response("**/updates/**"):
        page.clock.run_for(2_000)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_removed_goes_from_a_page_on_which_nothing_happens(
    open_quiet: Callable[..., Page], quiet_talk: Conversation
) -> None:
    opening = quiet_talk.messages.get()
    decision = remove(opening, clock())
    show_removal(quiet_talk, "", number=0)
    page = open_quiet()
    run_quietly(page)
    with page.expect_response(lambda response: "closed=false" in response.url and response.status == 204):
        page.clock.run_for(5_000)
    line = page.locator(f'[data-message="{opening.public_id}"]')
    expect(line).to_contain_text(opening.text)

    show_removal(quiet_talk, decision.public_id, number=1)
    page.clock.run_for(5_000)

    expect(line).to_contain_text("This reply was removed.")
    expect(line).not_to_contain_text(opening.text)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_whose_stream_has_ended_goes_on_asking(
    chromium: Browser, live_server: Any, quiet_talk: Conversation
) -> None:
    opening = quiet_talk.messages.get()
    decision = remove(opening, clock())
    show_removal(quiet_talk, "", number=0)
    with harness.open_window(chromium, live_server.url) as window:
        window.sign_in(quiet_talk.user)
        window.page.clock.install()
        window.page.route(
            "**/events/**",
            lambda route: route.fulfill(content_type="text/event-stream", body="event: idle\ndata: {}\n\n"),
        )
        with window.page.expect_request("**/events/**"):
            page = window.open(reverse("chat", args=[quiet_talk.public_id]))
        line = page.locator(f'[data-message="{opening.public_id}"]')
        expect(line).to_contain_text(opening.text)
        page.unroute("**/events/**")
        with page.expect_response(lambda response: response.status == 204):
            page.clock.run_for(5_000)

        show_removal(quiet_talk, decision.public_id, number=1)
        page.clock.run_for(5_000)

        expect(line).to_contain_text("This reply was removed.")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_hidden_page_asks_nothing_until_it_is_shown(
    open_quiet: Callable[..., Page], quiet_talk: Conversation
) -> None:
    page = open_quiet()
    run_quietly(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/updates/" in request.url else None)

    set_hidden(page, is_hidden=True)
    page.clock.run_for(60_000)
    assert asked == []

    with page.expect_response("**/updates/**"):
        set_hidden(page, is_hidden=False)
    with page.expect_response(lambda response: response.status == 204):
        page.clock.run_for(5_000)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_of_older_lines_hears_of_removals_and_shows_nothing_else(
    open_quiet: Callable[..., Page], quiet_talk: Conversation
) -> None:
    opening = quiet_talk.messages.get()
    decision = remove(opening, clock())
    show_removal(quiet_talk, "", number=0)
    fill(quiet_talk, 60, clock())
    page = open_quiet("?before=11")
    lines = page.locator("[data-message]")
    expect(lines).to_have_count(10)

    show_removal(quiet_talk, decision.public_id, number=1)
    page.clock.run_for(5_000)

    line = page.locator(f'[data-message="{opening.public_id}"]')
    expect(line).to_contain_text("This reply was removed.")
    expect(lines).to_have_count(10)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_line_sent_from_a_quiet_page_is_followed_at_once(
    open_quiet: Callable[..., Page], quiet_talk: Conversation
) -> None:
    """The next quiet question is not waited for."""
    page = open_quiet()
    run_quietly(page)
    box = page.get_by_label("Message", exact=True)
    box.fill("Hello")
    box.press("Enter")
    expect(page.locator("[data-message]")).to_have_count(3)
    with page.expect_response(lambda response: "/updates/" in response.url and "closed=" not in response.url):
        page.clock.run_for(2_000)
