"""Holds: coins set aside when something is asked for."""

from django.db import models
from django.db.models import Q

from core.models import PublicModel, Subject


class Hold(PublicModel):
    """Coins set aside for one request: captured when it is delivered, released otherwise."""

    class State(models.TextChoices):
        HELD = "HELD"
        CAPTURED = "CAPTURED"
        RELEASED = "RELEASED"

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="holds")
    # What the coins are for, such as "picture:<public id>". One hold for each.
    reference = models.CharField(max_length=80, unique=True)
    amount_coins = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["HELD", "CAPTURED", "RELEASED"]), name="billing_hold_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="HELD", settled_at__isnull=True)
                | (~Q(state="HELD") & Q(settled_at__isnull=False)),
                name="billing_hold_settled_once",
            ),
        ]
