"""A character's page, for its creator, for others, signed out."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import User
from characters import presenters
from characters.models import Character, State
from characters.presenters import Outcome
from imagegen.models import Picture
from tests import factories
from tests.characters_web.html import Element, parse

pytestmark = pytest.mark.django_db


def open_page(client: Client, character: Character) -> Element:
    response = client.get(f"/characters/{character.slug}/")
    assert response.status_code == 200
    return parse(response)


def test_others_read_who_it_is_and_can_chat_and_report(as_stranger: Client) -> None:
    character = factories.make_character(state=State.APPROVED)

    page = open_page(as_stranger, character)

    assert page.find("h1").text == "Mira Vale"
    for words in ("A lighthouse keeper", "writes letters to ships", "lighthouse", "cosy", "Drama"):
        assert words in page.text
    assert "Chat" in page.buttons()
    assert page.find("form", action=f"/characters/{character.slug}/chat/")
    assert "Report" in page.links()
    assert "Why can't others see this?" not in page.text
    assert "Submit for review" not in page.text


def test_fields_for_the_ai_stay_with_the_creator(as_stranger: Client) -> None:
    page = open_page(as_stranger, factories.make_character(state=State.APPROVED))

    for words in ("You made it through the fog", "calm, curious and precise", "wearing a blue sweater"):
        assert words not in page.text


def test_signed_out_people_are_led_to_sign_in(client: Client) -> None:
    character = factories.make_character(state=State.APPROVED)

    page = open_page(client, character)

    chat = next(link for link in page.find_all("a") if link.text == "Chat")
    assert chat.attrs["href"].startswith("/accounts/login/?next=/characters/")


def test_the_creator_reads_how_it_stands(as_creator: Client, creator: User) -> None:
    page = open_page(as_creator, factories.make_character(owner=creator))

    assert "Draft" in page.text
    assert "Private" in page.text
    assert {"Chat", "Submit for review", "Make public"} <= set(page.buttons())
    assert {"Edit", "Why can't others see this?"} <= set(page.links())
    assert "Report" not in page.links()


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.SUBMITTED, State.PENDING, State.REJECTED, State.DELISTED]
)
def test_what_was_not_approved_does_not_exist_for_others(
    state: State, as_stranger: Client, client: Client
) -> None:
    """R5, R9: others read only approved versions."""
    character = factories.make_character(state=state)

    for viewer in (as_stranger, client):
        assert viewer.get(f"/characters/{character.slug}/").status_code == 404


def test_mature_items_do_not_exist_for_viewers_with_safe_mode_on(
    as_stranger: Client, client: Client, open_as: Callable[..., Client]
) -> None:
    """R10: shown only when both Safe Modes are off."""
    character = factories.make_character(state=State.APPROVED, safe_mode=False)
    url = f"/characters/{character.slug}/"

    assert client.get(url).status_code == 404
    assert as_stranger.get(url).status_code == 404
    assert open_as(factories.make_adult(safe_mode=False)).get(url).status_code == 200


def test_an_edit_waits_while_others_see_the_approved_version(
    as_creator: Client, creator: User, as_stranger: Client
) -> None:
    """R5: an edit to an approved item never shows before it is approved."""
    character = factories.make_character(owner=creator, state=State.APPROVED)
    factories.edit(character, bio="Mira left the light.")
    factories.advance(character, State.PENDING)

    own = open_page(as_creator, character)
    others = open_page(as_stranger, character)

    assert "Your edit waits for review; others still see the approved version." in own.text
    assert "Approved" in own.text
    for page in (own, others):
        assert "writes letters to ships" in page.text
        assert "Mira left the light." not in page.text
    assert "Your edit" not in others.text


def test_open_graph_is_for_public_safe_items_only(
    as_creator: Client, creator: User, client: Client, open_as: Callable[..., Client]
) -> None:
    public = factories.make_character(state=State.APPROVED)
    private = factories.make_character(owner=creator)
    mature = factories.make_character(state=State.APPROVED, safe_mode=False)

    def tags(page: Element) -> list[str]:
        return [meta.attrs["property"] for meta in page.find_all("meta") if "property" in meta.attrs]

    assert {"og:title", "og:image", "og:url"} <= set(tags(open_page(client, public)))
    assert tags(open_page(as_creator, private)) == []
    assert tags(open_page(open_as(factories.make_adult(safe_mode=False)), mature)) == []


def test_a_portrait_that_is_being_drawn_is_followed(as_creator: Client, creator: User) -> None:
    picture = factories.make_picture(owner=creator, ready=False)

    page = open_page(as_creator, factories.make_character(owner=creator, portrait_id=picture.pk))

    assert any(element.attrs.get("id") == f"picture-{picture.public_id}" for element in page.walk())


# --- "Why can't others see this?" ---


def outcomes(character: Character) -> dict[str, Outcome]:
    fresh = factories.get_fresh(character)
    return {found.code: found.outcome for found in presenters.visibility_reasons(fresh)}


@pytest.mark.parametrize(
    ("state", "visibility", "words"),
    [
        (State.DRAFT, None, "It was not submitted for review yet."),
        (State.PENDING, None, "waiting for review"),
        (State.REJECTED, None, "The bio is too short."),
        (State.DELISTED, None, "The bio is too short."),
        (State.APPROVED, "PRIVATE", "Visibility is set to Private."),
        (State.APPROVED, "PUBLIC", "They can"),
    ],
)
def test_why_names_what_fails_with_its_fix(
    state: State, visibility: str | None, words: str, as_creator: Client, creator: User
) -> None:
    """R12: the real conditions are checked, and each that fails is named with its fix."""
    character = factories.make_character(owner=creator, state=state, visibility=visibility)

    page = parse(as_creator.get(f"/characters/{character.slug}/why/"))

    assert page.find("h1").text == "Why can't others see this?"
    assert words in page.text
    failing = [item for item in page.find_all("li") if item.attrs.get("data-outcome") == "fails"]
    assert all("What helps:" in item.text for item in failing)
    assert bool(failing) == (words != "They can")


def test_why_says_depends_on_the_viewer_for_mature_items(as_creator: Client, creator: User) -> None:
    """R12: the viewer's own setting is shown as "depends on the viewer"."""
    character = factories.make_character(owner=creator, state=State.APPROVED, safe_mode=False)

    page = parse(as_creator.get(f"/characters/{character.slug}/why/"))

    assert page.find("li", data_condition="safe-mode").attrs["data-outcome"] == "depends"
    assert "Depends on the viewer" in page.text
    assert not page.find_all("li", data_outcome="fails")


@pytest.mark.parametrize("safe_mode", [True, False])
@pytest.mark.parametrize("visibility", ["PRIVATE", "PUBLIC"])
@pytest.mark.parametrize("state", list(State))
def test_why_agrees_with_what_others_really_see(
    state: State, visibility: str, *, safe_mode: bool, creator: User
) -> None:
    """R12: the page and the visibility rule say the same, for every state and setting."""
    character = factories.make_character(
        owner=creator, state=state, visibility=visibility, safe_mode=safe_mode
    )
    found = outcomes(character)

    fresh = factories.get_fresh(character)
    nothing_fails = Outcome.FAILS not in found.values()
    depends = found["safe-mode"] is Outcome.DEPENDS
    assert fresh.can_view(factories.make_adult(safe_mode=False)) == nothing_fails
    assert fresh.can_view(AnonymousUser()) == (nothing_fails and not depends)


def test_why_is_for_the_creator_only(as_stranger: Client, client: Client) -> None:
    character = factories.make_character(state=State.APPROVED)
    url = f"/characters/{character.slug}/why/"

    assert as_stranger.get(url).status_code == 404
    assert client.get(url).status_code == 302


# --- Photos ---


def ask(client: Client, character: Character, wish: str, key: str = "a" * 32, **headers: str) -> object:
    return client.post(
        f"/characters/{character.slug}/photo/", {"wish": wish, "creation_key": key}, headers=headers
    )


def test_a_photo_is_drawn_from_the_portrait(as_creator: Client, creator: User) -> None:
    """R1: every later picture of a character is image-to-image from its portrait."""
    character = factories.make_character(owner=creator)

    response = ask(as_creator, character, "laughing, in a red jacket")

    assert response["Location"] == f"/characters/{character.slug}/#photos"
    photo = Picture.objects.get(purpose=Picture.Purpose.PHOTO)
    assert photo.mode == Picture.Mode.IMAGE_TO_IMAGE
    assert photo.reference == factories.get_fresh(character).working_revision.portrait
    page = open_page(as_creator, character)
    assert any(element.attrs.get("id") == f"picture-{photo.public_id}" for element in page.walk())


def test_a_double_click_asks_for_one_photo(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator)

    ask(as_creator, character, "laughing")
    ask(as_creator, character, "laughing")

    assert Picture.objects.filter(purpose=Picture.Purpose.PHOTO).count() == 1


def test_another_wish_after_back_asks_for_another_photo(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator)

    for wish in ("laughing", "at the beach", "at the beach"):
        ask(as_creator, character, wish)

    photos = Picture.objects.filter(purpose=Picture.Purpose.PHOTO)
    assert sorted(photos.values_list("prompt", flat=True)) == ["at the beach", "laughing"]


def test_htmx_gets_the_photos_only(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator)

    response = ask(as_creator, character, "laughing", **{"HX-Request": "true"})

    page = parse(response)
    assert page.find("section", id="photos")
    assert "<html" not in response.content.decode()
    assert page.value("What should the photo show?") == ""


@pytest.mark.parametrize("wish", ["", "x" * 301, "nude"])
def test_a_wish_that_cannot_be_granted_stays_typed(wish: str, as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator)

    page = parse(ask(as_creator, character, wish))

    assert page.value("What should the photo show?") == wish
    assert any("field__error" in (p.attrs.get("class") or "") for p in page.find_all("p"))
    assert not Picture.objects.filter(purpose=Picture.Purpose.PHOTO).exists()


def test_without_a_portrait_there_is_no_photo_form(as_creator: Client, creator: User) -> None:
    page = open_page(as_creator, factories.make_character(owner=creator, portrait_id=None))

    assert "Draw a photo" not in page.buttons()
    assert "no portrait yet" in page.text


def test_others_cannot_ask_on_the_page(as_stranger: Client) -> None:
    character = factories.make_character(state=State.APPROVED)

    assert "Draw a photo" not in open_page(as_stranger, character).buttons()
    assert ask(as_stranger, character, "laughing").status_code == 404
