"""A chat photo that is not enough like the character can be drawn again, free."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from chat.models import Conversation, Message
from core import ids
from imagegen.models import Picture
from tests.chat.test_pages import write

pytestmark = pytest.mark.django_db
BUTTON = "Draw again, free"


@pytest.fixture
def line(say: Callable[..., Message], now: datetime) -> Message:
    """A line with a finished photo under the floor."""
    reply = write(say("/photo at the window"), now=now)
    assert reply.photo is not None
    Picture.objects.filter(pk=reply.photo.pk).update(
        state=Picture.State.READY, file="x", finished_at=now, likeness=0.6, likeness_floor=0.7
    )
    return reply


def test_the_new_photo_takes_the_place_of_the_first_and_leads_to_it(
    browser: Client, talk: Conversation, line: Message
) -> None:
    """R2: still only for the person who asked."""
    page_url = reverse("chat", args=[talk.public_id])
    first = line.photo
    assert first is not None
    body = browser.get(page_url).content.decode()
    url = reverse("picture-reroll", args=[first.public_id])
    assert f'action="{url}"' in body
    assert BUTTON in body
    back = f"{page_url}#line-{line.public_id}"

    answer = browser.post(url, {"creation_key": ids.new_public_id(), "next": back})

    assert answer["Location"] == back
    again = Picture.objects.get(reroll_of=first)
    assert (again.owner, again.purpose) == (talk.user, Picture.Purpose.CHAT_PHOTO)
    assert Message.objects.get(pk=line.pk).photo == again
    body = browser.get(page_url).content.decode()
    assert f'id="picture-{again.public_id}"' in body
    assert reverse("picture", args=[first.public_id]) in body
    assert "See the first one" in body
    assert BUTTON not in body


@pytest.mark.parametrize("likeness", [0.7, None])
def test_a_photo_that_is_like_them_offers_nothing(
    browser: Client, talk: Conversation, line: Message, likeness: float | None
) -> None:
    Picture.objects.filter(pk=line.photo_id).update(likeness=likeness)
    assert BUTTON not in browser.get(reverse("chat", args=[talk.public_id])).content.decode()
