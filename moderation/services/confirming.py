"""Decisions that take two people: the second one's answer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Restriction, User
from core import audit
from core.refusals import Refusal
from moderation import naming, policies, queries
from moderation.models import Case, Decision, Proposal, ProposalAddition
from moderation.services import enforcement, reports, undoing
from moderation.services.decisions import Kind, ModerationRefusedError
from moderation.targets import Words


@transaction.atomic(durable=True)
def confirm(*, actor: User, proposal: Proposal, now: datetime) -> tuple[Proposal, bool]:
    """Carry a proposal out; both people stand in the decision.

    Raises ModerationRefusedError (not-reviewer, same-person, declined, lapsed, self, staff, own-report,
    overturned, changed, and what stands in the way of carrying it out).
    """
    # Case, person, proposal: in the order in which whoever decides about a case, or takes back the strike
    # behind the proposal, holds them. See Note [Order of locks] for the others.
    cases = [reports.lock_case(case) for case in queries.list_cases_behind(proposal)]
    if (basis := _basis_of(proposal)) is not None:
        undoing.lock_decision(basis)
    elif proposal.kind != Kind.REMOVE:
        User.objects.select_for_update(of=("self",), no_key=True).filter(pk=proposal.user_id).first()
    locked = _lock(proposal)
    if locked.state == Proposal.State.CONFIRMED:
        return locked, False
    _check(actor, locked)
    # First, because what is carried out ends proposals that still wait.
    _answer(actor, locked, Proposal.State.CONFIRMED, now=now)
    decision, is_new = _carry_out(actor, locked, now=now)
    if is_new:
        locked.decision = decision
        locked.save(update_fields=["decision"])
    _check_whole(locked, cases)
    for case in cases:
        if case.state == Case.State.OPEN:
            reports.close(case, decision, now=now)
    return locked, True


def _check_whole(proposal: Proposal, cases: list[Case]) -> None:
    """Say no if somebody added a case while this one was confirmed: it was not read, and is not locked."""
    # Whoever adds holds the person, so nobody adds from here on.
    User.objects.select_for_update(of=("self",), no_key=True).filter(pk=proposal.user_id).first()
    if queries.list_cases_behind(proposal) != cases:
        raise ModerationRefusedError(
            Refusal(
                "changed",
                _("Somebody added to this proposal just now."),
                _("Look at it again and decide."),
            )
        )


def _words_of(proposal: Proposal) -> Words:
    """Return what everybody wrote who proposed it; said twice, it stands there once."""
    written: list[Proposal | ProposalAddition] = [proposal, *proposal.additions.order_by("pk")]
    return Words(
        proposal.reason_code,
        "\n\n".join(dict.fromkeys(one.explanation.strip() for one in written if one.explanation.strip())),
        "",
        "\n\n".join(dict.fromkeys(one.private_notes for one in written if one.private_notes)),
        naming.spell_reported(proposal.case) if proposal.case is not None else "",
    )


def _carry_out(actor: User, proposal: Proposal, *, now: datetime) -> tuple[Decision, bool]:
    """Do what a proposal asks for; returns the decision, and whether it was not there before."""
    words = _words_of(proposal)
    if proposal.reverses is not None:
        return undoing.lift_now(
            actor=actor, second_actor=proposal.proposed_by, decision=proposal.reverses, words=words, now=now
        ), True
    if proposal.kind == Kind.REMOVE:
        return enforcement.remove_now(
            actor=actor,
            second_actor=proposal.proposed_by,
            target_kind=proposal.target_kind,
            target_id=proposal.target_id,
            words=words,
            now=now,
        )
    if proposal.kind == Kind.WARN:
        return enforcement.warn_now(
            actor=actor, second_actor=proposal.proposed_by, user=proposal.user, words=words, now=now
        ), True
    if proposal.kind == Kind.SUSPEND:
        return enforcement.suspend_now(
            actor=proposal.proposed_by,
            second_actor=actor.subject,
            user=proposal.user,
            words=words,
            caused_by=proposal.caused_by if _basis_of(proposal) is not None else None,
            now=now,
        ), True
    return enforcement.restrict_now(
        actor=proposal.proposed_by,
        second_actor=actor.subject,
        user=proposal.user,
        scope=Restriction.Scope(proposal.scope),
        days=proposal.days,
        words=words,
        now=now,
    )


@transaction.atomic(durable=True)
def decline(*, actor: User, proposal: Proposal, now: datetime) -> tuple[Proposal, bool]:
    """Say no to a proposal; whoever made it may take it back this way too.

    Raises ModerationRefusedError (not-reviewer, self, staff, confirmed, lapsed).
    """
    locked = _lock(proposal)
    if locked.state == Proposal.State.DECLINED:
        return locked, False
    if refusal := policies.decline_refusal(actor, locked):
        raise ModerationRefusedError(refusal)
    return _answer(actor, locked, Proposal.State.DECLINED, now=now), True


def _basis_of(proposal: Proposal) -> Decision | None:
    """Return the decision that ends a proposal with it: what it takes back, or what it goes further than."""
    if proposal.caused_by is not None and proposal.caused_by.kind == Kind.CONFIRM:
        return proposal.caused_by.reverses
    return proposal.reverses


def _lock(proposal: Proposal) -> Proposal:
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related(
            *("user__subject", "proposed_by", "case", "caused_by__reverses"),
            *("reverses__affected", "reverses__caused_by"),
        )
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
        target_kind=proposal.target_kind,
        target_id=proposal.target_id,
        data={"proposal": proposal.public_id},
    )
    return proposal
