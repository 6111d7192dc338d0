"""What runs by the clock for moderation."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from core import attachments
from moderation import transparency

# A file is stored a moment before the row that names it.
_ORPHAN_AGE = timedelta(days=1)


@shared_task(name="moderation.sweep_attachments")
def sweep_attachments(**_kwargs: Any) -> None:
    """Delete files that were sent with something that never came to be."""
    attachments.sweep(before=timezone.now() - _ORPHAN_AGE)


@shared_task(name="moderation.publish_months")
def publish_months(**_kwargs: Any) -> None:
    """Count the month that became two weeks old, for the page that anybody may read."""
    transparency.publish_months(now=timezone.now())
