"""May this person meet it: talk with it, play it, ask for its photo?"""

from django.utils.translation import gettext as _

from accounts.queries import Viewer
from characters.models import Character, Item, Story
from characters.policies.parts import for_kind, portrait_state_refusal
from core.refusals import Refusal


def chat_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to talking with a character, or playing a story, that this person cannot see (R8, R9)."""
    if item.is_playable_by(actor):
        return None
    if isinstance(item, Story) and item.can_view(actor):
        return _cast_refusal(actor, item)
    return Refusal(
        "not-available",
        for_kind(
            item.KIND,
            character=_("This character is not available to you at the moment."),
            story=_("This story is not available to you at the moment."),
        ),
    )


def _cast_refusal(actor: Viewer, story: Story) -> Refusal:
    """Tell its author why even they cannot play it."""
    if not story.revision_for(actor).cast:
        return Refusal("no-cast", _("Nobody is in this story yet."), _("Choose its cast first."))
    return Refusal(
        "cast-not-available",
        _("Somebody in this story is not available to you at the moment."),
        _("Choose another cast, or wait until they are back."),
    )


def photo_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to a photo: it is always drawn from the portrait (R1)."""
    if refusal := chat_refusal(actor, character):
        return refusal
    revision = character.revision_for(actor)
    if revision is None or revision.portrait is None:
        return Refusal(
            "no-portrait",
            _("This character has no portrait yet, so there is no face to draw."),
            _("Once a portrait is saved, photos can be asked for."),
        )
    return portrait_state_refusal(revision.portrait)
