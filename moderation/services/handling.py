"""What a moderator does about a case or a person: one step, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Restriction, User
from core.refusals import Refusal
from moderation import policies
from moderation.models import Case, Decision, Proposal
from moderation.services import enforcement, proposals, reports
from moderation.services.decisions import Kind, ModerationRefusedError
from moderation.targets import Words


class StepKind(models.TextChoices):
    """The stages of R13, with the answer that nothing is to be done."""

    DISMISS = "DISMISS", gettext_lazy("Nothing breaks the rules")
    WARN = "WARN", gettext_lazy("Warn the person")
    REMOVE = "REMOVE", gettext_lazy("Remove the content")
    RESTRICT = "RESTRICT", gettext_lazy("Restrict a feature")
    SUSPEND = "SUSPEND", gettext_lazy("Propose suspension")


@dataclass(frozen=True, slots=True)
class Step:
    """What to do. scope and days belong to a restriction; days None: until it is lifted."""

    kind: StepKind
    words: Words
    scope: Restriction.Scope | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step: a decision, or a proposal that waits for a second person."""

    decision: Decision | None
    proposal: Proposal | None = None


@transaction.atomic(durable=True)
def handle_case(*, actor: User, case: Case, expected_version: int, step: Step, now: datetime) -> Done:
    """Take a step because of a case and close it; of two who do so at once, one wins.

    expected_version: of the case as the moderator saw it. A case whose step waits for a second person stays
    open until that one answers. Raises ModerationRefusedError (not-reviewer, already-decided, changed, and
    what the step raises).
    """
    locked = reports.lock_case(case)
    if refusal := policies.close_refusal(actor, locked, expected_version=expected_version):
        raise ModerationRefusedError(refusal)
    if step.kind == StepKind.DISMISS:
        closed, _is_new = reports.dismiss(
            actor=actor, case=locked, expected_version=expected_version, words=step.words, now=now
        )
        return Done(closed.decision)
    done = _take(actor, _person_of(locked), step, case=locked, now=now)
    if done.decision is not None:
        reports.close(locked, done.decision, now=now)
    return done


@transaction.atomic(durable=True)
def act_on_person(*, actor: User, user: User, step: Step, now: datetime) -> Done:
    """Take a step against a person without a case. Raises ModerationRefusedError as the step does."""
    return _take(actor, user, step, case=None, now=now)


def _take(actor: User, user: User | None, step: Step, *, case: Case | None, now: datetime) -> Done:
    if step.kind == StepKind.REMOVE and case is not None:
        decision, _is_new = enforcement.remove_content(
            actor=actor, target_kind=case.target_kind, target_id=case.target_id, words=step.words, now=now
        )
        return Done(decision)
    if user is None:
        raise ModerationRefusedError(
            Refusal("no-person", _("The account that this is about does not exist any more."))
        )
    if step.kind == StepKind.WARN:
        return Done(enforcement.warn(actor=actor, user=user, words=step.words, now=now)[0])
    kind = Kind.SUSPEND if step.kind == StepKind.SUSPEND else Kind.RESTRICT
    if policies.takes_two(kind, user):
        proposal, _is_new = proposals.propose(
            actor=actor,
            kind=kind,
            user=user,
            scope=step.scope,
            days=step.days,
            words=step.words,
            case=case,
            now=now,
        )
        return Done(None, proposal)
    if step.scope is None:
        raise ModerationRefusedError(Refusal("scope-missing", _("Choose the feature to restrict.")))
    decision, _is_new = enforcement.restrict(
        actor=actor, user=user, scope=step.scope, days=step.days, words=step.words, now=now
    )
    return Done(decision)


def _person_of(case: Case) -> User | None:
    if case.subject_id is None:
        return None
    return User.objects.filter(subject_id=case.subject_id).select_related("subject").first()
