"""What the other policies are made of."""

from django.utils.translation import gettext as _

from accounts.queries import Viewer
from characters.models import Item, ItemRevision, StoryRevision
from core.refusals import Refusal
from imagegen.models import Picture


def for_kind(kind: str, *, character: str, story: str) -> str:
    """Return the words that go with a kind of item."""
    return {"character": character, "story": story}[kind]


def owner_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to everybody who did not make it."""
    if actor.pk is not None and actor.pk == item.owner_id:
        return None
    return Refusal("not-owner", _("Only the creator can do this."))


def has_portrait(item: Item) -> bool:
    """Whether a portrait that was or is being made stands for the item, in any of its versions."""
    revisions = (item.open_revision, item.live_revision, item.delisted_revision)
    return any(revision is not None and is_usable(revision.portrait) for revision in revisions)


def is_usable(portrait: Picture | None) -> bool:
    """Whether there is a portrait that was made or still can be."""
    return portrait is not None and (portrait.is_ready or not portrait.is_terminal)


def material_refusal(revision: ItemRevision) -> Refusal | None:
    """Say no to a version whose portrait cannot be shown. A story shows those of its cast instead."""
    if isinstance(revision, StoryRevision):
        return None
    return portrait_state_refusal(revision.portrait)


def portrait_state_refusal(portrait: Picture | None) -> Refusal | None:
    """Say no to a portrait that cannot be shown: not made yet, lost, or removed."""
    if portrait is not None and portrait.is_ready:
        return None
    if is_usable(portrait):
        return Refusal(
            "portrait-not-ready",
            _("The portrait is still being made."),
            _("Try again when it is ready."),
        )
    was_removed = portrait is not None and portrait.is_removed
    return Refusal(
        "portrait-lost",
        _("The portrait was removed.") if was_removed else _("The portrait could not be made."),
        _("Draft or upload another portrait and save."),
    )
