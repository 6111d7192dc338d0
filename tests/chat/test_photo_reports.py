"""A photo in a chat is reported where it stands: nobody but the person who asked for it sees it (R14)."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from chat.models import Message
from imagegen.models import Picture
from moderation import services as moderation
from moderation.models import Case
from moderation.targets import Words
from tests import factories
from tests.chat.conftest import Say
from tests.chat.removing import write
from tests.clients import client_of


@pytest.fixture
def line(say: Say, now: datetime) -> Message:
    """An answer with a photo that is ready."""
    reply = write(say("Can you send me a photo of you?"), "Here.", now=now)
    assert reply.photo is not None
    ready = factories.make_picture(
        owner=reply.photo.owner,
        purpose=Picture.Purpose.CHAT_PHOTO,
        mode=Picture.Mode.IMAGE_TO_IMAGE,
        strength=0.5,
        reference=reply.photo.reference,
        now=now,
    )
    Message.objects.filter(pk=reply.pk).update(photo=ready)
    reply.refresh_from_db()
    return reply


def link_of(picture: Picture | None) -> str:
    assert picture is not None
    url = reverse("report", kwargs={"kind": "picture", "target_id": picture.public_id})
    return f'href="{url}"'


def page_of(line: Message, browser: Client) -> str:
    return browser.get(reverse("chat", args=[line.conversation.public_id])).content.decode()


def test_a_photo_and_the_words_with_it_are_reported_apart(browser: Client, line: Message) -> None:
    text = page_of(line, browser)

    assert link_of(line.photo) in text
    assert reverse("report", kwargs={"kind": "chat-message", "target_id": line.public_id}) in text


def test_the_link_comes_with_the_photo_when_that_is_drawn_while_the_page_is_open(
    browser: Client, line: Message
) -> None:
    """The page takes the fragment of the picture, and nothing else."""
    assert line.photo is not None
    fragment = browser.get(f"{reverse('picture', args=[line.photo.public_id])}?part=fragment")

    assert link_of(line.photo) in fragment.content.decode()


def test_the_link_leads_to_a_report_about_the_photo(browser: Client, line: Message) -> None:
    assert line.photo is not None
    url = reverse("report", kwargs={"kind": "picture", "target_id": line.photo.public_id})
    assert browser.get(url).status_code == 200

    browser.post(url, {"reason": "OTHER", "creation_key": "a" * 32})

    case = Case.objects.get()
    assert (case.target_kind, case.target_id) == ("picture", line.photo.public_id)
    # The product drew it.
    assert case.subject is None


def test_what_is_not_there_is_not_reported(browser: Client, line: Message, say: Say, now: datetime) -> None:
    waiting = write(say("And another photo of you?"), "Wait.", now=now)
    moderation.remove_content(
        actor=factories.make_staff(),
        target_kind="picture",
        target_id=line.photo.public_id if line.photo is not None else "",
        words=Words("rights"),
        now=now,
    )

    text = page_of(line, browser)

    assert link_of(waiting.photo) not in text
    assert link_of(line.photo) not in text


def test_the_page_of_the_photo_offers_it_once(browser: Client, line: Message) -> None:
    assert line.photo is not None
    url = reverse("report", kwargs={"kind": "picture", "target_id": line.photo.public_id})

    text = browser.get(reverse("picture", args=[line.photo.public_id])).content.decode()

    assert text.count(url) == 1
    assert client_of(factories.make_user()).get(url).status_code == 404


def test_a_reply_of_a_photo_alone_has_the_photo_s_link_only(browser: Client, line: Message) -> None:
    Message.objects.filter(pk=line.pk).update(text="")

    text = page_of(line, browser)

    assert link_of(line.photo) in text
    assert reverse("report", kwargs={"kind": "chat-message", "target_id": line.public_id}) not in text
