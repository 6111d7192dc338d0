"""Decisions that take two people: proposing them."""

from datetime import datetime

from django.db import transaction

from accounts.models import Restriction, User
from core import audit
from moderation import policies
from moderation.models import Case, Proposal
from moderation.services.decisions import ModerationRefusedError
from moderation.targets import Words


@transaction.atomic
def propose(
    *,
    actor: User,
    kind: str,
    user: User,
    scope: Restriction.Scope | None = None,
    days: int | None = None,
    words: Words,
    case: Case | None = None,
    now: datetime,
) -> tuple[Proposal, bool]:
    """Put a restriction or a suspension before a second person; one that waits already stays as it is.

    case: what is closed once the second person agrees.

    Raises ModerationRefusedError (not-reviewer, self, reason-unknown).
    """
    for refusal in (policies.propose_refusal(actor, user), policies.reason_refusal(words.reason_code)):
        if refusal is not None:
            raise ModerationRefusedError(refusal)
    # The person's row is the lock: two who propose the same come one after the other.
    person = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    proposal, is_new = Proposal.objects.get_or_create(
        kind=kind,
        target_kind="user",
        target_id=person.public_id,
        scope=scope.value if scope is not None else "",
        state=Proposal.State.OPEN,
        defaults={
            "created_at": now,
            "proposed_by": actor.subject,
            "user": person,
            "days": days,
            "reason_code": words.reason_code,
            "explanation": words.explanation,
            "private_notes": words.private_notes,
            "case": case,
        },
    )
    if is_new:
        audit.record(
            actor=actor.subject,
            kind="proposal.made",
            at=now,
            target_kind="user",
            target_id=person.public_id,
            data={"proposal": proposal.public_id, "kind": kind},
        )
    return proposal, is_new
