"""Restrictions and suspensions: made, lifted, over (R13).

Several of the same scope may be in force at once, each from its own decision; a part of the product is free
again when the last of them has ended. One that runs out needs nobody to end it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import announce, endings, handlers, queries
from accounts.models import Restriction, User
from core import audit
from core.refusals import Refusal, RefusedError, Text

# Somebody who was not told in this time (nothing ran by the clock) is not told any more.
TELL_WITHIN = timedelta(days=7)
_TELL_COUNT = 200


class RestrictionRefusedError(RefusedError):
    """A restriction that cannot be made."""


@transaction.atomic
def restrict_user(
    *,
    actor: User | None,
    user: User,
    scope: Restriction.Scope,
    reason_code: str,
    explanation: str,
    ends_at: datetime | None,
    now: datetime,
    decision_id: str = "",
    tells: bool = True,
) -> tuple[Restriction, bool]:
    """Stop a person from using a part of the product until `ends_at`.

    A second call for the same decision changes nothing; without a decision, neither does one for the same
    part and rule while the first applies. `actor` is null when the system decides. tells: False where the
    caller tells the person itself. Raises RestrictionRefusedError (codes: self, staff).
    """
    person = lock_target(actor=actor, user=user)
    if decision_id:
        same = queries.list_restrictions_of(person, decision_id=decision_id).filter(scope=scope)
    else:
        same = queries.list_active_restrictions(person, now=now).filter(
            decision_id="",
            scope=scope,
            reason_code=reason_code,
            is_suspension=False,
            can_be_verified=False,
        )
    if (found := same.first()) is not None:
        return found, False
    restriction = make_restriction(
        actor=actor,
        person=person,
        kind="restriction.made",
        title=_("A part of your account is restricted") if tells else "",
        now=now,
        scope=scope,
        reason_code=reason_code,
        explanation=explanation,
        ends_at=ends_at,
        decision_id=decision_id,
    )
    return restriction, True


@transaction.atomic
def suspend_user(
    *,
    actor: User | None,
    user: User,
    reason_code: str,
    explanation: str,
    now: datetime,
    decision_id: str = "",
    tells: bool = True,
) -> tuple[Restriction, bool]:
    """End a person's use of the product until the suspension is lifted; it reaches open sessions at once.

    A second call for the same decision changes nothing; without a decision, neither does one for the same
    rule while the first applies. tells: False where the caller tells the person itself.
    Raises RestrictionRefusedError (codes: self, staff).
    """
    person = lock_target(actor=actor, user=user)
    if decision_id:
        same = queries.list_restrictions_of(person, decision_id=decision_id)
    else:
        same = queries.list_active_restrictions(person, now=now).filter(
            decision_id="", reason_code=reason_code
        )
    if (found := same.filter(is_suspension=True).first()) is not None:
        return found, False
    person.is_active = False
    person.save(update_fields=["is_active"])
    restriction = make_restriction(
        actor=actor,
        person=person,
        kind="user.suspended",
        title=_("Your account is suspended") if tells else "",
        now=now,
        scope=Restriction.Scope.ACCOUNT,
        is_suspension=True,
        reason_code=reason_code,
        explanation=explanation,
        ends_at=None,
        decision_id=decision_id,
    )
    return restriction, True


@transaction.atomic
def lift_restriction(
    *, actor: User | None, restriction: Restriction, now: datetime, tells: bool = True
) -> tuple[Restriction, bool]:
    """End a restriction or suspension early; returns whether this call did it.

    A suspended person comes back when no other suspension is in force.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=restriction.user_id)
    locked = Restriction.objects.select_for_update().get(pk=restriction.pk)
    if not locked.is_active(now):
        return locked, False
    locked.user = person
    end_restriction(actor=actor, restriction=locked, now=now)
    if tells:
        tell_lifted(person, now=now)
    return locked, True


@transaction.atomic
def shorten_restriction(
    *, restriction: Restriction, ends_at: datetime, now: datetime
) -> tuple[Restriction, bool]:
    """Let a restriction end earlier than it would; returns whether this call changed it. Nobody is told.

    A suspension has no end, so one that gets an end becomes a restriction of the whole account: its person
    can sign in and read why, and what is shut opens by itself. An end that is over ends it now.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=restriction.user_id)
    locked = Restriction.objects.select_for_update().get(pk=restriction.pk)
    if not locked.is_active(now) or (locked.ends_at is not None and locked.ends_at <= ends_at):
        return locked, False
    locked.user = person
    if ends_at <= now:
        end_restriction(actor=None, restriction=locked, now=now)
        return locked, True
    was_suspension = locked.is_suspension
    locked.ends_at, locked.is_suspension = ends_at, False
    locked.save(update_fields=["ends_at", "is_suspension"])
    if was_suspension:
        _let_back_in(person, now=now)
    _record(None, locked, kind="restriction.shortened", now=now)
    return locked, True


def lock_target(*, actor: User | None, user: User) -> User:
    """Return the person with their row locked; raises RestrictionRefusedError (codes: self, staff)."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if actor is not None and actor.pk == person.pk:
        raise RestrictionRefusedError(Refusal("self", _("You cannot restrict yourself.")))
    if actor is not None and person.is_staff and not actor.is_superuser:
        raise RestrictionRefusedError(Refusal("staff", _("Only an administrator can restrict staff.")))
    return person


def make_restriction(
    *, actor: User | None, person: User, kind: str, title: Text, now: datetime, **values: Any
) -> Restriction:
    """Put a restriction in force, and tell the person unless `title` is empty.

    Part of the caller's transaction, which locked the person's row.
    """
    restriction = Restriction.objects.create(user=person, created_at=now, starts_at=now, **values)
    _record(actor, restriction, kind=kind, now=now)
    handlers.announce_restricted(person, Restriction.Scope(restriction.scope), now=now)
    if title:
        _tell(person, title=title, body=restriction.explanation, now=now)
    return restriction


def end_restriction(*, actor: User | None, restriction: Restriction, now: datetime, **data: Any) -> None:
    """Take a restriction out of force; `data` goes into the audit.

    Part of the caller's transaction, which locked the row of `restriction.user` and its own.
    """
    restriction.lifted_at = now
    restriction.save(update_fields=["lifted_at"])
    if restriction.is_suspension:
        _let_back_in(restriction.user, now=now)
    _record(actor, restriction, kind="restriction.lifted", now=now, **data)


def tell_lifted(person: User, *, now: datetime) -> None:
    """Tell a person that a restriction was lifted. Part of the caller's transaction."""
    _tell(person, title=_("A restriction on your account was lifted"), body="", now=now)


def tell_ended(*, now: datetime) -> int:
    """Tell people once that restrictions of theirs ran out; returns how many were told now.

    What ended at the same moment under the same rule is told in one.
    """
    ended = queries.list_untold_ends(after=now - TELL_WITHIN, now=now)[:_TELL_COUNT]
    groups = dict.fromkeys((row.user_id, row.reason_code, row.ends_at) for row in ended)
    return sum(
        _tell_ended_together(user_id=user_id, reason_code=reason_code, ends_at=ends_at, now=now)
        for user_id, reason_code, ends_at in groups
    )


@transaction.atomic(durable=True)
def _tell_ended_together(*, user_id: int, reason_code: str, ends_at: datetime | None, now: datetime) -> bool:
    # The person's row first, as everywhere: what lifts restrictions meanwhile waits instead of colliding.
    person = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if person is None:
        return False
    untold = queries.list_untold_ends(after=now - TELL_WITHIN, now=now)
    ended = list(untold.filter(user=person, reason_code=reason_code, ends_at=ends_at))
    if not ended:
        return False
    Restriction.objects.filter(pk__in=[row.pk for row in ended]).update(end_told_at=now)
    title, words = endings.find_words(
        person, reason_code, decision_ids=[row.decision_id for row in ended if row.decision_id]
    ) or (_("A restriction on your account has ended"), "")
    shut = set(queries.list_active_restrictions(person, now=now).values_list("scope", flat=True))
    lines = [str(words), *(_say_ended(row, shut) for row in ended)]
    _tell(person, title=title, body="\n\n".join(dict.fromkeys(line for line in lines if line)), now=now)
    return True


def _say_ended(restriction: Restriction, shut: set[str]) -> str:
    """Say what is open again, unless it is shut for another reason."""
    if shut & {Restriction.Scope.ACCOUNT.value, restriction.scope}:
        return _("Another one still applies; your standing page says which, and until when.")
    return _("You can use this again: %(feature)s.") % {"feature": restriction.get_scope_display()}


def _let_back_in(person: User, *, now: datetime) -> None:
    """Make an account active again when no suspension is in force any more."""
    if not queries.list_active_restrictions(person, now=now).filter(is_suspension=True).exists():
        person.is_active = True
        person.save(update_fields=["is_active"])


def _record(actor: User | None, restriction: Restriction, *, kind: str, now: datetime, **data: Any) -> None:
    audit.record(
        actor=actor.subject if actor is not None else None,
        kind=kind,
        at=now,
        target_kind="user",
        target_id=restriction.user.public_id,
        data={
            "restriction": restriction.public_id,
            "scope": str(restriction.scope),
            "reason_code": restriction.reason_code,
            "ends_at": restriction.ends_at.isoformat() if restriction.ends_at else None,
            **({"decision": restriction.decision_id} if restriction.decision_id else {}),
            **data,
        },
    )


def _tell(person: User, *, title: Text, body: Text, now: datetime) -> None:
    announce.tell(
        user=person,
        kind="standing",
        title=title,
        body=body,
        url=reverse("settings-standing"),
        now=now,
        by_mail=True,
    )
