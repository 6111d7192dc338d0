"""Operations of moderation, one module for each kind. All of them are safe to repeat."""

from moderation.services.appeals import answer, appeal
from moderation.services.appeals import withdraw as withdraw_appeal
from moderation.services.confirming import confirm, decline
from moderation.services.decisions import (
    ModerationRefusedError,
    explain,
    record_decision,
    tell_affected,
)
from moderation.services.enforcement import (
    note_removal,
    put_in_force,
    remove_content,
    restrict,
    warn,
)
from moderation.services.explaining import deadline
from moderation.services.handling import Done, Step, StepKind, act_on_person, handle_case
from moderation.services.proposals import propose
from moderation.services.reports import (
    REPORTS_PER_USER,
    ReportRefusedError,
    dismiss,
    report_content,
)
from moderation.services.undoing import lift, lift_rejection, propose_lift, take_back

__all__ = [
    "REPORTS_PER_USER",
    "Done",
    "ModerationRefusedError",
    "ReportRefusedError",
    "Step",
    "StepKind",
    "act_on_person",
    "answer",
    "appeal",
    "confirm",
    "deadline",
    "decline",
    "dismiss",
    "explain",
    "handle_case",
    "lift",
    "lift_rejection",
    "note_removal",
    "propose",
    "propose_lift",
    "put_in_force",
    "record_decision",
    "remove_content",
    "report_content",
    "restrict",
    "take_back",
    "tell_affected",
    "warn",
    "withdraw_appeal",
]
