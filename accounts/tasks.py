"""What runs by the clock."""

from celery import shared_task
from django.utils import timezone

from accounts import services


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Delete the sessions that are over."""
    services.clear_sessions(now=timezone.now())


@shared_task(name="accounts.tell_ended")
def tell_ended() -> None:
    """Tell people whose restrictions ran out; that they ran out needs no task."""
    services.tell_ended(now=timezone.now())
