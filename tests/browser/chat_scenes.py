"""What a chat shows of what moderators removed, and of a game in an older version of its story."""

from typing import TYPE_CHECKING

from django.urls import reverse

from characters.models import State
from chat import services as chat_services
from core import ids
from moderation import services as moderation
from moderation.targets import Words
from tests import factories
from tests.browser.story_scenes import LONG_NAME, make_member

if TYPE_CHECKING:
    from tests.browser.scenes import Scene


def removed_reply(scene: "Scene") -> str:
    """A reply that was removed, above one that nobody has answered yet."""
    character = make_member(scene.other, name=LONG_NAME)
    talk, _created = chat_services.start_conversation(
        actor=scene.member, character=character, creation_key=ids.new_public_id(), now=factories.NOW
    )
    moderation.remove_content(
        actor=factories.make_staff(),
        target_kind="chat-message",
        target_id=talk.messages.get().public_id,
        words=Words("contact-harvesting"),
        now=factories.NOW,
    )
    chat_services.send_message(
        actor=scene.member,
        conversation=talk,
        text="What did you say?",
        creation_key=ids.new_public_id(),
        now=factories.NOW,
    )
    return reverse("chat", args=[talk.public_id])


def removed_last(scene: "Scene") -> str:
    """The same at the end of a chat, in the list of chats."""
    talk, _created = chat_services.start_conversation(
        actor=scene.member,
        character=make_member(scene.other),
        creation_key=ids.new_public_id(),
        now=factories.NOW,
    )
    moderation.remove_content(
        actor=factories.make_staff(),
        target_kind="chat-message",
        target_id=talk.messages.get().public_id,
        words=Words("hate"),
        now=factories.NOW,
    )
    return reverse("chats")


def recast_game(scene: "Scene") -> str:
    """The story has somebody else in its newest version."""
    mira, olaf = (make_member(scene.other, name=name) for name in ("Mira Vale", "Olaf Rim"))
    story = factories.make_story(owner=scene.other, cast=[mira], state=State.APPROVED)
    game, _created = chat_services.play_story(
        actor=scene.member, story=story, creation_key=ids.new_public_id(), now=factories.NOW
    )
    factories.edit(story, cast=(olaf.public_id,))
    factories.advance(story, State.APPROVED)
    return reverse("chat", args=[game.public_id])
