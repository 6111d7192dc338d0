"""Who looks at what at the moment, how they like to look, and the second look that checks the first."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.models import PublicModel, Subject
from moderation.models.decisions import Decision


class Claim(models.Model):
    """One reviewer works on one entry of a queue, until it expires."""

    queue = models.CharField(max_length=20)
    item_id = models.CharField(max_length=64)
    holder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="claims")
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "item_id"], name="moderation_claim_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("claimed_at")), name="moderation_claim_expires_later"
            ),
        ]


class ReviewerSettings(models.Model):
    """How a reviewer wants pictures shown at first: what they look at all day wears people out."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="reviewer_settings")
    is_blurred = models.BooleanField(default=True)
    is_greyscale = models.BooleanField(default=True)


class SecondReview(PublicModel):
    """A share of decisions is looked at again by somebody who is not told what the first one said."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="second_review")
    queue = models.CharField(max_length=20)
    item_id = models.CharField(max_length=64)
    reviewer = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    # Null until it was answered.
    agrees = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, agrees__isnull=True, reviewer__isnull=True)
                | Q(reviewed_at__isnull=False, agrees__isnull=False, reviewer__isnull=False),
                name="moderation_second_review_whole",
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                condition=Q(reviewed_at__isnull=True),
                name="moderation_second_queue",
            )
        ]
