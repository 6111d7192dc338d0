"""May this person do this to this item now? Pure, unless a docstring counts queries."""

from characters.policies.cast import cast_refusal
from characters.policies.editing import (
    EDITED_MEANWHILE,
    WITHDRAW_FIRST,
    creation_refusal,
    discard_refusal,
    edit_refusal,
    mature_refusal,
    only_version_refusal,
    overtaken_refusal,
    portrait_refusal,
)
from characters.policies.hidden import DEPENDS_ON_VIEWER, hidden_reasons
from characters.policies.meeting import chat_refusal, photo_refusal
from characters.policies.parts import for_kind, has_portrait, is_usable, material_refusal
from characters.policies.publishing import (
    publishing_refusal,
    submit_refusal,
    unchanged_refusal,
    visibility_refusal,
    withdraw_refusal,
)
from characters.policies.reviewing import (
    approve_refusal,
    decision_refusal,
    delist_refusal,
    not_rejected,
    reason_refusal,
    reinstate_refusal,
    rejected_refusal,
    review_refusal,
    reviewer_refusal,
)

__all__ = [
    "DEPENDS_ON_VIEWER",
    "EDITED_MEANWHILE",
    "WITHDRAW_FIRST",
    "approve_refusal",
    "cast_refusal",
    "chat_refusal",
    "creation_refusal",
    "decision_refusal",
    "delist_refusal",
    "discard_refusal",
    "edit_refusal",
    "for_kind",
    "has_portrait",
    "hidden_reasons",
    "is_usable",
    "material_refusal",
    "mature_refusal",
    "not_rejected",
    "only_version_refusal",
    "overtaken_refusal",
    "photo_refusal",
    "portrait_refusal",
    "publishing_refusal",
    "reason_refusal",
    "reinstate_refusal",
    "rejected_refusal",
    "review_refusal",
    "reviewer_refusal",
    "submit_refusal",
    "unchanged_refusal",
    "visibility_refusal",
    "withdraw_refusal",
]
