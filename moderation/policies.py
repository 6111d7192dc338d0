"""Who may decide what. Pure, unless a docstring counts queries."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import NEVER_VERIFIED_CODE, User
from accounts.queries import Viewer
from core.refusals import Refusal
from moderation import queries
from moderation.models import Appeal, Case, Decision, Proposal
from policies.rules import RULES

Kind = Decision.Kind
# Whose restriction takes two people, beside staff: higher apps register who is paid, for example.
NeedsTwo = Callable[[User], bool]
_needs_two: list[NeedsTwo] = []


def register_needs_two(rule: NeedsTwo) -> None:
    """Let a restriction of whoever `rule(user)` names take a second person."""
    if rule not in _needs_two:
        _needs_two.append(rule)


def is_reviewer(viewer: Viewer) -> bool:
    """Whether the viewer reviews content: active staff with the right to record decisions."""
    return (
        isinstance(viewer, User)
        and viewer.is_active
        and viewer.is_staff
        and viewer.has_perm("moderation.add_decision")
    )


def reviewer_refusal(actor: Viewer) -> Refusal | None:
    """Say no to everybody who does not review."""
    if is_reviewer(actor):
        return None
    return Refusal("not-reviewer", _("Only moderators decide about this."))


def reason_refusal(reason_code: str) -> Refusal | None:
    """Say no to a reason that stands in no list."""
    if reason_code in RULES:
        return None
    return Refusal("reason-unknown", _("Choose the rule that this is about."))


def act_refusal(actor: User, user: User) -> Refusal | None:
    """Say no to a step against oneself, or against staff by anybody but an administrator."""
    if refusal := propose_refusal(actor, user):
        return refusal
    if user.is_staff and not actor.is_superuser:
        return Refusal("staff", _("Only an administrator can act against staff."))
    return None


def propose_refusal(actor: User, user: User) -> Refusal | None:
    """Say no to proposing a step against oneself."""
    if refusal := reviewer_refusal(actor):
        return refusal
    if actor.pk == user.pk:
        return Refusal("self", _("You cannot decide about yourself."))
    return None


def takes_two(kind: str, user: User) -> bool:
    """Whether a decision needs a second person: every suspension, and any step against staff or the paid."""
    if kind == Kind.SUSPEND:
        return True
    return user.is_staff or any(rule(user) for rule in _needs_two)


def alone_refusal(actor: User, kind: str, user: User) -> Refusal | None:
    """Say no to deciding alone what takes two people."""
    del actor
    if not takes_two(kind, user):
        return None
    return Refusal(
        "second-person", _("This takes a second person."), _("Propose it; another moderator confirms it.")
    )


def confirm_refusal(actor: User, proposal: Proposal) -> Refusal | None:
    """Say no to confirming one's own proposal, or one that was answered."""
    if refusal := act_refusal(actor, proposal.user):
        return refusal
    if proposal.state == Proposal.State.DECLINED:
        return Refusal("declined", _("This proposal was declined."))
    if proposal.proposed_by_id == actor.subject_id:
        return Refusal("same-person", _("You proposed this yourself; somebody else has to confirm it."))
    return None


def decline_refusal(actor: User, proposal: Proposal) -> Refusal | None:
    """Say no to declining what was confirmed."""
    if refusal := reviewer_refusal(actor):
        return refusal
    if proposal.state == Proposal.State.CONFIRMED:
        return Refusal(
            "confirmed", _("This proposal was confirmed meanwhile."), _("Lift the decision instead.")
        )
    return None


def lift_refusal(decision: Decision) -> Refusal | None:
    """Say no to taking back what put nothing in force. One query at most."""
    if decision.kind in {Kind.WARN, Kind.REJECT}:
        return None if decision.kind == Kind.WARN else _not_in_force()
    return None if hasattr(decision, "measure") else _not_in_force()


def _not_in_force() -> Refusal:
    return Refusal("not-in-force", _("This decision holds nothing that could be lifted."))


def close_refusal(actor: User, case: Case, *, expected_version: int) -> Refusal | None:
    """Say no to answering a case that was answered, or that grew since it was looked at."""
    if refusal := reviewer_refusal(actor):
        return refusal
    if case.state != Case.State.OPEN:
        return Refusal("already-decided", _("Somebody else decided this case meanwhile."))
    if case.version != expected_version:
        return Refusal(
            "changed",
            _("This case changed while you looked at it: there are new reports."),
            _("Look at it again and decide."),
        )
    return None


def appeal_refusal(decision: Decision, role: str, *, now: datetime, until: datetime) -> Refusal | None:
    """Say no to an appeal that is too late, or against what is not in force any more. One query."""
    kinds = APPEALABLE if role == Appeal.Role.OWNER else REPORTER_APPEALABLE
    if decision.kind not in kinds:
        return Refusal("not-appealable", _("There is nothing to appeal against in this decision."))
    if now > until:
        return Refusal("too-late", _("The time to appeal against this is over."))
    if queries.find_reversal(decision) is not None:
        return Refusal("reversed", _("This decision was taken back already."))
    return None


def list_wishes(decision: Decision, role: str) -> tuple[Appeal.Wish, ...]:
    """Return what makes sense to ask for: content has three ways on, a person's account one."""
    if role == Appeal.Role.REPORTER:
        return (Appeal.Wish.ACT,)
    if decision.target_kind == "user":
        return (Appeal.Wish.RESTORE,)
    return (Appeal.Wish.RESTORE, Appeal.Wish.CORRECT, Appeal.Wish.PRIVATE)


def wish_refusal(decision: Decision, role: str, wish: str) -> Refusal | None:
    """Say no to a wish that makes no sense for what was decided."""
    if wish in list_wishes(decision, role):
        return None
    return Refusal("wish", _("Choose what you would like to happen."))


def repeat_refusal(before: Appeal | None) -> Refusal | None:
    """Say no to a second appeal of the same person against the same decision."""
    if before is None:
        return None
    return Refusal(
        "appealed",
        _("You appealed against this already: %(state)s.") % {"state": before.get_state_display()},
    )


def answer_refusal(actor: User, appeal: Appeal) -> Refusal | None:
    """Say no to answering an appeal against one's own decision, or one that is closed."""
    if refusal := reviewer_refusal(actor):
        return refusal
    if appeal.state != Appeal.State.OPEN:
        return Refusal("already-decided", _("This appeal is closed."))
    if actor.pk == appeal.appellant_id or actor.subject_id == appeal.decision.affected_id:
        return Refusal("self", _("You cannot decide about yourself."))
    first = appeal.decision
    took_part = {first.actor_id, first.second_actor_id}
    if first.caused_by is not None:
        # What a rule made follow was set off by whoever gave the strike.
        took_part |= {first.caused_by.actor_id, first.caused_by.second_actor_id}
    if actor.subject_id in took_part:
        return Refusal("same-person", _("You took part in this decision; somebody else has to look at it."))
    return safety_refusal(actor, first)


def safety_refusal(actor: User, decision: Decision) -> Refusal | None:
    """Say no to taking back what screening stopped for those who look after child safety (R11)."""
    is_hit = decision.source == Decision.Source.AUTOMATIC and decision.reason_code == NEVER_VERIFIED_CODE
    if not is_hit or decision.caused_by_id is not None or actor.has_perm("moderation.change_safetycase"):
        return None
    return Refusal("child-safety", _("Only those who look after child safety decide about this."))


# What the person whom it hits can ask another person to look at, and what the one who reported can.
APPEALABLE = frozenset({Kind.REJECT, Kind.DELIST, Kind.REMOVE, Kind.RESTRICT, Kind.SUSPEND, Kind.WARN})
REPORTER_APPEALABLE = frozenset({Kind.DISMISS})
