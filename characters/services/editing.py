"""Creating and editing: private work of the creator."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.utils.translation import gettext as _

from accounts.models import User
from characters import policies, queries
from characters.models import Character, Revision, RevisionContent, State, Visibility
from characters.services.screening import find_absolute_refusal
from characters.services.shared import check, lock_with_open_revision, open_draft, record
from core import ids, limits
from core.limits import Limit
from core.refusals import Refusal
from imagegen.models import Picture

CHARACTERS_PER_USER = Limit("character", count=40, window_seconds=3600)
SAVES_PER_USER = Limit("character-save", count=240, window_seconds=3600)
_NO_VERSION = "."


def create_character(
    *, owner: User, content: RevisionContent, visibility: str, creation_key: str, now: datetime
) -> tuple[Character, bool]:
    """Put a new item into the creator's library, as a draft; the same form makes it once.

    What was corrected in a form that made its item already is saved as an edit of it. Screening writes its
    own rows, so call this outside a transaction. Raises CharacterRefusedError (restricted, feature-off,
    adults-only-setting, portrait-not-yours, not-a-portrait, minors, and what save_draft raises) and
    LimitedError.
    """
    if existing := queries.find_created(owner, creation_key):
        _save_again(existing, content, visibility, now=now)
        return existing, False
    check(
        policies.creation_refusal(owner, now=now),
        policies.mature_refusal(owner, safe_mode=content.safe_mode, today=now.date()),
        _portrait_choice_refusal(owner, None, content),
    )
    limits.spend(CHARACTERS_PER_USER, key=owner.public_id, now=now)
    check(find_absolute_refusal(content, subject=owner.subject, now=now))
    try:
        return _create(owner, content, visibility, creation_key, now), True
    except IntegrityError:
        # The same form, sent twice at once: the other request won.
        existing = queries.find_created(owner, creation_key)
        if existing is None:
            raise
    _save_again(existing, content, visibility, now=now)
    return existing, False


def _save_again(character: Character, content: RevisionContent, visibility: str, *, now: datetime) -> None:
    """Save what the form that made the item says now (Back, change, Save), unless it was edited since."""
    made = character.working_revision
    is_as_made = character.updated_at == character.created_at
    if content.digest() == made.content_hash and not (is_as_made and visibility != character.visibility):
        return
    save_draft(
        actor=character.owner,
        character=character,
        content=content,
        visibility=visibility,
        # No version is the one that the form was opened on once another was saved.
        opened_on=made.version if made.updated_at == character.created_at else _NO_VERSION,
        now=now,
    )


@transaction.atomic(durable=True)
def _create(
    owner: User, content: RevisionContent, visibility: str, creation_key: str, now: datetime
) -> Character:
    character = Character.objects.create(
        slug=ids.new_slug(content.name, fallback="character"),
        owner=owner,
        creation_key=creation_key,
        visibility=Visibility(visibility),
        created_at=now,
        updated_at=now,
    )
    open_draft(character, content, now=now)
    character.save()
    record(actor=owner, kind="character.created", character=character, at=now)
    return character


def save_draft(
    *,
    actor: User,
    character: Character,
    content: RevisionContent,
    visibility: str,
    now: datetime,
    opened_on: str = "",
) -> Revision:
    """Keep what the creator wrote: in the open draft, or in a new one that leaves what is live alone (R5).

    opened_on: the `Revision.version` that the creator started from; empty replaces whatever there is. Saving
    what is stored already changes nothing. Call it outside a transaction. Raises CharacterRefusedError
    (not-owner, withdraw-first, edited-meanwhile, restricted, feature-off, adults-only-setting,
    portrait-not-yours, not-a-portrait, another-face, minors) and LimitedError.
    """
    check(
        policies.edit_refusal(actor, character),
        policies.creation_refusal(actor, now=now),
        policies.mature_refusal(actor, safe_mode=content.safe_mode, today=now.date()),
        _portrait_choice_refusal(actor, character, content),
    )
    limits.spend(SAVES_PER_USER, key=actor.public_id, now=now)
    check(find_absolute_refusal(content, subject=actor.subject, now=now))
    return _save_draft(actor, character.pk, content, Visibility(visibility), opened_on, now)


@transaction.atomic(durable=True)
def _save_draft(
    actor: User,
    character_id: int,
    content: RevisionContent,
    visibility: Visibility,
    opened_on: str,
    now: datetime,
) -> Revision:
    character = lock_with_open_revision(character_id)
    check(policies.edit_refusal(actor, character))
    if opened_on:
        check(policies.overtaken_refusal(character.working_revision, content, opened_on=opened_on))
    check(_portrait_choice_refusal(actor, character, content))
    is_shown = visibility == Visibility.PUBLIC != character.visibility and character.live_revision_id
    if is_shown:
        check(policies.publishing_refusal(actor, now=now))
    revision = character.working_revision
    if content.digest() != revision.content_hash:
        if revision.state == State.DRAFT:
            revision.set_content(content)
            revision.updated_at = now
            revision.save()
        else:
            revision = open_draft(character, content, now=now)
        record(actor=actor, kind="revision.saved", character=character, at=now, revision=revision.number)
    if visibility != character.visibility:
        record(
            actor=actor, kind="visibility.changed", character=character, at=now, visibility=visibility.value
        )
    character.visibility = visibility
    character.updated_at = now
    character.save()
    return revision


@transaction.atomic(durable=True)
def discard_draft(*, actor: User, character: Character, now: datetime) -> Character:
    """Throw the open draft away and return to what was there before it.

    Raises CharacterRefusedError (not-owner, not-draft, only-version, in-use).
    """
    character = lock_with_open_revision(character.pk)
    check(policies.discard_refusal(actor, character))
    draft = character.open_revision
    if draft is None:
        raise LookupError(f"character {character.pk} has no draft")
    previous = queries.find_previous_rejected(character, before=draft.number)
    if previous is None and character.live_revision_id is None and character.delisted_revision_id is None:
        check(Refusal("only-version", _("This draft is all there is of the character.")))
    character.open_revision = previous
    character.updated_at = now
    character.save()
    try:
        with transaction.atomic():
            draft.delete()
    except RestrictedError:
        check(Refusal("in-use", _("You chatted with this draft, so it is kept."), _("Edit it instead.")))
    record(actor=actor, kind="revision.discarded", character=character, at=now, revision=draft.number)
    return character


def _portrait_choice_refusal(
    owner: User, character: Character | None, content: RevisionContent
) -> Refusal | None:
    """Say no to a picture that cannot be this item's portrait (R1, R2).

    It is one's own, uploaded or made as a portrait, and once a portrait is saved, drawn from the same face.
    """
    if content.portrait_id is None:
        return None
    saved_ids = queries.list_portrait_ids(character) if character is not None else set()
    if content.portrait_id in saved_ids:
        return None
    picture = Picture.objects.filter(pk=content.portrait_id, owner=owner).first()
    if picture is None:
        return Refusal(
            "portrait-not-yours", _("This picture is not yours."), _("Draft or upload a portrait.")
        )
    if picture.mode == Picture.Mode.UPLOAD:
        return None
    faces = queries.find_faces({picture.pk, *saved_ids})
    face = faces[picture.pk]
    if picture.purpose != Picture.Purpose.PORTRAIT or face.owner_id != owner.pk:
        return Refusal(
            "not-a-portrait", _("This picture was not made as a portrait."), _("Draft or upload a portrait.")
        )
    if character is not None and policies.has_portrait(character):
        if face.pk in {faces[portrait_id].pk for portrait_id in saved_ids}:
            return None
        return Refusal(
            "another-face",
            _("This character has a portrait already, and its face stays the same."),
            _("Draft another one on this page: it is drawn from the portrait. Or upload a picture."),
        )
    return None
