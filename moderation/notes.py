"""What staff tell each other about a content or a person. No page, mail or export of others has it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.queries import username_of
from core import audit
from core.refusals import Refusal
from moderation import policies
from moderation.models import Note
from moderation.services.decisions import ModerationRefusedError

LENGTH = 2000
# A target as decisions name it: its kind and its public id.
TargetKey = tuple[str, str]


@transaction.atomic(durable=True)
def add_note(*, actor: User, target_kind: str, target_id: str, text: str, now: datetime) -> tuple[Note, bool]:
    """Leave a note for other staff; the same words again by the same person are the same note.

    Raises ModerationRefusedError (not-reviewer).
    """
    _check(policies.reviewer_refusal(actor))
    return write_note(actor=actor, target_kind=target_kind, target_id=target_id, text=text, now=now)


def write_note(
    *, actor: User, target_kind: str, target_id: str, text: str, now: datetime
) -> tuple[Note, bool]:
    """Do the same as a part of the caller's transaction, who has checked the actor."""
    last = Note.objects.filter(target_kind=target_kind, target_id=target_id).order_by("-at", "-id").first()
    if last is not None and last.author_id == actor.subject_id and last.text == text:
        return last, False
    note = Note.objects.create(
        at=now, author=actor.subject, target_kind=target_kind, target_id=target_id, text=text
    )
    audit.record(actor=actor.subject, kind="note.added", at=now, target_kind=target_kind, target_id=target_id)
    return note, True


def list_notes(*targets: TargetKey, count: int) -> Sequence[Note]:
    """Return the newest notes about any of the targets, each with author_name. One query."""
    about = Q()
    for kind, key in targets:
        about |= Q(target_kind=kind, target_id=key)
    rows = Note.objects.filter(about).annotate(author_name=username_of("author"))
    return list(rows.select_related("author").order_by("-at", "-id")[:count])


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ModerationRefusedError(refusal)
