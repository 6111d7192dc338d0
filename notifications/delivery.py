"""Sending mails, and looking after those whose worker died.

The row is the job. A worker claims it with a lease and a holder name that no other claim shares; what it
writes names holder and attempt, so one that lost its lease changes nothing any more.

A mail server that is away costs time: the row waits longer after each attempt and is given up after the
last. SMTP has no way to ask whether a mail arrived, so a worker that dies between the server's yes and our
commit leaves a mail that may have gone out. It is sent once more and never a third time, under the same
Message-ID, by which mail programs know it again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from core import audit
from notifications import mails, queries, wakeups
from notifications.models import Digest, Mail, Notice

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# Longer than a slow server may take: EMAIL_TIMEOUT applies to each of about ten answers.
LEASE_SECONDS = 180
# After the first attempt, the second …: about a day in all.
RETRY_SECONDS = (60, 300, 900, 3600, 10_800, 21_600, 43_200)
ATTEMPTS_CAP = len(RETRY_SECONDS) + 1
KEPT_DAYS = 30
_LOST_AFTER_SECONDS = 10
# Few enough that a mail server which hangs does not keep all workers waiting for it.
_SWEEP_COUNT = 50
_PERMANENT = 500
_State = Mail.State


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one mail."""

    mail_id: int
    holder: str
    attempt: int


def queue_mail(
    *, user: User, notice: Notice | None = None, digest: Digest | None = None, now: datetime
) -> Mail:
    """Put a mail about a notice or a digest into the outbox. Part of the caller's transaction."""
    mail = Mail.objects.create(
        user=user, address=user.email, notice=notice, digest=digest, due_at=now, created_at=now
    )
    transaction.on_commit(partial(wakeups.wake_mail, mail.pk), robust=True)
    return mail


def send_mail(*, mail_id: int, holder: str, clock: Clock) -> bool:
    """Send a mail that is due, unless somebody else does or did; returns whether this call ended it.

    Call it outside transactions. holder: a name that no other call ever uses.
    """
    claim = claim_mail(mail_id=mail_id, holder=holder, now=clock())
    if claim is None:
        return False
    try:
        message = mails.compose(queries.get_mail(mail_id))
        if message is None:
            return _end(claim, _State.CANCELED, code="not-wanted", now=clock())
        message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        logger.warning("notifications.mail.refused mail=%d codes=%s", mail_id, codes)
        if codes and min(codes) >= _PERMANENT:
            return _end(claim, _State.FAILED, code="address-refused", now=clock())
        return _put_back(claim, now=clock())
    except OSError as error:  # smtplib's errors too; their texts may hold addresses
        logger.warning("notifications.mail.not-sent mail=%d error=%s", mail_id, type(error).__name__)
        return _put_back(claim, now=clock())
    except Exception:  # each mail backend has its own errors
        logger.exception("notifications.mail.not-sent")
        return _put_back(claim, now=clock())
    return _end(claim, _State.SENT, code="", now=clock())


def claim_mail(*, mail_id: int, holder: str, now: datetime) -> Claim | None:
    """Take a waiting mail that is due. One conditional update: of two workers one gets it."""
    claimed = _list_claimable(mail_id, now=now).update(
        state=_State.SENDING,
        lease_holder=holder,
        lease_expires_at=now + timedelta(seconds=LEASE_SECONDS),
        attempts=F("attempts") + 1,
    )
    if not claimed:
        return None
    attempt = Mail.objects.values_list("attempts", flat=True).get(pk=mail_id)
    return Claim(mail_id, holder, attempt)


def sweep(*, now: datetime) -> int:
    """Put mails of dead workers back and wake a worker for those that are due; returns how many."""
    expired = queries.list_expired_mails(now=now, count=_SWEEP_COUNT)
    recovered = sum(_recover(mail_id=mail_id, now=now) for mail_id in expired)
    due = queries.list_due_mails(before=now - timedelta(seconds=_LOST_AFTER_SECONDS), count=_SWEEP_COUNT)
    for mail_id in due:
        if not wakeups.wake_mail(mail_id):
            break
    return recovered + len(due)


def send_again(*, actor: User, mail_ids: Sequence[int], now: datetime) -> int:
    """Let mails that were given up wait once more, as if they were new; returns how many this call did.

    One that is sent, waits or is being sent stays as it is. Its person may have turned such mails off
    meanwhile: then it ends as not wanted.
    """
    return sum(_send_again(actor, mail_id, now=now) for mail_id in mail_ids)


@transaction.atomic
def _send_again(actor: User, mail_id: int, *, now: datetime) -> bool:
    failed = Mail.objects.filter(pk=mail_id, state=_State.FAILED)
    if not failed.update(
        state=_State.WAITING,
        due_at=now,
        attempts=0,
        was_interrupted=False,
        failure_code="",
        finished_at=None,
    ):
        return False
    audit.record(
        actor=actor.subject,
        kind="mail.sent-again",
        at=now,
        target_kind="mail",
        target_id=Mail.objects.values_list("public_id", flat=True).get(pk=mail_id),
    )
    transaction.on_commit(partial(wakeups.wake_mail, mail_id), robust=True)
    return True


def clean_up(*, now: datetime) -> int:
    """Delete mails that were finished long ago; returns how many. The notices stay."""
    deleted, _by_model = Mail.objects.filter(finished_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    return deleted


def _list_claimable(mail_id: int, *, now: datetime) -> QuerySet[Mail]:
    return Mail.objects.filter(pk=mail_id, state=_State.WAITING, due_at__lte=now)


def _held(claim: Claim) -> QuerySet[Mail]:
    return Mail.objects.filter(
        pk=claim.mail_id, state=_State.SENDING, lease_holder=claim.holder, attempts=claim.attempt
    )


def _end(claim: Claim, state: Mail.State, *, code: str, now: datetime) -> bool:
    """End the mail if it is still ours."""
    ended = _held(claim).update(
        state=state, failure_code=code, finished_at=now, lease_holder="", lease_expires_at=None
    )
    return bool(ended)


def _put_back(claim: Claim, *, now: datetime) -> bool:
    """Let the mail wait for its next attempt, or give it up after the last; returns whether it ended."""
    if claim.attempt >= ATTEMPTS_CAP:
        return _end(claim, _State.FAILED, code="server-away", now=now)
    due_at = now + timedelta(seconds=RETRY_SECONDS[claim.attempt - 1])
    _held(claim).update(state=_State.WAITING, due_at=due_at, lease_holder="", lease_expires_at=None)
    return False


@transaction.atomic(durable=True)
def _recover(*, mail_id: int, now: datetime) -> bool:
    """Return an expired lease to the outbox; the second time the mail may have arrived twice, so it ends."""
    expired = Mail.objects.filter(pk=mail_id, state=_State.SENDING, lease_expires_at__lt=now)
    if expired.filter(was_interrupted=True).update(
        state=_State.FAILED,
        failure_code="worker-lost",
        finished_at=now,
        lease_holder="",
        lease_expires_at=None,
    ):
        return True
    returned = expired.update(
        state=_State.WAITING, was_interrupted=True, due_at=now, lease_holder="", lease_expires_at=None
    )
    if returned:
        logger.warning("notifications.mail.recovered mail=%d", mail_id)
        transaction.on_commit(partial(wakeups.wake_mail, mail_id), robust=True)
    return bool(returned)
