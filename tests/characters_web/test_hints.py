"""What people are told about the drawing model's words, on the pages where they describe a picture."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests import factories
from tests.characters_web.html import Element, parse

pytestmark = pytest.mark.django_db


def open_page(client: Client, creator: User) -> Element:
    character = factories.make_character(owner=creator)
    return parse(client.get(f"/characters/{character.slug}/"))


def test_who_it_is_can_be_chosen_while_there_is_no_portrait(as_creator: Client) -> None:
    page = parse(as_creator.get("/characters/new/"))

    hint = page.find("details", class_="hint")
    assert hint.attrs["data-hint"] == page.control("Appearance").attrs["id"]
    assert {"Who", "Hair colour", "Clothes"} <= {label.text for label in hint.find_all("dt")}
    assert "woman" in hint.text
    assert "open" not in hint.attrs


def test_a_saved_portrait_leaves_only_the_moment_to_choose(as_creator: Client, creator: User) -> None:
    """R1: from then on the face stays."""
    character = factories.make_character(owner=creator)
    page = parse(as_creator.get(f"/characters/{character.slug}/edit/"))

    (hint,) = page.find_all("details", class_="hint")
    assert hint.attrs["data-hint"] == page.control("What should be different?").attrs["id"]
    labels = {label.text for label in hint.find_all("dt")}
    assert "Mood" in labels
    assert "Hair colour" not in labels


def test_without_a_vocabulary_portraits_need_no_hint(as_creator: Client, settings: Any) -> None:
    settings.IMAGE_MODEL = "somebody/model"
    page = parse(as_creator.get("/characters/new/"))

    assert page.control("Appearance")
    assert not page.find_all("details", class_="hint")
    assert "hints." not in str([element.attrs for element in page.walk()])


def test_the_photo_form_says_what_can_be_drawn(as_creator: Client, creator: User) -> None:
    page = open_page(as_creator, creator)

    hint = page.find("details", class_="hint")
    assert hint.attrs["data-hint"] == page.control("What should the photo show?").attrs["id"]
    assert {"Mood", "Clothes", "Behind"} <= {label.text for label in hint.find_all("dt")}
    # The face stays, so nothing of it is offered.
    assert not {"Skin", "Hair colour"} & {label.text for label in hint.find_all("dt")}


def test_without_a_vocabulary_photos_need_no_hint(as_creator: Client, creator: User, settings: Any) -> None:
    settings.IMAGE_MODEL = "somebody/model"
    page = open_page(as_creator, creator)

    assert page.control("What should the photo show?")
    assert not page.find_all("details", class_="hint")
