"""What runs by the clock."""

from celery import shared_task
from django.utils import timezone

from accounts import services


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Delete the sessions that are over."""
    services.clear_sessions(now=timezone.now())
