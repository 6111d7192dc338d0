"""Two requests and two workers at the same moment: real threads on PostgreSQL, whose locks are tested.

SQLite lets one writer in at a time; there the same operations come one after the other in the other modules.
"""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from characters.models import State
from chat import replies, services
from chat.models import Conversation, Message
from chat.services import ChatRefusedError
from core import ids
from tests import factories
from tests.chat.conftest import begin
from tests.chat.fakes import Scripted
from tests.threads import at_once, codes, while_paused

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def talk(db: None) -> Conversation:
    return begin(factories.make_user(), factories.make_character(state=State.APPROVED), now=clock())


def send(talk: Conversation, key: str) -> Any:
    return services.send_message(
        actor=talk.user, conversation=talk, text="Hello", creation_key=key, now=clock()
    )


def test_a_double_send_makes_one_reply(talk: Conversation) -> None:
    key = ids.new_public_id()
    results = at_once(*[lambda: send(talk, key)] * 4)
    assert sorted(created for _line, created in results) == [False, False, False, True]
    assert talk.messages.count() == 3


def test_two_different_lines_at_once_make_one_reply(talk: Conversation) -> None:
    results = at_once(lambda: send(talk, "a" * 32), lambda: send(talk, "b" * 32))
    assert codes(results) == ["reply-pending"]
    assert talk.messages.filter(state=Message.State.QUEUED).count() == 1


def test_without_the_lock_the_database_still_stores_one_reply(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock makes the second one a kind refusal; the constraint is what holds without it."""
    gate = threading.Barrier(2)
    record = services._record

    def record_together(*arguments: Any) -> None:
        if arguments[1] == "chat.message-sent":
            return
        record(*arguments)

    find = services.queries.get_last_position

    def find_together(conversation_id: int) -> int:
        position = find(conversation_id)
        gate.wait(timeout=30)
        return position

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    monkeypatch.setattr(services, "_record", record_together)
    monkeypatch.setattr(services.queries, "get_last_position", find_together)
    results = at_once(
        lambda: send(talk, "a" * 32),
        lambda: send(talk, "b" * 32),
        returning=(ChatRefusedError, IntegrityError),
    )
    assert sum(isinstance(result, IntegrityError) for result in results) == 1
    assert talk.messages.filter(state=Message.State.QUEUED).count() == 1


def test_two_workers_write_one_reply_once(talk: Conversation) -> None:
    line, _created = send(talk, "a" * 32)
    reply = Message.objects.get(conversation=talk, position=line.position + 1)

    def work(holder: str) -> bool:
        return replies.run_reply(
            message_id=reply.pk, holder=holder, responder=Scripted("Only once."), clock=clock
        )

    assert sorted(at_once(*[lambda name=name: work(f"worker-{name}") for name in range(4)])) == [
        False,
        False,
        False,
        True,
    ]
    reply.refresh_from_db()
    assert (reply.text, reply.attempts) == ("Only once.", 1)


def test_a_stop_against_the_end_has_one_outcome(talk: Conversation) -> None:
    line, _created = send(talk, "a" * 32)
    reply = Message.objects.get(conversation=talk, position=line.position + 1)
    ended_here, stopped = at_once(
        lambda: replies.run_reply(
            message_id=reply.pk, holder="worker", responder=Scripted("Done."), clock=clock
        ),
        lambda: services.stop_reply(actor=talk.user, conversation=talk, now=clock())[1],
    )
    assert ended_here != stopped
    reply.refresh_from_db()
    assert reply.state == (Message.State.DONE if ended_here else Message.State.CANCELED)


def test_a_story_that_is_played_twice_by_one_form_is_one_game(db: None) -> None:
    person, story, key = (
        factories.make_user(),
        factories.make_story(state=State.APPROVED),
        ids.new_public_id(),
    )

    def play() -> tuple[Conversation, bool]:
        return services.play_story(actor=person, story=story, creation_key=key, now=clock())

    results = at_once(*[play] * 4)

    assert sorted(created for _game, created in results) == [False, False, False, True]
    assert len({game.pk for game, _created in results}) == 1
    assert Message.objects.filter(conversation__story=story).count() == 1


@pytest.mark.parametrize("kind", ["story", "character"])
def test_two_pages_that_go_on_at_once_begin_one_conversation(
    kind: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page has a key of its own; the second finds what the first has just begun."""
    person = factories.make_user()
    item = factories.make_item(kind, state=State.APPROVED)

    def begin_one() -> tuple[Conversation, bool]:
        values = {"actor": person, "creation_key": ids.new_public_id(), "anew": False, "now": clock()}
        if kind == "story":
            return services.play_story(story=item, **values)
        return services.start_conversation(character=item, **values)

    results = while_paused(monkeypatch, services, "_opening", begin_one, begin_one)

    assert sorted(created for _game, created in results) == [False, True]
    assert len({game.pk for game, _created in results}) == 1
    assert Conversation.objects.filter(user=person).count() == 1


def test_who_asks_for_another_game_gets_one(db: None) -> None:
    person, story = factories.make_user(), factories.make_story(state=State.APPROVED)

    def play() -> tuple[Conversation, bool]:
        return services.play_story(actor=person, story=story, creation_key=ids.new_public_id(), now=clock())

    results = at_once(play, play)

    assert [created for _game, created in results] == [True, True]
