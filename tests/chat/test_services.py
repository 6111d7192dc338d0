"""Opening chats, sending, stopping, trying again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts import services as account_services
from accounts.models import Restriction, User
from characters import services as character_services
from characters.models import Character, State, Visibility
from chat import replies, services
from chat.models import Conversation, Message, MessageChunk
from chat.prompts import PhotoNote
from chat.responders.persona import PersonaResponder
from chat.services import ChatRefusedError
from core import ids, switches
from core.limits import Limit
from core.refusals import LimitedError
from core.switches import Feature
from imagegen import services as image_services
from imagegen.models import Picture
from moderation.models import Evidence
from tests import factories
from tests.chat.conftest import Say, begin, fresh
from tests.chat.fakes import Scripted, failing

QUICK = PersonaResponder(pace=0)


def write(reply: Message, responder: Any = QUICK, *, now: datetime) -> Message:
    replies.run_reply(message_id=reply.pk, holder=ids.new_public_id(), responder=responder, clock=lambda: now)
    return fresh(reply)


def refusal_code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ChatRefusedError) as caught:
        call(**arguments)
    return caught.value.refusal.code


def test_a_chat_opens_with_the_first_message(person: User, now: datetime) -> None:
    character = factories.make_character(
        state=State.APPROVED, first_message="*waves* Hello {{user}}, I am {{char}}."
    )
    talk = begin(person, character, now=now)
    line = talk.messages.get()
    assert line.text == "*waves* Hello Alex, I am Mira Vale."
    assert (line.state, line.author, line.position) == ("DONE", "CHARACTER", 1)


def test_a_character_without_a_first_message_still_says_something(person: User, now: datetime) -> None:
    character = factories.make_character(owner=person, first_message="", greetings=())
    assert "Mira Vale" in begin(person, character, now=now).messages.get().text


def test_the_same_key_opens_one_chat(person: User, character: Character, now: datetime) -> None:
    key = ids.new_public_id()
    made = [
        services.start_conversation(actor=person, character=character, creation_key=key, now=now)
        for _ in range(2)
    ]
    assert [created for _, created in made] == [True, False]
    assert made[0][0] == made[1][0]
    assert Message.objects.count() == 1


def test_another_greeting_can_open_the_chat_until_something_was_said(
    person: User, talk: Conversation, say: Say, now: datetime
) -> None:
    services.choose_greeting(actor=person, conversation=talk, index=1, now=now)
    assert talk.messages.get().text == "The lamp is lit. Come in."
    assert (
        refusal_code(services.choose_greeting, actor=person, conversation=talk, index=7, now=now)
        == "no-greeting"
    )
    say()
    assert (
        refusal_code(services.choose_greeting, actor=person, conversation=talk, index=0, now=now)
        == "already-begun"
    )


def test_sending_stores_the_line_and_a_waiting_reply(
    say: Say,
    talk: Conversation,
    wake_ups: list[int],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reply = say("Is the lamp lit?")
    assert reply.state == Message.State.QUEUED
    assert reply.revision is not None
    assert wake_ups == [reply.pk]
    talk.refresh_from_db()
    assert talk.message_count == 3
    assert talk.character.__class__.objects.get(pk=talk.character_id).chat_count == 1


def test_a_double_click_sends_once(say: Say, talk: Conversation) -> None:
    key = ids.new_public_id()
    assert say(creation_key=key) == say(creation_key=key)
    assert talk.messages.count() == 3


@pytest.mark.parametrize(
    "changed", [{"text": "Is the lamp out?"}, {"wants_photo": True}], ids=["words", "camera button"]
)
def test_an_edited_retry_is_a_new_line_and_sends_once(
    say: Say, talk: Conversation, now: datetime, changed: dict[str, Any]
) -> None:
    """The answer to a sent form was lost, so the page still holds its key when the words change."""
    posted = {"text": "Is the lamp lit?", "creation_key": ids.new_public_id()}
    first = write(say(**posted), now=now)
    second = write(say(**{**posted, **changed}), now=now)
    assert second.position == first.position + 2
    assert say(**{**posted, **changed}).pk == second.pk
    assert say(**posted).pk == first.pk
    assert talk.messages.count() == 5


def test_calling_the_character_by_name_is_no_wish(say: Say) -> None:
    """R2."""
    reply = say("can i get a photo, mira")
    assert (reply.wants_photo, reply.photo_wish) == (True, "")


def test_an_edited_retry_waits_for_the_pending_reply(
    person: User, talk: Conversation, say: Say, now: datetime
) -> None:
    key = ids.new_public_id()
    say("Is the lamp lit?", creation_key=key)
    code = refusal_code(
        services.send_message,
        actor=person,
        conversation=talk,
        text="Is the lamp out?",
        creation_key=key,
        now=now,
    )
    assert code == "reply-pending"
    assert talk.messages.count() == 3


def test_while_a_reply_is_unfinished_nothing_else_is_sent(
    person: User, talk: Conversation, say: Say, now: datetime
) -> None:
    say()
    code = refusal_code(
        services.send_message,
        actor=person,
        conversation=talk,
        text="and another",
        creation_key=ids.new_public_id(),
        now=now,
    )
    assert code == "reply-pending"


def test_the_database_refuses_a_second_unfinished_reply(talk: Conversation, say: Say, now: datetime) -> None:
    """Whatever the code above it does: without its lock, two replies at once cannot be stored."""
    say()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            conversation=talk,
            position=9,
            author=Message.Author.CHARACTER,
            state=Message.State.QUEUED,
            created_at=now,
            queued_at=now,
        )


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \n ", "empty"), ("x" * 4001, "too-long")])
def test_lines_have_a_size(person: User, talk: Conversation, now: datetime, text: str, code: str) -> None:
    found = refusal_code(
        services.send_message,
        actor=person,
        conversation=talk,
        text=text,
        creation_key=ids.new_public_id(),
        now=now,
    )
    assert found == code
    assert talk.messages.count() == 1


def test_a_line_that_is_never_allowed_is_refused_and_kept_as_evidence(
    person: User, talk: Conversation, now: datetime
) -> None:
    """R11."""
    code = refusal_code(
        services.send_message,
        actor=person,
        conversation=talk,
        text="a sexual scene with a minor",
        creation_key=ids.new_public_id(),
        now=now,
    )
    assert code == "minors"
    assert Evidence.objects.count() == 1
    assert talk.messages.count() == 1


def test_the_switch_and_a_restriction_close_the_chat(person: User, talk: Conversation, now: datetime) -> None:
    """R13 and R20."""
    sent = {"actor": person, "conversation": talk, "text": "hi", "now": now}
    switches.set_switch(actor=None, feature=Feature.CHAT, is_on=False, reason="We repair it.", now=now)
    assert refusal_code(services.send_message, creation_key="a" * 32, **sent) == "feature-off"
    switches.set_switch(actor=None, feature=Feature.CHAT, is_on=True, reason="", now=now)
    account_services.restrict_user(
        actor=factories.make_staff(),
        user=person,
        scope=Restriction.Scope.CHAT,
        reason_code=factories.REASON,
        explanation="A pause.",
        ends_at=now + timedelta(days=1),
        now=now,
    )
    assert refusal_code(services.send_message, creation_key="b" * 32, **sent) == "restricted"


def test_sending_has_a_limit(
    person: User, talk: Conversation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MESSAGES_PER_MINUTE", services.Limit("chat-message", 0, 60))
    with pytest.raises(LimitedError):
        services.send_message(actor=person, conversation=talk, text="hi", creation_key="a" * 32, now=now)


def test_a_reply_is_written_once_and_its_pieces_go(say: Say, now: datetime) -> None:
    reply = write(say("Is the lamp lit?"), now=now)
    assert reply.state == Message.State.DONE
    assert reply.text
    assert reply.finished_at == now
    assert not MessageChunk.objects.exists()
    assert replies.run_reply(message_id=reply.pk, holder="late", responder=QUICK, clock=lambda: now) is False


def test_the_prompt_reads_the_live_revision_and_the_lines_before(
    say: Say, character: Character, now: datetime
) -> None:
    """R5: conversations read only what was approved."""
    factories.edit(character, description="An unreviewed secret.", now=now)
    responder = Scripted("Yes.")
    write(say("Is the lamp lit?"), responder, now=now)
    prompt = responder.prompts[0]
    assert "unreviewed" not in prompt.system
    assert "calm, curious and precise" in prompt.system
    assert [turn.text for turn in prompt.history] == ["You made it through the fog. Tea?", "Is the lamp lit?"]
    assert prompt.user_name == "Alex"


def test_a_failing_responder_fails_the_reply_and_it_can_be_tried_again(
    person: User, talk: Conversation, say: Say, now: datetime
) -> None:
    reply = write(say(), failing("model-busy"), now=now)
    assert (reply.state, reply.failure_code) == (Message.State.FAILED, "model-busy")
    again, created = services.retry_reply(actor=person, conversation=talk, now=now)
    assert (again.pk, created) == (reply.pk, True)
    assert services.retry_reply(actor=person, conversation=talk, now=now)[1] is False
    assert write(again, now=now).state == Message.State.DONE
    assert refusal_code(services.retry_reply, actor=person, conversation=talk, now=now) == "not-failed"


def test_an_unexpected_error_fails_the_reply_and_is_not_hidden(say: Say, now: datetime) -> None:
    reply = say()
    with pytest.raises(ZeroDivisionError):
        write(reply, Scripted("half", lambda: 1 // 0), now=now)
    assert (fresh(reply).state, fresh(reply).failure_code) == (Message.State.FAILED, "internal")


def test_a_reply_that_breaks_a_rule_is_replaced(say: Say, now: datetime) -> None:
    """R11: blocked on output too."""
    reply = write(say(), Scripted("You should kill yourself."), now=now)
    assert reply.state == Message.State.DONE
    assert "kill" not in reply.text
    assert "Mira Vale" in reply.text


def test_what_breaks_a_rule_is_not_even_shown_while_it_grows(
    say: Say, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R11: nobody reads it in the stream, and the responder is not asked for more."""
    monkeypatch.setattr(replies, "FLUSH_SECONDS", 0.0)
    shown: list[str] = []
    append = replies._append_chunk
    monkeypatch.setattr(
        replies,
        "_append_chunk",
        lambda claim, index, text, at: (shown.append(text), append(claim, index, text, at)),
    )
    responder = Scripted("Listen. ", "You should ", "kill your", "self. ", "Never reached.", lambda: 1 // 0)
    reply = write(say(), responder, now=now)
    assert "".join(shown) == "Listen. You should kill your"
    assert "kill" not in reply.text
    assert reply.state == Message.State.DONE


def test_stopping_keeps_what_is_there_and_the_writer_gives_up(
    person: User, talk: Conversation, say: Say, now: datetime
) -> None:
    reply = say()

    def stop() -> None:
        MessageChunk.objects.create(message=reply, index=0, text="Half of it")
        stopped, is_ended = services.stop_reply(actor=person, conversation=talk, now=now)
        assert is_ended
        assert stopped is not None
        assert stopped.text == "Half of it"

    responder = Scripted(stop, "and more")
    reply = write(reply, responder, now=now)
    assert (reply.state, reply.text) == (Message.State.CANCELED, "Half of it")
    assert responder.is_closed
    assert not MessageChunk.objects.exists()
    assert services.stop_reply(actor=person, conversation=talk, now=now) == (None, False)


def test_a_suspension_ends_a_running_reply(
    person: User, say: Say, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R13: it reaches running jobs."""
    monkeypatch.setattr(replies, "ACCESS_SECONDS", 0.0)
    monkeypatch.setattr(replies, "FLUSH_SECONDS", 0.0)

    def suspend() -> None:
        User.objects.filter(pk=person.pk).update(is_active=False)

    reply = write(say(), Scripted("It is ", suspend, "warm ", "here."), now=now)
    assert (reply.state, reply.failure_code) == (Message.State.CANCELED, "access-lost")
    assert "here" not in reply.text


def test_when_the_character_goes_private_the_chat_is_read_only(
    person: User, talk: Conversation, say: Say, character: Character, now: datetime
) -> None:
    """R9: read-only, no pictures; what was queued is not written."""
    reply = say("Can you send me a photo of you?")
    character_services.set_visibility(
        actor=character.owner, item=character, visibility=Visibility.PRIVATE, now=now
    )
    reply = write(reply, now=now)
    assert (reply.state, reply.failure_code, reply.photo) == (Message.State.CANCELED, "access-lost", None)
    for call in (
        lambda: services.send_message(
            actor=person, conversation=talk, text="hi", creation_key="a" * 32, now=now
        ),
        lambda: services.retry_reply(actor=person, conversation=talk, now=now),
    ):
        assert refusal_code(call) == "read-only"


def test_photos_of_a_character_that_went_away_are_not_made(
    say: Say, character: Character, now: datetime
) -> None:
    """R9: a photo that still waits is canceled by the next sweep."""
    reply = write(say("/photo at the window"), now=now)
    assert reply.photo is not None
    assert replies.sweep(now=now) == 0
    character_services.set_visibility(
        actor=character.owner, item=character, visibility=Visibility.PRIVATE, now=now
    )
    assert replies.sweep(now=now) == 1
    assert Picture.objects.get(pk=reply.photo.pk).state == Picture.State.CANCELED


@pytest.mark.parametrize(
    ("text", "options", "wish"),
    [
        ("Can you send me a photo of you at the harbour?", {}, "at the harbour"),
        ("/photo reading a letter", {}, "reading a letter"),
        ("in the rain", {"wants_photo": True}, "in the rain"),
        ("", {"wants_photo": True}, ""),
    ],
)
def test_a_clear_request_brings_a_photo_drawn_from_the_portrait(
    person: User, say: Say, character: Character, now: datetime, text: str, options: Any, wish: str
) -> None:
    """R1 and R2: the character answers in words, and the photo belongs to the same line."""
    reply = write(say(text, **options), now=now)
    photo = reply.photo
    assert reply.state == Message.State.DONE
    assert reply.text
    assert photo is not None
    assert photo.owner == person
    assert photo.purpose == Picture.Purpose.CHAT_PHOTO
    assert photo.mode == Picture.Mode.IMAGE_TO_IMAGE
    assert character.live_revision is not None
    assert photo.reference == character.live_revision.portrait
    assert photo.prompt == wish


def test_a_near_miss_brings_no_photo(say: Say, now: datetime) -> None:
    """R2."""
    reply = write(say("I took a photo of my cat."), now=now)
    assert (reply.wants_photo, reply.photo) == (False, None)


def test_a_second_try_at_the_reply_keeps_the_one_photo(
    person: User, talk: Conversation, say: Say, now: datetime
) -> None:
    reply = write(say("/photo"), failing("model-down"), now=now)
    services.retry_reply(actor=person, conversation=talk, now=now)
    again = write(reply, now=now)
    assert again.photo == reply.photo
    assert Picture.objects.filter(purpose=Picture.Purpose.CHAT_PHOTO).count() == 1


def test_trying_again_counts_like_a_message(
    person: User, talk: Conversation, say: Say, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(say(), failing("model-down"), now=now)
    monkeypatch.setattr(services, "MESSAGES_PER_MINUTE", Limit("test-retry", count=0, window_seconds=60))
    with pytest.raises(LimitedError):
        services.retry_reply(actor=person, conversation=talk, now=now)


def test_a_photo_that_came_to_nothing_is_not_announced(
    person: User, talk: Conversation, say: Say, now: datetime
) -> None:
    reply = write(say("/photo"), failing("model-down"), now=now)
    assert reply.photo is not None
    image_services.cancel_picture(actor=person, picture=reply.photo, now=now)
    services.retry_reply(actor=person, conversation=talk, now=now)
    responder = Scripted("Sorry.")
    write(reply, responder, now=now)
    assert responder.prompts[0].photo is PhotoNote.REFUSED


@pytest.mark.parametrize("is_stopped", [True, False])
def test_a_photo_that_no_line_will_show_is_canceled(
    say: Say, now: datetime, monkeypatch: pytest.MonkeyPatch, is_stopped: bool
) -> None:
    """Stopped between asking and linking: canceled. Taken over: the next attempt finds the picture."""
    reply = say("/photo")
    ask = character_services.request_photo

    def ask_and_lose(**options: Any) -> Any:
        asked = ask(**options)
        rows = Message.objects.filter(pk=reply.pk)
        if is_stopped:
            rows.update(state="CANCELED", finished_at=now, lease_holder="", lease_expires_at=None)
        else:
            rows.update(lease_holder="another")
        return asked

    monkeypatch.setattr(character_services, "request_photo", ask_and_lose)
    write(reply, now=now)
    photo = Picture.objects.get(purpose=Picture.Purpose.CHAT_PHOTO)
    assert (photo.state == Picture.State.CANCELED) is is_stopped


def test_ones_own_chats_do_not_count(character: Character, now: datetime) -> None:
    for actor, count in ((character.owner, 0), (factories.make_user(), 1)):
        services.send_message(
            actor=actor,
            conversation=begin(actor, character, now=now),
            text="Hello",
            creation_key=ids.new_public_id(),
            now=now,
        )
        assert factories.get_fresh(character).chat_count == count


def test_a_photo_that_may_not_be_made_says_why_and_the_character_answers(say: Say, now: datetime) -> None:
    reply = write(say("/photo topless at the beach"), now=now)
    assert reply.state == Message.State.DONE
    assert reply.photo is None
    assert reply.photo_refusal
    assert reply.text


def test_an_empty_wallet_never_cuts_the_chat_off(say: Say, now: datetime) -> None:
    """Chat has no price: nothing is held for a reply."""
    from billing.models import Hold

    write(say(), now=now)
    assert not Hold.objects.exists()


def test_trying_a_photo_again_shows_the_new_one_in_its_line(person: User, say: Say, now: datetime) -> None:
    reply = write(say("/photo"), now=now)
    assert reply.photo is not None
    image_services.cancel_picture(actor=person, picture=reply.photo, now=now)
    second, _created = image_services.retry_picture(
        actor=person, picture=fresh(reply).photo, creation_key=ids.new_public_id(), now=now
    )
    assert fresh(reply).photo == second
