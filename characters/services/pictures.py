"""Pictures of a character: its portrait from words, everything later from its portrait (R1)."""

from datetime import datetime

from django.db.models import F

from accounts.models import User
from characters import policies, queries
from characters.models import Character, Item, State
from characters.services.shared import check, lock_with_open_revision
from imagegen import services as imagegen_services
from imagegen.models import Picture
from imagegen.services import PictureRequest


def request_portrait(
    *,
    actor: User,
    appearance: str,
    creation_key: str,
    now: datetime,
    is_mature_allowed: bool = False,
    character: Character | None = None,
) -> tuple[Picture, bool]:
    """Ask for a portrait from words, for a new item or for one without a portrait (R1).

    Raises CharacterRefusedError (not-owner, withdraw-first, portrait-saved, restricted, feature-off) and
    PictureRefusedError.
    """
    check(policies.portrait_refusal(actor, character), policies.creation_refusal(actor, now=now))
    request = PictureRequest(
        owner=actor,
        purpose=Picture.Purpose.PORTRAIT,
        mode=Picture.Mode.TEXT_TO_IMAGE,
        prompt="",
        appearance=appearance,
        is_mature_allowed=is_mature_allowed and actor.is_adult(now.date()),
    )
    return imagegen_services.request_picture(request=request, creation_key=creation_key, now=now)


def request_photo(
    *, actor: User, character: Character, wish: str, creation_key: str, purpose: str, now: datetime
) -> tuple[Picture, bool]:
    """Ask for a photo of the character: image-to-image from its portrait, so that the face stays (R1).

    The look that the portrait was drawn with, changes included, is sent again. Only `actor` sees the photo
    (R2). Raises CharacterRefusedError (not-available, no-portrait, portrait-not-ready, portrait-lost) and
    PictureRefusedError.
    """
    character = queries.get_by_id(character.pk)
    check(policies.photo_refusal(actor, character))
    revision = character.revision_for(actor)
    if revision is None or revision.portrait is None:
        raise LookupError(f"character {character.pk} has no portrait")
    request = PictureRequest(
        owner=actor,
        purpose=Picture.Purpose(purpose),
        mode=Picture.Mode.IMAGE_TO_IMAGE,
        prompt=wish,
        appearance=(
            imagegen_services.look_of(revision.portrait)
            if revision.portrait.appearance
            else revision.appearance
        ),
        reference=revision.portrait,
        is_mature_allowed=revision.is_mature,
    )
    return imagegen_services.request_picture(request=request, creation_key=creation_key, now=now)


def replace_portrait(*, old: Picture, new: Picture) -> int:
    """Point drafts at the picture that is made instead of `old`; returns how many did. Frozen ones stay.

    Part of the caller's transaction.
    """
    count = 0
    for character in queries.list_drafts_with_portrait(old):
        draft = lock_with_open_revision(character).open_revision
        if draft is None or draft.state != State.DRAFT or draft.portrait_id != old.pk:
            continue
        draft.portrait = new
        draft.save()
        count += 1
    return count


def count_chat(*, actor: User, item: Item, now: datetime) -> None:  # noqa: ARG001
    """Count a conversation that somebody else than the creator started. Part of the caller's transaction."""
    if actor.pk == item.owner_id:
        return
    type(item).objects.filter(pk=item.pk).update(chat_count=F("chat_count") + 1)
