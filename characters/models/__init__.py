"""Items that people publish: characters and stories, and the state machine that both go through."""

from characters.models.characters import (
    Character,
    CharacterQuerySet,
    PendingRevision,
    Revision,
    RevisionContent,
)
from characters.models.publication import (
    Content,
    FrozenRevisionError,
    Item,
    ItemQuerySet,
    ItemRevision,
)
from characters.models.states import (
    APPROVED_ONCE,
    FROZEN_OPEN_STATES,
    OPEN_STATES,
    Category,
    State,
    Visibility,
)
from characters.models.stories import (
    CAST_LIMIT,
    CastMember,
    PendingStoryRevision,
    Story,
    StoryContent,
    StoryQuerySet,
    StoryRevision,
)

# The kinds of items, as moderation, media and the audit trail name them.
ITEM_MODELS: dict[str, type[Item]] = {model.KIND: model for model in (Character, Story)}

__all__ = [
    "APPROVED_ONCE",
    "CAST_LIMIT",
    "FROZEN_OPEN_STATES",
    "ITEM_MODELS",
    "OPEN_STATES",
    "CastMember",
    "Category",
    "Character",
    "CharacterQuerySet",
    "Content",
    "FrozenRevisionError",
    "Item",
    "ItemQuerySet",
    "ItemRevision",
    "PendingRevision",
    "PendingStoryRevision",
    "Revision",
    "RevisionContent",
    "State",
    "Story",
    "StoryContent",
    "StoryQuerySet",
    "StoryRevision",
    "Visibility",
]
