"""Replies that moderators remove: read by nobody, sent to no model, and back as they were (R13)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters.models import Character, State
from chat import queries, removals, replies, services, updates
from chat.models import Conversation, Message, MessageChunk
from chat.services import ChatRefusedError
from core import ids
from notifications.models import Notice
from policies.rules import RULES
from tests import factories
from tests.chat.conftest import Say, fresh
from tests.chat.fakes import Scripted
from tests.chat.removing import SAID, lift, page_of, remove, row_of, write
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(say: Say, now: datetime) -> Message:
    """What the character said last."""
    return write(say("Hello"), SAID, now=now)


# --- What nobody reads any more ---


def test_the_person_reads_that_it_was_removed_and_why(reply: Message, now: datetime) -> None:
    assert SAID in page_of(reply)

    decision = remove(reply, now)

    text = page_of(reply)
    assert SAID not in text
    assert "This reply was removed." in text
    assert f"The rule: {RULES['hate'].title}." in text
    assert f"/settings/standing/?decision={decision.public_id}#decision-{decision.public_id}" in text
    assert reverse("report", kwargs={"kind": removals.KIND, "target_id": reply.public_id}) not in text
    listed = client_of(reply.conversation.user).get(reverse("chats")).content.decode()
    assert SAID not in listed
    assert "This reply was removed." in listed


def test_no_model_reads_it(reply: Message, say: Say, now: datetime) -> None:
    remove(reply, now)
    responder = Scripted("What next?")

    replies.run_reply(message_id=say("And then?").pk, holder="one", responder=responder, clock=lambda: now)

    assert SAID not in repr(responder.prompts)
    assert [turn.text for turn in responder.prompts[0].history][-2:] == ["Hello", "And then?"]


def test_older_pages_and_updates_do_not_have_it(
    reply: Message, say: Say, person: User, now: datetime
) -> None:
    write(say("And then?"), now=now)
    remove(reply, now)
    client = client_of(person)
    page, poll = (reverse(name, args=[reply.conversation.public_id]) for name in ("chat", "chat-updates"))

    assert SAID not in client.get(f"{page}?before=4").content.decode()
    assert SAID not in client.get(poll).content.decode()
    assert client.get(f"{page}?before=4").content.decode().count("data-removed") == 1


def test_removing_and_lifting_changes_nothing_else(reply: Message, now: datetime) -> None:
    before = row_of(reply)
    decision = remove(reply, now)
    assert row_of(reply) == {**before, "removal_id": decision.public_id}

    lift(decision, now)

    assert row_of(reply) == before
    assert SAID in page_of(reply)
    assert "It is shown again in the chat." in Notice.objects.latest("pk").body
    assert not removals.put_back(actor=factories.make_staff(), decision=decision, answer=decision, now=now)


def test_a_photo_that_came_with_it_is_a_content_of_its_own(say: Say, now: datetime) -> None:
    reply = write(say("Can you send me a photo of you?"), "Here I am.", now=now)
    assert reply.photo is not None

    remove(reply, now)

    text = page_of(reply)
    assert f'id="picture-{reply.photo.public_id}"' in text
    assert "Here I am." not in text


# --- While it is open, or being written ---


def test_an_open_page_learns_of_it_and_of_its_return(
    reply: Message, say: Say, person: User, now: datetime
) -> None:
    """R13: also where the line stands further up than what the page follows."""
    write(say("And then?"), now=now)

    def read(cursor: str) -> updates.Update:
        talk = queries.get_conversation_for(person, reply.conversation.public_id)
        return updates.read(talk, person, cursor=cursor, now=now)

    seen = read("").cursor
    assert not read(seen).changed
    decision = remove(reply, now)
    removed = read(seen)
    assert [(line.public_id, bool(line.removal), line.paragraphs) for line in removed.changed] == [
        (reply.public_id, True, ())
    ]
    assert not removed.lines
    assert not read(removed.cursor).changed

    lift(decision, now)

    returned = read(removed.cursor)
    assert [(line.public_id, line.removal) for line in returned.changed] == [(reply.public_id, None)]
    # Who looked away meanwhile is shown what holds now.
    assert [(line.public_id, line.removal) for line in read(seen).changed] == [(reply.public_id, None)]


def test_many_changes_come_in_parts(
    reply: Message, say: Say, person: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = [reply, write(say("More"), "Two.", now=now), write(say("More"), "Three.", now=now)]
    write(say("And then?"), now=now)
    talk = queries.get_conversation_for(person, reply.conversation.public_id)
    cursor = updates.read(talk, person, cursor="", now=now).cursor
    for line in removed:
        remove(line, now)
    monkeypatch.setattr(updates, "_LINES_MAX", 2)
    talk = queries.get_conversation_for(person, reply.conversation.public_id)

    found = []
    for _round in range(3):
        update = updates.read(talk, person, cursor=cursor, now=now)
        found.append([line.public_id for line in update.changed])
        cursor = update.cursor

    assert found == [[removed[0].public_id, removed[1].public_id], [removed[2].public_id], []]


def test_a_reply_that_is_being_written_ends(say: Say, person: User, now: datetime) -> None:
    waiting = say("Hello")
    claim = replies.claim_reply(message_id=waiting.pk, holder="one", now=now)
    assert claim is not None
    replies._append_chunk(claim, 0, SAID, now)
    talk = waiting.conversation
    cursor = updates.read(talk, person, cursor="", now=now).cursor

    decision = remove(waiting, now)

    with pytest.raises(replies.LeaseLostError):
        replies._append_chunk(claim, 1, " And more.", now)
    assert not replies._end(claim, Message.State.DONE, text=SAID, code="", now=now)
    assert not MessageChunk.objects.exists()
    talk = queries.get_conversation_for(person, talk.public_id)
    update = updates.read(talk, person, cursor=cursor, now=now)
    assert not update.is_active
    assert [bool(line.removal) for line in update.lines] == [True]
    assert SAID not in page_of(waiting)
    lift(decision, now)
    assert (fresh(waiting).state, fresh(waiting).text) == (Message.State.CANCELED, SAID)


def test_what_was_removed_is_not_written_again(say: Say, person: User, now: datetime) -> None:
    waiting = say("Hello")
    claim = replies.claim_reply(message_id=waiting.pk, holder="one", now=now)
    assert claim is not None
    replies._append_chunk(claim, 0, SAID, now)
    decision = remove(waiting, now)

    with pytest.raises(ChatRefusedError) as caught:
        services.retry_reply(actor=person, conversation=waiting.conversation, now=now)

    assert caught.value.refusal.code == "removed"
    assert 'form="chat-retry"' not in page_of(waiting)
    lift(decision, now)
    assert 'form="chat-retry"' in page_of(waiting)


def test_a_greeting_that_was_removed_is_not_exchanged(person: User, now: datetime) -> None:
    character = factories.make_character(state=State.APPROVED, greetings=["Another hello."])
    talk, _created = services.start_conversation(
        actor=person, character=character, creation_key=ids.new_public_id(), now=now
    )
    opening = talk.messages.get()
    assert "data-opening" in page_of(opening)

    decision = remove(opening, now)

    assert "data-opening" not in page_of(opening)
    with pytest.raises(ChatRefusedError) as caught:
        services.choose_greeting(actor=person, conversation=talk, index=1, now=now)
    assert caught.value.refusal.code == "removed"
    lift(decision, now)
    assert services.choose_greeting(actor=person, conversation=talk, index=1, now=now)[1]


# --- The database's own word ---


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"state": "FAILED", "failure_code": "internal"},
        {"author": "PERSON"},
        {"change_number": 0},
    ],
    ids=["no words", "failed", "a person's", "no change"],
)
def test_only_what_was_said_can_be_stored_as_removed(
    changes: dict[str, Any], reply: Message, now: datetime
) -> None:
    remove(reply, now)

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=reply.pk).update(**changes)


def test_a_decision_removes_one_reply(reply: Message, now: datetime) -> None:
    decision = remove(reply, now)
    opening = Message.objects.filter(conversation=reply.conversation, position=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        opening.update(removal_id=decision.public_id, change_number=1)


def test_a_chat_with_removed_replies_costs_one_query_more_however_many(
    person: User,
    character: Character,
    talk: Conversation,
    say: Say,
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    client: Client = client_of(person)
    url = reverse("chat", args=[talk.public_id])
    lines = [
        write(say(f"Line {number}"), f"Answer {number}", now=now + timedelta(seconds=number))
        for number in range(6)
    ]

    def count() -> int:
        with django_assert_max_num_queries(40) as found:
            client.get(url)
        return len(found)

    client.get(url)
    without = count()
    remove(lines[0], now)
    assert count() == without + 1
    for line in lines[1:]:
        remove(line, now)
    assert count() == without + 1
