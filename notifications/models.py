"""Notices to one person, in the product and by mail."""

from django.db import models

from accounts.models import User
from core.models import PublicModel


class Notice(PublicModel):
    """Something that a person should know."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=140)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notifications_notice_list"),
            models.Index(
                fields=["user"], condition=models.Q(read_at=None), name="notifications_notice_unread"
            ),
        ]
