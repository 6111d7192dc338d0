"""Taking decisions back: by a moderator who sees that one was wrong, or because somebody appealed.

What a decision put in force ends, what others put in force stays, and what a rule about repeats made follow
is reckoned again. So a decision that was taken back leaves everything as if it had never been taken.
"""

# Note [Order of locks]
# A decision, proposals to take it back, its appeals, the content, its owner, proposals about them, measures.
# Whoever removes content holds it before its owner. Rows of decisions never change, so their lock lets others
# refer to them: two who take back decisions of which one followed from the other do not wait for each other.

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services as account_services
from accounts.models import Restriction, User
from core import audit
from core.models import Subject
from core.refusals import Refusal, Text
from moderation import policies, queries, targets
from moderation.models import Decision, Measure, Proposal
from moderation.services import decisions, enforcement, lapsing, repeats
from moderation.services.decisions import Kind, ModerationRefusedError, record_decision
from moderation.targets import Words


@transaction.atomic
def lift(*, actor: User, decision: Decision, words: Words, now: datetime) -> tuple[Decision, bool]:
    """Take a decision back without an appeal, because it was wrong or is no longer needed.

    What two people decided takes two again: see `propose_lift`. Raises ModerationRefusedError (not-reviewer,
    self, staff, not-in-force, child-safety, second-person).
    """
    _check(policies.reviewer_refusal(actor))
    locked = lock_decision(decision)
    if (before := queries.find_reversal(locked)) is not None:
        return before, False
    _check(policies.lift_refusal(actor, locked))
    _check(policies.lift_alone_refusal(locked))
    return lift_now(actor=actor, decision=locked, words=words, now=now), True


@transaction.atomic
def lift_rejection(
    *, actor: User, decision: Decision, words: Words, creation_key: str = "", now: datetime
) -> tuple[Decision, bool]:
    """Take a rejection back without an appeal, because it was wrong: what it turned down is published.

    The same form twice does so once. Raises ModerationRefusedError (not-reviewer, self, staff, not-in-force,
    child-safety) and what the app refuses: nothing is taken back that cannot be published any more.
    """
    _check(policies.reviewer_refusal(actor))
    locked = lock_decision(decision)
    if (before := queries.find_reversal(locked)) is not None:
        return before, False
    _check(policies.lift_rejection_refusal(actor, locked))
    answer = lift_now(actor=actor, decision=locked, words=words, creation_key=creation_key, now=now)
    return answer, True


def lift_now(
    *,
    actor: User,
    decision: Decision,
    words: Words,
    second_actor: Subject | None = None,
    creation_key: str = "",
    now: datetime,
) -> Decision:
    """Take a decision back without asking who may; part of the caller's transaction, which locked it.

    second_actor: who proposed it, where it takes two.
    """
    answer = record_decision(
        kind=_lifting_kind(decision),
        actor=actor.subject,
        second_actor=second_actor,
        affected=decision.affected,
        target_kind=decision.target_kind,
        target_id=decision.target_id,
        revision_hash=decision.revision_hash,
        explanation=words.explanation,
        private_notes=words.private_notes,
        scope=decision.scope,
        reverses=decision,
        creation_key=creation_key,
        now=now,
    )
    take_back(decision, actor=actor, answer=answer, now=now)
    tell_taken_back(answer, now=now)
    return answer


@transaction.atomic
def propose_lift(*, actor: User, decision: Decision, words: Words, now: datetime) -> tuple[Proposal, bool]:
    """Ask a second person to take back what two people decided; one that waits already stays as it is.

    Raises ModerationRefusedError (not-reviewer, self, not-in-force, child-safety, reversed, takes-one).
    """
    _check(policies.reviewer_refusal(actor))
    locked = lock_decision(decision)
    _check(policies.propose_lift_refusal(actor, locked))
    if queries.find_reversal(locked) is not None:
        raise ModerationRefusedError(Refusal("reversed", _("This decision was taken back already.")))
    person = queries.find_person(locked.affected_id)
    if person is None or policies.lift_alone_refusal(locked) is None:
        raise ModerationRefusedError(
            Refusal("takes-one", _("This takes nobody else."), _("Take the decision back yourself."))
        )
    proposal, is_new = Proposal.objects.get_or_create(
        kind=Kind.LIFT,
        reverses=locked,
        state=Proposal.State.OPEN,
        defaults={
            "created_at": now,
            "proposed_by": actor.subject,
            "user": person,
            "target_kind": locked.target_kind,
            "target_id": locked.target_id,
            "scope": locked.scope,
            "reason_code": locked.reason_code,
            "explanation": words.explanation,
            "private_notes": words.private_notes,
        },
    )
    if is_new:
        audit.record(
            actor=actor.subject,
            kind="proposal.made",
            at=now,
            target_kind=locked.target_kind,
            target_id=locked.target_id,
            data={"proposal": proposal.public_id, "kind": Kind.LIFT, "decision": locked.public_id},
        )
    return proposal, is_new


def tell_taken_back(answer: Decision, *, title: Text = "", now: datetime) -> None:
    """Tell whom a decision was about that it is taken back, unless the end of their appeal told them.

    title: instead of what it was.
    """
    person = queries.find_person(answer.affected_id)
    if person is not None and not queries.is_granted_by(person, answer):
        decisions.tell_taken_back(answer, person, title=title, now=now)


def _lifting_kind(decision: Decision) -> Kind:
    if decision.target_kind == enforcement.PERSON:
        return Kind.LIFT
    return Kind.REINSTATE if decision.kind == Kind.DELIST else Kind.RESTORE


def take_back(decision: Decision, *, actor: User, answer: Decision, now: datetime) -> bool:
    """Undo what a decision did, and what a rule about repeats made follow from it.

    Part of the caller's transaction; the caller holds the decision with `lock_decision`, recorded `answer`
    and tells the person; whoever appealed against it is told here. Returns whether anything changed. A
    second call changes nothing.
    """
    changed = False
    lapsing.lapse_with(decision, now=now)
    granted = lapsing.grant_appeals(decision, answer=answer, now=now)
    is_content = decision.target_kind != enforcement.PERSON
    # See Note [Order of locks].
    if is_content:
        changed = _end_measure(decision, actor=actor, answer=answer, now=now)
        if decision.kind == Kind.REJECT:
            changed |= _put_back(decision, actor=actor, answer=answer, now=now)
    lock_person(decision)
    if not is_content:
        changed = _end_measure(decision, actor=actor, answer=answer, now=now)
    changed |= forgive(decision, actor=actor, answer=answer, now=now)
    changed |= _take_back_together(decision, actor=actor, answer=answer, now=now)
    lapsing.tell_appellants(granted, answer, now=now)
    return changed


def _take_back_together(decision: Decision, *, actor: User, answer: Decision, now: datetime) -> bool:
    """Take back what one event shut with a decision: who is right about a part is right about all of it."""
    others = [
        other
        for other in queries.list_together(decision)
        if other.pk != decision.pk and queries.find_reversal(other) is None
    ]
    lifted = []
    for other in others:
        lifting = record_decision(
            kind=Kind.LIFT,
            actor=answer.actor,
            affected=other.affected,
            target_kind=other.target_kind,
            target_id=other.target_id,
            scope=other.scope,
            reverses=other,
            caused_by=answer,
            now=now,
        )
        _end_measure(other, actor=actor, answer=lifting, now=now)
        lifted.append((other, lifting))
    for other, lifting in lifted:
        # Once all of it is open again.
        granted = lapsing.grant_appeals(other, answer=lifting, now=now)
        lapsing.tell_appellants(granted, lifting, now=now)
    return bool(lifted)


def forgive(decision: Decision, *, actor: User, answer: Decision, now: datetime) -> bool:
    """Reckon again what followed or waits because of strikes, once one was taken back or granted in part.

    Never to the disadvantage of the person. Part of the caller's transaction, which recorded `answer`.
    """
    person = lock_person(decision)
    outdated = repeats.list_outdated(decision.affected_id, now=now)
    for found in outdated:
        lifting = record_decision(
            kind=Kind.LIFT,
            actor=None,
            affected=found.consequence.affected,
            target_kind=found.consequence.target_kind,
            target_id=found.consequence.target_id,
            scope=found.consequence.scope,
            reverses=found.consequence,
            caused_by=answer,
            now=now,
        )
        _end_measure(found.consequence, actor=actor, answer=answer, now=now)
        granted = lapsing.grant_appeals(found.consequence, answer=lifting, now=now, waits=False)
        lapsing.tell_appellants(granted, lifting, now=now)
        if person is None or found.ends_at is None or found.ends_at <= now:
            continue
        enforcement.restrict_until(
            actor=None,
            user=person,
            scope=Restriction.Scope(found.consequence.scope),
            ends_at=found.ends_at,
            words=repeats.words_for(found.cause, count=found.count),
            caused_by=found.cause,
            now=now,
        )
    has_lapsed = person is not None and lapsing.lapse_proposals(person, now=now) > 0
    return bool(outdated) or has_lapsed


def shorten(decision: Decision, *, ends_at: datetime, now: datetime) -> bool:
    """Let a restriction or a suspension end earlier, with what one event shut with it.

    Part of the caller's transaction. Returns whether anything changed.
    """
    lock_person(decision)
    changed = [_shorten(one, ends_at=ends_at, now=now) for one in queries.list_together(decision)]
    return any(changed)


def _shorten(decision: Decision, *, ends_at: datetime, now: datetime) -> bool:
    measure = Measure.objects.select_for_update().get(decision=decision)
    if not measure.is_in_force(now) or (measure.ends_at is not None and measure.ends_at <= ends_at):
        return False
    measure.ends_at = ends_at
    measure.save(update_fields=["ends_at"])
    # None once its person was erased.
    if (restriction := _find_restriction(measure)) is not None:
        account_services.shorten_restriction(restriction=restriction, ends_at=ends_at, now=now)
    return True


def lock_decision(decision: Decision) -> Decision:
    """Lock a decision, so that two who answer it come one after the other; returns it as it is.

    With what one event shut with it, in one order for everybody: it is taken back together.
    """
    rows = (
        Decision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("affected", "caused_by")
        .filter(pk__in=[one.pk for one in queries.list_together(decision)])
        .order_by("pk")
    )
    return next(row for row in rows if row.pk == decision.pk)


def _end_measure(decision: Decision, *, actor: User, answer: Decision, now: datetime) -> bool:
    measure = Measure.objects.select_for_update().filter(decision=decision, ended_at__isnull=True).first()
    if measure is None:
        return False
    was_in_force = measure.is_in_force(now)
    measure.ended_at = now
    measure.save(update_fields=["ended_at"])
    if not was_in_force:
        return False
    if decision.target_kind != enforcement.PERSON:
        return _put_back(decision, actor=actor, answer=answer, now=now)
    restriction = _find_restriction(measure)
    if restriction is None:
        # Its person was erased.
        return False
    return account_services.lift_restriction(actor=None, restriction=restriction, tells=False, now=now)[1]


def _put_back(decision: Decision, *, actor: User, answer: Decision, now: datetime) -> bool:
    handler = targets.find_handler(decision.target_kind)
    if handler is None or handler.put_back is None:
        return False
    return handler.put_back(actor=actor, decision=decision, answer=answer, now=now)


def _find_restriction(measure: Measure) -> Restriction | None:
    return Restriction.objects.filter(public_id=measure.effect_id).first()


def lock_person(decision: Decision) -> User | None:
    """Lock whom a decision is about: strikes are counted and reckoned again one after the other."""
    rows = User.objects.select_for_update(of=("self",), no_key=True).select_related("subject")
    return rows.filter(subject_id=decision.affected_id).first()


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ModerationRefusedError(refusal)
