"""The worker that carries the mails, for tests."""

from datetime import datetime

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from core import ids
from notifications import delivery
from notifications.models import Mail


def send_waiting(*, now: datetime | None = None) -> list[EmailMultiAlternatives]:
    """Send every mail that waits, as if it were due (or only those due at `now`); returns what went out."""
    sent_before = len(mail.outbox)
    for job in Mail.objects.filter(state=Mail.State.WAITING).order_by("id"):
        send(job, now=now or job.due_at)
    return list(mail.outbox[sent_before:])


def send(job: Mail, *, now: datetime) -> bool:
    """Let a worker of its own try one mail."""
    return delivery.send_mail(mail_id=job.pk, holder=ids.new_public_id(), clock=lambda: now)
