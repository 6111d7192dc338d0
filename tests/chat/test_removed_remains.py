"""What is left of a reply: a photo without words, and words that were cut off."""

from datetime import datetime

import pytest
from django.urls import reverse

from accounts.models import User
from chat import removals, replies
from chat.models import Message
from imagegen import removals as photo_removals
from imagegen.models import Picture
from moderation import services as moderation
from moderation import snapshots
from moderation.models import Case
from moderation.services import ModerationRefusedError, reports
from tests import factories
from tests.chat.conftest import Say, fresh
from tests.chat.fakes import Scripted
from tests.chat.removing import SAID, WORDS, lift, page_of, remove, report, write
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(person: User, say: Say, now: datetime) -> Message:
    """A reply that was reported when it had words; a photo is all that is left of it."""
    reply = write(say("Hello"), SAID, now=now)
    picture = factories.make_picture(
        owner=person,
        purpose=Picture.Purpose.CHAT_PHOTO,
        mode=Picture.Mode.IMAGE_TO_IMAGE,
        strength=0.5,
        reference=reply.conversation.character.live_revision.portrait,
        now=now,
    )
    Message.objects.filter(pk=reply.pk).update(text="", state=Message.State.CANCELED, photo=picture)
    return fresh(reply)


def settle_code(reply: Message, now: datetime) -> str:
    case = Case.objects.get(target_id=reply.public_id)
    with pytest.raises(ModerationRefusedError) as caught:
        reports.settle(
            actor=factories.make_staff(), case=reports.lock_case(case), closing_key="k" * 32, now=now
        )
    return caught.value.refusal.code


def test_a_photo_without_words_is_still_there(photo: Message, person: User, now: datetime) -> None:
    report(photo, person, now)
    assert not snapshots.is_gone(removals.KIND, photo.public_id)
    assert settle_code(photo, now) == "still-there"


def test_moderators_are_led_to_the_photo(photo: Message, person: User, now: datetime) -> None:
    case = report(photo, person, now)
    assert photo.photo is not None

    client = client_of(factories.make_staff(is_superuser=True))
    text = client.get(reverse("admin:moderation_case_change", args=[case.pk])).content.decode()

    assert "Only its photo is left" in text
    assert reverse("report", args=["picture", photo.photo.public_id]) in text
    with pytest.raises(ModerationRefusedError) as caught:
        remove(photo, now)
    assert caught.value.refusal.code == "photo-only"


def test_once_the_photo_is_removed_nothing_is_left(photo: Message, now: datetime) -> None:
    assert photo.photo is not None
    moderation.remove_content(
        actor=factories.make_staff(),
        target_kind=photo_removals.KIND,
        target_id=photo.photo.public_id,
        words=WORDS,
        now=now,
    )

    assert snapshots.is_gone(removals.KIND, photo.public_id)
    with pytest.raises(ModerationRefusedError) as caught:
        remove(photo, now)
    assert caught.value.refusal.code == "not-removable"


def test_what_was_cut_off_is_shown_again_and_read_by_no_model(say: Say, now: datetime) -> None:
    """It never met the last screening."""
    reply = say("Hello")
    claim = replies.claim_reply(message_id=reply.pk, holder="one", now=now)
    assert claim is not None
    replies._append_chunk(claim, 0, SAID, now)
    decision = remove(reply, now)
    lift(decision, now)

    responder = Scripted("Well.")
    replies.run_reply(message_id=say("And then?").pk, holder="two", responder=responder, clock=lambda: now)

    assert SAID in page_of(fresh(reply))
    assert SAID not in repr(responder.prompts)
