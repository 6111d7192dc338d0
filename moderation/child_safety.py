"""Hits concerning minors (R11): evidence, a locked account, and the queue of those who look at both.

What was found is read in one place only, one piece at a time, after a click that is remembered. It stands in
no list, no log and no mail.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import policies as account_policies
from accounts.models import Restriction, User
from accounts.queries import Viewer
from core import audit
from core.models import Subject
from core.refusals import Refusal, RefusedError
from core.viewing import NotLoggedError
from moderation import notes, policies, queries
from moderation.models import Appeal, Decision, Evidence, Note, Proposal, SafetyCase
from moderation.services import enforcement, proposals, undoing
from moderation.services.decisions import record_decision, tell_affected
from moderation.targets import Words

logger = logging.getLogger(__name__)

REASON = "minors"
# How events and notes name a case.
TARGET = "safety-case"
_NOTES_SHOWN = 20
_NOTICE = _(
    "A program stopped something of yours, because it may break the rule that protects minors, and locked "
    "your account so that a person can look at it. Programs make mistakes. Whatever that person finds, we "
    "tell you: if it was a mistake, your account opens again."
)
_CONFIRMED = _(
    "A person looked at what was stopped and found that it breaks the rule that protects minors. Your "
    "account stays locked."
)
_CLEARED = _(
    "A person looked at what was stopped and found nothing that breaks our rules. Your account is open "
    "again. We are sorry for the trouble."
)


class SafetyRefusedError(RefusedError):
    """A step in a case that cannot be taken now."""


@transaction.atomic(durable=True)
def record_hit(
    *,
    subject: Subject,
    purpose: str,
    content_hash: str,
    content: str,
    locks: bool = True,
    now: datetime,
) -> tuple[SafetyCase, bool]:
    """Keep what was blocked, open a case unless one is open, and lock the account until a person has looked.

    content: the text, or of a picture its seed and prompt; never pixels. locks: False for what its author
    did not write. Every attempt is kept; returns the case and whether this hit opened it.
    """
    # The person's row is the lock: of twenty hits at once, one opens the case.
    person = User.objects.select_for_update(of=("self",), no_key=True).filter(subject=subject).first()
    Evidence.objects.create(
        at=now,
        subject=subject,
        purpose=purpose,
        content_hash=content_hash,
        # PostgreSQL takes no NUL.
        content=content.replace("\0", ""),
    )
    audit.record(
        actor=subject,
        kind="screening.evidence",
        at=now,
        target_kind="verdict",
        target_id=content_hash,
        data={"purpose": purpose},
    )
    case, is_new = SafetyCase.objects.get_or_create(
        subject=subject, state=SafetyCase.State.OPEN, defaults={"user": person, "created_at": now}
    )
    if is_new:
        _record(None, "safety-case.opened", case, now=now)
    if locks and person is not None:
        enforcement.restrict_now(
            actor=None,
            user=person,
            scope=Restriction.Scope.ACCOUNT,
            days=None,
            words=Words(reason_code=REASON, explanation=str(_NOTICE)),
            now=now,
        )
    return case, is_new


def may_view(viewer: Viewer) -> bool:
    """Whether the viewer looks after child safety: it takes a permission that reviewers do not have."""
    return account_policies.looks_after_child_safety(viewer)


def decide_refusal(actor: User, case: SafetyCase) -> Refusal | None:
    """Say no to deciding without the right to, and about oneself."""
    return policies.keeper_refusal(actor) or policies.self_refusal(actor, subject_id=case.subject_id)


def list_evidence(case: SafetyCase) -> QuerySet[Evidence]:
    """Return what was kept of the case's subject, without what it says."""
    return Evidence.objects.filter(subject_id=case.subject_id).defer("content")


@transaction.atomic(durable=True)
def open_evidence(*, actor: User, case: SafetyCase, evidence_id: int, now: datetime) -> Evidence:
    """Return a piece of evidence with what it says, once it is remembered who opened it.

    Without that record nobody reads it. Raises SafetyRefusedError (not-allowed, self), NotLoggedError and
    Evidence.DoesNotExist.
    """
    if not may_view(actor):
        raise SafetyRefusedError(Refusal("not-allowed", _("You may not open this.")))
    if refusal := policies.self_refusal(actor, subject_id=case.subject_id):
        raise SafetyRefusedError(refusal)
    evidence = list_evidence(case).get(pk=evidence_id)
    record_opening(actor=actor, evidence=evidence, now=now)
    return Evidence.objects.get(pk=evidence.pk)


def record_opening(*, actor: User, evidence: Evidence, now: datetime) -> None:
    """Remember who reads a piece of evidence, before they do. Raises NotLoggedError."""
    try:
        audit.record(
            actor=actor.subject,
            kind="evidence.opened",
            at=now,
            target_kind="evidence",
            target_id=evidence.content_hash,
            data={"evidence": evidence.pk},
        )
    except DatabaseError as error:
        logger.exception("moderation.evidence.not-logged")
        raise NotLoggedError from error


@transaction.atomic(durable=True)
def confirm_case(*, actor: User, case_id: int, note: str, now: datetime) -> tuple[SafetyCase, bool]:
    """Say that the hit was right: the account stays locked, and a second person is asked to suspend it.

    note: for staff alone, why. The person is told, and can appeal against the lock; somebody else answers.
    Returns whether this call closed the case. Raises SafetyRefusedError (child-safety, self, note-missing,
    already-decided).
    """
    _lock_lock(case_id)
    case = _lock(actor, case_id)
    _check_note(note)
    lock = find_lock(case)
    if lock is None and case.state == SafetyCase.State.OPEN and _was_taken_back(case):
        raise SafetyRefusedError(
            Refusal("reversed", _("The lock was taken back after an appeal."), _("Clear the case instead."))
        )
    if not _close(case, SafetyCase.State.CONFIRMED, now=now):
        return case, False
    _record(actor.subject, "safety-case.confirmed", case, now=now)
    _keep_note(actor, case, note, now=now)
    if lock is None or case.user is None:
        return case, True
    decision = record_decision(
        kind=Decision.Kind.CONFIRM,
        actor=actor.subject,
        affected=lock.affected,
        target_kind=lock.target_kind,
        target_id=lock.target_id,
        reason_code=lock.reason_code,
        explanation=str(_CONFIRMED),
        scope=lock.scope,
        reverses=lock,
        now=now,
    )
    tell_affected(decision, case.user, title=_("A person confirmed why your account is locked"), now=now)
    if case.user.is_active:
        words = Words(reason_code=REASON, explanation=str(_CONFIRMED))
        proposals.propose_now(
            actor=actor.subject,
            kind=Decision.Kind.SUSPEND,
            user=case.user,
            words=words,
            caused_by=decision,
            now=now,
        )
    return case, True


@transaction.atomic(durable=True)
def clear_case(*, actor: User, case_id: int, note: str, now: datetime) -> tuple[SafetyCase, bool]:
    """Say that it was a mistake: the lock is lifted and the person is told. What was kept stays kept.

    note: for staff alone, why. One person is enough: whoever did nothing waits no longer than needed. Returns
    whether this call closed the case. Raises SafetyRefusedError (child-safety, self, note-missing,
    already-decided).
    """
    _lock_lock(case_id)
    case = _lock(actor, case_id)
    _check_note(note)
    if not _close(case, SafetyCase.State.CLEARED, now=now):
        return case, False
    _record(actor.subject, "safety-case.cleared", case, now=now)
    _keep_note(actor, case, note, now=now)
    lock = find_lock(case)
    if lock is None:
        return case, True
    decision = undoing.lock_decision(lock)
    answer = record_decision(
        kind=Decision.Kind.LIFT,
        actor=actor.subject,
        affected=decision.affected,
        target_kind=decision.target_kind,
        target_id=decision.target_id,
        explanation=str(_CLEARED),
        scope=decision.scope,
        reverses=decision,
        now=now,
    )
    undoing.take_back(decision, actor=actor, answer=answer, now=now)
    undoing.tell_taken_back(answer, title=_("Your account is open again"), now=now)
    return case, True


def find_lock(case: SafetyCase) -> Decision | None:
    """Return the decision with which screening locked the account for this case, while it holds."""
    return _list_locks(case).filter(measure__ended_at__isnull=True).order_by("at", "id").first()


def _was_taken_back(case: SafetyCase) -> bool:
    return _list_locks(case).filter(reversals__kind__in=queries.REVERSING).exists()


def _list_locks(case: SafetyCase) -> QuerySet[Decision]:
    return Decision.objects.filter(
        affected_id=case.subject_id,
        kind=Decision.Kind.RESTRICT,
        source=Decision.Source.AUTOMATIC,
        scope=Restriction.Scope.ACCOUNT,
        reason_code=REASON,
        at__gte=case.created_at,
    )


def list_proposals(case: SafetyCase) -> QuerySet[Proposal]:
    """Return the suspensions that confirming a hit of the case's subject proposed, the newest first."""
    found = _proposals_about(case.subject_id, since=case.created_at)
    return found.select_related("user", "caused_by", "case", "reverses").order_by("-pk")


def list_appeals(case: SafetyCase) -> QuerySet[Appeal]:
    """Return the appeals against what screening did about a hit and what followed, the newest first."""
    found = _appeals_about(case.subject_id, since=case.created_at)
    return found.select_related("decision__caused_by", "answer", "appellant").order_by("-pk")


def list_waiting(cases: QuerySet[SafetyCase]) -> QuerySet[SafetyCase]:
    """Return those of some cases that wait for somebody: for a decision, or an answer in a closed one."""
    about = {"since": OuterRef("created_at")}
    appeals = _appeals_about(OuterRef("subject"), **about).filter(state=Appeal.State.OPEN)
    proposed = _proposals_about(OuterRef("subject"), **about).filter(state=Proposal.State.OPEN)
    return cases.filter(Q(state=SafetyCase.State.OPEN) | Exists(appeals) | Exists(proposed))


def _proposals_about(subject: Any, *, since: Any) -> QuerySet[Proposal]:
    return Proposal.objects.filter(
        user__subject=subject, caused_by__kind=Decision.Kind.CONFIRM, created_at__gte=since
    )


def _appeals_about(subject: Any, *, since: Any) -> QuerySet[Appeal]:
    by_screening = Q(decision__source=Decision.Source.AUTOMATIC, decision__caused_by=None)
    rests_on_hit = Q(decision__caused_by__kind=Decision.Kind.CONFIRM)
    return Appeal.objects.filter(
        by_screening | rests_on_hit,
        decision__affected=subject,
        decision__reason_code=REASON,
        decision__at__gte=since,
    )


def list_notes(case: SafetyCase) -> Sequence[Note]:
    """Return what those who decided wrote to their colleagues, the newest first. One query."""
    return notes.list_notes((TARGET, case.public_id), count=_NOTES_SHOWN)


def _keep_note(actor: User, case: SafetyCase, note: str, *, now: datetime) -> None:
    notes.write_note(actor=actor, text=note, target_kind=TARGET, target_id=case.public_id, now=now)


def _check_note(note: str) -> None:
    if not note.strip():
        raise SafetyRefusedError(Refusal("note-missing", _("Write a note for your colleagues: why?")))


def _lock_lock(case_id: int) -> Decision | None:
    """Hold what locks the account, before the person and the case: so does whoever takes it back."""
    lock = find_lock(SafetyCase.objects.get(pk=case_id))
    return undoing.lock_decision(lock) if lock is not None else None


def _lock(actor: User, case_id: int) -> SafetyCase:
    """Lock the person, as a hit does, then the case; refuse whoever may not decide."""
    known = SafetyCase.objects.get(pk=case_id)
    if refusal := decide_refusal(actor, known):
        raise SafetyRefusedError(refusal)
    if known.user_id is not None:
        User.objects.select_for_update(of=("self",), no_key=True).filter(pk=known.user_id).first()
    return (
        SafetyCase.objects.select_for_update(of=("self",)).select_related("user", "subject").get(pk=case_id)
    )


def _close(case: SafetyCase, state: SafetyCase.State, *, now: datetime) -> bool:
    if case.state == state:
        return False
    if case.state != SafetyCase.State.OPEN:
        raise SafetyRefusedError(Refusal("already-decided", _("Somebody else decided this case meanwhile.")))
    case.state = state
    case.closed_at = now
    case.save(update_fields=["state", "closed_at"])
    return True


def _record(actor: Subject | None, kind: str, case: SafetyCase, *, now: datetime) -> None:
    audit.record(actor=actor, kind=kind, at=now, target_kind=TARGET, target_id=case.public_id)
