"""Decisions that take two people: the second one's answer."""

from datetime import datetime

from django.db import transaction

from accounts.models import Restriction, User
from core import audit
from moderation import policies
from moderation.models import Case, Proposal
from moderation.services import enforcement, reports
from moderation.services.decisions import Kind, ModerationRefusedError
from moderation.targets import Words


@transaction.atomic(durable=True)
def confirm(*, actor: User, proposal: Proposal, now: datetime) -> tuple[Proposal, bool]:
    """Carry a proposal out; both people stand in the decision.

    Raises ModerationRefusedError (not-reviewer, same-person, declined, self, staff).
    """
    locked = _lock(proposal)
    if locked.state == Proposal.State.CONFIRMED:
        return locked, False
    _check(actor, locked)
    # Before the person: whoever decides about a case holds them in this order.
    case = reports.lock_case(locked.case) if locked.case is not None else None
    words = Words(locked.reason_code, locked.explanation, "", locked.private_notes)
    if locked.kind == Kind.SUSPEND:
        decision = enforcement.suspend_now(
            actor=locked.proposed_by, second_actor=actor.subject, user=locked.user, words=words, now=now
        )
    else:
        decision, _is_new = enforcement.restrict_now(
            actor=locked.proposed_by,
            second_actor=actor.subject,
            user=locked.user,
            scope=Restriction.Scope(locked.scope),
            days=locked.days,
            words=words,
            now=now,
        )
    locked.decision = decision
    if case is not None and case.state == Case.State.OPEN:
        reports.close(case, decision, now=now)
    return _answer(actor, locked, Proposal.State.CONFIRMED, now=now), True


@transaction.atomic(durable=True)
def decline(*, actor: User, proposal: Proposal, now: datetime) -> tuple[Proposal, bool]:
    """Say no to a proposal; whoever made it may take it back this way too.

    Raises ModerationRefusedError (not-reviewer, confirmed).
    """
    locked = _lock(proposal)
    if locked.state == Proposal.State.DECLINED:
        return locked, False
    if refusal := policies.decline_refusal(actor, locked):
        raise ModerationRefusedError(refusal)
    return _answer(actor, locked, Proposal.State.DECLINED, now=now), True


def _lock(proposal: Proposal) -> Proposal:
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("user__subject", "proposed_by", "case")
        .get(pk=proposal.pk)
    )


def _check(actor: User, proposal: Proposal) -> None:
    if refusal := policies.confirm_refusal(actor, proposal):
        raise ModerationRefusedError(refusal)


def _answer(actor: User, proposal: Proposal, state: Proposal.State, *, now: datetime) -> Proposal:
    is_own = proposal.proposed_by_id == actor.subject_id
    proposal.state, proposal.answered_at = state, now
    proposal.answered_by = None if is_own else actor.subject
    proposal.save(update_fields=["state", "answered_at", "answered_by", "decision"])
    audit.record(
        actor=actor.subject,
        kind=f"proposal.{state.lower()}",
        at=now,
        target_kind="user",
        target_id=proposal.target_id,
        data={"proposal": proposal.public_id},
    )
    return proposal
