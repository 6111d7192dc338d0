"""What workers run: write one reply, and look after all of them."""

import secrets
import socket

from celery import shared_task
from django.utils import timezone

from chat import replies
from chat.responders import get_responder


@shared_task(name="chat.reply", ignore_result=True)
def reply(*, message_id: int) -> None:
    """Write one reply, unless somebody else does or did."""
    holder = f"{socket.gethostname()[:40]}-{secrets.token_hex(8)}"
    replies.run_reply(message_id=message_id, holder=holder, responder=get_responder(), clock=timezone.now)


@shared_task(name="chat.sweep", ignore_result=True)
def sweep() -> None:
    """Return replies of dead workers to the queue and send lost wake-ups again."""
    replies.sweep(now=timezone.now())
