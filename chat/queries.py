"""Reads for the chat pages and for the worker."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, OuterRef, Prefetch, QuerySet, Subquery

from accounts import policies as account_policies
from accounts.models import User
from characters.models import CastMember, Character, Revision, State, Story, StoryRevision
from chat.models import Conversation, Message, MessageChunk
from imagegen.models import Picture
from moderation.models import Decision

Messages = QuerySet[Message]

# The failure code of a reply that ended because it was removed while it was being written.
CUT_OFF = "removed"

_CHARACTER = (
    "character__owner",
    "character__live_revision__portrait",
    "character__open_revision__portrait",
    "character__delisted_revision__portrait",
)
_STORY_VERSIONS = ("story__live_revision", "story__open_revision", "story__delisted_revision")
_STORY = ("story__owner", *_STORY_VERSIONS, "story_revision")
_CAST_OF = (*_STORY_VERSIONS, "story_revision")


def get_conversation_for(actor: User, public_id: str) -> Conversation:
    """Return the person's own conversation; raises Conversation.DoesNotExist for everybody else."""
    return _conversations(actor).get(public_id=public_id)


def find_latest_conversation(actor: User, character_id: int) -> Conversation | None:
    """Return the conversation that was used last with this character, outside stories."""
    return _latest(Conversation.objects.filter(user=actor, character_id=character_id, story__isnull=True))


def find_latest_game(actor: User, story: Story) -> Conversation | None:
    """Return the conversation in which this story was played last."""
    return _latest(Conversation.objects.filter(user=actor, story=story))


def _latest(conversations: QuerySet[Conversation]) -> Conversation | None:
    return conversations.order_by("-last_message_at", "-id").first()


def find_lead(version: StoryRevision | None) -> Character | None:
    """Return who speaks in a version of a story. At most one query."""
    cast = version.list_cast() if version is not None else []
    return cast[0].character if cast else None


def find_version(conversation: Conversation, viewer: User) -> StoryRevision | None:
    """Return the version of its story in which a game goes on; None outside stories, or where it cannot.

    The newest that the viewer reads. Where the character who speaks is not in its cast any more, the game
    stays in the version that was played last: nobody is handed to somebody else in the middle of a story.
    That version was approved, and whoever plays it sees all of its cast, as in any other. At most one query
    for each of both casts.
    """
    story, kept = conversation.story, conversation.story_revision
    if story is None or kept is None:
        return None
    newest: StoryRevision | None = story.revision_for(viewer)
    if newest is None or _has_in_cast(newest, conversation):
        return newest
    is_shown = kept.state in {State.APPROVED, State.SUPERSEDED} and _has_in_cast(kept, conversation)
    if not is_shown or (kept.is_mature and not account_policies.sees_mature(viewer)):
        return None
    return kept if all(member.is_seen_by(viewer) for member in kept.list_cast()) else None


def _has_in_cast(version: StoryRevision, conversation: Conversation) -> bool:
    return any(member.character_id == conversation.character_id for member in version.list_cast())


def list_conversations(actor: User) -> QuerySet[Conversation]:
    """Return the person's conversations with what their rows show of the last line of each (`last_…`)."""
    last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-position")
    return _conversations(actor).annotate(
        last_text=Subquery(last.values("text")[:1]),
        last_author=Subquery(last.values("author")[:1]),
        last_state=Subquery(last.values("state")[:1]),
        last_removal=Subquery(last.values("removal_id")[:1]),
    )


def find_last_revisions(conversation_ids: Sequence[int]) -> dict[int, Revision]:
    """Return for each conversation the version of the character that spoke in it last."""
    spoken = (
        Message.objects.filter(conversation=OuterRef("conversation"), revision__isnull=False)
        .order_by("-position")
        .values("pk")[:1]
    )
    lines = Message.objects.filter(conversation__in=conversation_ids, pk=Subquery(spoken))
    return {line.conversation_id: line.revision for line in lines.select_related("revision") if line.revision}


def list_lines(conversation_id: int) -> QuerySet[Message]:
    """Return the lines of a conversation with what their presenter reads."""
    lines = Message.objects.filter(conversation_id=conversation_id)
    return lines.select_related("photo__reroll_of", "revision")


def list_lines_from(conversation_id: int, position: int, *, count: int) -> list[Message]:
    """Return up to `count` lines from `position` on, oldest first."""
    return list(list_lines(conversation_id).filter(position__gte=position).order_by("position")[:count])


def list_lines_before(conversation_id: int, position: int | None, *, count: int) -> list[Message]:
    """Return the last `count` lines before `position` (or of all), oldest first."""
    lines = list_lines(conversation_id).order_by("-position")
    if position is not None:
        lines = lines.filter(position__lt=position)
    return list(reversed(lines[:count]))


def list_changed_lines(conversation_id: int, *, since: int, before: int, count: int) -> list[Message]:
    """Return the lines above position `before` that were removed or put back after the change `since`."""
    changed = list_lines(conversation_id).filter(change_number__gt=since, position__lt=before)
    return list(changed.order_by("change_number")[:count])


def find_removals(lines: Sequence[Message]) -> dict[str, Decision]:
    """Return by its public id each decision that removed one of these lines. One query, none without any."""
    ids = [line.removal_id for line in lines if line.is_removed]
    found = Decision.objects.filter(public_id__in=ids) if ids else ()
    return {decision.public_id: decision for decision in found}


def is_opening_removed(conversation: Conversation) -> bool:
    """Whether a moderator removed the line that opens a conversation. One query."""
    return Message.objects.filter(conversation=conversation, position=1).exclude(removal_id="").exists()


def find_time_before(conversation_id: int, position: int) -> datetime | None:
    """Return when the line above a position was said."""
    return (
        Message.objects.filter(conversation_id=conversation_id, position__lt=position)
        .order_by("-position")
        .values_list("created_at", flat=True)
        .first()
    )


def get_line(message_id: int) -> Message:
    """Return a line by its key."""
    return Message.objects.select_related("photo", "revision").get(pk=message_id)


def find_last_line(conversation_id: int) -> Message | None:
    """Return the newest line."""
    return list_lines(conversation_id).order_by("-position").first()


def get_last_position(conversation_id: int) -> int:
    """Return the position of the newest line, 0 when there is none."""
    last = Message.objects.filter(conversation_id=conversation_id).aggregate(last=Max("position"))["last"]
    return last or 0


def find_unfinished(conversation_id: int) -> Message | None:
    """Return the reply that is being written, if any."""
    return (
        list_lines(conversation_id).filter(state__in=Message.UNFINISHED_STATES).order_by("-position").first()
    )


def list_chunks(message_id: int, *, start: int = 0) -> list[str]:
    """Return the pieces of a reply from index `start` on."""
    return list(
        MessageChunk.objects.filter(message_id=message_id, index__gte=start)
        .order_by("index")
        .values_list("text", flat=True)
    )


def list_recent_turns(conversation_id: int, before: int, *, count: int) -> list[Message]:
    """Return the last finished lines before a position, oldest first: what a reply answers to.

    What was removed is no part of the conversation any more; nor, once it is back, what was cut off by that:
    only the rules have looked at it.
    """
    found = (
        Message.objects.filter(conversation_id=conversation_id, position__lt=before, removal_id="")
        .exclude(text="")
        .exclude(failure_code=CUT_OFF)
        .exclude(state__in=[*Message.UNFINISHED_STATES, Message.State.FAILED])
        .order_by("-position")[:count]
    )
    return list(reversed(found))


def get_job(message_id: int) -> Message:
    """Return a reply with everything its writer reads, fresh from the database."""
    jobs = Message.objects.select_related("photo", "conversation__user__subject", *_behind("conversation__"))
    return jobs.prefetch_related(*_casts("conversation__")).get(pk=message_id)


def list_expired(*, now: datetime, count: int) -> list[int]:
    """Return replies whose worker no longer renews its lease."""
    return list(
        Message.objects.filter(state=Message.State.WRITING, lease_expires_at__lt=now)
        .order_by("lease_expires_at", "id")
        .values_list("pk", flat=True)[:count]
    )


def list_unfinished_photos(*, count: int) -> list[Message]:
    """Return lines whose photo is still being made."""
    return list(
        Message.objects.filter(photo__state__in=[Picture.State.QUEUED, Picture.State.RUNNING])
        .select_related("photo", "conversation__user", *_behind("conversation__"))
        .prefetch_related(*_casts("conversation__"))
        .order_by("pk")[:count]
    )


def list_stale_queued(*, before: datetime, count: int) -> list[int]:
    """Return replies that wait since before `before`: their wake-up may be lost."""
    return list(
        Message.objects.filter(state=Message.State.QUEUED, queued_at__lt=before)
        .order_by("queued_at", "id")
        .values_list("pk", flat=True)[:count]
    )


def _conversations(actor: User) -> QuerySet[Conversation]:
    conversations = Conversation.objects.filter(user=actor).select_related("user__subject", *_behind(""))
    return conversations.prefetch_related(*_casts("", viewer=actor))


def _behind(prefix: str) -> list[str]:
    """Return the links to all that decides whether a conversation goes on."""
    return [prefix + link for link in (*_CHARACTER, *_STORY)]


def _casts(prefix: str, *, viewer: User | None = None) -> "list[Prefetch[str]]":
    """Return the casts of stories with all that decides about them. One query for each version there is."""
    members = CastMember.objects.with_characters(viewer)
    return [Prefetch(f"{prefix}{link}__cast_members", queryset=members) for link in _CAST_OF]
