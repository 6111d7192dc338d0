"""Taking decisions back: by a moderator who sees that one was wrong, or because somebody appealed.

What a decision put in force ends, what others put in force stays, and what a rule about repeats made follow
is reckoned again. So a decision that was taken back leaves everything as if it had never been taken.
"""

# Note [Order of locks]
# An appeal, its decision, the content, its owner, measures. Whoever removes content holds it before its
# owner. Rows of decisions never change, so their lock lets others refer to them: two who take back decisions
# of which one followed from the other do not wait for each other.

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services as account_services
from accounts.models import Restriction, User
from core.refusals import Refusal
from moderation import policies, queries, targets
from moderation.models import Decision, Measure
from moderation.services import enforcement, repeats
from moderation.services.decisions import Kind, ModerationRefusedError, record_decision, tell_affected
from moderation.targets import Words


@transaction.atomic
def lift(*, actor: User, decision: Decision, words: Words, now: datetime) -> tuple[Decision, bool]:
    """Take a decision back without an appeal, because it was wrong or is no longer needed.

    Raises ModerationRefusedError (not-reviewer, not-in-force, child-safety).
    """
    _check(policies.reviewer_refusal(actor))
    locked = lock_decision(decision)
    if (before := queries.find_reversal(locked)) is not None:
        return before, False
    _check(policies.lift_refusal(locked))
    _check(policies.safety_refusal(actor, locked))
    answer = record_decision(
        kind=_lifting_kind(locked),
        actor=actor.subject,
        affected=locked.affected,
        target_kind=locked.target_kind,
        target_id=locked.target_id,
        revision_hash=locked.revision_hash,
        explanation=words.explanation,
        private_notes=words.private_notes,
        scope=locked.scope,
        reverses=locked,
        now=now,
    )
    take_back(locked, actor=actor, answer=answer, now=now)
    if (person := queries.find_person(locked.affected_id)) is not None:
        tell_affected(answer, person, title=_("A decision about you was taken back"), now=now)
    return answer, True


def _lifting_kind(decision: Decision) -> Kind:
    if decision.target_kind == enforcement.PERSON:
        return Kind.LIFT
    return Kind.REINSTATE if decision.kind == Kind.DELIST else Kind.RESTORE


def take_back(decision: Decision, *, actor: User, answer: Decision, now: datetime) -> bool:
    """Undo what a decision did, and what a rule about repeats made follow from it.

    Part of the caller's transaction; the caller holds the decision with `lock_decision`, recorded `answer`
    and tells the person. Returns whether anything changed. A second call changes nothing.
    """
    changed = False
    is_content = decision.target_kind != enforcement.PERSON
    # See Note [Order of locks].
    if is_content:
        changed = _end_measure(decision, actor=actor, answer=answer, now=now)
        if decision.kind == Kind.REJECT:
            changed |= _put_back(decision, actor=actor, answer=answer, now=now)
    _lock_person(decision)
    if not is_content:
        changed = _end_measure(decision, actor=actor, answer=answer, now=now)
    return forgive(decision, actor=actor, answer=answer, now=now) or changed


def forgive(decision: Decision, *, actor: User, answer: Decision, now: datetime) -> bool:
    """Reckon again what followed from strikes, after one of them was taken back or granted in part.

    Never to the disadvantage of the person. Part of the caller's transaction, which recorded `answer`.
    """
    person = _lock_person(decision)
    outdated = repeats.list_outdated(decision.affected_id, now=now)
    for found in outdated:
        record_decision(
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
    return bool(outdated)


def shorten(decision: Decision, *, ends_at: datetime, now: datetime) -> bool:
    """Let a restriction or a suspension end earlier. Part of the caller's transaction."""
    _lock_person(decision)
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
    """Lock a decision, so that two who answer it come one after the other; returns it as it is."""
    return (
        Decision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("affected", "caused_by")
        .get(pk=decision.pk)
    )


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


def _lock_person(decision: Decision) -> User | None:
    """Lock whom a decision is about: strikes are counted and reckoned again one after the other."""
    rows = User.objects.select_for_update(of=("self",)).select_related("subject")
    return rows.filter(subject_id=decision.affected_id).first()


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ModerationRefusedError(refusal)
