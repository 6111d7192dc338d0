"""Sign-ins that look guessed: the account is locked until its person shows who they are (R17).

A stranger who guesses does not lock anybody out: only a guess that came true does, from a browser that the
account does not know. Whoever reads the account's mail, or has its second step, opens it again.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SignInFailures, User
from accounts.services.unlocking import lock_until_verified

REASON = "suspicious-sign-in"
# Failures count together for so long.
FAILURES_WINDOW = timedelta(days=1)


@transaction.atomic
def note_failed_sign_in(*, user: User, now: datetime) -> int:
    """Count a wrong password for an account; returns how many there were within FAILURES_WINDOW."""
    fresh = {"since_at": now}
    failures, _is_new = SignInFailures.objects.select_for_update().get_or_create(user=user, defaults=fresh)
    if failures.since_at + FAILURES_WINDOW <= now:
        failures.count, failures.since_at = 0, now
    failures.count += 1
    failures.save(update_fields=["count", "since_at"])
    return failures.count


@transaction.atomic
def judge_sign_in(*, user: User, token_hash: str, is_proven: bool, limit: int, now: datetime) -> bool:
    """Lock the account if a sign-in looks guessed; returns whether it did. What was counted is forgotten.

    token_hash: of the browser. is_proven: something besides the password was shown. limit: from how many
    failures on a sign-in from an unknown browser counts as guessed; 0 for never.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    failures = SignInFailures.objects.filter(user=person, since_at__gt=now - FAILURES_WINDOW).first()
    count = failures.count if failures is not None else 0
    forget_failed_sign_ins(user=person)
    if is_proven or not limit or count < limit:
        return False
    if person.known_devices.filter(token_hash=token_hash).exists():
        return False
    text = _(
        "After %(count)d wrong passwords somebody signed in from a browser that we do not know. If it was "
        "you, confirm it. If it was not, confirm it too, then change your password: only who reads your "
        "mail, or has your second step, gets past this lock."
    )
    _restriction, is_new = lock_until_verified(
        user=person, reason_code=REASON, explanation=text % {"count": count}, now=now
    )
    return is_new


def forget_failed_sign_ins(*, user: User) -> None:
    """Start counting anew: the account's person showed who they are. Part of the caller's transaction."""
    SignInFailures.objects.filter(user=user).delete()
