"""Drafting and uploading a portrait on the creation page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from characters.models import Revision, State
from core import switches
from core.switches import Feature
from imagegen import uploads
from imagegen.models import Picture
from tests import factories
from tests.characters_web.html import Element, parse
from tests.characters_web.test_editor import TYPED

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def draft(client: Client, *, key: str = "a" * 32, headers: dict[str, str] | None = None, **data: Any) -> Any:
    values = {"appearance": "a woman with red hair", "portrait_key": key, **data}
    return client.post("/characters/portrait/draft/", values, headers=HTMX if headers is None else headers)


def upload(client: Client, file: Any, *, headers: dict[str, str] | None = None, **data: Any) -> Any:
    return client.post(
        "/characters/portrait/upload/",
        {"portrait_key": "b" * 32, **data, "upload": file},
        headers=HTMX if headers is None else headers,
    )


def chosen(page: Element) -> str:
    radios = [radio for radio in page.find_all("input", name="portrait") if "checked" in radio.attrs]
    assert len(radios) == 1
    return radios[0].attrs["value"] or ""


def strip(page: Element) -> list[str]:
    return [field.attrs["value"] or "" for field in page.find_all("input", name="drafts")]


def problem(page: Element) -> str:
    return " ".join(found.text for found in page.find_all("p", role="alert"))


def test_a_draft_is_drawn_from_words_and_chosen(as_creator: Client) -> None:
    """R1: the creation page drafts by text-to-image while no portrait is saved."""
    page = parse(draft(as_creator))

    picture = Picture.objects.get()
    assert picture.mode == Picture.Mode.TEXT_TO_IMAGE
    assert picture.appearance == "a woman with red hair"
    assert chosen(page) == picture.public_id
    assert any(element.attrs.get("id") == f"picture-{picture.public_id}" for element in page.walk())
    assert not page.find_all("html")


def test_several_drafts_stay_to_choose_from(as_creator: Client) -> None:
    first = parse(draft(as_creator, key="1" * 32))
    second = parse(draft(as_creator, key="2" * 32, drafts=strip(first), portrait=chosen(first)))

    assert len(strip(second)) == 2
    assert strip(second)[0] == chosen(first)
    assert chosen(second) == strip(second)[1]


def test_a_double_click_asks_for_one_picture(as_creator: Client) -> None:
    draft(as_creator)
    page = parse(draft(as_creator))

    assert Picture.objects.count() == 1
    assert page.find("input", name="portrait_key").attrs["value"] != "a" * 32


def test_other_words_after_back_ask_for_another_picture(as_creator: Client) -> None:
    draft(as_creator)
    for _click in range(2):
        page = parse(draft(as_creator, appearance="a man with a beard"))

    assert Picture.objects.count() == 2
    assert Picture.objects.get(public_id=chosen(page)).appearance == "a man with a beard"


def test_another_wish_after_back_asks_for_another_picture(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator)

    for wish in ("in a red jacket", "at the beach", "at the beach"):
        page = parse(draft(as_creator, character=character.slug, change=wish))

    assert Picture.objects.filter(mode=Picture.Mode.IMAGE_TO_IMAGE).count() == 2
    assert Picture.objects.get(public_id=chosen(page)).prompt == "at the beach"


def test_another_file_after_back_is_another_picture(
    as_creator: Client, make_png: Callable[..., SimpleUploadedFile]
) -> None:
    first = chosen(parse(upload(as_creator, make_png())))

    again = chosen(parse(upload(as_creator, make_png())))
    other = chosen(parse(upload(as_creator, make_png(colour=(20, 40, 60)))))

    assert first == again != other
    assert Picture.objects.count() == 2


def test_the_strip_shows_only_own_pictures(as_creator: Client, stranger: User) -> None:
    foreign = factories.make_picture(owner=stranger).public_id

    page = parse(draft(as_creator, drafts=[foreign, "f" * 32, "\x00", "<b>"]))

    assert strip(page) == [Picture.objects.get(owner__username="creator").public_id]


@pytest.mark.parametrize("appearance", ["", "   ", "x" * 601, "a\x00b", "a nude woman"])
def test_an_appearance_that_cannot_be_drawn_says_so(appearance: str, as_creator: Client) -> None:
    page = parse(draft(as_creator, appearance=appearance))

    assert problem(page)
    assert not Picture.objects.exists()


def test_without_a_script_the_page_returns_with_what_was_typed(as_creator: Client) -> None:
    page = parse(draft(as_creator, headers={}, **TYPED))

    assert page.value("Bio") == TYPED["bio"]
    assert page.value("Appearance") == "a woman with red hair"
    assert chosen(page) == Picture.objects.get().public_id
    assert page.find("form", id="character-form").attrs["action"] == "/characters/new/"


def test_without_a_script_looking_again_asks_for_nothing(as_creator: Client) -> None:
    first = parse(draft(as_creator, headers={}, **TYPED))

    page = parse(draft(as_creator, headers={}, **{**TYPED, "portrait": chosen(first)}, refresh="1"))

    assert Picture.objects.count() == 1
    assert chosen(page) == chosen(first)


def test_the_chosen_draft_becomes_the_portrait(as_creator: Client) -> None:
    first = chosen(parse(draft(as_creator, key="1" * 32)))
    draft(as_creator, key="2" * 32)

    as_creator.post("/characters/new/", {**TYPED, "portrait": first})

    assert Revision.objects.get().portrait.public_id == first


def test_a_portrait_that_failed_is_left_out_and_told(as_creator: Client, creator: User) -> None:
    picture = factories.make_picture(
        owner=creator, ready=False, state=Picture.State.FAILED, finished_at=factories.NOW
    )

    response = as_creator.post("/characters/new/", {**TYPED, "portrait": picture.public_id}, follow=True)

    assert Revision.objects.get().portrait is None
    assert "could not be made" in parse(response).text


def test_drafts_stay_when_saving_goes_wrong(as_creator: Client) -> None:
    first = parse(draft(as_creator))

    page = parse(
        as_creator.post(
            "/characters/new/", {**TYPED, "name": "", "portrait": chosen(first), "drafts": strip(first)}
        )
    )

    assert chosen(page) == chosen(first)
    assert strip(page) == strip(first)


def test_later_portraits_are_drawn_from_the_saved_one(as_creator: Client, creator: User) -> None:
    """R1: once a portrait is saved, pictures are image-to-image from it."""
    character = factories.make_character(owner=creator)
    page = parse(as_creator.get(f"/characters/{character.slug}/edit/"))
    assert "The face is set." in page.text

    answer = parse(draft(as_creator, character=character.slug, change="in a red jacket"))

    picture = Picture.objects.get(public_id=chosen(answer))
    assert picture.mode == Picture.Mode.IMAGE_TO_IMAGE
    assert picture.reference == character.working_revision.portrait
    assert picture.prompt == "in a red jacket"


def test_drafting_for_a_character_of_somebody_else_is_not_possible(as_stranger: Client) -> None:
    character = factories.make_character(state=State.APPROVED)

    assert draft(as_stranger, character=character.slug).status_code == 404
    assert not Picture.objects.filter(owner__username="stranger").exists()


@pytest.mark.parametrize("slug", ["\x00", "../admin", "nobody-2345678a", "<b>"])
def test_a_made_up_character_is_not_found(slug: str, as_creator: Client) -> None:
    assert draft(as_creator, character=slug).status_code == 404
    assert not Picture.objects.exists()


def test_signed_out_people_draft_nothing(client: Client) -> None:
    assert draft(client).status_code == 302
    assert client.get("/characters/portrait/draft/").status_code in {302, 405}


def test_an_upload_is_stored_and_chosen(
    as_creator: Client, make_png: Callable[..., SimpleUploadedFile]
) -> None:
    page = parse(upload(as_creator, make_png()))

    picture = Picture.objects.get()
    assert (picture.mode, picture.state) == (Picture.Mode.UPLOAD, Picture.State.READY)
    assert chosen(page) == picture.public_id


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("face.png", b"this is not a picture"),
        ("face.png", b""),
        ("face.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("<script>.png", b"GIF89a"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(name: str, content: bytes, as_creator: Client) -> None:
    page = parse(upload(as_creator, SimpleUploadedFile(name, content, content_type="image/png")))

    assert problem(page)
    assert not Picture.objects.exists()


def test_a_file_that_is_too_big_is_refused_in_the_words_that_the_page_keeps_ready(as_creator: Client) -> None:
    limit = uploads.MAX_BYTES
    big = SimpleUploadedFile("face.png", b"x" * (limit + 1), content_type="image/png")
    said = problem(parse(upload(as_creator, big)))
    page = as_creator.get("/characters/new/").content.decode()

    assert said.strip() in page
    assert f'data-max-bytes="{limit}"' in page
    assert f"up to {limit // 1_000_000} MB" in page


def test_an_upload_without_a_file_asks_for_one(as_creator: Client) -> None:
    response = as_creator.post("/characters/portrait/upload/", {}, headers=HTMX)

    assert "Choose a picture first." in problem(parse(response))


def test_a_file_that_comes_with_the_form_is_the_portrait(
    as_creator: Client, make_png: Callable[..., SimpleUploadedFile]
) -> None:
    as_creator.post("/characters/new/", {**TYPED, "upload": make_png()})

    assert Revision.objects.get().portrait.mode == Picture.Mode.UPLOAD


def test_a_bad_file_keeps_everything_typed(as_creator: Client) -> None:
    file = SimpleUploadedFile("face.png", b"nothing", content_type="image/png")

    page = parse(as_creator.post("/characters/new/", {**TYPED, "upload": file}))

    assert problem(page)
    assert page.value("Bio") == TYPED["bio"]
    assert not Revision.objects.exists()


def test_a_good_file_survives_an_error_elsewhere(
    as_creator: Client, make_png: Callable[..., SimpleUploadedFile]
) -> None:
    page = parse(as_creator.post("/characters/new/", {**TYPED, "name": "", "upload": make_png()}))

    assert chosen(page) == Picture.objects.get().public_id


def test_a_switch_that_is_off_says_why(as_creator: Client) -> None:
    """R20: a feature that is off shows its reason."""
    switches.set_switch(
        actor=None, feature=Feature.PICTURES, is_on=False, reason="The studio is closed.", now=factories.NOW
    )

    assert "The studio is closed." in problem(parse(draft(as_creator)))


def test_too_many_drafts_are_told_with_the_time_to_come_back(
    as_creator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import limits
    from core.limits import Limit
    from imagegen import services

    for name, value in list(vars(services).items()):
        if isinstance(value, Limit):
            monkeypatch.setattr(services, name, limits.Limit("test-draft", count=0, window_seconds=60))

    response = draft(as_creator)

    assert response.status_code == 429
    assert "Retry-After" in response
    assert problem(parse(response))
