"""Many independent people report something at once: it comes first, and some features are shut meanwhile.

A crowd is no judge, and some crowds agree beforehand. So what is shut is little, ends by itself, is no strike
and says nothing about who is right; nothing that people made disappears. See docs/moderation.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services as account_services
from accounts import zones
from accounts.models import Restriction, User
from core import audit, switches
from core.switches import Feature
from moderation import naming, policies, queries
from moderation.models import Case, CaseLock, Decision
from moderation.services import enforcement, explaining, undoing, weighing
from moderation.services.decisions import Kind, record_decision, tell_affected
from notifications.services import notify

REASON = "many-reports"
# With these people reach others; what they do for themselves stays open.
SCOPES = (Restriction.Scope.PUBLISHING, Restriction.Scope.POSTS, Restriction.Scope.MESSAGES)
# At least one in so many voices was right before.
_PROVEN_PART = 3
# Whom we locked for nothing is not locked again for so long, whoever reports them.
_SPARED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Threshold:
    """From when on reports are a surge, and how long what it shuts may stay shut."""

    voices: int
    window: timedelta
    account_age: timedelta
    lock_days: int


def read_threshold() -> Threshold:
    """Return what the operator set."""
    return Threshold(
        voices=settings.MASS_REPORTS_VOICES,
        window=timedelta(hours=settings.MASS_REPORTS_HOURS),
        account_age=timedelta(days=settings.MASS_REPORTS_ACCOUNT_DAYS),
        lock_days=settings.MASS_REPORTS_LOCK_DAYS,
    )


def watch(case: Case, *, threshold: Threshold, now: datetime) -> None:
    """See whether the report that a case just got makes it a surge; the caller saves the case.

    Part of the caller's transaction, which holds the case. No query below the threshold, a few above it.
    """
    # Once in a case: what was lifted or ran out is for a person to decide about.
    if not threshold.voices or case.report_count < threshold.voices or case.locks.exists():
        return
    voices = weighing.list_voices(
        case, since=now - threshold.window, joined_by=now - threshold.account_age, now=now
    )
    if len(voices) < threshold.voices:
        return
    if case.surged_at is None:
        case.surged_at = now
        _note("case.surged", case, now=now)
    proven = sum(1 for weight in voices if weighing.is_proven(weight))
    if proven * _PROVEN_PART >= threshold.voices and switches.refusal(Feature.AUTOMATIC_LOCKS) is None:
        _lock(case, days=threshold.lock_days, now=now)


def _lock(case: Case, *, days: int, now: datetime) -> None:
    # The person's row is the lock: of two cases that come so far at once, one finds what the other did.
    person = (
        User.objects.select_for_update(of=("self",))
        .select_related("subject")
        .filter(subject=case.subject_id, is_active=True)
        .first()
    )
    if person is None or _is_spared(person, days=days, now=now):
        return
    ends_at = now + timedelta(days=days)
    made = []
    for scope in SCOPES:
        decision = queries.find_automatic(person.subject_id, REASON, scope, now=now)
        if decision is None:
            decision = _restrict(person, scope, ends_at=ends_at, now=now)
            made.append(decision)
        CaseLock.objects.create(case=case, decision=decision)
    if made:
        title = _("You cannot publish, post or write to others until a person has looked")
        tell_affected(made[0], person, title=title, about=naming.spell_reported(case), now=now)


def _is_spared(person: User, *, days: int, now: datetime) -> bool:
    """Whether a person is not locked by what others say: it takes two people, or it was wrong lately."""
    if any(policies.takes_two(Kind.RESTRICT, person, scope=scope, days=days) for scope in SCOPES):
        return True
    return Decision.objects.filter(
        affected=person.subject_id,
        reason_code=REASON,
        reversals__kind__in=queries.REVERSING,
        reversals__at__gt=now - _SPARED,
    ).exists()


def _restrict(person: User, scope: Restriction.Scope, *, ends_at: datetime, now: datetime) -> Decision:
    decision = record_decision(
        kind=Kind.RESTRICT,
        actor=None,
        affected=person.subject,
        target_kind=enforcement.PERSON,
        target_id=person.public_id,
        reason_code=REASON,
        explanation=_explain_lock(),
        scope=scope.value,
        ends_at=ends_at,
        now=now,
    )
    restriction, _is_new = account_services.restrict_user(
        actor=None,
        user=person,
        scope=scope,
        reason_code=REASON,
        explanation=decision.explanation,
        ends_at=ends_at,
        decision_id=decision.public_id,
        tells=False,
        now=now,
    )
    enforcement.put_in_force(decision, effect_id=restriction.public_id)
    return decision


def _explain_lock() -> str:
    return _(
        "Several people reported you, or something of yours, within a short time. Nobody has looked yet, "
        "so this is no judgement and no strike. Until a person has looked, which we do before anything else, "
        "you cannot publish, post or send direct messages. Everything else stays open, and nothing that you "
        "made is taken down. If it was for nothing, all of it opens again."
    )


def release(case: Case, *, dismissed_by: User | None, now: datetime) -> None:
    """Open what the reports of a case shut, now that a person has looked; tell whom it was shut for.

    dismissed_by: who found nothing: then it was wrong, and is taken back. Else it is over, and what was
    decided stands by itself. Part of the caller's transaction, which closed the case. What another open case
    holds stays shut.
    """
    locks = list(CaseLock.objects.filter(case=case).select_related("decision__affected").order_by("pk"))
    if dismissed_by is not None:
        # As whoever takes a decision back: see Note [Order of locks] in `undoing`. Nothing is held of the
        # person yet, as it may be where something was decided, which leaves these decisions as they are.
        for lock in locks:
            undoing.lock_decision(lock.decision)
    answers, ended = [], False
    for lock in locks:
        # The person's row: a case that comes so far at this moment is seen here, or sees what is done here.
        undoing.lock_person(lock.decision)
        if _is_held_by_others(lock):
            continue
        if dismissed_by is None:
            ended |= undoing.shorten(lock.decision, ends_at=now, now=now)
        elif queries.find_reversal(lock.decision) is None:
            answers.append(_take_back(lock.decision, actor=dismissed_by, now=now))
    person = queries.find_person(case.subject_id) if locks and case.subject_id is not None else None
    if person is None:
        return
    untold = [answer for answer in answers if not queries.is_granted_by(person, answer)]
    if untold or ended:
        _tell_released(person, case, untold, now=now)


def _is_held_by_others(lock: CaseLock) -> bool:
    others = CaseLock.objects.filter(decision=lock.decision_id, case__state=Case.State.OPEN)
    return others.exclude(case=lock.case_id).exists()


def _take_back(decision: Decision, *, actor: User, now: datetime) -> Decision:
    answer = record_decision(
        kind=Kind.LIFT,
        actor=actor.subject,
        affected=decision.affected,
        target_kind=decision.target_kind,
        target_id=decision.target_id,
        explanation=_("A person looked at what was reported and found nothing that breaks our rules."),
        scope=decision.scope,
        reverses=decision,
        now=now,
    )
    undoing.take_back(decision, actor=actor, answer=answer, now=now)
    return answer


def _tell_released(person: User, case: Case, answers: list[Decision], *, now: datetime) -> None:
    """Tell a person once that a lock is over, however many features it was about."""
    with timezone.override(zones.find_zone(person.time_zone)):
        if answers:
            title = _("A person has looked, and found nothing: all of it is open again")
            lines = [
                answers[0].explanation,
                _("We are sorry for the trouble."),
                *(
                    line
                    for answer in answers
                    if answer.reverses is not None
                    for line in explaining.list_restored(answer.reverses, person, answer=answer, now=now)
                ),
            ]
        else:
            title = _("A person has looked: the automatic lock is over")
            lines = [_("What we decided, if anything, stands on your standing page, with how to appeal.")]
        if about := naming.spell_reported(case):
            lines.insert(1, _("What it was about: %(about)s.") % {"about": about})
    notify(
        user=person,
        kind="standing",
        title=title,
        body="\n\n".join(dict.fromkeys(lines)),
        url=reverse("settings-standing"),
        now=now,
        by_mail=True,
    )


def _note(kind: str, case: Case, *, now: datetime) -> None:
    audit.record(
        actor=None,
        kind=kind,
        at=now,
        target_kind=case.target_kind,
        target_id=case.target_id,
        data={"case": case.public_id},
    )
