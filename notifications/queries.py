"""Reads about notices."""

from django.db.models import QuerySet

from accounts.models import User
from notifications.models import Notice

# The bell says "99+" beyond this.
_COUNTED = 100


def list_notices(user: User) -> QuerySet[Notice]:
    """Return a person's notices."""
    return Notice.objects.filter(user=user)


def count_unread(user: User) -> int:
    """Return how many notices are unread, at most 100. One query."""
    return Notice.objects.filter(user=user, read_at=None)[:_COUNTED].count()
