"""What waits for an answer ends by itself once the decision behind it is taken back."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import zones
from accounts.models import User
from core import audit
from moderation import naming, queries
from moderation.models import Appeal, Decision, Proposal, ProposalAddition
from moderation.services import explaining, repeats
from notifications.services import notify


def grant_appeals(decision: Decision, *, answer: Decision, now: datetime, waits: bool = True) -> list[Appeal]:
    """Close the open appeals against a decision that `answer` takes back.

    Part of the caller's transaction. waits: the caller holds the decision, as whoever answers does; False
    where it does not, and leaves an appeal that is being answered at this moment to whoever answers it.
    Returns what it closed: the caller tells each appellant once everything is given back.
    """
    rows = Appeal.objects.select_for_update(of=("self",), skip_locked=not waits).filter(
        decision=decision, state=Appeal.State.OPEN
    )
    appeals = list(rows.select_related("appellant").order_by("pk"))
    for appeal in appeals:
        appeal.state, appeal.answer, appeal.closed_at = Appeal.State.LIFTED, answer, now
        appeal.save(update_fields=["state", "answer", "closed_at"])
        audit.record(
            actor=answer.actor,
            kind="appeal.lifted",
            at=now,
            target_kind="decision",
            target_id=decision.public_id,
            data={"appeal": appeal.public_id, "answer": answer.public_id},
        )
    return appeals


def tell_appellants(appeals: Iterable[Appeal], answer: Decision, *, now: datetime) -> None:
    """Tell each what came of their appeal. Part of the caller's transaction."""
    for appeal in appeals:
        tell_appellant(appeal, answer, now=now)


def tell_appellant(appeal: Appeal, answer: Decision, *, now: datetime) -> None:
    """Tell somebody what came of their appeal, once it is done. Part of the caller's transaction."""
    with timezone.override(zones.find_zone(appeal.appellant.time_zone)):
        lines = explaining.list_lines_answered(appeal, answer, now=now)
        title = naming.headline_of(appeal)
    notify(
        user=appeal.appellant,
        kind="appeal-answered",
        title=title,
        body="\n\n".join(lines),
        url=reverse("appeal-detail", args=[appeal.public_id]),
        now=now,
        by_mail=True,
    )


def lapse_proposals(person: User, *, now: datetime) -> int:
    """End the suspensions that strikes proposed, where too few strikes are left; tell who proposed them.

    Part of the caller's transaction, which holds the person's row: so does whoever confirms one. Returns how
    many lapsed.
    """
    waiting = (
        Proposal.objects.select_for_update(of=("self",))
        .filter(user=person, state=Proposal.State.OPEN, caused_by__isnull=False)
        .exclude(_rests_on_hit())
        # What somebody added stands without the strike.
        .exclude(Exists(ProposalAddition.objects.filter(proposal=OuterRef("pk"))))
        .select_related("caused_by", "proposed_by")
        .order_by("pk")
    )
    outdated = [
        proposal
        for proposal in waiting
        if proposal.caused_by is not None
        and not repeats.is_still_beyond(person.subject_id, since=proposal.caused_by.at)
    ]
    for proposal in outdated:
        text = _("A strike behind it was taken back, so nobody has to decide about the suspension any more.")
        _lapse(proposal, person, text, now=now)
    return len(outdated)


def lapse_with(decision: Decision, *, now: datetime) -> int:
    """End the proposals to take a decision back, or to go further than it did, when it is taken back.

    Part of the caller's transaction, which holds the decision: so does whoever confirms one. Who proposed
    them is told. Returns how many lapsed.
    """
    rests_on_it = Q(reverses=decision) | (_rests_on_hit() & Q(caused_by__reverses=decision))
    waiting = (
        Proposal.objects.select_for_update(of=("self",))
        .filter(rests_on_it, state=Proposal.State.OPEN)
        .select_related("user", "proposed_by")
        .order_by("pk")
    )
    lapsed = list(waiting)
    for proposal in lapsed:
        text = _("The decision was taken back meanwhile, so nobody has to decide about this any more.")
        _lapse(proposal, proposal.user, text, now=now)
    return len(lapsed)


def _rests_on_hit() -> Q:
    """Say that a proposal follows from what screening stopped and a person confirmed."""
    return Q(caused_by__kind=Decision.Kind.CONFIRM)


def _lapse(proposal: Proposal, person: User, text: str, *, now: datetime) -> None:
    proposal.state, proposal.answered_at = Proposal.State.LAPSED, now
    proposal.save(update_fields=["state", "answered_at"])
    audit.record(
        actor=None,
        kind="proposal.lapsed",
        at=now,
        target_kind=proposal.target_kind,
        target_id=proposal.target_id,
        data={"proposal": proposal.public_id},
    )
    _tell_proposer(proposal, person, text, now=now)


def _tell_proposer(proposal: Proposal, person: User, text: str, *, now: datetime) -> None:
    proposer = queries.find_person(proposal.proposed_by_id)
    if proposer is None:
        return
    notify(
        user=proposer,
        kind="proposal-lapsed",
        title=_("A proposal lapsed: %(name)s") % {"name": person.username},
        body=text,
        url=reverse("admin:moderation_proposal_change", args=[proposal.pk]),
        now=now,
    )
