"""A photo on a character's page that is not enough like them can be drawn again, free."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters.models import Character, State
from imagegen.models import Picture
from tests import factories
from tests.characters_web.html import parse

pytestmark = pytest.mark.django_db
BUTTON = "Draw again, free"


def make_photo(character: Character, **fields: object) -> Picture:
    """Return a photo of the character that came out under the floor."""
    draft = factories.get_fresh(character).working_revision
    values = {
        "owner": character.owner,
        "purpose": Picture.Purpose.PHOTO,
        "mode": Picture.Mode.IMAGE_TO_IMAGE,
        "prompt": "at the beach",
        "reference": draft.portrait,
        "strength": 0.92,
        "likeness": 0.6,
        "likeness_floor": 0.7,
    }
    return factories.make_picture(**(values | fields))


def test_the_creator_is_offered_it_beside_the_photo(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator, state=State.APPROVED)
    make_photo(character, likeness=0.9)
    unlike = make_photo(character)
    page = parse(as_creator.get(f"/characters/{character.slug}/"))
    assert page.buttons().count(BUTTON) == 1
    form = page.find("form", action=reverse("picture-reroll", args=[unlike.public_id]))
    key = form.find("input", name="creation_key").attrs["value"]

    as_creator.post(form.attrs["action"], {"creation_key": key})

    page = parse(as_creator.get(f"/characters/{character.slug}/"))
    again = Picture.objects.get(reroll_of=unlike)
    shown = {element.attrs.get("id") for element in page.walk()}
    assert {f"picture-{unlike.public_id}", f"picture-{again.public_id}"} <= shown
    assert BUTTON not in page.buttons()


@pytest.mark.parametrize("count", [2, 12])
def test_offers_and_second_tries_cost_no_query_each(
    as_creator: Client, creator: User, count: int, django_assert_num_queries: Any
) -> None:
    character = factories.make_character(owner=creator, state=State.APPROVED)
    for _ in range(count // 2):
        make_photo(character, reroll_of=make_photo(character, is_rerolled=True))
    url = f"/characters/{character.slug}/"
    as_creator.get(url)
    with django_assert_num_queries(6):
        as_creator.get(url)
