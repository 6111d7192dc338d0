"""Parts that the operations share. All of them run inside the caller's transaction."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition

from accounts.models import User
from characters.models import Content, Item, ItemRevision, Visibility
from core import audit
from core.refusals import Refusal, RefusedError

AnyItem = TypeVar("AnyItem", bound=Item)


class CharacterRefusedError(RefusedError):
    """An operation on a character or a story that cannot be done now."""


def check(*refusals: Refusal | None) -> None:
    """Raise the first refusal that is not None."""
    for refusal in refusals:
        if refusal is not None:
            raise CharacterRefusedError(refusal)


def lock_item(item: AnyItem) -> AnyItem:
    """Lock the item; always before any of its revisions."""
    locked: AnyItem = _lock(type(item), item.pk)
    return locked


def lock_version(item: Item, revision_id: int) -> Any:
    """Lock a revision of an item that the caller holds."""
    return _lock(item.revision_model(), revision_id)


def lock_both(revision: ItemRevision) -> tuple[Any, Any]:
    """Lock the item of a revision, and then the revision."""
    item = _lock(revision.item_model(), revision.item_id)
    return item, lock_version(item, revision.pk)


def _lock(model: type[Any], key: int) -> Any:
    # No key changes, so rows that merely point to this one are stored meanwhile.
    return model.objects.select_for_update(no_key=True).get(pk=key)


def lock_with_open_revision(item: AnyItem) -> AnyItem:
    """Lock the item and then its open revision, if it has one."""
    item = lock_item(item)
    if item.open_revision_id is not None:
        item.open_revision = lock_version(item, item.open_revision_id)
    return item


def save_revision(revision: ItemRevision) -> None:
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


def next_number(item: Item) -> int:
    """Return the number of an item's next version; the caller holds the item."""
    last: int | None = item.revisions.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def open_draft(item: Item, content: Content, *, now: datetime) -> Any:
    """Add a DRAFT and make it the item's open revision; the caller saves the item."""
    draft = item.revision_model()(item=item, number=next_number(item), created_at=now, updated_at=now)
    draft.set_content(content)
    draft.save()
    item.open_revision = draft
    return draft


def record(*, actor: User | None, kind: str, item: Item, at: datetime, **data: Any) -> None:
    """Append an audit event about an item."""
    audit.record(
        actor=actor.subject if actor is not None else None,
        kind=kind,
        at=at,
        target_kind=item.KIND,
        target_id=item.public_id,
        data=data,
    )


def hide(item: Item, *, actor: User, now: datetime) -> None:
    """Let only the creator see it; the caller holds the item."""
    if item.visibility == Visibility.PRIVATE:
        return
    item.visibility = Visibility.PRIVATE
    item.save()
    private = Visibility.PRIVATE.value
    record(actor=actor, kind="visibility.changed", item=item, at=now, visibility=private)
