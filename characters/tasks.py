"""Celery tasks of characters: each loads an id and calls one operation."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from characters import services


@shared_task(name="characters.screen")
def screen(*, revision_id: int, kind: str = "character", **_kwargs: Any) -> None:
    """Screen one submission."""
    services.screen_revision(kind=kind, revision_id=revision_id, now=timezone.now())


@shared_task(name="characters.sweep")
def sweep(**_kwargs: Any) -> None:
    """Wake the screening of submissions whose message was lost."""
    services.send_lost_wake_ups(now=timezone.now())
