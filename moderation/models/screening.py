"""What automatic screening said, what it kept, and whom it locked out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import AppendOnlyModel, PublicModel, Subject


class Verdict(models.Model):
    """What automatic screening said about one content under one version of the rules."""

    class Outcome(models.TextChoices):
        PASS = "PASS", _("Nothing found")
        HOLD = "HOLD", _("A person decides")
        REJECT = "REJECT", _("Against the rules")
        CHILD_SAFETY = "CHILD_SAFETY", _("Child safety")

    # SHA-256 of purpose, Safe Mode and the text as it was written; the content itself is not kept here.
    content_hash = models.CharField(max_length=64)
    policy_version = models.CharField(max_length=20)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason_code = models.CharField(max_length=40, blank=True)
    # What each check found that found anything: [{"check": name, "outcome": ..., "reason": code}].
    findings = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_hash", "policy_version"], name="moderation_verdict_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["PASS", "HOLD", "REJECT", "CHILD_SAFETY"]),
                name="moderation_verdict_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="PASS") | ~Q(reason_code=""), name="moderation_verdict_no_has_reason"
            ),
        ]


class Evidence(AppendOnlyModel):
    """Blocked content that concerns minors, kept under restricted access (R11). Never pixels."""

    at = models.DateTimeField(db_index=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    # Text, or of a picture that was drawn here its seed and its prompt.
    content = models.TextField()

    class Meta:
        verbose_name_plural = "evidence"


class SafetyCase(PublicModel):
    """An account that screening locked because of child safety, until a person has looked at it."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        CONFIRMED = "CONFIRMED", _("Confirmed")
        CLEARED = "CLEARED", _("Cleared")

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    # Null once the account is erased; what was found stays with the subject.
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = _("Child safety")
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(state="OPEN"), name="moderation_one_open_safety_case"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "CONFIRMED", "CLEARED"]),
                name="moderation_safety_case_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at__isnull=True)
                | (~Q(state="OPEN") & Q(closed_at__isnull=False)),
                name="moderation_safety_case_closed_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"], condition=Q(state="OPEN"), name="moderation_safety_queue"
            )
        ]


class BlockedPicture(models.Model):
    """A picture that must not come again, known by a perceptual hash: resized or recoded it is found too."""

    class Source(models.TextChoices):
        LIST = "LIST", _("A list that was imported")
        REMOVED = "REMOVED", _("A picture that was removed here")

    # 256 bits as 64 hexadecimal digits.
    perceptual_hash = models.CharField(max_length=64)
    reason_code = models.CharField(max_length=40)
    source = models.CharField(max_length=7, choices=Source.choices)
    # Of the decision that removed it; an overturned one takes its own entry out again.
    decision_id = models.CharField(max_length=32, blank=True, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["perceptual_hash", "decision_id"], name="moderation_blocked_picture_once"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["LIST", "REMOVED"]), name="moderation_blocked_picture_source_known"
            ),
        ]
