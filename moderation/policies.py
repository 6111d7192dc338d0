"""Who may decide what. Pure, unless a docstring counts queries."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import NEVER_VERIFIED_CODE, Restriction, User
from accounts.queries import Viewer
from core.refusals import Refusal
from moderation import naming, queries, targets
from moderation.models import Appeal, Case, Decision, Proposal
from policies.rules import RULES

Kind = Decision.Kind
# Longer than this nobody shuts a whole account alone.
SHUT_ALONE_DAYS = 30
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


def self_refusal(
    actor: Viewer, *, user_id: int | None = None, subject_id: int | None = None
) -> Refusal | None:
    """Say no to deciding about oneself or what one made: the owner, as an account or as a subject."""
    if isinstance(actor, User) and (actor.pk == user_id or actor.subject_id == subject_id):
        return Refusal(
            "self",
            _("You cannot decide about yourself, or about what you made."),
            _("Leave it to somebody else."),
        )
    return None


def is_keeper(viewer: Viewer) -> bool:
    """Whether the viewer decides about child safety: active staff with a right that reviewers do not have."""
    return (
        isinstance(viewer, User)
        and viewer.is_active
        and viewer.is_staff
        and viewer.has_perm("moderation.change_safetycase")
    )


def keeper_refusal(actor: Viewer) -> Refusal | None:
    """Say no to everybody who does not decide about child safety."""
    if is_keeper(actor):
        return None
    return Refusal("child-safety", _("Only those who look after child safety decide about this."))


def act_refusal(actor: User, user: User) -> Refusal | None:
    """Say no to a step against oneself, or against staff by anybody but an administrator."""
    return reviewer_refusal(actor) or target_refusal(actor, user)


def target_refusal(actor: User, user: User) -> Refusal | None:
    """Say no to deciding about oneself, and about staff without being an administrator."""
    if refusal := self_refusal(actor, user_id=user.pk):
        return refusal
    if user.is_staff and not actor.is_superuser:
        return Refusal("staff", _("Only an administrator can act against staff."))
    return None


def propose_refusal(actor: User, user: User) -> Refusal | None:
    """Say no to proposing a step against oneself."""
    if refusal := reviewer_refusal(actor):
        return refusal
    return self_refusal(actor, user_id=user.pk)


def takes_two(kind: str, user: User, *, scope: str | None = None, days: int | None = None) -> bool:
    """Whether a decision needs a second person: every suspension, and any step against staff or the paid.

    A whole account that is shut without an end, or for very long, is as good as suspended.
    """
    is_shut = scope == Restriction.Scope.ACCOUNT and (days is None or days > SHUT_ALONE_DAYS)
    if kind == Kind.SUSPEND or (kind == Kind.RESTRICT and is_shut):
        return True
    return user.is_staff or any(rule(user) for rule in _needs_two)


def alone_refusal(
    kind: str, user: User, *, scope: str | None = None, days: int | None = None
) -> Refusal | None:
    """Say no to deciding alone what takes two people."""
    if not takes_two(kind, user, scope=scope, days=days):
        return None
    return Refusal(
        "second-person", _("This takes a second person."), _("Propose it; another moderator confirms it.")
    )


def removal_refusal(actor: User, decision: Decision, owner: User) -> Refusal | None:
    """Say no to removing what is one's own, and to removing alone what takes two people."""
    if refusal := self_refusal(actor, user_id=owner.pk):
        return refusal
    if decision.second_actor_id is not None or targets.is_ours(decision.target_kind):
        return None
    return alone_refusal(decision.kind, owner)


def confirm_refusal(actor: User, proposal: Proposal) -> Refusal | None:
    """Say no to confirming one's own proposal, or one that was answered. Three queries, two for each case."""
    if refusal := _judge_refusal(actor, proposal) or target_refusal(actor, proposal.user):
        return refusal
    if proposal.state == Proposal.State.DECLINED:
        return Refusal("declined", _("This proposal was declined."))
    if proposal.state == Proposal.State.LAPSED:
        return _lapsed()
    if proposal.proposed_by_id == actor.subject_id:
        return Refusal("same-person", _("You proposed this yourself; somebody else has to confirm it."))
    for case in queries.list_cases_behind(proposal):
        if refusal := conflict_refusal(actor, case):
            return refusal
    return lift_refusal(actor, proposal.reverses) if proposal.reverses is not None else None


def decline_refusal(actor: User, proposal: Proposal) -> Refusal | None:
    """Say no to declining what is about oneself or about other staff, and what was confirmed.

    Whoever proposed it may take it back.
    """
    is_own = proposal.proposed_by_id == actor.subject_id
    refusal = _judge_refusal(actor, proposal)
    if refusal := refusal or (None if is_own else target_refusal(actor, proposal.user)):
        return refusal
    if proposal.state == Proposal.State.CONFIRMED:
        return Refusal(
            "confirmed", _("This proposal was confirmed meanwhile."), _("Lift the decision instead.")
        )
    return _lapsed() if proposal.state == Proposal.State.LAPSED else None


def _judge_refusal(actor: User, proposal: Proposal) -> Refusal | None:
    """Say no to whoever may not see what a proposal is about."""
    is_safety = proposal.caused_by is not None and proposal.caused_by.kind == Kind.CONFIRM
    return keeper_refusal(actor) if is_safety else reviewer_refusal(actor)


def _lapsed() -> Refusal:
    return Refusal("lapsed", _("A decision behind this proposal was taken back, so it lapsed."))


def lift_refusal(actor: User, decision: Decision) -> Refusal | None:
    """Say no to taking back what is about oneself or other staff, or put nothing in force. Two queries."""
    if refusal := reviewer_refusal(actor) or self_refusal(actor, subject_id=decision.affected_id):
        return refusal
    return staff_refusal(actor, decision) or force_refusal(decision) or safety_refusal(actor, decision)


def lift_rejection_refusal(actor: User, decision: Decision) -> Refusal | None:
    """Say no to taking back a rejection of what is of oneself or of other staff. One query at most."""
    if refusal := reviewer_refusal(actor) or self_refusal(actor, subject_id=decision.affected_id):
        return refusal
    if decision.kind != Kind.REJECT:
        return _not_in_force()
    return staff_refusal(actor, decision) or safety_refusal(actor, decision)


def lift_alone_refusal(decision: Decision) -> Refusal | None:
    """Say no to taking back alone what two people decided, as long as it is about anybody. One query."""
    if decision.second_actor_id is None or queries.find_person(decision.affected_id) is None:
        return None
    return Refusal(
        "second-person",
        _("Two people decided this, so it takes two to take it back."),
        _("Propose it; another moderator confirms it."),
    )


def propose_lift_refusal(actor: User, decision: Decision) -> Refusal | None:
    """Say no to proposing to take back what is about oneself, or put nothing in force. One query at most."""
    if refusal := reviewer_refusal(actor) or self_refusal(actor, subject_id=decision.affected_id):
        return refusal
    return force_refusal(decision) or safety_refusal(actor, decision)


def staff_refusal(actor: User, decision: Decision) -> Refusal | None:
    """Say no to taking back, without being an administrator, what was decided about staff. One query."""
    person = None if actor.is_superuser else queries.find_person(decision.affected_id)
    if person is None or not person.is_staff:
        return None
    return Refusal("staff", _("Only an administrator can decide about staff."))


def force_refusal(decision: Decision) -> Refusal | None:
    """Say no to taking back what put nothing in force. One query at most."""
    if decision.kind in {Kind.WARN, Kind.REJECT}:
        return None if decision.kind == Kind.WARN else _not_in_force()
    return None if hasattr(decision, "measure") else _not_in_force()


def _not_in_force() -> Refusal:
    return Refusal("not-in-force", _("This decision holds nothing that could be lifted."))


def conflict_refusal(actor: User, case: Case) -> Refusal | None:
    """Say no to working on a case in which one has a part of one's own. Two queries.

    Nobody decides a case about themselves, one that they reported, or one in which their own answer was
    overturned.
    """
    if refusal := self_refusal(actor, subject_id=case.subject_id):
        return refusal
    if queries.has_reported(actor, case):
        return Refusal(
            "own-report",
            _("You reported this yourself, so somebody else decides about it."),
            _("Leave it to somebody else."),
        )
    if queries.was_overturned(actor, case):
        return Refusal(
            "overturned",
            _("You decided this before, and it was overturned: now somebody else looks at it."),
            _("Leave it to somebody else."),
        )
    return None


def close_refusal(actor: User, case: Case, *, expected_version: int) -> Refusal | None:
    """Say no to whoever has a part in a case, and to answering one that was answered or grew. Two queries."""
    if refusal := reviewer_refusal(actor) or conflict_refusal(actor, case):
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
    if decision.target_kind == "user" or targets.is_ours(decision.target_kind):
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
        _("You appealed against this already: %(state)s.") % {"state": naming.outcome_of(before)},
    )


def answer_refusal(actor: User, appeal: Appeal) -> Refusal | None:
    """Say no to answering where one has a part of one's own, or what is closed. Seven queries at most."""
    first = appeal.decision
    if refusal := keeper_refusal(actor) if is_hit(first) else reviewer_refusal(actor):
        return refusal
    if appeal.state != Appeal.State.OPEN:
        return Refusal("already-decided", _("This appeal is closed."))
    if refusal := self_refusal(actor, user_id=appeal.appellant_id):
        return refusal
    if actor.subject_id in queries.list_deciders(first):
        return Refusal("same-person", _("You took part in this decision; somebody else has to look at it."))
    if refusal := self_refusal(actor, subject_id=first.affected_id):
        return refusal
    for case in queries.list_cases_of(first):
        if refusal := conflict_refusal(actor, case):
            return refusal
    return staff_refusal(actor, first) if appeal.role == Appeal.Role.OWNER else None


def is_hit(decision: Decision) -> bool:
    """Whether a decision is what screening stopped for those who look after child safety, or rests on it."""
    if decision.reason_code != NEVER_VERIFIED_CODE:
        return False
    if decision.caused_by is not None:
        return decision.caused_by.kind == Kind.CONFIRM
    return decision.source == Decision.Source.AUTOMATIC


def safety_refusal(actor: User, decision: Decision) -> Refusal | None:
    """Say no to taking back what only those who look after child safety decide about (R11)."""
    return keeper_refusal(actor) if is_hit(decision) else None


# What the person whom it hits can ask another person to look at, and what the one who reported can.
APPEALABLE = frozenset({Kind.REJECT, Kind.DELIST, Kind.REMOVE, Kind.RESTRICT, Kind.SUSPEND, Kind.WARN})
REPORTER_APPEALABLE = frozenset({Kind.DISMISS})
