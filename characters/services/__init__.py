"""Operations on characters and stories: the only code that writes them.

Every operation locks the item's row first and a revision's row second. They raise CharacterRefusedError
with a refusal of characters.policies, and LimitedError where they create something.
"""

from characters.services.bulk import approve_many, reject_many
from characters.services.editing import create_character, create_story, discard_draft, save_draft
from characters.services.pictures import count_chat, replace_portrait, request_photo, request_portrait
from characters.services.publishing import set_visibility, submit, withdraw
from characters.services.reviewing import (
    approve,
    approve_after_all,
    delist,
    delist_now,
    escalate,
    reinstate,
    reinstate_now,
    reject,
)
from characters.services.screening import screen_revision, send_lost_wake_ups
from characters.services.shared import CharacterRefusedError

__all__ = [
    "CharacterRefusedError",
    "approve",
    "approve_after_all",
    "approve_many",
    "count_chat",
    "create_character",
    "create_story",
    "delist",
    "delist_now",
    "discard_draft",
    "escalate",
    "reinstate",
    "reinstate_now",
    "reject",
    "reject_many",
    "replace_portrait",
    "request_photo",
    "request_portrait",
    "save_draft",
    "screen_revision",
    "send_lost_wake_ups",
    "set_visibility",
    "submit",
    "withdraw",
]
