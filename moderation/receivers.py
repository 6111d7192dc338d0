"""What follows when an account is erased."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import User
from moderation.services import erasing


@receiver(post_delete, sender=User)
def forget_erased(instance: User, **_kwargs: Any) -> None:
    """Whoever deletes the row, by whatever way, takes the names in cases along."""
    erasing.forget_person(instance.subject_id)
