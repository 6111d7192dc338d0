"""Reads about people."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Restriction, User

Viewer = User | AnonymousUser


def list_active_restrictions(user: User, *, now: datetime) -> QuerySet[Restriction]:
    """Return what the person may not do at `now`, the longest first."""
    return user.restrictions.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), lifted_at__isnull=True, starts_at__lte=now
    ).order_by("-starts_at", "-id")
