"""Replies that moderators take away, and give back; registered in `apps.ready()`.

Only what characters say can be removed: a person's own lines are read by nobody else. What a character says
is written by the product, so removing it is no strike, neither for the person who chats nor for the creator.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import zones
from accounts.models import User
from accounts.queries import Viewer
from chat import queries
from chat.models import Conversation, Message, MessageChunk
from core import audit
from core.models import Subject
from core.refusals import Refusal, Text
from imagegen import removals as photo_removals
from imagegen.models import Picture
from moderation import services
from moderation.models import Decision
from moderation.policies import is_reviewer
from moderation.services import ModerationRefusedError
from moderation.snapshots import Snapshot
from moderation.targets import Target, Words
from policies.rules import RULES

KIND = "chat-message"
_HASH_LENGTH = 12


def find_target(viewer: Viewer, public_id: str) -> Target | None:
    """Resolve a line of a character for reports: by the person who talks with it, and by reviewers.

    Whom a case is about is who made the character, or the story: they may have to change it.
    """
    line = _lines().filter(public_id=public_id).first()
    if line is None or line.revision is None:
        return None
    conversation = line.conversation
    is_own = isinstance(viewer, User) and conversation.user_id == viewer.pk and not line.is_removed
    if not is_own and not is_reviewer(viewer):
        return None
    words = _words_of(line)
    return Target(
        title=line.revision.name,
        url=reverse("chat", args=[conversation.public_id]) if conversation.user_id == viewer.pk else "",
        # What is said in a story is its author's doing.
        owner=conversation.story.owner if conversation.story is not None else conversation.character.owner,
        excerpt=words,
        content_hash=_hash_of(words),
        is_made_for_owner=True,
    )


def find_snapshot(public_id: str, content_hash: str) -> Snapshot | None:
    """Return what was said for moderators, removed or not. See moderation.snapshots.Finder.

    Nothing else of the chat: what the person said is not what was reported. Where nothing was said, the photo
    that is left of the reply.
    """
    line = _lines().select_related("photo").filter(public_id=public_id).first()
    if line is None or line.revision is None:
        return None
    words = _words_of(line)
    photo = None if words else _find_photo(line)
    if not words and photo is None:
        return None
    return Snapshot(
        title=line.revision.name,
        template="admin/chat/_snapshot.html",
        parts={
            "words": words,
            "photo_url": _report_url(photo) if photo is not None else "",
            "name": line.revision.name,
            "at": line.created_at,
            "is_removed": line.is_removed,
            "short_hash": _hash_of(words)[:_HASH_LENGTH],
        },
        is_exact=content_hash in {"", _hash_of(words)},
    )


def list_titles(public_ids: Collection[str]) -> dict[str, str]:
    """Return what tells replies apart for the person in whose chat they stood: who spoke, when. One query."""
    lines = Message.objects.filter(public_id__in=public_ids).select_related("revision")
    return {
        line.public_id: _("%(name)s, %(day)s")
        % {"name": line.revision.name, "day": zones.spell_time(line.created_at)}
        for line in lines
        if line.revision is not None
    }


def find_days(public_ids: Sequence[str]) -> dict[str, date]:
    """Return for each reply the day, in UTC, on which it was written. One query."""
    rows = Message.objects.filter(public_id__in=public_ids).values_list("public_id", "created_at")
    return {public_id: created_at.astimezone(UTC).date() for public_id, created_at in rows}


def outlook(public_id: str) -> Text:
    """Return who can read a reply now. See moderation.targets.Outlook."""
    line = Message.objects.filter(public_id=public_id).first()
    if line is None or line.is_removed:
        return ""
    return _("It is shown again in the chat.")


def take_down(
    *, actor: User, public_id: str, words: Words, second_actor: Subject | None = None, now: datetime
) -> tuple[Decision, bool]:
    """Remove what was said in a reply; one that is being written ends. See moderation.targets.TakeDown.

    The words stay in their row, where moderators find them. The person who chats is told, and can appeal.
    Raises ModerationRefusedError (not-removable, photo-only).
    """
    line = _lock(public_id)
    said = _words_of(line) if line is not None else ""
    if line is None or line.is_of_person or not said:
        raise ModerationRefusedError(_nothing_said(line))
    if line.is_removed:
        return Decision.objects.get(public_id=line.removal_id), False
    person, rule = line.conversation.user, RULES[words.reason_code]
    decision = services.record_decision(
        kind=Decision.Kind.REMOVE,
        actor=actor.subject,
        affected=person.subject,
        target_kind=KIND,
        target_id=line.public_id,
        revision_hash=_hash_of(said),
        reason_code=words.reason_code,
        explanation=words.explanation.strip() or str(rule.explanation),
        fix=words.fix.strip(),
        private_notes=words.private_notes,
        second_actor=second_actor,
        now=now,
    )
    if line.is_unfinished:
        _cut_off(line, said, now=now)
    line.removal_id = decision.public_id
    _change(line)
    services.note_removal(decision, actor=actor, owner=person, now=now)
    services.tell_affected(decision, person, title=_("A reply in a chat of yours was removed"), now=now)
    return decision, True


def _nothing_said(line: Message | None) -> Refusal:
    if line is None or _find_photo(line) is None:
        return Refusal("not-removable", _("There is nothing said there any more."))
    return Refusal(
        "photo-only",
        _("Nothing is said there; only a photo is left, which is a content of its own."),
        _("Report the photo, and somebody else decides about it. Then come back to this."),
    )


def put_back(*, actor: User, decision: Decision, answer: Decision, now: datetime) -> bool:
    """Show what was said again. See moderation.targets.PutBack.

    A reply that ended because it was removed never met the last screening, which classifiers take part in.
    People have read it by now, so it is shown; models do not read it (queries.list_recent_turns).
    """
    del answer
    line = _lock(decision.target_id)
    if line is None or line.removal_id != decision.public_id:
        return False
    line.removal_id = ""
    _change(line)
    audit.record(
        actor=actor.subject, kind="reply.restored", at=now, target_kind=KIND, target_id=line.public_id
    )
    return True


def _cut_off(line: Message, said: str, *, now: datetime) -> None:
    """End a reply that is being written. Its worker finds at its next write that it lost the lease."""
    line.state = Message.State.CANCELED
    line.text, line.failure_code = said, queries.CUT_OFF
    line.finished_at, line.lease_holder, line.lease_expires_at = now, "", None
    MessageChunk.objects.filter(message=line).delete()


def _change(line: Message) -> None:
    """Store a line that is shown differently from now on, and tell the pages that are open."""
    conversation = line.conversation
    conversation.change_count += 1
    conversation.save(update_fields=["change_count"])
    line.change_number = conversation.change_count
    line.save()


def _lock(public_id: str) -> Message | None:
    """Lock a chat, then a line of it: the order in which everybody does who writes to both."""
    found = Message.objects.filter(public_id=public_id).values("conversation")
    chats = Conversation.objects.select_for_update(of=("self",)).select_related("user__subject")
    conversation = chats.filter(pk__in=found).first()
    if conversation is None:
        return None
    line = Message.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if line is not None:
        line.conversation = conversation
    return line


def _lines() -> "queries.Messages":
    rows = Message.objects.filter(author=Message.Author.CHARACTER)
    return rows.select_related("conversation__character__owner", "conversation__story__owner", "revision")


def _words_of(line: Message) -> str:
    """Return what was said so far. At most one query."""
    return "".join(queries.list_chunks(line.pk)).strip() if line.is_unfinished else line.text


def _find_photo(line: Message) -> Picture | None:
    """Return the photo that a reply shows now. At most one query."""
    return line.photo if line.photo is not None and line.photo.is_ready else None


def _report_url(photo: Picture) -> str:
    return reverse("report", kwargs={"kind": photo_removals.KIND, "target_id": photo.public_id})


def _hash_of(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
