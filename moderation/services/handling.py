"""What a moderator does about a case or a person: one step, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import zones
from accounts.models import Restriction, User
from core.refusals import Refusal
from moderation import naming, policies, targets
from moderation.models import Case, Decision, Proposal
from moderation.services import enforcement, proposals, reports
from moderation.services.decisions import Kind, ModerationRefusedError
from moderation.targets import Words
from policies.rules import RULES


class StepKind(models.TextChoices):
    """The stages of R13, with the answer that nothing is to be done."""

    DISMISS = "DISMISS", gettext_lazy("Nothing breaks the rules")
    SETTLE = "SETTLE", gettext_lazy("Nothing is left to do: it is gone, or was taken down already")
    WARN = "WARN", gettext_lazy("Warn the person")
    REMOVE = "REMOVE", gettext_lazy("Remove the content")
    RESTRICT = "RESTRICT", gettext_lazy("Restrict a feature")
    SUSPEND = "SUSPEND", gettext_lazy("Propose suspension")


_KINDS = {
    StepKind.WARN: Kind.WARN,
    StepKind.REMOVE: Kind.REMOVE,
    StepKind.RESTRICT: Kind.RESTRICT,
    StepKind.SUSPEND: Kind.SUSPEND,
}
_NEED_A_CASE = {StepKind.DISMISS, StepKind.SETTLE, StepKind.REMOVE}


@dataclass(frozen=True, slots=True)
class Step:
    """What to do. scope and days belong to a restriction; days None: until it is lifted.

    creation_key: of the form, so that sending it twice does it once.
    """

    kind: StepKind
    words: Words
    scope: Restriction.Scope | None = None
    days: int | None = None
    creation_key: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step: a decision, or a proposal that waits for a second person.

    is_addition: the proposal waited before, and what was written is added to it.
    """

    decision: Decision | None
    proposal: Proposal | None = None
    is_addition: bool = False


@transaction.atomic(durable=True)
def handle_case(*, actor: User, case: Case, expected_version: int, step: Step, now: datetime) -> Done:
    """Take a step because of a case and close it; of two who do so at once, one wins, of one form sent twice
    both do the same.

    expected_version: of the case as the moderator saw it. A case whose step waits for a second person stays
    open until that one answers. Raises ModerationRefusedError (not-reviewer, already-decided, changed, and
    what the step raises).
    """
    locked = reports.lock_case(case)
    if step.creation_key and locked.closing_key == step.creation_key:
        return Done(locked.decision)
    if refusal := policies.close_refusal(actor, locked, expected_version=expected_version):
        raise ModerationRefusedError(refusal)
    if step.kind == StepKind.DISMISS:
        closed, _is_new = reports.dismiss(
            actor=actor,
            case=locked,
            expected_version=expected_version,
            words=step.words,
            closing_key=step.creation_key,
            now=now,
        )
        return Done(closed.decision)
    if step.kind == StepKind.SETTLE:
        settled = reports.settle(actor=actor, case=locked, closing_key=step.creation_key, now=now)
        return Done(settled.decision)
    step = replace(step, words=replace(step.words, about=naming.spell_reported(locked)))
    done = _take(actor, _person_of(locked), step, case=locked, now=now)
    if done.decision is not None:
        reports.close(locked, done.decision, closing_key=step.creation_key, now=now)
    return done


@transaction.atomic(durable=True)
def act_on_person(*, actor: User, user: User, step: Step, now: datetime) -> Done:
    """Take a step against a person without a case. Raises ModerationRefusedError as the step does."""
    return _take(actor, user, step, case=None, now=now)


def _take(actor: User, user: User | None, step: Step, *, case: Case | None, now: datetime) -> Done:
    if step.kind == StepKind.RESTRICT and step.scope is None:
        raise ModerationRefusedError(Refusal("scope-missing", _("Choose the feature to restrict.")))
    if case is None and step.kind in _NEED_A_CASE:
        raise ModerationRefusedError(Refusal("case-missing", _("This is only possible in a case.")))
    content = None
    if case is not None and step.kind == StepKind.REMOVE:
        content = case.target_kind, case.target_id
        enforcement.check_removable(case.target_kind)
    kind = _KINDS[step.kind]
    # What the product made is no step against whoever the case is about.
    against = None if content is not None and targets.is_ours(content[0]) else user
    if against is not None and policies.takes_two(kind, against, scope=step.scope, days=step.days):
        proposal, is_new = proposals.propose(
            actor=actor,
            kind=kind,
            user=against,
            content=content,
            scope=step.scope,
            days=step.days,
            words=step.words,
            case=case,
            creation_key=step.creation_key,
            now=now,
        )
        is_same = is_new or proposal.creation_key == step.creation_key
        return Done(None, proposal, is_addition=not is_same)
    if content is not None:
        decision, is_new = enforcement.remove_content(
            actor=actor, target_kind=content[0], target_id=content[1], words=step.words, now=now
        )
        if not is_new:
            raise ModerationRefusedError(_down_refusal(decision))
        return Done(decision)
    if user is None:
        raise ModerationRefusedError(
            Refusal("no-person", _("The account that this is about does not exist any more."))
        )
    if step.kind == StepKind.WARN or step.scope is None:
        decision, _is_new = enforcement.warn(
            actor=actor, user=user, words=step.words, creation_key=step.creation_key, now=now
        )
        return Done(decision)
    decision, _is_new = enforcement.restrict(
        actor=actor,
        user=user,
        scope=step.scope,
        days=step.days,
        words=step.words,
        creation_key=step.creation_key,
        now=now,
    )
    return Done(decision)


def _down_refusal(decision: Decision) -> Refusal:
    """Say that somebody else took it down: what was written here would be in no decision."""
    rule = RULES.get(decision.reason_code)
    return Refusal(
        "down-already",
        _("It was taken down already, on %(day)s. The rule: %(rule)s.")
        % {"day": zones.spell_time(decision.at), "rule": rule.title if rule is not None else "—"},
        _("Close the case because nothing is left to do, or take a step about the person."),
    )


def _person_of(case: Case) -> User | None:
    if case.subject_id is None:
        return None
    return User.objects.filter(subject_id=case.subject_id).select_related("subject").first()
