"""What anybody may read about moderation, as it was counted once."""

from django.db import models

from core.models import AppendOnlyModel


class PublishedNumbers(AppendOnlyModel):
    """The exact numbers of a month: whoever reads them twice reads the same (see moderation.transparency)."""

    # Such as 2026-05, in UTC.
    month = models.CharField(max_length=7, unique=True)
    counted_at = models.DateTimeField()
    numbers = models.JSONField()
