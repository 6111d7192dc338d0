"""Appeals: another person looks at a decision, and what they say is done (R7)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import zones
from accounts.models import User
from core import audit, limits
from core.attachments import Attachment
from core.limits import Limit
from core.refusals import Refusal
from moderation import policies, queries, targets
from moderation.models import Appeal, AppealFile, Decision
from moderation.services import lapsing, reports, undoing
from moderation.services.decisions import Kind, ModerationRefusedError, record_decision
from moderation.services.explaining import deadline

# Until when an appeal is to be answered.
ANSWER_DAYS = 14
APPEALS_PER_USER = Limit("appeal", count=10, window_seconds=86400)
_STATES = {
    Kind.UPHOLD: Appeal.State.UPHELD,
    Kind.OVERTURN: Appeal.State.OVERTURNED,
    Kind.PARTIAL: Appeal.State.PARTIAL,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What an appellant asks for and says."""

    wish: Appeal.Wish
    context: str
    intended_use: str = ""
    provenance: str = ""


def appeal(
    *,
    actor: User,
    decision: Decision,
    request: Request,
    files: Sequence[Attachment] = (),
    creation_key: str,
    now: datetime,
) -> tuple[Appeal, bool]:
    """Ask for another look at a decision about oneself, or about what one reported.

    The same form twice makes one appeal. Raises ModerationRefusedError (not-yours, not-appealable, too-late,
    reversed, appealed, wish) and LimitedError.
    """
    existing = _find_made(actor, creation_key)
    if existing is not None:
        return existing, False
    try:
        return _open(actor, decision, request, files, creation_key, now)
    except IntegrityError:
        # The same form about two decisions at the same moment: the other one stands.
        existing = _find_made(actor, creation_key)
        if existing is None:
            raise
        return existing, False


def _find_made(actor: User, creation_key: str) -> Appeal | None:
    return Appeal.objects.filter(appellant=actor, creation_key=creation_key).first()


@transaction.atomic(durable=True)
def _open(
    actor: User,
    decision: Decision,
    request: Request,
    files: Sequence[Attachment],
    creation_key: str,
    now: datetime,
) -> tuple[Appeal, bool]:
    locked = undoing.lock_decision(decision)
    # What a rule made follow is taken back by whoever holds its person, not the decision.
    undoing.lock_person(locked)
    role = queries.find_role(actor, locked)
    if role is None:
        raise ModerationRefusedError(Refusal("not-yours", _("This decision is not about you.")))
    existing = _find_made(actor, creation_key)
    if existing is not None:
        return existing, False
    _check(policies.appeal_refusal(locked, role, now=now, until=deadline(locked)))
    _check(policies.repeat_refusal(queries.find_appeal(actor, locked)))
    _check(policies.wish_refusal(locked, role, request.wish))
    limits.spend(APPEALS_PER_USER, key=actor.public_id, now=now)
    made = Appeal.objects.create(
        created_at=now,
        appellant=actor,
        creation_key=creation_key,
        decision=locked,
        role=role,
        wish=request.wish,
        context=request.context,
        intended_use=request.intended_use,
        provenance=request.provenance,
        due_at=now + timedelta(days=ANSWER_DAYS),
    )
    for attachment in files:
        AppealFile.objects.create(created_at=now, appeal=made, **asdict(attachment))
    _record(actor, "appeal.made", made, now=now)
    return made, True


@transaction.atomic(durable=True)
def withdraw(*, actor: User, appeal: Appeal, now: datetime) -> tuple[Appeal, bool]:
    """Take an appeal back. Raises ModerationRefusedError (not-yours, already-decided)."""
    locked = _lock(appeal)
    if locked.appellant_id != actor.pk:
        raise ModerationRefusedError(Refusal("not-yours", _("This appeal is not yours.")))
    if locked.state == Appeal.State.WITHDRAWN:
        return locked, False
    if locked.state != Appeal.State.OPEN:
        raise ModerationRefusedError(Refusal("already-decided", _("This appeal was answered already.")))
    locked.state, locked.closed_at = Appeal.State.WITHDRAWN, now
    locked.save(update_fields=["state", "closed_at"])
    _record(actor, "appeal.withdrawn", locked, now=now)
    return locked, True


def answer(
    *,
    actor: User,
    appeal: Appeal,
    kind: Kind,
    explanation: str,
    private_notes: str = "",
    ends_at: datetime | None = None,
    now: datetime,
) -> tuple[Appeal, bool]:
    """Uphold a decision, overturn it, or overturn it in part; what it took is given back at once.

    ends_at: for a part of a restriction or suspension, when it ends instead. The part of a removal is that
    its owner may correct it and submit again, without a strike. Raises ModerationRefusedError (not-reviewer,
    self, same-person, child-safety, already-decided, end-missing, not-shorter, not-partial, reversed).
    """
    result = _answer(
        actor=actor,
        appeal=appeal,
        kind=kind,
        explanation=explanation,
        private_notes=private_notes,
        ends_at=ends_at,
        now=now,
    )
    if isinstance(result, Refusal):
        # Raised here, because the end of the appeal must stay.
        raise ModerationRefusedError(result)
    return result


@transaction.atomic(durable=True)
def _answer(
    *,
    actor: User,
    appeal: Appeal,
    kind: Kind,
    explanation: str,
    private_notes: str,
    ends_at: datetime | None,
    now: datetime,
) -> tuple[Appeal, bool] | Refusal:
    # Whoever lifts the decision holds it before its appeals.
    decision = undoing.lock_decision(appeal.decision)
    locked = _lock(appeal)
    if (
        locked.answer is not None
        and locked.answer.kind == kind
        and locked.answer.actor_id == actor.subject_id
    ):
        return locked, False
    _check(policies.answer_refusal(actor, locked))
    if (reversal := queries.find_reversal(decision)) is not None:
        granted = lapsing.grant_appeals(decision, answer=reversal, now=now)
        lapsing.tell_appellants(granted, reversal, now=now)
        return Refusal("reversed", _("This decision was taken back already; the appeal is closed."))
    is_timed = decision.kind in {Kind.RESTRICT, Kind.SUSPEND}
    if kind == Kind.PARTIAL:
        _check(_part_refusal(decision, ends_at, is_timed=is_timed, now=now))
    answered = record_decision(
        kind=kind,
        actor=actor.subject,
        affected=decision.affected,
        target_kind=decision.target_kind,
        target_id=decision.target_id,
        revision_hash=decision.revision_hash,
        reason_code=decision.reason_code,
        explanation=explanation,
        private_notes=private_notes,
        scope=decision.scope,
        ends_at=ends_at if kind == Kind.PARTIAL and is_timed else None,
        reverses=decision,
        now=now,
    )
    locked.state, locked.answer, locked.closed_at = _STATES[kind], answered, now
    locked.save(update_fields=["state", "answer", "closed_at"])
    if kind == Kind.OVERTURN and decision.kind == Kind.DISMISS:
        reports.reopen(decision, now=now)
        granted = lapsing.grant_appeals(decision, answer=answered, now=now)
        lapsing.tell_appellants(granted, answered, now=now)
    elif kind == Kind.OVERTURN:
        undoing.take_back(decision, actor=actor, answer=answered, now=now)
    elif kind == Kind.PARTIAL and is_timed and ends_at is not None:
        undoing.shorten(decision, ends_at=ends_at, now=now)
    elif kind == Kind.PARTIAL:
        undoing.forgive(decision, actor=actor, answer=answered, now=now)
    lapsing.tell_appellant(locked, answered, now=now)
    return locked, True


def _part_refusal(
    decision: Decision, ends_at: datetime | None, *, is_timed: bool, now: datetime
) -> Refusal | None:
    """Say no to a part of what has none, and to one without an end that comes sooner."""
    if is_timed and (ends_at is None or ends_at <= now):
        return Refusal("end-missing", _("Say until when it lasts instead."))
    if is_timed:
        return _longer_refusal(decision, ends_at)
    if decision.kind == Kind.DISMISS:
        return Refusal("not-partial", _("A report is acted on, or it is not."))
    if targets.is_ours(decision.target_kind):
        return Refusal("not-partial", _("It is removed, or it is shown again."))
    return None


def _longer_refusal(decision: Decision, ends_at: datetime | None) -> Refusal | None:
    """Say no to an end that is no earlier than the one that holds: nothing would be granted."""
    until = decision.measure.ends_at
    if until is None or (ends_at is not None and ends_at < until):
        return None
    return Refusal(
        "not-shorter",
        _("It ends on %(day)s anyway.") % {"day": zones.spell_time(until)},
        _("Say an earlier day, or another answer."),
    )


def _lock(appeal: Appeal) -> Appeal:
    return (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("decision__caused_by", "answer", "appellant")
        .get(pk=appeal.pk)
    )


def _record(actor: User, kind: str, appeal: Appeal, *, now: datetime) -> None:
    audit.record(
        actor=actor.subject,
        kind=kind,
        at=now,
        target_kind="decision",
        target_id=appeal.decision.public_id,
        data={"appeal": appeal.public_id, "role": appeal.role, "wish": appeal.wish},
    )


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ModerationRefusedError(refusal)
