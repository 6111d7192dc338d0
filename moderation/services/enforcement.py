"""The stages of enforcement (R13): warning, removal of content, restriction of features, suspension.

Each is a decision and, but for the warning, a measure: what the decision put in force. Taking a decision back
ends its own measure and leaves what others put in force.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services as account_services
from accounts.models import Restriction, User
from core.models import Subject
from core.refusals import Refusal
from moderation import naming, policies, queries, targets
from moderation.models import Decision, Measure
from moderation.services import proposals, repeats
from moderation.services.decisions import (
    Kind,
    ModerationRefusedError,
    record_decision,
    tell_affected,
)
from moderation.targets import TakeDown, Words
from policies.rules import RULES

PERSON = "user"
_TITLES = {
    Kind.WARN: gettext_lazy("A warning about how you use StoryChat"),
    Kind.SUSPEND: gettext_lazy("Your account is suspended"),
}


@transaction.atomic
def warn(
    *, actor: User, user: User, words: Words, creation_key: str = "", now: datetime
) -> tuple[Decision, bool]:
    """Warn a person; the same form twice warns once.

    Raises ModerationRefusedError (not-reviewer, self, staff, reason-unknown, second-person).
    """
    person = _lock(user)
    _check(
        policies.act_refusal(actor, person),
        policies.reason_refusal(words.reason_code),
        policies.alone_refusal(Kind.WARN, person),
    )
    if (made := queries.find_made(actor, person, creation_key)) is not None:
        return made, False
    return warn_now(actor=actor, user=person, words=words, creation_key=creation_key, now=now), True


def warn_now(
    *,
    actor: User,
    user: User,
    words: Words,
    second_actor: Subject | None = None,
    creation_key: str = "",
    now: datetime,
) -> Decision:
    """Warn without asking who may; part of the caller's transaction. second_actor: who proposed it."""
    person = _lock(user)
    decision = _decide(
        Kind.WARN,
        actor=actor.subject,
        person=person,
        words=words,
        second_actor=second_actor,
        creation_key=creation_key,
        now=now,
    )
    tell_affected(decision, person, title=_TITLES[Kind.WARN], about=words.about, now=now)
    _follow(decision, actor=actor, person=person, now=now)
    return decision


@transaction.atomic
def remove_content(
    *, actor: User, target_kind: str, target_id: str, words: Words, now: datetime
) -> tuple[Decision, bool]:
    """Remove a content of any kind whose app says how; it is never deleted (R7).

    Raises ModerationRefusedError (not-reviewer, reason-unknown, not-removable, self, second-person) and what
    the app refuses.
    """
    _check(policies.reviewer_refusal(actor), policies.reason_refusal(words.reason_code))
    return remove_now(actor=actor, target_kind=target_kind, target_id=target_id, words=words, now=now)


def remove_now(
    *,
    actor: User,
    target_kind: str,
    target_id: str,
    words: Words,
    second_actor: Subject | None = None,
    now: datetime,
) -> tuple[Decision, bool]:
    """Do the same as a part of the caller's transaction. second_actor: who proposed it."""
    take_down = check_removable(target_kind)
    return take_down(actor=actor, public_id=target_id, words=words, second_actor=second_actor, now=now)


def check_removable(target_kind: str) -> TakeDown:
    """Return how contents of this kind are removed. Raises ModerationRefusedError (not-removable)."""
    handler = targets.find_handler(target_kind)
    if handler is None or handler.take_down is None:
        raise ModerationRefusedError(
            Refusal("not-removable", _("This cannot be removed by itself."), _("Act on the person instead."))
        )
    return handler.take_down


def note_removal(decision: Decision, *, actor: User, owner: User, now: datetime) -> None:
    """Put a removal in force that an app has just carried out. Part of its transaction.

    Every removal passes here, so this is where it is refused. Nothing follows from our own mistakes, nor from
    what the product made. Raises ModerationRefusedError (self, second-person).
    """
    _check(policies.removal_refusal(actor, decision, owner))
    put_in_force(decision)
    if not repeats.why_no_strike(decision):
        _follow(decision, actor=actor, person=owner, now=now)


@transaction.atomic
def restrict(
    *,
    actor: User,
    user: User,
    scope: Restriction.Scope,
    days: int | None,
    words: Words,
    creation_key: str = "",
    now: datetime,
) -> tuple[Decision, bool]:
    """Stop a person from using a feature for some days, None for no end; the same form twice does so once.

    Raises ModerationRefusedError (not-reviewer, self, staff, second-person, reason-unknown).
    """
    _check(
        policies.act_refusal(actor, user),
        policies.reason_refusal(words.reason_code),
        policies.alone_refusal(Kind.RESTRICT, user, scope=scope, days=days),
    )
    person = _lock(user)
    if (made := queries.find_made(actor, person, creation_key)) is not None:
        return made, False
    decision = restrict_until(
        actor=actor.subject,
        user=person,
        scope=scope,
        ends_at=_end_of(days, now=now),
        words=words,
        creation_key=creation_key,
        now=now,
    )
    return decision, True


def restrict_now(
    *,
    actor: Subject | None,
    user: User,
    scope: Restriction.Scope,
    days: int | None,
    words: Words,
    second_actor: Subject | None = None,
    now: datetime,
) -> tuple[Decision, bool]:
    """Restrict without asking who may; part of the caller's transaction. actor: None for a program.

    A program restricts nobody again while its same restriction is in force. What people decide is another
    decision each time, which holds on when the first one ends.
    """
    person = _lock(user)
    if actor is None:
        found = queries.find_automatic(person.subject_id, words.reason_code, scope, now=now)
        if found is not None:
            return found, False
    decision = restrict_until(
        actor=actor,
        second_actor=second_actor,
        user=person,
        scope=scope,
        ends_at=_end_of(days, now=now),
        words=words,
        now=now,
    )
    return decision, True


def _end_of(days: int | None, *, now: datetime) -> datetime | None:
    return now + timedelta(days=days) if days is not None else None


def restrict_until(
    *,
    actor: Subject | None,
    user: User,
    scope: Restriction.Scope,
    ends_at: datetime | None,
    words: Words,
    second_actor: Subject | None = None,
    caused_by: Decision | None = None,
    creation_key: str = "",
    now: datetime,
) -> Decision:
    """Restrict once more, whatever is in force; part of the caller's transaction, which locked the person."""
    decision = _decide(
        Kind.RESTRICT,
        actor=actor,
        person=user,
        words=words,
        scope=scope.value,
        ends_at=ends_at,
        second_actor=second_actor,
        caused_by=caused_by,
        creation_key=creation_key,
        now=now,
    )
    restriction, _is_new = account_services.restrict_user(
        actor=None,
        user=user,
        scope=scope,
        reason_code=decision.reason_code,
        explanation=decision.explanation,
        ends_at=ends_at,
        decision_id=decision.public_id,
        tells=False,
        now=now,
    )
    put_in_force(decision, effect_id=restriction.public_id)
    tell_affected(decision, user, title=naming.title_of(decision), about=words.about, now=now)
    return decision


def suspend_now(
    *,
    actor: Subject | None,
    user: User,
    words: Words,
    second_actor: Subject | None = None,
    caused_by: Decision | None = None,
    now: datetime,
) -> Decision:
    """Suspend without asking who may; part of the caller's transaction. It takes two: see proposals."""
    person = _lock(user)
    decision = _decide(
        Kind.SUSPEND,
        actor=actor,
        person=person,
        words=words,
        second_actor=second_actor,
        caused_by=caused_by,
        now=now,
    )
    restriction, _is_new = account_services.suspend_user(
        actor=None,
        user=person,
        reason_code=decision.reason_code,
        explanation=decision.explanation,
        decision_id=decision.public_id,
        tells=False,
        now=now,
    )
    put_in_force(decision, effect_id=restriction.public_id)
    tell_affected(decision, person, title=_TITLES[Kind.SUSPEND], about=words.about, now=now)
    return decision


def put_in_force(decision: Decision, *, effect_id: str = "") -> Measure:
    """Note that what a decision says holds from now on. Part of the caller's transaction."""
    return Measure.objects.create(
        decision=decision,
        affected_id=decision.affected_id,
        target_kind=decision.target_kind,
        target_id=decision.target_id,
        effect_id=effect_id,
        starts_at=decision.at,
        ends_at=decision.ends_at,
    )


def _follow(decision: Decision, *, actor: User, person: User, now: datetime) -> None:
    """Do what the rule about repeats says after another strike."""
    # Of two strikes at once each would count itself alone.
    person = _lock(person)
    count = repeats.count_strikes(person, now=now)
    words = repeats.words_for(decision, count=count)
    for step in repeats.list_steps(count):
        restrict_until(
            actor=None,
            user=person,
            scope=step.scope,
            ends_at=now + timedelta(days=step.days),
            words=words,
            caused_by=decision,
            now=now,
        )
    if repeats.is_beyond(count):
        proposals.propose(
            actor=actor, kind=Kind.SUSPEND, user=person, words=words, caused_by=decision, now=now
        )


def _decide(
    kind: str,
    *,
    actor: Subject | None,
    person: User,
    words: Words,
    scope: str = "",
    ends_at: datetime | None = None,
    second_actor: Subject | None = None,
    caused_by: Decision | None = None,
    creation_key: str = "",
    now: datetime,
) -> Decision:
    rule = RULES[words.reason_code]
    return record_decision(
        kind=kind,
        actor=actor,
        affected=person.subject,
        target_kind=PERSON,
        target_id=person.public_id,
        reason_code=words.reason_code,
        explanation=words.explanation.strip() or str(rule.explanation),
        fix=words.fix.strip(),
        private_notes=words.private_notes,
        scope=scope,
        ends_at=ends_at,
        second_actor=second_actor,
        caused_by=caused_by,
        creation_key=creation_key,
        now=now,
    )


def _lock(user: User) -> User:
    # No key changes: what others store about the person meanwhile need not wait, nor be waited for.
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("subject").get(pk=user.pk)


def _check(*refusals: Refusal | None) -> None:
    for refusal in refusals:
        if refusal is not None:
            raise ModerationRefusedError(refusal)
