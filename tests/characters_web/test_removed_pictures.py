"""R13: where a picture was removed its owner reads why and how to appeal, and no pixel of it is delivered."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from characters.models import Character, State
from chat import services as chat_services
from chat.models import Conversation, Message
from core import ids
from imagegen.models import Picture
from moderation import services
from moderation.models import Decision
from moderation.targets import Words
from policies.rules import RULES
from tests import factories
from tests.characters_web.html import Element, parse
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def remove(picture: Picture, now: datetime) -> Decision:
    decision, _is_new = services.remove_content(
        actor=factories.make_staff(),
        target_kind="picture",
        target_id=picture.public_id,
        words=Words("rights", "It is somebody else's work."),
        now=now,
    )
    return decision


def make_photo(character: Character, purpose: str) -> Picture:
    return factories.make_picture(
        owner=character.owner,
        purpose=purpose,
        mode=Picture.Mode.IMAGE_TO_IMAGE,
        strength=0.5,
        reference=character.working_revision.portrait,
    )


def talk(character: Character) -> Conversation:
    conversation, _created = chat_services.start_conversation(
        actor=character.owner, character=character, creation_key=ids.new_public_id(), now=factories.NOW
    )
    return conversation


def send_photo(conversation: Conversation, picture: Picture) -> None:
    last = conversation.messages.order_by("-position").first()
    Message.objects.create(
        conversation=conversation,
        position=last.position + 1 if last is not None else 1,
        author=Message.Author.CHARACTER,
        state=Message.State.DONE,
        text="Here.",
        revision=conversation.character.working_revision,
        photo=picture,
        finished_at=factories.NOW,
        created_at=factories.NOW,
    )


def page_of(viewer: User, path: str) -> Element:
    response = client_of(viewer).get(path)
    assert response.status_code == 200
    return parse(response)


def count_queries(viewer: User, path: str) -> int:
    client = client_of(viewer)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def assert_explained(page: Element, picture: Picture, decision: Decision) -> None:
    """The rule, the way to the decision and to an appeal stand where the picture was, and nothing of it."""
    [place] = page.find_all("div", id=f"picture-{picture.public_id}")
    assert "picture--removed" in place.attrs["class"]
    assert str(RULES["rights"].title) in place.text
    addresses = [link.attrs["href"] for link in place.find_all("a")]
    assert addresses == [
        f"{reverse('guidelines')}#rule-rights",
        f"{reverse('settings-standing')}?decision={decision.public_id}#decision-{decision.public_id}",
        f"{reverse('appeal')}?decision={decision.public_id}",
    ]
    media = reverse("media", args=["picture", picture.public_id])
    assert media not in [image.attrs["src"] for image in page.find_all("img")]


def test_among_the_photos_of_a_character(now: datetime) -> None:
    character = factories.make_character(state=State.APPROVED)
    photo = make_photo(character, Picture.Purpose.PHOTO)
    kept = make_photo(character, Picture.Purpose.PHOTO)

    decision = remove(photo, now)

    page = page_of(character.owner, character.get_absolute_url())
    assert_explained(page, photo, decision)
    assert page.find_all("img", data_picture=kept.public_id)


def test_in_a_chat(now: datetime) -> None:
    character = factories.make_character(state=State.APPROVED)
    photo = make_photo(character, Picture.Purpose.CHAT_PHOTO)
    conversation = talk(character)
    send_photo(conversation, photo)

    decision = remove(photo, now)

    assert_explained(page_of(character.owner, f"/chats/{conversation.public_id}/"), photo, decision)


def test_on_its_own_page_and_not_for_the_moderators_who_see_it(now: datetime) -> None:
    """A moderator cannot appeal for its owner."""
    picture = factories.make_picture(owner=factories.make_user())
    decision = remove(picture, now)
    path = reverse("picture", args=[picture.public_id])

    assert_explained(page_of(picture.owner, path), picture, decision)
    place = page_of(factories.make_staff(), path).find("div", id=f"picture-{picture.public_id}")
    assert not place.find_all("a")


def test_in_the_library_where_a_portrait_was(now: datetime) -> None:
    character = factories.make_character(state=State.APPROVED)
    decision = remove(character.working_revision.portrait, now)

    item = page_of(character.owner, reverse("library")).find("article")

    assert not item.find_all("img")
    assert item.find_all("span", class_="face face--none face--removed")
    assert "The portrait was removed: nobody sees it any more." in item.text
    assert item.find_all("a", href=f"{reverse('appeal')}?decision={decision.public_id}")
    others = page_of(factories.make_user(), character.get_absolute_url())
    assert "removed" not in others.text


def test_what_was_removed_is_not_drawn_again_in_its_place(now: datetime) -> None:
    """As a picture that came to nothing is: the same words would show the same again."""
    picture = factories.make_picture(owner=factories.make_user())
    remove(picture, now)

    place = page_of(picture.owner, reverse("picture", args=[picture.public_id]))
    retry = client_of(picture.owner).post(
        reverse("picture-retry", args=[picture.public_id]), {"creation_key": ids.new_public_id()}
    )

    assert "Try again" not in place.buttons()
    assert retry.status_code == 409
    assert Picture.objects.filter(owner=picture.owner).count() == 1


def test_what_was_put_back_is_shown_again(now: datetime) -> None:
    character = factories.make_character(state=State.APPROVED)
    photo = make_photo(character, Picture.Purpose.PHOTO)
    decision = remove(photo, now)

    services.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=now)

    page = page_of(character.owner, character.get_absolute_url())
    assert page.find_all("img", data_picture=photo.public_id)
    assert not page.find_all("div", class_="picture picture--removed")


def test_many_removed_ones_cost_what_one_costs(now: datetime) -> None:
    character = factories.make_character(state=State.APPROVED)
    conversation = talk(character)
    paths = (character.get_absolute_url(), f"/chats/{conversation.public_id}/")
    counts = []
    for number in (1, 5):
        for _number in range(number):
            for purpose in (Picture.Purpose.PHOTO, Picture.Purpose.CHAT_PHOTO):
                photo = make_photo(character, purpose)
                remove(photo, now)
                if purpose == Picture.Purpose.CHAT_PHOTO:
                    send_photo(conversation, photo)
        counts.append([count_queries(character.owner, path) for path in paths])
    assert counts[0] == counts[1]
