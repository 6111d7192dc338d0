"""Removing a reply while others do something to it: real threads, because locks are tested."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chat import replies, services
from chat.models import Conversation, Message
from core import ids
from moderation import services as moderation
from moderation.models import Decision, Measure
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories
from tests.chat.conftest import begin, fresh
from tests.chat.removing import SAID, lift, remove, write
from tests.threads import at_once, codes, while_paused

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def talk(db: None) -> Conversation:
    return begin(factories.make_user(), factories.make_character(state="APPROVED"), now=clock())


def send(talk: Conversation) -> Message:
    line, _created = services.send_message(
        actor=talk.user, conversation=talk, text="Hello", creation_key=ids.new_public_id(), now=clock()
    )
    return Message.objects.get(conversation=talk, position=line.position + 1)


def test_of_many_who_remove_one_reply_one_does(talk: Conversation) -> None:
    reply = write(send(talk), SAID, now=clock())
    staff = [factories.make_staff() for _number in range(6)]

    found = at_once(*[lambda actor=actor: remove(reply, clock(), actor=actor).public_id for actor in staff])

    assert set(found) == {fresh(reply).removal_id}
    assert Decision.objects.filter(kind=Kind.REMOVE).count() == 1
    assert Measure.objects.filter(ended_at=None).count() == 1


def test_of_many_who_take_it_back_one_does(talk: Conversation) -> None:
    reply = write(send(talk), SAID, now=clock())
    decision = remove(reply, clock())
    staff = [factories.make_staff() for _number in range(6)]

    found = at_once(
        *[
            lambda actor=actor: moderation.lift(actor=actor, decision=decision, words=Words(""), now=clock())[
                1
            ]
            for actor in staff
        ]
    )

    assert sorted(found) == [False] * 5 + [True]
    assert not fresh(reply).is_removed


def test_a_removal_against_the_end_of_a_reply_waits_and_does_not_lose_it(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both write to the chat and to its line; whoever comes first holds the chat."""
    reply = send(talk)
    claim = replies.claim_reply(message_id=reply.pk, holder="one", now=clock())
    assert claim is not None
    replies._append_chunk(claim, 0, SAID, clock())
    staff = factories.make_staff()

    ended, decision = while_paused(
        monkeypatch,
        replies,
        "_held",
        lambda: replies._end(claim, Message.State.DONE, text=f"{SAID} All.", code="", now=clock()),
        lambda: remove(reply, clock(), actor=staff),
    )

    assert ended
    stored = fresh(reply)
    assert (stored.state, stored.text) == (Message.State.DONE, f"{SAID} All.")
    assert stored.removal_id == decision.public_id


def test_a_removal_against_another_try_keeps_what_was_said(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another try empties the line: of the two, one is refused."""
    reply = send(talk)
    claim = replies.claim_reply(message_id=reply.pk, holder="one", now=clock())
    assert claim is not None
    replies._append_chunk(claim, 0, SAID, clock())
    services.stop_reply(actor=talk.user, conversation=talk, now=clock())
    staff = factories.make_staff()

    results = while_paused(
        monkeypatch,
        moderation,
        "note_removal",
        lambda: remove(reply, clock(), actor=staff),
        lambda: services.retry_reply(actor=talk.user, conversation=talk, now=clock()),
    )

    assert codes(results) == ["removed"]
    stored = fresh(reply)
    assert (stored.is_removed, stored.text, stored.state) == (True, SAID, Message.State.CANCELED)


def test_a_greeting_is_not_exchanged_while_it_is_removed(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = talk.messages.get()
    staff = factories.make_staff()

    def choose() -> Any:
        return services.choose_greeting(actor=talk.user, conversation=talk, index=0, now=clock())

    results = while_paused(
        monkeypatch, moderation, "note_removal", lambda: remove(opening, clock(), actor=staff), choose
    )

    assert codes(results) == ["removed"]
    lift(results[0], clock())
    assert choose() == (talk, False)
