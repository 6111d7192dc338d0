"""Parts that the operations share. All of them run inside the caller's transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition

from accounts.models import User
from characters.models import Character, Revision, RevisionContent
from core import audit
from core.refusals import Refusal, RefusedError


class CharacterRefusedError(RefusedError):
    """An operation on a character that cannot be done now."""


def check(*refusals: Refusal | None) -> None:
    """Raise the first refusal that is not None."""
    for refusal in refusals:
        if refusal is not None:
            raise CharacterRefusedError(refusal)


def lock_character(character_id: int) -> Character:
    """Lock the item; always before any of its revisions."""
    return Character.objects.select_for_update().get(pk=character_id)


def lock_revision(revision_id: int) -> Revision:
    """Lock a revision; always after its item."""
    return Revision.objects.select_for_update().get(pk=revision_id)


def lock_with_open_revision(character_id: int) -> Character:
    """Lock the item and then its open revision, if it has one."""
    character = lock_character(character_id)
    if character.open_revision_id is not None:
        character.open_revision = lock_revision(character.open_revision_id)
    return character


def save_revision(revision: Revision) -> None:
    """Save a revision after a transition. Raises CharacterRefusedError (changed-meanwhile)."""
    try:
        # An inner transaction, so that the outer one stays usable when the state moved under us.
        with transaction.atomic():
            revision.save()
    except ConcurrentTransition as error:
        raise CharacterRefusedError(
            Refusal(
                "changed-meanwhile",
                _("Somebody else changed this at the same moment."),
                _("Look at it again."),
            )
        ) from error


def next_number(character: Character) -> int:
    """Return the number of an item's next version; the caller holds the item."""
    last: int | None = Revision.objects.filter(character=character).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def open_draft(character: Character, content: RevisionContent, *, now: datetime) -> Revision:
    """Add a DRAFT and make it the item's open revision; the caller saves the item."""
    draft = Revision(character=character, number=next_number(character), created_at=now, updated_at=now)
    draft.set_content(content)
    draft.save()
    character.open_revision = draft
    return draft


def record(*, actor: User | None, kind: str, character: Character, at: datetime, **data: Any) -> None:
    """Append an audit event about an item."""
    audit.record(
        actor=actor.subject if actor is not None else None,
        kind=kind,
        at=at,
        target_kind="character",
        target_id=character.public_id,
        data=data,
    )
