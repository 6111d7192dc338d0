"""What every test of chats starts with."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from characters.models import Character, State
from chat import services, wakeups
from chat.models import Conversation, Message
from core import ids
from imagegen import wakeup as picture_wakeup
from tests import factories
from tests.clients import client_of

Say = Callable[..., Message]


@pytest.fixture(autouse=True)
def _clean_slate(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CHAT_BASE_URL = ""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def wake_ups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replies whose wake-up would have been sent."""
    sent: list[int] = []
    monkeypatch.setattr(wakeups, "wake_reply", sent.append)
    monkeypatch.setattr(picture_wakeup, "send", lambda **_options: True)
    return sent


@pytest.fixture
def now() -> datetime:
    """Real time: views and limits read the clock themselves."""
    return datetime.now(UTC)


@pytest.fixture
def person(db: None) -> User:
    return factories.make_user(display_name="Alex")


@pytest.fixture
def browser(person: User) -> Client:
    """The person's browser."""
    return client_of(person)


@pytest.fixture
def character(db: None) -> Character:
    return factories.make_character(state=State.APPROVED)


@pytest.fixture
def talk(person: User, character: Character, now: datetime) -> Conversation:
    """A chat that was just opened."""
    return begin(person, character, now=now)


@pytest.fixture
def say(person: User, talk: Conversation, now: datetime) -> Say:
    """Send a line in the chat and return the reply that waits."""

    def say_line(text: str = "Hello there", **options: Any) -> Message:
        line, _created = services.send_message(
            actor=person,
            conversation=talk,
            text=text,
            creation_key=options.pop("creation_key", "") or ids.new_public_id(),
            now=options.pop("now", now),
            **options,
        )
        return Message.objects.get(conversation=talk, position=line.position + 1)

    return say_line


def begin(person: User, character: Character, *, now: datetime) -> Conversation:
    """Open a chat."""
    conversation, _created = services.start_conversation(
        actor=person, character=character, creation_key=ids.new_public_id(), now=now
    )
    return conversation


def fresh(message: Message) -> Message:
    """Return the line as it is in the database now."""
    return Message.objects.select_related("photo", "conversation").get(pk=message.pk)
