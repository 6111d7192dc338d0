"""Finding characters."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters import queries
from characters.models import Category, Character, State, Story
from characters.views import discovery
from tests import factories
from tests.characters_web.html import Element, parse

pytestmark = pytest.mark.django_db

MOST_CHATTED = "/?sort=most-chatted"


def names(response: object) -> list[str]:
    return [article.find("h3").text for article in parse(response).find_all("article")]


def make_live(name: str, *, minutes: int = 0, chats: int = 0, **fields: object) -> Character:
    now = factories.NOW + timedelta(minutes=minutes)
    character = factories.make_character(state=State.APPROVED, name=name, now=now, **fields)
    Character.objects.filter(pk=character.pk).update(chat_count=chats)
    return character


def test_the_page_shows_what_is_live_and_nothing_else(client: Client) -> None:
    """R6, R9: approved and public items are found; drafts and private ones are not."""
    make_live("Live")
    factories.make_character(state=State.DRAFT, name="Draft")
    factories.make_character(state=State.PENDING, name="Pending")
    make_live("Hidden", visibility="PRIVATE")

    assert names(client.get("/")) == ["Live"]


def test_mature_items_need_a_viewer_whose_safe_mode_is_off(client: Client) -> None:
    """R10: a mature item is shown only when both Safe Modes are off."""
    make_live("Mature", safe_mode=False)
    assert names(client.get("/")) == []

    client.force_login(factories.make_adult(safe_mode=False))
    page = client.get("/")
    assert names(page) == ["Mature"]
    assert "Mature" in parse(page).find("article").text


def test_a_card_says_who_it_is(client: Client) -> None:
    owner = factories.make_user(username="maker")
    character = make_live("Mira", owner=owner, chats=1234, tags=("sea", "calm"), short_bio="Keeps the light.")

    card = parse(client.get("/")).find("article")

    picture = card.find("img")
    assert picture.attrs["data-picture"] == factories.get_fresh(character).live_revision.portrait.public_id
    assert picture.attrs["alt"] == "Portrait of Mira"
    assert card.find("a").attrs["href"] == reverse("character", args=[character.slug])
    for words in ("Keeps the light.", "sea", "calm", "by maker", "1,234"):
        assert words in card.text


def test_the_order_is_newest_or_most_chatted(client: Client) -> None:
    make_live("Old favourite", minutes=0, chats=9)
    make_live("Young", minutes=5, chats=1)

    assert names(client.get("/")) == ["Young", "Old favourite"]
    assert names(client.get("/?sort=most-chatted")) == ["Old favourite", "Young"]
    assert names(client.get("/?sort=nonsense")) == ["Young", "Old favourite"]


def test_categories_are_links_to_their_pages(client: Client) -> None:
    make_live("Witch", category="fantasy")
    make_live("Cat", category="animal")

    page = parse(client.get("/"))
    for slug, label in Category.choices:
        assert page.find("a", href=f"/categories/{slug}/").text == label
    assert names(client.get("/categories/fantasy/")) == ["Witch"]
    assert client.get("/categories/nonsense/").status_code == 404


@pytest.mark.parametrize("words", ["mir", "LIGHT", "harbour", "cosy"])
def test_search_reads_name_bios_and_tags(client: Client, words: str) -> None:
    make_live("Mira", short_bio="Keeps the light.", bio="Lives at the harbour.", tags=("cosy",))
    make_live("Olaf", short_bio="Cooks.", bio="Salt.", tags=("loud",))

    page = client.get("/", {"q": words})

    assert names(page) == ["Mira"]
    assert parse(page).control("Search characters").attrs["value"] == words


def test_search_stays_in_the_category(client: Client) -> None:
    make_live("Mira the witch", category="fantasy")
    make_live("Mira the cat", category="animal")

    assert names(client.get("/categories/animal/", {"q": "mira"})) == ["Mira the cat"]


@pytest.mark.parametrize("words", ["zzzz", "<script>alert(1)</script>", "%_'\"\\", "a\x00b", "x" * 500])
def test_a_search_without_matches_says_so(client: Client, words: str) -> None:
    make_live("Mira")

    page = client.get("/", {"q": words})

    assert page.status_code == 200
    assert "No one by that description" in page.content.decode()
    assert "<script>alert" not in page.content.decode()


def test_load_more_continues_where_the_page_ended(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PAGE_SIZE", 2)
    for number in range(5):
        make_live(f"Number {number}", minutes=number)

    seen, url = [], "/"
    while url:
        page = client.get(url)
        seen += names(page)
        more = parse(page).find_all("a", rel="next")
        url = more[0].attrs["href"] if more else ""

    assert seen == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_htmx_gets_only_the_cards_that_follow(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PAGE_SIZE", 1)
    for number in range(2):
        make_live(f"Number {number}", minutes=number)
    more = parse(client.get("/")).find("a", rel="next").attrs["href"]

    fragment = client.get(more, headers={"HX-Request": "true"})

    assert names(fragment) == ["Number 0"]
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]


def test_htmx_search_gets_only_the_results(client: Client) -> None:
    make_live("Mira")

    fragment = client.get("/", {"q": "mira"}, headers={"HX-Request": "true"})

    assert names(fragment) == ["Mira"]
    assert "<form" not in fragment.content.decode()


@pytest.mark.parametrize("cursor", ["nonsense", "1:2:3", "\x00"])
def test_a_cursor_that_we_did_not_make_is_not_found(client: Client, cursor: str) -> None:
    assert client.get("/", {"cursor": cursor}).status_code == 404


def test_an_empty_product_invites_to_create(client: Client) -> None:
    page = parse(client.get("/"))

    assert "Nobody here yet" in page.text
    assert page.find("h1").text == "Someone worth talking to"


def strip_of(client: Client, url: str = "/") -> list[Element]:
    """The stories beside the characters."""
    [strip] = parse(client.get(url)).find_all("section", class_="strip")
    return strip.find_all("article")


def test_stories_stand_beside_the_characters_with_the_faces_of_their_casts(client: Client) -> None:
    """R8: what others find, and nothing else."""
    cast = [make_live("Mira"), make_live("Olaf")]
    factories.make_story(name="Fog", cast=cast, state=State.APPROVED)
    factories.make_story(name="Draft", cast=cast)
    factories.make_story(name="Hidden", cast=cast, state=State.APPROVED, visibility="PRIVATE")
    mature = factories.make_character(state=State.APPROVED, safe_mode=False, owner=cast[0].owner)
    author = factories.make_adult(safe_mode=False)
    factories.make_story(name="Mature", cast=[mature], owner=author, state=State.APPROVED)

    [card] = strip_of(client)

    assert card.find("h3").text == "Fog"
    shown = [picture.attrs["data-picture"] for picture in card.find_all("img")]
    assert shown == [factories.get_fresh(member).live_revision.portrait.public_id for member in cast]


def test_the_stories_beside_the_characters_are_a_few_in_the_same_order(client: Client) -> None:
    cast = [make_live("Mira")]
    for number in range(discovery.STRIP_SIZE + 1):
        now = factories.NOW + timedelta(minutes=number)
        story = factories.make_story(name=f"Story {number}", cast=cast, state=State.APPROVED, now=now)
        Story.objects.filter(pk=story.pk).update(chat_count=100 - number)

    titles = {url: [card.find("h3").text for card in strip_of(client, url)] for url in ("/", MOST_CHATTED)}

    assert titles["/"] == [f"Story {number}" for number in (6, 5, 4, 3, 2, 1)]
    assert titles[MOST_CHATTED] == [f"Story {number}" for number in range(6)]


def test_without_stories_the_front_page_invites_to_write_one(client: Client) -> None:
    make_live("Mira")

    strip = parse(client.get("/")).find("section", class_="strip")

    assert "No story here yet" in strip.text
    assert strip.find("a").attrs["href"] == reverse("story-new")


@pytest.mark.parametrize("url", ["/?q=mira", "/categories/drama/", "/stories/"])
def test_only_the_front_page_has_stories_beside_it(client: Client, url: str) -> None:
    factories.make_story(cast=[make_live("Mira")], state=State.APPROVED)

    assert not parse(client.get(url)).find_all("section", class_="strip")


def test_the_welcome_is_for_people_who_are_signed_out(as_creator: Client) -> None:
    page = parse(as_creator.get("/"))

    assert page.find("h1").text == "Discover"


@pytest.mark.parametrize("path", ["/", "/?sort=most-chatted", "/?q=mira", "/categories/drama/"])
def test_the_number_of_queries_does_not_grow(
    path: str, as_creator: Client, creator: User, django_assert_max_num_queries: object
) -> None:
    for number in range(2):
        factories.make_story(cast=[make_live(f"Mira {number}", minutes=number)], state=State.APPROVED)
    few = count_queries(as_creator, path)
    for number in range(2, 12):
        factories.make_story(cast=[make_live(f"Mira {number}", minutes=number)], state=State.APPROVED)

    assert count_queries(as_creator, path) == few
    # The front page has stories and their casts beside the characters.
    assert few <= (5 if "q=" in path or "categories" in path else 7)


def count_queries(client: Client, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = client.get(path)
    assert page.status_code == 200
    return len(captured)


def test_search_is_ordered_by_the_best_match() -> None:
    assert queries.BEST_MATCH[-1] == "-id"
