"""Finding stories, a story's own page, and the library's part for them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services as account_services
from accounts.models import User
from characters import presenters
from characters.models import Category, Character, State, Story
from characters.presenters import Outcome
from characters.views import discovery
from characters.views import library as library_view
from tests import factories
from tests.characters_web.html import Element, parse
from tests.characters_web.test_discover import count_queries

pytestmark = pytest.mark.django_db


def names(response: object) -> list[str]:
    return [article.find("h3").text for article in parse(response).find_all("article")]


def make_live(name: str, *, minutes: int = 0, plays: int = 0, **fields: Any) -> Story:
    now = factories.NOW + timedelta(minutes=minutes)
    story = factories.make_story(state=State.APPROVED, name=name, now=now, **fields)
    Story.objects.filter(pk=story.pk).update(chat_count=plays)
    return story


def make_member(name: str, **fields: Any) -> Character:
    return factories.make_character(state=State.APPROVED, name=name, **fields)


def open_page(client: Client, story: Story) -> Element:
    response = client.get(story.get_absolute_url())
    assert response.status_code == 200
    return parse(response)


# --- Finding ---


def test_the_page_shows_what_is_live_and_nothing_else(client: Client) -> None:
    """R6, R9: approved and public stories are found; drafts, pending and private ones are not."""
    make_live("Live")
    factories.make_story(state=State.DRAFT, name="Draft")
    factories.make_story(state=State.PENDING, name="Pending")
    make_live("Hidden", visibility="PRIVATE")

    assert names(client.get("/stories/")) == ["Live"]


def test_a_story_goes_where_its_cast_goes(client: Client) -> None:
    """R8: it is no more visible than its least visible cast member."""
    lead, other = make_member("Mira"), make_member("Olaf")
    make_live("Both", cast=[lead, other])
    make_live("One", cast=[lead])

    Character.objects.filter(pk=other.pk).update(visibility="PRIVATE")

    assert names(client.get("/stories/")) == ["One"]


def test_mature_stories_need_a_viewer_whose_safe_mode_is_off(client: Client) -> None:
    """R8, R10: a story is mature if it or any of its cast is."""
    author = factories.make_adult(safe_mode=False)
    make_live("Mature", safe_mode=False, owner=author)
    make_live("Mature by cast", owner=author, cast=[make_member("Sable", safe_mode=False)], minutes=1)
    assert names(client.get("/stories/")) == []

    client.force_login(factories.make_adult(safe_mode=False))
    page = client.get("/stories/")

    assert names(page) == ["Mature by cast", "Mature"]
    assert all("Mature" in card.find("span", class_="badge character-card__mark").text
               for card in parse(page).find_all("article"))  # fmt: skip


def test_a_card_says_what_it_is_about_and_who_is_in_it(client: Client) -> None:
    owner = factories.make_user(username="maker")
    cast = [make_member("Mira"), make_member("Olaf")]
    story = make_live("Salt", owner=owner, plays=1234, summary="A ship is late.", cast=cast)

    card = parse(client.get("/stories/")).find("article")

    faces = [picture.attrs["data-picture"] for picture in card.find_all("img")]
    assert faces == [factories.get_fresh(one).live_revision.portrait.public_id for one in cast]
    assert card.find("a").attrs["href"] == reverse("story", args=[story.slug])
    for words in ("A ship is late.", "Mira, Olaf", "by maker", "1,234", "Drama"):
        assert words in card.text


def test_faces_beyond_the_third_are_a_number(client: Client) -> None:
    make_live("Crowd", cast=[make_member(f"Number {number}") for number in range(5)])

    card = parse(client.get("/stories/")).find("article")

    assert len(card.find_all("img")) == 3
    assert "+2" in card.text
    assert "Number 4" in card.text


def test_the_order_is_newest_or_most_played(client: Client) -> None:
    make_live("Old favourite", minutes=0, plays=9)
    make_live("Young", minutes=5, plays=1)

    assert names(client.get("/stories/")) == ["Young", "Old favourite"]
    assert names(client.get("/stories/?sort=most-played")) == ["Old favourite", "Young"]
    assert names(client.get("/stories/?sort=most-chatted")) == ["Young", "Old favourite"]


def test_categories_are_links_to_their_pages(client: Client) -> None:
    make_live("Witch", category="fantasy")
    make_live("Cat", category="animal")

    page = parse(client.get("/stories/"))
    for slug, label in Category.choices:
        assert page.find("a", href=f"/stories/categories/{slug}/").text == label
    assert names(client.get("/stories/categories/fantasy/")) == ["Witch"]
    assert client.get("/stories/categories/nonsense/").status_code == 404


@pytest.mark.parametrize("words", ["sal", "LATE", "harbour"])
def test_search_reads_title_summary_and_tags(client: Client, words: str) -> None:
    make_live("Salt", summary="A ship is late.", tags=("harbour",))
    make_live("Wheat", summary="A mill.", tags=("loud",))

    page = client.get("/stories/", {"q": words})

    assert names(page) == ["Salt"]
    assert parse(page).control("Search stories").attrs["value"] == words


@pytest.mark.parametrize("words", ["zzzz", "<script>alert(1)</script>", "%_'\"\\", "a\x00b", "letter"])
def test_a_search_without_matches_says_so(client: Client, words: str) -> None:
    """What only the AI reads, the letter of the plot, is not found either."""
    make_live("Salt")

    page = client.get("/stories/", {"q": words})

    assert page.status_code == 200
    assert "No story by that description" in page.content.decode()
    assert "<script>alert" not in page.content.decode()


def test_load_more_continues_where_the_page_ended(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PAGE_SIZE", 2)
    for number in range(5):
        make_live(f"Number {number}", minutes=number)

    seen, url = [], "/stories/"
    while url:
        page = client.get(url)
        seen += names(page)
        more = parse(page).find_all("a", rel="next")
        url = more[0].attrs["href"] if more else ""

    assert seen == [f"Number {number}" for number in (4, 3, 2, 1, 0)]
    fragment = client.get("/stories/", headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert client.get("/stories/?cursor=nonsense").status_code == 404


def test_an_empty_page_invites_to_write(client: Client) -> None:
    page = parse(client.get("/stories/"))

    assert "No story here yet" in page.text
    assert {"Write a story"} <= set(page.links())


def test_both_discoveries_lead_to_each_other(client: Client) -> None:
    for path, here in (("/", "Characters"), ("/stories/", "Stories")):
        kinds = parse(client.get(path)).find("nav", aria_label="What to discover")
        assert [link.attrs["href"] for link in kinds.find_all("a")] == ["/", "/stories/"]
        assert kinds.find("a", aria_current="page").text == here
    main = parse(client.get("/stories/")).find("nav", aria_label="Main")
    assert main.find("a", aria_current="page").attrs["href"] == "/stories/"


@pytest.mark.parametrize(
    "path", ["/stories/", "/stories/?sort=most-played", "/stories/?q=mira", "/stories/categories/drama/"]
)
def test_the_number_of_queries_does_not_grow(path: str, as_creator: Client) -> None:
    def add(first: int, last: int) -> None:
        for number in range(first, last):
            cast = [make_member(f"Member {place}") for place in range(number % 3 + 1)]
            make_live(f"Mira {number}", minutes=number, cast=cast)

    add(0, 2)
    few = count_queries(as_creator, path)
    add(2, 12)

    assert count_queries(as_creator, path) == few
    assert few <= 6


# --- Its page ---


def test_others_read_the_scene_and_meet_the_cast(as_stranger: Client, stranger: User) -> None:
    lead, other = make_member("Mira"), make_member("Olaf", short_bio="Cooks.")
    scene = "Rain, {{user}}.\n\n*{{char}} lights the lamp.*"
    story = make_live("Salt", cast=[lead, other], opening_scene=scene, tags=("sea",))

    page = open_page(as_stranger, story)

    assert page.find("h1").text == "Salt"
    assert f"Rain, {stranger.shown_name}." in page.text
    assert page.find("section", aria_labelledby="scene-title").find("em").text == "Mira lights the lamp."
    cast = page.find("section", aria_labelledby="cast-title")
    assert [link.attrs["href"] for link in cast.find_all("a")] == [
        reverse("character", args=[one.slug]) for one in (lead, other)
    ]
    assert len(cast.find_all("img")) == 2
    assert "Lead" in cast.find_all("li")[0].text
    assert "Cooks." in cast.find_all("li")[1].text
    assert page.find("a", href="/stories/?q=sea")
    assert page.find("form", action=f"/stories/{story.slug}/play/")
    assert "Play" in page.buttons()
    assert page.find("a", href=reverse("report", args=["story", story.public_id]))
    assert "Submit for review" not in page.text


def test_the_plot_stays_with_the_author(as_stranger: Client) -> None:
    assert "letter" not in open_page(as_stranger, make_live("Salt")).text


def test_signed_out_people_are_led_to_sign_in(client: Client) -> None:
    scene = "“{{user}}. Good,” she says to {{user}}. {{user}} nod, {{user}}."
    page = open_page(client, make_live("Salt", opening_scene=scene))

    play = next(link for link in page.find_all("a") if link.text == "Play")
    assert play.attrs["href"].startswith("/accounts/login/?next=/stories/")
    assert "“You. Good,” she says to you. You nod, you." in page.text


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.SUBMITTED, State.PENDING, State.REJECTED, State.DELISTED]
)
def test_what_was_not_approved_does_not_exist_for_others(
    state: State, as_stranger: Client, client: Client
) -> None:
    """R5, R9: others read only approved versions."""
    story = factories.make_story(state=state)

    for viewer in (as_stranger, client):
        assert viewer.get(story.get_absolute_url()).status_code == 404
        asked = viewer.get(reverse("report", args=["story", story.public_id]))
        assert asked.status_code == (404 if viewer is as_stranger else 302)


def test_the_author_reads_how_it_stands(as_creator: Client, creator: User) -> None:
    page = open_page(as_creator, factories.make_story(owner=creator))

    assert {"Draft", "Private"} <= {badge.text for badge in page.find_all("span", class_="badge")}
    assert {"Play", "Submit for review", "Make public"} <= set(page.buttons())
    assert {"Edit", "Why can't others see this?"} <= set(page.links())
    assert "Report" not in page.links()


def test_an_edit_waits_while_others_see_the_approved_version(
    as_creator: Client, creator: User, as_stranger: Client
) -> None:
    """R5: an edit to an approved story never shows before it is approved."""
    story = factories.make_story(owner=creator, state=State.APPROVED)
    factories.edit(story, summary="Nobody knocks.", opening_scene="Silence.")
    factories.advance(story, State.PENDING)

    own, others = open_page(as_creator, story), open_page(as_stranger, story)

    assert "Your edit waits for review; others still see the approved version." in own.text
    for page in (own, others):
        assert "Rain beats on the glass." in page.text
        assert "Silence." not in page.text
        assert "Nobody knocks." not in page.text


def test_an_author_is_told_who_is_not_there_any_more(as_creator: Client, creator: User) -> None:
    gone = make_member("Olaf")
    story = factories.make_story(owner=creator, cast=[make_member("Mira"), gone])
    Character.objects.filter(pk=gone.pk).update(visibility="PRIVATE")

    page = open_page(as_creator, story)

    missing = page.find("section", aria_labelledby="cast-title").find_all("li")[1]
    assert "Olaf" in missing.text
    assert "Not available any more" in missing.text
    assert not missing.find_all("a")
    assert not missing.find_all("img")


def test_share_previews_are_for_stories_that_all_may_see(
    as_creator: Client, creator: User, client: Client, open_as: Callable[..., Client]
) -> None:
    public = make_live("Salt")
    private = factories.make_story(owner=creator)
    author = factories.make_adult(safe_mode=False)
    mature = make_live("Dark", owner=author, cast=[make_member("Sable", safe_mode=False)])

    def tags(page: Element) -> list[str]:
        return [meta.attrs["property"] for meta in page.find_all("meta") if "property" in meta.attrs]

    assert {"og:title", "og:description", "og:image", "og:url"} <= set(tags(open_page(client, public)))
    assert tags(open_page(as_creator, private)) == []
    assert tags(open_page(open_as(factories.make_adult(safe_mode=False)), mature)) == []


def test_a_page_asks_the_same_for_one_and_for_six(as_stranger: Client) -> None:
    alone = make_live("Alone", cast=[make_member("Mira")])
    crowd = make_live("Crowd", cast=[make_member(f"Number {number}") for number in range(6)])

    few = count_queries(as_stranger, alone.get_absolute_url())

    assert count_queries(as_stranger, crowd.get_absolute_url()) == few


# --- "Why can't others see this?" ---


def outcomes(story: Story) -> dict[str, Outcome]:
    return {found.code: found.outcome for found in presenters.visibility_reasons(factories.get_fresh(story))}


def test_what_is_public_and_approved_meets_every_condition(as_creator: Client, creator: User) -> None:
    """R12: each condition by name."""
    story = factories.make_story(owner=creator, state=State.APPROVED)

    assert outcomes(story) == dict.fromkeys(
        ("visibility", "review", "owner", "cast", "safe-mode"), Outcome.MET
    )
    assert "They can" in parse(as_creator.get(f"/stories/{story.slug}/why/")).text


def test_each_of_the_cast_who_hides_it_is_named(as_creator: Client, creator: User, now: Any) -> None:
    """R8, R12: who of the cast keeps it from others, and what helps."""
    cast = [make_member("Mira"), make_member("Olaf"), make_member("Rim")]
    story = factories.make_story(owner=creator, state=State.APPROVED, cast=cast)
    Character.objects.filter(pk=cast[1].pk).update(visibility="PRIVATE")
    account_services.suspend_user(
        actor=None, user=cast[2].owner, reason_code="spam", explanation="x", now=now
    )

    page = parse(as_creator.get(f"/stories/{story.slug}/why/"))

    assert outcomes(story)["cast"] == Outcome.FAILS
    said = [row.text for row in page.find_all("li", data_condition="cast")]
    assert len(said) == 2
    assert "Olaf is private." in said[0]
    assert "Rim's creator is suspended" in said[1]
    assert all("choose somebody else" in text for text in said)


def test_a_mature_member_depends_on_the_viewer(open_as: Callable[..., Client]) -> None:
    author = factories.make_adult(safe_mode=False)
    cast = [make_member("Sable", safe_mode=False)]
    story = factories.make_story(owner=author, state=State.APPROVED, cast=cast)

    assert outcomes(story)["safe-mode"] == Outcome.DEPENDS
    assert "Sable's Safe Mode is off" in parse(open_as(author).get(f"/stories/{story.slug}/why/")).text


def test_others_do_not_read_why(as_stranger: Client) -> None:
    assert as_stranger.get(f"/stories/{make_live('Salt').slug}/why/").status_code == 404


# --- The library ---


def items(response: object) -> dict[str, Element]:
    return {article.find("h2").text: article for article in parse(response).find_all("article")}


def press(client: Client, story: Story, action: str, **data: str) -> Any:
    return client.post(f"/stories/{story.slug}/{action}/", {"next": "library", **data})


def test_an_empty_library_invites_to_write(as_creator: Client) -> None:
    page = parse(as_creator.get("/library/stories/"))

    assert "Which story will you open first?" in page.text
    assert page.find("a", href="/stories/new/")


@pytest.mark.parametrize(
    ("state", "label", "buttons"),
    [
        (State.DRAFT, "Draft", {"Submit for review"}),
        (State.SUBMITTED, "Submitted", {"Withdraw"}),
        (State.PENDING, "Pending review", {"Withdraw"}),
        (State.APPROVED, "Approved", set()),
        (State.REJECTED, "Rejected", set()),
        (State.WITHDRAWN, "Draft", {"Submit for review"}),
        (State.DELISTED, "De-listed", set()),
        (State.SUPERSEDED, "Approved", set()),
    ],
)
def test_each_state_has_its_label_and_buttons(
    state: State, label: str, buttons: set[str], as_creator: Client, creator: User
) -> None:
    """R5, R8: the same code as for characters."""
    factories.make_story(owner=creator, state=state, name="Salt")

    item = items(as_creator.get("/library/stories/"))["Salt"]

    assert label in item.text
    assert set(item.buttons()) & {"Submit for review", "Withdraw"} == buttons
    assert ("Edit" in item.links()) == (state not in {State.SUBMITTED, State.PENDING})


def test_each_kind_has_its_own_library(as_creator: Client, creator: User) -> None:
    mira = factories.make_character(owner=creator, name="Mira")
    factories.make_story(owner=creator, name="Salt", cast=[mira])

    assert list(items(as_creator.get("/library/"))) == ["Mira"]
    assert list(items(as_creator.get("/library/stories/"))) == ["Salt"]
    kinds = parse(as_creator.get("/library/stories/")).find("nav", aria_label="What you made")
    assert kinds.find("a", aria_current="page").text == "Stories"


def test_the_buttons_work_and_lead_back(as_creator: Client, creator: User) -> None:
    story = factories.make_story(owner=creator, name="Salt")
    place = f"/library/stories/#story-{story.public_id}"

    for action, label in (("submit", "Submitted"), ("submit", "Submitted"), ("withdraw", "Draft")):
        assert press(as_creator, story, action)["Location"] == place
        assert label in items(as_creator.get("/library/stories/"))["Salt"].text
    assert press(as_creator, story, "visibility", visibility="PRIVATE")["Location"] == place
    assert factories.get_fresh(story).visibility == "PRIVATE"
    assert as_creator.get("/library/stories/").content.decode().count("Private. Only you can see it") == 1


def test_a_draft_that_lacks_something_says_what(as_creator: Client, creator: User) -> None:
    factories.make_story(owner=creator, name="Salt", opening_scene="", cast=[])

    item = items(as_creator.get("/library/stories/"))["Salt"]

    assert "Submit for review" not in item.buttons()
    for words in ("Opening scene", "Cast"):
        assert words in item.text


def test_an_edit_is_thrown_away(as_creator: Client, creator: User) -> None:
    story = factories.make_story(owner=creator, state=State.APPROVED)
    factories.edit(story, name="Another title")

    response = as_creator.post(f"/stories/{story.slug}/discard/")

    assert response["Location"] == story.get_absolute_url()
    assert factories.get_fresh(story).open_revision is None


@pytest.mark.parametrize("action", ["submit", "withdraw", "discard", "visibility"])
def test_others_press_nothing(action: str, as_stranger: Client) -> None:
    assert press(as_stranger, make_live("Salt"), action, visibility="PRIVATE").status_code == 404


def test_shelves_and_pages_of_the_library(
    as_creator: Client, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_view, "PAGE_SIZE", 2)
    mira = factories.make_character(owner=creator, state=State.APPROVED)
    for number in range(3):
        factories.make_story(owner=creator, name=f"Draft {number}", cast=[mira])
    factories.make_story(owner=creator, name="Live", cast=[mira], state=State.APPROVED)

    assert list(items(as_creator.get("/library/stories/?show=published"))) == ["Live"]
    first = as_creator.get("/library/stories/?show=drafts")
    more = parse(first).find("a", rel="next").attrs["href"]
    found = [*items(first), *items(as_creator.get(more))]
    assert sorted(found) == ["Draft 0", "Draft 1", "Draft 2"]


def test_the_library_asks_the_same_for_two_and_for_twelve(as_creator: Client, creator: User) -> None:
    def add(count: int) -> None:
        for _turn in range(count):
            cast = [make_member("Mira"), factories.make_character(owner=creator)]
            story = factories.make_story(owner=creator, cast=cast[:1], state=State.APPROVED)
            factories.edit(story, cast=tuple(one.public_id for one in cast))

    add(2)
    few = count_queries(as_creator, "/library/stories/")
    add(10)

    assert count_queries(as_creator, "/library/stories/") == few
