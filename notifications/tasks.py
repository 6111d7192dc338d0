"""What workers run: send one mail, make the daily ones, and look after all of them."""

import secrets
import socket
from typing import Any

from celery import shared_task
from django.utils import timezone

from notifications import delivery, digests


@shared_task(name="notifications.send_mail")
def send_mail(*, mail_id: int, **_kwargs: Any) -> None:
    """Send one mail, unless somebody else does or did."""
    holder = f"{socket.gethostname()[:40]}-{secrets.token_hex(8)}"
    delivery.send_mail(mail_id=mail_id, holder=holder, clock=timezone.now)


@shared_task(name="notifications.sweep")
def sweep(**_kwargs: Any) -> None:
    """Return mails of dead workers to the outbox and send lost wake-ups again."""
    delivery.sweep(now=timezone.now())


@shared_task(name="notifications.make_digests")
def make_digests(**_kwargs: Any) -> None:
    """Make the daily mails of everybody whose morning has come."""
    digests.make_digests(now=timezone.now())


@shared_task(name="notifications.clean_up")
def clean_up(**_kwargs: Any) -> None:
    """Delete mails that were finished long ago."""
    delivery.clean_up(now=timezone.now())
