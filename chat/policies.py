"""May this person do this in this conversation now?"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import policies as account_policies
from accounts.models import Restriction, User
from characters import policies as character_policies
from characters.models import Character, Story
from chat import queries
from chat.models import Conversation, Message
from core import switches
from core.refusals import Refusal
from core.switches import Feature


def start_refusal(actor: User, character: Character, *, now: datetime) -> Refusal | None:
    """Say no to a new conversation."""
    return character_policies.chat_refusal(actor, character) or _account_refusal(actor, now=now)


def play_refusal(actor: User, story: Story, *, now: datetime) -> Refusal | None:
    """Say no to a new game of a story. At most one query."""
    version = story.revision_for(actor)
    if version is not None and not version.list_cast():
        return Refusal(
            "no-cast",
            _("Nobody is in the cast of this story yet, so there is nobody to play it with."),
            _("Add a character to the cast and save."),
        )
    return character_policies.chat_refusal(actor, story) or _account_refusal(actor, now=now)


def read_only_refusal(actor: User, conversation: Conversation) -> Refusal | None:
    """Say why a conversation can be read and no longer written (R9)."""
    character, story = conversation.character, conversation.story
    if story is not None:
        return _story_read_only_refusal(actor, conversation, story)
    if character.is_playable_by(actor):
        return None
    if character.owner_id in actor.blocks.by_me:
        return Refusal(
            "read-only",
            _("You blocked the creator of this character, so this chat is read-only."),
            _("To go on, unblock them under “Blocked people” in your settings."),
        )
    # Nobody learns here that they were blocked.
    return Refusal(
        "read-only",
        _("This character is not available to you at the moment, so this chat is read-only."),
        _("Everything you wrote together stays here. If the character comes back, you can go on."),
    )


def _story_read_only_refusal(actor: User, conversation: Conversation, story: Story) -> Refusal | None:
    is_shown = conversation.character.is_playable_by(actor) and story.is_playable_by(actor)
    if is_shown and queries.find_version(conversation, actor) is not None:
        return None
    if is_shown:
        return Refusal(
            "read-only",
            _("Whom you play with is not in the cast of this story any more, so this chat is read-only."),
            _("Everything you wrote together stays here. To meet its cast of today, play it anew."),
        )
    if conversation.creator_ids() & actor.blocks.by_me:
        return Refusal(
            "read-only",
            _("You blocked the creator of this story or of somebody in it, so this chat is read-only."),
            _("To go on, unblock them under “Blocked people” in your settings."),
        )
    return Refusal(
        "read-only",
        _(
            "This story, or somebody in its cast, is not available to you at the moment, so this chat is "
            "read-only."
        ),
        _("Everything you wrote together stays here. If the story comes back, you can go on."),
    )


def is_kept(actor: User, conversation: Conversation) -> bool:
    """Whether a game goes on in a version of its story that is not the newest one any more."""
    version = queries.find_version(conversation, actor)
    return conversation.story is not None and version not in {None, conversation.story.revision_for(actor)}


def write_refusal(actor: User, conversation: Conversation, *, now: datetime) -> Refusal | None:
    """Say no to a new line, and to the writing of a reply."""
    return read_only_refusal(actor, conversation) or _account_refusal(actor, now=now)


def text_refusal(text: str, *, limit: int) -> Refusal | None:
    """Say no to an empty or an endless line."""
    if not text:
        return Refusal("empty", _("Write something first."))
    if len(text) > limit:
        return Refusal(
            "too-long",
            _("This message is too long."),
            _("At most %(limit)d characters fit into one message; send it in parts.") % {"limit": limit},
        )
    return None


def pending_refusal(unfinished: Message | None) -> Refusal | None:
    """Say no while a reply is being written."""
    if unfinished is None:
        return None
    return Refusal(
        "reply-pending",
        _("One moment: the last reply is still being written."),
        _("Send this when it is done, or stop the reply first. What you typed is still here."),
    )


def retry_refusal(reply: Message, *, last_position: int) -> Refusal | None:
    """Say no to writing a reply again."""
    if reply.is_removed:
        # Its words are kept for an appeal.
        return Refusal(
            "removed", _("This reply was removed."), _("Send another message, and a new reply is written.")
        )
    if reply.is_of_person or reply.state not in {Message.State.FAILED, Message.State.CANCELED}:
        return Refusal("not-failed", _("This reply does not need another try."))
    if reply.position != last_position:
        return Refusal(
            "not-last", _("The conversation has gone on since; only the last reply can be retried.")
        )
    return None


def greeting_refusal(conversation: Conversation) -> Refusal | None:
    """Say no to another greeting once the conversation has begun, or instead of one that was removed.

    One query where nothing was said yet.
    """
    if conversation.message_count != 1:
        return Refusal("already-begun", _("The greeting can be changed only before the first message."))
    if queries.is_opening_removed(conversation):
        return Refusal("removed", _("The greeting was removed."), _("Write a message to go on without one."))
    return None


def _account_refusal(actor: User, *, now: datetime) -> Refusal | None:
    return account_policies.restriction_refusal(actor, Restriction.Scope.CHAT, now=now) or switches.refusal(
        Feature.CHAT
    )
