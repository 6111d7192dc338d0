"""Operations of a person in a chat. Writing the reply itself is in chat.replies."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies as account_policies
from accounts.models import User
from characters import services as character_services
from characters.models import Character, Revision, Story, StoryRevision
from chat import photo_intent, policies, prompts, queries, replies, wakeups
from chat.macros import Names
from chat.models import Conversation, Message, MessageChunk
from core import audit, limits
from core.limits import Limit
from core.models import Subject
from core.refusals import Refusal, RefusedError
from moderation import screening
from moderation.screening import Purpose

logger = logging.getLogger(__name__)

run_reply = replies.run_reply
sweep = replies.sweep

MESSAGE_CHARACTERS_MAX = 4_000
CHATS_PER_USER = Limit("chat-start", count=40, window_seconds=3600)
MESSAGES_PER_MINUTE = Limit("chat-message", count=30, window_seconds=60)
MESSAGES_PER_DAY = Limit("chat-message-day", count=2_000, window_seconds=86_400)


class ChatRefusedError(RefusedError):
    """Something that cannot be done in a chat now."""


def start_conversation(
    *, actor: User, character: Character, creation_key: str, anew: bool = True, now: datetime
) -> tuple[Conversation, bool]:
    """Open a chat with the character's first line in it; the same key opens it once.

    anew: also where there is one already; else that goes on, and of two at once one is opened. Raises
    ChatRefusedError and LimitedError.
    """
    begun = partial(_find_begun, actor, character=character, creation_key=creation_key, anew=anew)
    if (existing := begun()) is not None:
        return existing, False
    _refuse(policies.start_refusal(actor, character, now=now))
    limits.spend(CHATS_PER_USER, key=actor.public_id, now=now)
    return _open(actor=actor, character=character, creation_key=creation_key, begun=begun, now=now)


def play_story(
    *, actor: User, story: Story, creation_key: str, anew: bool = True, now: datetime
) -> tuple[Conversation, bool]:
    """Open a chat with the lead of the story's cast, the opening scene in it; the same key opens it once.

    anew: also where it is played already; else that game goes on, and of two at once one is opened. Raises
    ChatRefusedError and LimitedError.
    """
    begun = partial(_find_begun, actor, story=story, creation_key=creation_key, anew=anew)
    if (existing := begun()) is not None:
        return existing, False
    _refuse(policies.play_refusal(actor, story, now=now))
    limits.spend(CHATS_PER_USER, key=actor.public_id, now=now)
    lead = queries.find_lead(story.revision_for(actor))
    if lead is None:
        raise ChatRefusedError(Refusal("no-cast", _("Nobody is in the cast of this story.")))
    return _open(actor=actor, character=lead, story=story, creation_key=creation_key, begun=begun, now=now)


def _find_begun(
    actor: User,
    *,
    character: Character | None = None,
    story: Story | None = None,
    creation_key: str,
    anew: bool,
) -> Conversation | None:
    """Return what this form opened before or, unless it asks for another one, what was used last."""
    made = Conversation.objects.filter(user=actor, creation_key=creation_key).first()
    if made is not None or anew:
        return made
    if story is not None:
        return queries.find_latest_game(actor, story)
    return queries.find_latest_conversation(actor, character.pk) if character is not None else None


@transaction.atomic(durable=True)
def _open(
    *,
    actor: User,
    character: Character,
    story: Story | None = None,
    creation_key: str,
    begun: Callable[[], Conversation | None],
    now: datetime,
) -> tuple[Conversation, bool]:
    """Store the conversation with its first line. Of two at once of one person one finds the other.

    begun: asks whether there is one already.
    """
    # The pseudonym is the lock, not the person: whoever decides about an item holds it and wants its creator,
    # while this waits for the item when it commits. Nobody else holds a pseudonym.
    Subject.objects.select_for_update(no_key=True).get(pk=actor.subject_id)
    if (existing := begun()) is not None:
        return existing, False
    revision = character.revision_for(actor)
    if revision is None:
        raise ChatRefusedError(Refusal("not-available", _("This character is not available to you.")))
    version = story.revision_for(actor) if story is not None else None
    conversation = Conversation.objects.create(
        user=actor,
        creation_key=creation_key,
        character=character,
        story=story,
        story_revision=version,
        created_at=now,
        last_message_at=now,
        message_count=1,
    )
    Message.objects.create(
        conversation=conversation,
        position=1,
        author=Message.Author.CHARACTER,
        state=Message.State.DONE,
        text=_opening(conversation, revision, 0),
        revision=revision,
        created_at=now,
        finished_at=now,
        request_id=audit.current_request_id(),
    )
    _record(actor, "chat.started", conversation, now)
    return conversation, True


@transaction.atomic(durable=True)
def choose_greeting(
    *, actor: User, conversation: Conversation, index: int, now: datetime
) -> tuple[Conversation, bool]:
    """Open the chat with another of the character's greetings, before anything was said.

    Raises ChatRefusedError (already-begun, no-greeting, …).
    """
    locked = _lock(actor, conversation)
    _refuse(policies.write_refusal(actor, locked, now=now) or policies.greeting_refusal(locked))
    revision = locked.character.revision_for(actor)
    if revision is None or not 0 <= index < len(list_openings(revision, locked.story_revision)):
        raise ChatRefusedError(Refusal("no-greeting", _("There is no such greeting.")))
    if locked.greeting_index == index:
        return locked, False
    locked.greeting_index = index
    locked.save(update_fields=["greeting_index"])
    Message.objects.filter(conversation=locked, position=1).update(
        text=_opening(locked, revision, index), revision=revision
    )
    _record(actor, "chat.greeting-chosen", locked, now)
    return locked, True


def send_message(
    *,
    actor: User,
    conversation: Conversation,
    text: str,
    creation_key: str,
    wants_photo: bool = False,
    now: datetime,
) -> tuple[Message, bool]:
    """Store the person's line and queue the character's answer; the same key sends the same words once.

    A photo comes with the answer when the button asked for it, or `/photo`, or the words do (R2).
    Returns the person's line. Raises ChatRefusedError and LimitedError.
    """
    wants_photo, wish, said = _read(text, wants_photo=wants_photo, name=_name_of(actor, conversation))
    creation_key = _content_key(creation_key, said, wants_photo=wants_photo)
    sent = _find_sent(conversation, creation_key)
    if sent is not None:
        return sent, False
    refusal = (
        policies.write_refusal(actor, conversation, now=now)
        or policies.text_refusal(said, limit=MESSAGE_CHARACTERS_MAX)
        or policies.pending_refusal(queries.find_unfinished(conversation.pk))
    )
    # What waits may be the answer to this very line, stored since the look above.
    if refusal and (sent := _find_sent(conversation, creation_key)) is not None:
        return sent, False
    _refuse(refusal)
    _spend_message(actor, now)
    verdict = screening.screen_text(
        subject=actor.subject,
        purpose=Purpose.CHAT_MESSAGE,
        text=said,
        is_mature_allowed=account_policies.sees_mature(actor),
        now=now,
    )
    # What a person would have to look at is said all the same: nobody reads along in a chat.
    _refuse(screening.refusal_of(verdict) or screening.unchecked_refusal_of(verdict))
    return _store_exchange(
        actor=actor,
        conversation=conversation,
        text=said,
        creation_key=creation_key,
        photo_wish=wish if wants_photo else None,
        now=now,
    )


@transaction.atomic(durable=True)
def _store_exchange(
    *,
    actor: User,
    conversation: Conversation,
    text: str,
    creation_key: str,
    photo_wish: str | None,
    now: datetime,
) -> tuple[Message, bool]:
    """Append the line and its waiting answer. The lock on the conversation decides a race."""
    locked = _lock(actor, conversation)
    sent = _find_sent(locked, creation_key)
    if sent is not None:
        return sent, False
    _refuse(
        policies.write_refusal(actor, locked, now=now)
        or policies.pending_refusal(queries.find_unfinished(locked.pk))
    )
    position = queries.get_last_position(locked.pk)
    request_id = audit.current_request_id()
    line = Message.objects.create(
        conversation=locked,
        position=position + 1,
        author=Message.Author.PERSON,
        state=Message.State.DONE,
        text=text,
        creation_key=creation_key,
        created_at=now,
        finished_at=now,
        request_id=request_id,
    )
    reply = Message.objects.create(
        conversation=locked,
        position=position + 2,
        author=Message.Author.CHARACTER,
        state=Message.State.QUEUED,
        revision=locked.character.revision_for(actor),
        wants_photo=photo_wish is not None,
        photo_wish=photo_wish or "",
        created_at=now,
        queued_at=now,
        request_id=request_id,
    )
    if locked.message_count == 1:
        character_services.count_chat(actor=actor, item=locked.story or locked.character, now=now)
    if locked.story is not None:
        locked.story_revision = queries.find_version(locked, actor)
    locked.message_count = position + 2
    locked.last_message_at = now
    locked.save(update_fields=["message_count", "last_message_at", "story_revision"])
    _record(actor, "chat.message-sent", locked, now)
    transaction.on_commit(partial(wakeups.wake_reply, reply.pk))
    return line, True


def stop_reply(*, actor: User, conversation: Conversation, now: datetime) -> tuple[Message | None, bool]:
    """End the reply that is being written; what is there already stays, if it may be said.

    Returns the reply (None when none was being written) and whether this call ended it.
    """
    reply = queries.find_unfinished(conversation.pk)
    if reply is None:
        return None, False
    pieces = queries.list_chunks(reply.pk)
    text = "".join(pieces).strip()
    if reply.revision is not None:
        text = replies.screened_text(conversation, reply.revision, text, now=now)
    with transaction.atomic(durable=True):
        locked = _lock(actor, conversation)
        is_ended = Message.objects.filter(pk=reply.pk, state__in=Message.UNFINISHED_STATES).update(
            state=Message.State.CANCELED,
            text=text,
            failure_code="stopped",
            finished_at=now,
            lease_holder="",
            lease_expires_at=None,
        )
        if is_ended:
            MessageChunk.objects.filter(message=reply).delete()
            _record(actor, "chat.reply-stopped", locked, now)
    return queries.get_line(reply.pk), bool(is_ended)


def retry_reply(*, actor: User, conversation: Conversation, now: datetime) -> tuple[Message, bool]:
    """Queue the last reply again after it failed or was stopped; it counts like a message.

    Returns whether this call queued it. Raises ChatRefusedError and LimitedError.
    """
    last = queries.find_last_line(conversation.pk)
    if last is not None and last.is_unfinished:
        return last, False
    if last is not None:
        _refuse(
            policies.write_refusal(actor, conversation, now=now)
            or policies.retry_refusal(last, last_position=last.position)
        )
    _spend_message(actor, now)
    return _requeue(actor, conversation, now)


def _spend_message(actor: User, now: datetime) -> None:
    limits.spend(MESSAGES_PER_MINUTE, key=actor.public_id, now=now)
    limits.spend(MESSAGES_PER_DAY, key=actor.public_id, now=now)


@transaction.atomic(durable=True)
def _requeue(actor: User, conversation: Conversation, now: datetime) -> tuple[Message, bool]:
    locked = _lock(actor, conversation)
    last = queries.find_last_line(locked.pk)
    if last is None:
        raise ChatRefusedError(Refusal("nothing-to-retry", _("There is no reply to write again.")))
    if last.is_unfinished:
        return last, False
    _refuse(
        policies.write_refusal(actor, locked, now=now)
        or policies.retry_refusal(last, last_position=last.position)
    )
    last.state = Message.State.QUEUED
    last.text = last.failure_code = last.photo_refusal = ""
    last.attempts = 0
    last.queued_at = now
    last.finished_at = None
    last.revision = locked.character.revision_for(actor)
    last.save()
    _record(actor, "chat.reply-retried", locked, now)
    transaction.on_commit(partial(wakeups.wake_reply, last.pk))
    return last, True


def list_openings(revision: Revision, version: StoryRevision | None = None) -> list[str]:
    """Return the first lines to choose from; there is always one. version: of the story that is played."""
    if version is not None and version.opening_scene.strip():
        return [version.opening_scene]
    written = [text for text in (revision.first_message, *revision.greetings) if text.strip()]
    return written or [_("*looks up and smiles* Hello, {{user}}. I am {{char}}. What brings you here?")]


def _opening(conversation: Conversation, revision: Revision, index: int) -> str:
    names = Names(char=revision.name, user=conversation.user.shown_name)
    seed = int(conversation.public_id[:12], 16)
    openings = list_openings(revision, conversation.story_revision)
    return prompts.greeting_text(openings[index], names, seed)


def _read(text: str, *, wants_photo: bool, name: str) -> tuple[bool, str, str]:
    """Return whether a photo is wanted, what it should show, and the words to store."""
    said = text.replace("\r\n", "\n").replace("\0", "").strip()
    command = photo_intent.read_command(said)
    if command is not None:
        return True, command, command or _("Can I see a photo of you?")
    if wants_photo:
        wish = photo_intent.wish_of(said, is_all_wish=True, name=name)
        return True, wish, said or _("Can I see a photo of you?")
    intent = photo_intent.detect(said, name=name)
    return intent.is_request, intent.wish, said


def _name_of(actor: User, conversation: Conversation) -> str:
    revision = conversation.character.revision_for(actor)
    return revision.name if revision is not None else ""


def _content_key(creation_key: str, text: str, *, wants_photo: bool) -> str:
    """Tell a repeat from an edited retry: a form keeps its key when its answer is lost on the way."""
    return hashlib.sha256(f"{creation_key}:{wants_photo:d}:{text}".encode()).hexdigest()[:32]


def _find_sent(conversation: Conversation, creation_key: str) -> Message | None:
    return Message.objects.filter(conversation=conversation, creation_key=creation_key).first()


def _lock(actor: User, conversation: Conversation) -> Conversation:
    """Lock the row, then read it again with the character as it is now."""
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    return queries.get_conversation_for(actor, conversation.public_id)


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ChatRefusedError(refusal)


def _record(actor: User, kind: str, conversation: Conversation, now: datetime) -> None:
    audit.record(
        actor=actor.subject,
        kind=kind,
        at=now,
        target_kind="conversation",
        target_id=conversation.public_id,
    )
