"""Many independent people report something at once: it comes first, and some features are shut meanwhile.

A crowd is no judge, and some crowds agree beforehand. So what is shut is little, ends by itself, is no strike
and says nothing about who is right; nothing that people made disappears. See docs/moderation.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
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

REASON = CaseLock.REASON
# With these people reach others; what they do for themselves stays open.
SCOPES = (Restriction.Scope.PUBLISHING, Restriction.Scope.POSTS, Restriction.Scope.MESSAGES)
# At least one in so many voices was right before.
_PROVEN_PART = 3
# Who was locked is not locked again for so long, whoever reports them, unless a person acted on it.
_SPARED = timedelta(days=30)
# Of the turn that a lock takes: any number that nothing else in the database locks.
_TURN = 7_201_964


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
    voices = _list_voices(case, threshold, now=now)
    if len(voices) < threshold.voices:
        return
    if case.surged_at is None:
        case.surged_at = now
        _note("case.surged", case, now=now)
    if not _shuts(voices, threshold) or switches.refusal(Feature.AUTOMATIC_LOCKS) is not None:
        return
    _take_turn()
    # Who stands behind another lock was asked before the turn.
    if _shuts(_list_voices(case, threshold, now=now), threshold):
        _lock(case, days=threshold.lock_days, now=now)


def _list_voices(case: Case, threshold: Threshold, *, now: datetime) -> list[weighing.Voice]:
    since, joined_by = now - threshold.window, now - threshold.account_age
    return weighing.list_voices(case, since=since, joined_by=joined_by, now=now)


def _shuts(voices: Sequence[weighing.Voice], threshold: Threshold) -> bool:
    """Whether enough who report stand behind no other lock, and enough of these were right before."""
    free = [voice for voice in voices if voice.is_free]
    proven = sum(1 for voice in free if voice.is_proven)
    return len(free) >= threshold.voices and proven * _PROVEN_PART >= len(free)


def _take_turn() -> None:
    """Let locks be made one after the other: the same people could make two at the same moment else.

    Whoever holds the turn waits for the person's row at most, and nobody who holds that waits for a turn.
    SQLite writes one after the other anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _lock(case: Case, *, days: int, now: datetime) -> None:
    # The person's row is the lock: a case that is decided at this moment is seen here, or sees what is done.
    person = (
        User.objects.select_for_update(of=("self",), no_key=True)
        .select_related("subject")
        .filter(subject=case.subject_id, is_active=True)
        .first()
    )
    if person is None or any(
        policies.takes_two(Kind.RESTRICT, person, scope=scope, days=days) for scope in SCOPES
    ):
        return
    # Another case may hold it already: then it is shared, and ends when it would have ended.
    held = [queries.find_automatic(person.subject_id, REASON, scope, now=now) for scope in SCOPES]
    locks = [decision for decision in held if decision is not None]
    if not locks:
        if queries.was_locked_by_reports(person.subject_id, since=now - _SPARED):
            return
        ends_at = now + timedelta(days=days)
        locks = [_restrict(person, scope, ends_at=ends_at, now=now) for scope in SCOPES]
        title = _("You cannot publish, post or write to others until a person has looked")
        tell_affected(locks[0], person, title=title, about=naming.spell_reported(case), now=now)
    CaseLock.objects.bulk_create(CaseLock(case=case, decision=decision) for decision in locks)


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
        "made is taken down. If it was for nothing, all of it opens again. An appeal is about all of it."
    )


def release(case: Case, *, taken_back_by: User | None, now: datetime) -> None:
    """Open what the reports of a case shut, now that a person has looked; tell whom it was shut for.

    taken_back_by: who found nothing, or a mistake of our own: then it was wrong, and is taken back. Else it
    is over, and what was decided stands by itself. Part of the caller's transaction, which closed the case.
    What another open case holds stays shut.
    """
    locks = list(CaseLock.objects.filter(case=case).select_related("decision__affected").order_by("pk"))
    if taken_back_by is not None:
        # As whoever takes a decision back: see Note [Order of locks] in `undoing`. Nothing is held of the
        # person yet, as it may be where something was decided, which leaves these decisions as they are.
        for lock in locks:
            undoing.lock_decision(lock.decision)
    answer, ended = None, False
    for lock in locks:
        # The person's row: a case that comes so far at this moment is seen here, or sees what is done here.
        undoing.lock_person(lock.decision)
        if _is_held_by_others(lock):
            continue
        if taken_back_by is None:
            ended |= undoing.shorten(lock.decision, ends_at=now, now=now)
        elif queries.find_reversal(lock.decision) is None:
            # The first with all the others.
            answer = _take_back(lock.decision, case, actor=taken_back_by, now=now)
    person = queries.find_person(case.subject_id) if locks and case.subject_id is not None else None
    if person is None:
        return
    if answer is not None and not _is_told(person, locks):
        _tell_taken_back(person, case, answer, now=now)
    elif ended:
        _tell_over(person, case, now=now)


def _is_held_by_others(lock: CaseLock) -> bool:
    others = CaseLock.objects.filter(decision=lock.decision_id, case__state=Case.State.OPEN)
    return others.exclude(case=lock.case_id).exists()


def _is_told(person: User, locks: Sequence[CaseLock]) -> bool:
    """Whether the end of their appeal told a person that all of it is open."""
    reversals = [queries.find_reversal(lock.decision) for lock in locks]
    return any(queries.is_granted_by(person, reversal) for reversal in reversals if reversal is not None)


def _take_back(decision: Decision, case: Case, *, actor: User, now: datetime) -> Decision:
    answer = record_decision(
        kind=Kind.LIFT,
        actor=actor.subject,
        affected=decision.affected,
        target_kind=decision.target_kind,
        target_id=decision.target_id,
        explanation=_("A person looked at what was reported and found nothing that breaks our rules.")
        if case.state == Case.State.DISMISSED
        else _("A person looked at what was reported. The mistake was ours, not yours: it is no strike."),
        scope=decision.scope,
        reverses=decision,
        now=now,
    )
    undoing.take_back(decision, actor=actor, answer=answer, now=now)
    return answer


def _tell_taken_back(person: User, case: Case, answer: Decision, *, now: datetime) -> None:
    """Tell a person once that a lock was wrong and all of it is open, however many features it was about."""
    with timezone.override(zones.find_zone(person.time_zone)):
        title = (
            _("A person has looked, and found nothing: all of it is open again")
            if case.state == Case.State.DISMISSED
            else _("A person has looked: all of it is open again")
        )
        restored = explaining.list_restored(answer.reverses or answer, person, answer=answer, now=now)
        lines = [answer.explanation, _say_about(case), _("We are sorry for the trouble."), *restored]
    _tell(person, title=title, lines=lines, now=now)


def _tell_over(person: User, case: Case, *, now: datetime) -> None:
    """Tell a person once that a lock is over, and where to read what was decided, if anything was."""
    with timezone.override(zones.find_zone(person.time_zone)):
        outcome = (
            _("What was reported is gone, so there was nothing left to decide.")
            if case.state == Case.State.GONE
            else _("What we decided stands on your standing page, with how to appeal.")
        )
        lines = [outcome, _say_about(case)]
    _tell(person, title=_("A person has looked: the automatic lock is over"), lines=lines, now=now)


def say_ran_out(person: User, *, decision_ids: Sequence[str]) -> tuple[str, str] | None:
    """Return what a person is told when a lock ran out before anybody looked: a title, and the first words.

    For `accounts.endings`. None where its cases are decided meanwhile.
    """
    case = (
        Case.objects.filter(locks__decision__public_id__in=decision_ids, state=Case.State.OPEN)
        .order_by("pk")
        .first()
    )
    if case is None:
        return None
    with timezone.override(zones.find_zone(person.time_zone)):
        lines = [
            _(
                "It ran out by itself: nobody has looked yet, and we are sorry that it took so long. "
                "It was no judgement and no strike."
            ),
            _say_about(case),
            _("The reports are still open. A person decides about them, and may find nothing."),
        ]
    return _("The automatic lock ended before a person looked"), "\n\n".join(line for line in lines if line)


def _say_about(case: Case) -> str:
    about = naming.spell_reported(case)
    return _("What it was about: %(about)s.") % {"about": about} if about else ""


def _tell(person: User, *, title: str, lines: Sequence[str], now: datetime) -> None:
    notify(
        user=person,
        kind="standing",
        title=title,
        body="\n\n".join(line for line in lines if line),
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
