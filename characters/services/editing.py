"""Creating and editing: private work of the creator."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.utils.translation import gettext as _

from accounts.models import User
from characters import policies, queries
from characters.models import (
    Character,
    Content,
    Item,
    RevisionContent,
    State,
    Story,
    StoryContent,
    Visibility,
)
from characters.services.screening import find_absolute_refusal
from characters.services.shared import AnyItem, check, lock_with_open_revision, open_draft, record
from core import ids, limits
from core.limits import Limit
from core.refusals import Refusal
from imagegen.models import Picture

CHARACTERS_PER_USER = Limit("character", count=40, window_seconds=3600)
STORIES_PER_USER = Limit("story", count=40, window_seconds=3600)
SAVES_PER_USER = Limit("character-save", count=240, window_seconds=3600)
_NO_VERSION = "."


def create_character(
    *, owner: User, content: RevisionContent, visibility: str, creation_key: str, now: datetime
) -> tuple[Character, bool]:
    """Put a new character into the creator's library, as a draft; the same form makes it once.

    What was corrected in a form that made its item already is saved as an edit of it. Screening writes its
    own rows, so call this outside a transaction. Raises CharacterRefusedError (restricted, feature-off,
    adults-only-setting, portrait-not-yours, not-a-portrait, minors, and what save_draft raises) and
    LimitedError.
    """
    return _create(Character, CHARACTERS_PER_USER, owner, content, visibility, creation_key, now)


def create_story(
    *, owner: User, content: StoryContent, visibility: str, creation_key: str, now: datetime
) -> tuple[Story, bool]:
    """Put a new story into its author's library, as a draft; the same form makes it once.

    Everything else as with create_character. Raises CharacterRefusedError (restricted, feature-off,
    adults-only-setting, cast-unknown, cast-doubled, cast-too-large, cast-not-available, minors, and what
    save_draft raises) and LimitedError.
    """
    return _create(Story, STORIES_PER_USER, owner, content, visibility, creation_key, now)


def _create(
    model: type[AnyItem],
    limit: Limit,
    owner: User,
    content: Content,
    visibility: str,
    creation_key: str,
    now: datetime,
) -> tuple[AnyItem, bool]:
    if existing := queries.find_made(model, owner, creation_key):
        _save_again(existing, content, visibility, now=now)
        return existing, False
    check(
        policies.creation_refusal(owner, now=now),
        policies.mature_refusal(owner, safe_mode=content.safe_mode, today=now.date(), kind=model.KIND),
        _choice_refusal(owner, None, content),
    )
    limits.spend(limit, key=owner.public_id, now=now)
    check(find_absolute_refusal(content, kind=model.KIND, subject=owner.subject, now=now))
    try:
        return _make(model, owner, content, visibility, creation_key, now), True
    except IntegrityError:
        # The same form, sent twice at once: the other request won.
        existing = queries.find_made(model, owner, creation_key)
        if existing is None:
            raise
    _save_again(existing, content, visibility, now=now)
    return existing, False


def _save_again(item: Item, content: Content, visibility: str, *, now: datetime) -> None:
    """Save what the form that made the item says now (Back, change, Save), unless it was edited since."""
    made = item.working_revision
    is_as_made = item.updated_at == item.created_at
    if content.digest() == made.content_hash and not (is_as_made and visibility != item.visibility):
        return
    save_draft(
        actor=item.owner,
        item=item,
        content=content,
        visibility=visibility,
        # No version is the one that the form was opened on once another was saved.
        opened_on=made.version if made.updated_at == item.created_at else _NO_VERSION,
        now=now,
    )


@transaction.atomic(durable=True)
def _make(
    model: type[AnyItem], owner: User, content: Content, visibility: str, creation_key: str, now: datetime
) -> AnyItem:
    item: AnyItem = model.objects.create(
        slug=ids.new_slug(content.name, fallback=model.SLUG_FALLBACK),
        owner=owner,
        creation_key=creation_key,
        visibility=Visibility(visibility),
        created_at=now,
        updated_at=now,
    )
    open_draft(item, content, now=now)
    item.save()
    record(actor=owner, kind=f"{item.KIND}.created", item=item, at=now)
    return item


def save_draft(
    *,
    actor: User,
    item: Item,
    content: Content,
    visibility: str,
    now: datetime,
    opened_on: str = "",
) -> Any:
    """Keep what the creator wrote: in the open draft, or in a new one that leaves what is live alone (R5).

    opened_on: the `ItemRevision.version` that the creator started from; empty replaces whatever there is.
    Saving what is stored already changes nothing. Call it outside a transaction. Returns the revision. Raises
    CharacterRefusedError (not-owner, withdraw-first, edited-meanwhile, restricted, feature-off,
    adults-only-setting, minors; portrait-not-yours, not-a-portrait, another-face; cast-unknown, cast-doubled,
    cast-too-large, cast-not-available) and LimitedError.
    """
    check(
        policies.edit_refusal(actor, item),
        policies.creation_refusal(actor, now=now),
        policies.mature_refusal(actor, safe_mode=content.safe_mode, today=now.date(), kind=item.KIND),
        _choice_refusal(actor, item, content),
    )
    limits.spend(SAVES_PER_USER, key=actor.public_id, now=now)
    check(find_absolute_refusal(content, kind=item.KIND, subject=actor.subject, now=now))
    return _save_draft(actor, item, content, Visibility(visibility), opened_on, now)


@transaction.atomic(durable=True)
def _save_draft(
    actor: User, item: Item, content: Content, visibility: Visibility, opened_on: str, now: datetime
) -> Any:
    item = lock_with_open_revision(item)
    check(policies.edit_refusal(actor, item))
    revision = item.working_revision
    if opened_on:
        check(policies.overtaken_refusal(revision, content, opened_on=opened_on))
    check(_choice_refusal(actor, item, content))
    is_shown = visibility == Visibility.PUBLIC != item.visibility and item.live_revision_id
    if is_shown:
        check(policies.publishing_refusal(actor, now=now))
    if content.digest() != revision.content_hash:
        if revision.state == State.DRAFT:
            revision.set_content(content)
            revision.updated_at = now
            revision.save()
        else:
            revision = open_draft(item, content, now=now)
        record(actor=actor, kind="revision.saved", item=item, at=now, revision=revision.number)
    if visibility != item.visibility:
        record(actor=actor, kind="visibility.changed", item=item, at=now, visibility=visibility.value)
    item.visibility = visibility
    item.updated_at = now
    item.save()
    return revision


@transaction.atomic(durable=True)
def discard_draft(*, actor: User, item: AnyItem, now: datetime) -> AnyItem:
    """Throw the open draft away and return to what was there before it.

    Raises CharacterRefusedError (not-owner, not-draft, only-version, in-use).
    """
    item = lock_with_open_revision(item)
    check(policies.discard_refusal(actor, item))
    draft = item.open_revision
    previous = queries.find_previous_rejected(item, before=draft.number)
    if previous is None and item.live_revision_id is None and item.delisted_revision_id is None:
        check(policies.only_version_refusal(item))
    item.open_revision = previous
    item.updated_at = now
    item.save()
    try:
        with transaction.atomic():
            draft.delete()
    except RestrictedError:
        check(Refusal("in-use", _("You chatted with this draft, so it is kept."), _("Edit it instead.")))
    record(actor=actor, kind="revision.discarded", item=item, at=now, revision=draft.number)
    return item


def _choice_refusal(owner: User, item: Item | None, content: Content) -> Refusal | None:
    """Say no to a portrait or a cast that is not this person's to choose."""
    if isinstance(content, StoryContent):
        kept = item.working_revision.cast if item is not None else []
        known = {*queries.list_castable_among(owner, content.cast), *kept}
        return policies.cast_refusal(content.cast, known=known)
    if isinstance(content, RevisionContent):
        return _portrait_choice_refusal(owner, item, content)
    raise TypeError(type(content))


def _portrait_choice_refusal(owner: User, item: Item | None, content: RevisionContent) -> Refusal | None:
    """Say no to a picture that cannot be this item's portrait (R1, R2).

    It is one's own, uploaded or made as a portrait, and once a portrait is saved, drawn from the same face.
    """
    if content.portrait_id is None:
        return None
    saved_ids = queries.list_portrait_ids(item) if item is not None else set()
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
    if item is not None and policies.has_portrait(item):
        if face.pk in {faces[portrait_id].pk for portrait_id in saved_ids}:
            return None
        return Refusal(
            "another-face",
            _("This character has a portrait already, and its face stays the same."),
            _("Draft another one on this page: it is drawn from the portrait. Or upload a picture."),
        )
    return None
