"""Writing a reply, and looking after replies whose worker died.

The row is the job. A worker claims it with a lease and a holder name that no other claim shares; each write
names the holder and the attempt, so a worker that lost its lease cannot write any more. Whoever ends the row
first (the writer, the person who stops it, the sweeper) has ended it.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import policies as account_policies
from characters import services as character_services
from characters.models import Revision
from chat import policies, prompts, queries, wakeups
from chat.models import Conversation, Message, MessageChunk
from chat.prompts import CastNote, CharacterSheet, PhotoNote, Prompt, Speaker, StorySheet, Turn
from chat.responders.base import Responder, ResponderError
from core.refusals import RefusedError
from imagegen import services as image_services
from imagegen.models import Picture
from moderation import screening
from moderation.screening import Purpose

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

LEASE_SECONDS = 20
ATTEMPTS_CAP = 3
FLUSH_SECONDS = 0.3
ACCESS_SECONDS = 2.0
REPLY_CHARACTERS_MAX = 6_000
CONTEXT_TOKENS = 3_400
_HISTORY_LINES = 60
_REQUEUE_AFTER_SECONDS = 10
_SWEEP_COUNT = 200


class LeaseLostError(Exception):
    """The row belongs to somebody else now, or has ended."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write one reply."""

    message_id: int
    holder: str
    attempt: int


def run_reply(*, message_id: int, holder: str, responder: Responder, clock: Clock) -> bool:
    """Write a reply from claim to end; returns whether this call ended it.

    holder: a name that no other call ever uses.
    """
    claim = claim_reply(message_id=message_id, holder=holder, now=clock())
    if claim is None:
        return False
    try:
        return _write(claim, responder, clock)
    except LeaseLostError:
        logger.info("chat.reply.lease-lost", extra={"message_id": message_id})
        return False
    except Exception:
        _end(claim, Message.State.FAILED, text="", code="internal", now=clock())
        raise


@transaction.atomic(durable=True)
def claim_reply(*, message_id: int, holder: str, now: datetime) -> Claim | None:
    """Take a waiting reply, and drop what a former attempt had written."""
    claimed = Message.objects.filter(pk=message_id, state=Message.State.QUEUED).update(
        state=Message.State.WRITING,
        lease_holder=holder,
        lease_expires_at=now + timedelta(seconds=LEASE_SECONDS),
        attempts=F("attempts") + 1,
    )
    if not claimed:
        return None
    MessageChunk.objects.filter(message_id=message_id).delete()
    attempt = Message.objects.values_list("attempts", flat=True).get(pk=message_id)
    return Claim(message_id, holder, attempt)


def _write(claim: Claim, responder: Responder, clock: Clock) -> bool:
    reply = queries.get_job(claim.message_id)
    conversation = reply.conversation
    if policies.write_refusal(conversation.user, conversation, now=clock()):
        return _end(claim, Message.State.CANCELED, text="", code="access-lost", now=clock())
    revision = conversation.character.revision_for(conversation.user)
    assert revision is not None  # noqa: S101 - write_refusal has just said so
    if (answer := _answer_to_line(claim, reply, revision, now=clock())) is not None:
        return answer
    photo_note = _ask_for_photo(claim, reply, clock())
    prompt = _prompt_for(reply, revision, photo_note)
    try:
        text = async_to_sync(_stream)(
            claim, responder, prompt, clock, is_mature_allowed=_is_mature_allowed(conversation, revision)
        )
    except ResponderError as error:
        logger.warning("chat.reply.failed", extra={"message_id": claim.message_id, "code": error.code})
        return _end(claim, Message.State.FAILED, text="", code=error.code, now=clock())
    if text is None:
        partial = "".join(queries.list_chunks(claim.message_id))
        partial = screened_text(conversation, revision, partial, now=clock(), in_worker=True)
        return _end(claim, Message.State.CANCELED, text=partial, code="access-lost", now=clock())
    text = screened_text(conversation, revision, text, now=clock(), in_worker=True)
    return _end(claim, Message.State.DONE, text=text, code="", now=clock(), revision=revision)


def _answer_to_line(claim: Claim, reply: Message, revision: Revision, *, now: datetime) -> bool | None:
    """Let the classifiers look at what was said, as the rules did when it was sent.

    Returns what `_write` returns when that ended the reply, else None.
    """
    if not screening.has_worker_checks():
        return None
    said = queries.list_recent_turns(reply.conversation_id, reply.position, count=1)
    if not said or not said[0].is_of_person:
        return None
    user = reply.conversation.user
    verdict = screening.screen_text(
        subject=user.subject,
        purpose=Purpose.CHAT_MESSAGE,
        text=said[0].text,
        is_mature_allowed=account_policies.sees_mature(user),
        now=now,
        in_worker=True,
    )
    if refusal := screening.unchecked_refusal_of(verdict):
        return _end(claim, Message.State.FAILED, text="", code=refusal.code, now=now)
    if policies.write_refusal(user, reply.conversation, now=now):
        # It locked the account.
        return _end(claim, Message.State.CANCELED, text="", code="access-lost", now=now)
    if screening.refusal_of(verdict):
        return _end(claim, Message.State.DONE, text=_way_out(revision), code="", now=now, revision=revision)
    return None


async def _stream(
    claim: Claim, responder: Responder, prompt: Prompt, clock: Clock, *, is_mature_allowed: bool
) -> str | None:
    """Append what the responder says in a few chunks a second; returns all of it, or None when the person
    may not go on. What breaks a rule is not appended, and ends it: the caller screens what is returned.

    Database work runs on the thread that called us, between the waits.
    """
    append = sync_to_async(_append_chunk)
    is_allowed = sync_to_async(_renew)
    loop = asyncio.get_running_loop()
    written, waiting, index = "", "", 0
    flushed_at = checked_at = loop.time()
    async with aclosing(responder.stream(prompt)) as pieces:
        upcoming = asyncio.ensure_future(_next(pieces))
        try:
            while True:
                await asyncio.wait({upcoming}, timeout=FLUSH_SECONDS)
                is_over = False
                # Asked once a round: it may also arrive while we write, and is then taken in the next.
                has_arrived = upcoming.done()
                if has_arrived:
                    piece = upcoming.result()
                    is_over = piece is None
                    waiting += piece or ""
                if waiting and (is_over or loop.time() - flushed_at >= FLUSH_SECONDS):
                    if screening.is_blocked(
                        purpose=Purpose.REPLY, text=written + waiting, is_mature_allowed=is_mature_allowed
                    ):
                        return written + waiting
                    await append(claim, index, waiting, clock())
                    written, waiting, index = written + waiting, "", index + 1
                    flushed_at = loop.time()
                if is_over or len(written) >= REPLY_CHARACTERS_MAX:
                    break
                if loop.time() - checked_at >= ACCESS_SECONDS:
                    if not await is_allowed(claim, clock()):
                        return None
                    checked_at = loop.time()
                if has_arrived:
                    upcoming = asyncio.ensure_future(_next(pieces))
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)
    text = written.strip()
    if not text:
        raise ResponderError("model-empty")
    return text


async def _next(pieces: AsyncIterator[str]) -> str | None:
    return await anext(pieces, None)


@transaction.atomic
def _append_chunk(claim: Claim, index: int, text: str, now: datetime) -> None:
    _renew_lease(claim, now)
    MessageChunk.objects.create(message_id=claim.message_id, index=index, text=text)


def _renew(claim: Claim, now: datetime) -> bool:
    """Keep the lease and look again whether the person may still chat here (R9, R13)."""
    _renew_lease(claim, now)
    conversation = queries.get_job(claim.message_id).conversation
    return policies.write_refusal(conversation.user, conversation, now=now) is None


def _renew_lease(claim: Claim, now: datetime) -> None:
    if not _held(claim).update(lease_expires_at=now + timedelta(seconds=LEASE_SECONDS)):
        raise LeaseLostError


def _held(claim: Claim) -> "queries.Messages":
    return Message.objects.filter(
        pk=claim.message_id,
        state=Message.State.WRITING,
        lease_holder=claim.holder,
        attempts=claim.attempt,
    )


@transaction.atomic
def _end(
    claim: Claim,
    state: Message.State,
    *,
    text: str,
    code: str,
    now: datetime,
    revision: Revision | None = None,
) -> bool:
    """End the reply if it is still ours; the pieces go with it.

    Locks the chat before the reply, as everybody does who writes to both.
    """
    Conversation.objects.select_for_update(of=("self",)).filter(messages=claim.message_id).first()
    changes = {"revision": revision} if revision is not None else {}
    if not _held(claim).update(
        state=state,
        text=text,
        failure_code=code,
        finished_at=now,
        lease_holder="",
        lease_expires_at=None,
        **changes,
    ):
        return False
    MessageChunk.objects.filter(message_id=claim.message_id).delete()
    Conversation.objects.filter(messages=claim.message_id).update(last_message_at=now)
    return True


def screened_text(
    conversation: Conversation, revision: Revision, text: str, *, now: datetime, in_worker: bool = False
) -> str:
    """Return the text, or a kind way out in the character's voice when it may not be said (R11)."""
    if not text:
        return text
    verdict = screening.screen_text(
        subject=conversation.user.subject,
        purpose=Purpose.REPLY,
        text=text,
        is_mature_allowed=_is_mature_allowed(conversation, revision),
        now=now,
        in_worker=in_worker,
    )
    # Nobody reviews single replies.
    return text if screening.unreviewed_refusal_of(verdict) is None else _way_out(revision)


def _way_out(revision: Revision) -> str:
    return _(
        "*%(name)s shakes their head gently.* Let us not go there. I would rather talk about something "
        "else with you – what is on your mind?"
    ) % {"name": revision.name}


def _is_mature_allowed(conversation: Conversation, revision: Revision) -> bool:
    """R10: both sides have to have it off. A story is mature by itself or by its cast."""
    version = queries.find_version(conversation, conversation.user)
    is_mature = revision.is_mature or (version is not None and version.is_mature)
    return is_mature and account_policies.sees_mature(conversation.user)


def _ask_for_photo(claim: Claim, reply: Message, now: datetime) -> PhotoNote:
    """Ask for the photo once; a second attempt at the reply finds the same picture by its key."""
    if not reply.wants_photo:
        return PhotoNote.NONE
    if reply.photo is not None:
        return _note_of(reply.photo)
    conversation = reply.conversation
    try:
        photo, _created = character_services.request_photo(
            actor=conversation.user,
            character=conversation.character,
            wish=reply.photo_wish,
            creation_key=hashlib.sha256(f"chat-photo:{reply.public_id}".encode()).hexdigest()[:32],
            purpose=Picture.Purpose.CHAT_PHOTO,
            now=now,
        )
    except RefusedError as error:
        words = f"{error.refusal.message} {error.refusal.fix}".strip()
        if not _held(claim).update(photo_refusal=words[:300]):
            raise LeaseLostError from error
        return PhotoNote.REFUSED
    if not _held(claim).update(photo=photo):
        # Another attempt at the reply finds the same picture by its key; nobody else would ever show it.
        if not Message.objects.filter(pk=reply.pk, state__in=Message.UNFINISHED_STATES).exists():
            image_services.cancel_picture(actor=conversation.user, picture=photo, now=now)
        raise LeaseLostError
    return _note_of(photo)


def _note_of(photo: Picture) -> PhotoNote:
    """Say what becomes of a photo that was asked for before."""
    return PhotoNote.COMING if photo.is_ready or not photo.is_terminal else PhotoNote.REFUSED


def _prompt_for(reply: Message, revision: Revision, photo_note: PhotoNote) -> Prompt:
    lines = queries.list_recent_turns(reply.conversation_id, reply.position, count=_HISTORY_LINES)
    return prompts.build_prompt(
        sheet=sheet_of(revision),
        user_name=reply.conversation.user.shown_name,
        history=[
            Turn(Speaker.PERSON if line.is_of_person else Speaker.CHARACTER, line.text) for line in lines
        ],
        photo=photo_note,
        photo_wish=reply.photo_wish,
        story=_story_sheet_of(reply.conversation),
        seed=int(reply.public_id[:12], 16),
        budget_tokens=CONTEXT_TOKENS,
    )


def _story_sheet_of(conversation: Conversation) -> StorySheet | None:
    version = queries.find_version(conversation, conversation.user)
    if version is None:
        return None
    others = [member.character for member in version.list_cast()]
    return StorySheet(
        title=version.name,
        opening_scene=version.opening_scene,
        plot=version.plot,
        others=tuple(
            CastNote(revision.name, revision.short_bio)
            for character in others
            if character is not None and character.pk != conversation.character_id
            if (revision := character.revision_for(conversation.user)) is not None
        ),
    )


def sheet_of(revision: Revision) -> CharacterSheet:
    """Return what a responder may read of a revision."""
    return CharacterSheet(
        name=revision.name,
        short_bio=revision.short_bio,
        bio=revision.bio,
        description=revision.description,
        scenario=revision.scenario,
        first_message=revision.first_message,
        greetings=tuple(revision.greetings),
        example_dialogue=revision.example_dialogue,
        category=revision.category,
        tags=tuple(revision.tags),
    )


def sweep(*, now: datetime) -> int:
    """Look after replies of dead workers, lost wake-ups and photos that may no longer be made.

    Returns how many rows it touched.
    """
    touched = 0
    for message_id in queries.list_expired(now=now, count=_SWEEP_COUNT):
        touched += _recover(message_id=message_id, now=now)
    stale = queries.list_stale_queued(
        before=now - timedelta(seconds=_REQUEUE_AFTER_SECONDS), count=_SWEEP_COUNT
    )
    for message_id in stale:
        wakeups.wake_reply(message_id)
    for line in queries.list_unfinished_photos(count=_SWEEP_COUNT):
        conversation = line.conversation
        if policies.write_refusal(conversation.user, conversation, now=now) and line.photo is not None:
            image_services.cancel_picture(actor=conversation.user, picture=line.photo, now=now)
            touched += 1
    return touched + len(stale)


@transaction.atomic(durable=True)
def _recover(*, message_id: int, now: datetime) -> bool:
    """Return an expired lease to the queue, or give up after the last attempt."""
    expired = Message.objects.filter(pk=message_id, state=Message.State.WRITING, lease_expires_at__lt=now)
    given_up = expired.filter(attempts__gte=ATTEMPTS_CAP).update(
        state=Message.State.FAILED,
        failure_code="worker-lost",
        finished_at=now,
        lease_holder="",
        lease_expires_at=None,
    )
    if given_up:
        MessageChunk.objects.filter(message_id=message_id).delete()
        return True
    queued = expired.update(state=Message.State.QUEUED, queued_at=now, lease_holder="", lease_expires_at=None)
    if queued:
        transaction.on_commit(lambda: wakeups.wake_reply(message_id))
    return bool(queued)
