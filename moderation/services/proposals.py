"""Decisions that take two people: proposing them."""

from datetime import datetime

from django.db import transaction

from accounts.models import Restriction, User
from core import audit, ids
from core.models import Subject
from moderation import policies
from moderation.models import Case, Decision, Proposal, ProposalAddition
from moderation.services.decisions import ModerationRefusedError
from moderation.targets import Words


@transaction.atomic
def propose(
    *,
    actor: User,
    kind: str,
    user: User,
    content: tuple[str, str] | None = None,
    scope: Restriction.Scope | None = None,
    days: int | None = None,
    words: Words,
    case: Case | None = None,
    caused_by: Decision | None = None,
    creation_key: str = "",
    now: datetime,
) -> tuple[Proposal, bool]:
    """Put a step against a person before a second person; what waits already is added to.

    content: kind and public id of what a removal is about. case: what is closed once the second person
    agrees. caused_by: the strike without which it lapses. Raises ModerationRefusedError (not-reviewer, self,
    reason-unknown, own-report, overturned).
    """
    refusal = policies.propose_refusal(actor, user) or policies.reason_refusal(words.reason_code)
    if refusal is None and case is not None:
        refusal = policies.conflict_refusal(actor, case)
    if refusal is not None:
        raise ModerationRefusedError(refusal)
    return propose_now(
        actor=actor.subject,
        kind=kind,
        user=user,
        content=content,
        scope=scope,
        days=days,
        words=words,
        case=case,
        caused_by=caused_by,
        creation_key=creation_key,
        now=now,
    )


def propose_now(
    *,
    actor: Subject,
    kind: str,
    user: User,
    content: tuple[str, str] | None = None,
    scope: Restriction.Scope | None = None,
    days: int | None = None,
    words: Words,
    case: Case | None = None,
    caused_by: Decision | None = None,
    creation_key: str = "",
    now: datetime,
) -> tuple[Proposal, bool]:
    """Do the same without asking who may; part of the caller's transaction."""
    creation_key = creation_key or ids.new_public_id()
    # The person's row is the lock: two who propose the same come one after the other.
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    target_kind, target_id = content or ("user", person.public_id)
    proposal, is_new = Proposal.objects.get_or_create(
        kind=kind,
        target_kind=target_kind,
        target_id=target_id,
        reverses=None,
        scope=scope.value if scope is not None else "",
        state=Proposal.State.OPEN,
        defaults={
            "created_at": now,
            "proposed_by": actor,
            "creation_key": creation_key,
            "user": person,
            "days": days,
            "reason_code": words.reason_code,
            "explanation": words.explanation,
            "private_notes": words.private_notes,
            "case": case,
            "caused_by": caused_by,
        },
    )
    if is_new:
        audit.record(
            actor=actor,
            kind="proposal.made",
            at=now,
            target_kind=target_kind,
            target_id=target_id,
            data={"proposal": proposal.public_id, "kind": kind},
        )
    elif caused_by is None and proposal.creation_key != creation_key:
        # Nobody wrote what a rule proposes; what people write is kept.
        _add(proposal, actor, words, days=days, case=case, creation_key=creation_key, now=now)
    return proposal, is_new


def _add(
    proposal: Proposal,
    actor: Subject,
    words: Words,
    *,
    days: int | None,
    case: Case | None,
    creation_key: str,
    now: datetime,
) -> None:
    _addition, is_new = ProposalAddition.objects.get_or_create(
        proposal=proposal,
        added_by=actor,
        creation_key=creation_key,
        defaults={
            "at": now,
            "case": case,
            "days": days,
            "reason_code": words.reason_code,
            "explanation": words.explanation,
            "private_notes": words.private_notes,
        },
    )
    if is_new:
        audit.record(
            actor=actor,
            kind="proposal.added",
            at=now,
            target_kind=proposal.target_kind,
            target_id=proposal.target_id,
            data={"proposal": proposal.public_id},
        )
