"""Automatic locks, and the extra verification that lifts them (R17).

Only what the product locked by itself goes this way: not what a person decided, nor what concerns the safety
of children (the database sees to both).
"""

import secrets
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import queries
from accounts.models import NEVER_VERIFIED_CODE, Restriction, UnlockCode, User
from accounts.services import restricting
from core import limits
from core.limits import Limit
from core.refusals import Refusal, RefusedError

log = structlog.get_logger(__name__)

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
TRIES_PER_CODE = 5
CODES_PER_PERSON = Limit("unlock-code", count=5, window_seconds=3600)


class UnlockRefusedError(RefusedError):
    """A verification that did not succeed."""


@transaction.atomic
def lock_until_verified(
    *, user: User, reason_code: str, now: datetime, explanation: str = "", tells: bool = True
) -> tuple[Restriction, bool]:
    """Shut an account until its person shows that it is them; returns whether this call did it.

    A second lock while one applies changes nothing. Raises ValueError for the rule about children.
    """
    if reason_code == NEVER_VERIFIED_CODE:
        raise ValueError("a lock for the safety of children waits for a person")
    person = restricting.lock_target(actor=None, user=user)
    if (found := queries.list_verifiable_locks(person, now=now).first()) is not None:
        return found, False
    restriction = restricting.make_restriction(
        actor=None,
        person=person,
        kind="restriction.made",
        title=_("Your account is locked until you confirm that it is you") if tells else "",
        now=now,
        scope=Restriction.Scope.ACCOUNT,
        can_be_verified=True,
        reason_code=reason_code,
        explanation=explanation
        or _("Something unusual happened on your account, so we locked it to protect you."),
        ends_at=None,
    )
    return restriction, True


@transaction.atomic(durable=True)
def send_unlock_code(*, actor: User, now: datetime) -> UnlockCode | None:
    """Mail the person a code; an older one is worth nothing from here on. None if nothing is locked.

    Raises LimitedError.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if not queries.list_verifiable_locks(person, now=now).exists():
        return None
    limits.spend(CODES_PER_PERSON, key=person.public_id, now=now)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    stored, _created = UnlockCode.objects.update_or_create(
        user=person,
        defaults={"code_hash": _hash(person, code), "expires_at": now + CODE_LIFE, "tries": 0},
    )
    transaction.on_commit(partial(_mail, person, code))
    return stored


def unlock_by_code(*, actor: User, code: str, now: datetime) -> int:
    """Lift the person's automatic locks if this is the code that was mailed; returns how many it lifted.

    Raises UnlockRefusedError (codes: expired, too-many-tries, wrong-code).
    """
    result = _try_code(actor=actor, code=code, now=now)
    if isinstance(result, Refusal):
        # Raised here, because the try that was counted must stay.
        raise UnlockRefusedError(result)
    return result


@transaction.atomic(durable=True)
def unlock_by_second_factor(*, actor: User, now: datetime) -> int:
    """Lift the automatic locks of a person whose second factor was just checked; returns how many."""
    person = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    return _lift(person, how="second-factor", now=now)


@transaction.atomic(durable=True)
def _try_code(*, actor: User, code: str, now: datetime) -> int | Refusal:
    person = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if not queries.list_verifiable_locks(person, now=now).exists():
        return 0
    stored = UnlockCode.objects.filter(user=person, expires_at__gt=now).first()
    if stored is None:
        return Refusal("expired", _("There is no valid code."), _("Ask for a new one."))
    if stored.tries >= TRIES_PER_CODE:
        return _too_many_tries()
    typed = "".join(sign for sign in code if sign.isalnum())
    if not constant_time_compare(stored.code_hash, _hash(person, typed)):
        stored.tries += 1
        stored.save(update_fields=["tries"])
        left = TRIES_PER_CODE - stored.tries
        if not left:
            return _too_many_tries()
        return Refusal(
            "wrong-code",
            _("That is not the code that we sent."),
            ngettext("%d try is left.", "%d tries are left.", left) % left,
        )
    return _lift(person, how="mail-code", now=now)


def _too_many_tries() -> Refusal:
    return Refusal("too-many-tries", _("The code was wrong too often."), _("Ask for a new one."))


def _lift(person: User, *, how: str, now: datetime) -> int:
    locks = list(queries.list_verifiable_locks(person, now=now).select_for_update())
    for lock in locks:
        lock.user = person
        restricting.end_restriction(actor=person, restriction=lock, now=now, how=how)
    if locks:
        restricting.tell_lifted(person, now=now)
    UnlockCode.objects.filter(user=person).delete()
    return len(locks)


def _hash(person: User, code: str) -> str:
    text = f"{person.public_id}:{code}"
    return salted_hmac("accounts.unlock-code", text, algorithm="sha256").hexdigest()


def _mail(person: User, code: str) -> None:
    """Send the code; a mail server that is away costs the mail, and the page offers another one."""
    minutes = int(CODE_LIFE.total_seconds()) // 60
    values = {"code": code, "name": person.shown_name, "minutes": minutes}
    text = render_to_string("accounts/unlock_code.txt", values)
    try:
        EmailMessage(_("Your code for StoryChat"), text.strip() + "\n", to=[person.email]).send()
    except OSError:
        log.exception("unlock_code_not_mailed", user=person.public_id)
