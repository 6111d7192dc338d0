"""Screening verdicts, decisions, reports, evidence."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import ids
from core.models import AppendOnlyModel, PublicModel, Subject


class Verdict(models.Model):
    """What automatic screening said about one content under one version of the rules."""

    class Outcome(models.TextChoices):
        ALLOW = "ALLOW"
        HOLD = "HOLD"
        BLOCK = "BLOCK"

    # SHA-256 of purpose and normalised text; the text itself is not kept here.
    content_hash = models.CharField(max_length=64)
    policy_version = models.CharField(max_length=20)
    outcome = models.CharField(max_length=5, choices=Outcome.choices)
    reason_code = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_hash", "policy_version"], name="moderation_verdict_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["ALLOW", "HOLD", "BLOCK"]), name="moderation_verdict_outcome_known"
            ),
        ]


class Decision(AppendOnlyModel):
    """A moderation decision about one target. An override or appeal outcome is a new row."""

    public_id = models.CharField(max_length=32, unique=True, default=ids.new_public_id, editable=False)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20)
    # Null when automatic screening decided.
    actor = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    affected = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="decisions")
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    reason_code = models.CharField(max_length=40, blank=True)
    explanation = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    private_notes = models.TextField(blank=True)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id", "-at"], name="moderation_decision_target")
        ]


class Evidence(AppendOnlyModel):
    """Blocked content that concerns minors, kept under restricted access (R11). Never pixels."""

    at = models.DateTimeField(db_index=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    content = models.TextField()

    class Meta:
        verbose_name_plural = "evidence"


class Report(PublicModel):
    """Someone tells us about a person or a content (R14)."""

    class Reason(models.TextChoices):
        ABUSE = "ABUSE", _("Abuse")
        SCAM = "SCAM", _("Scam")
        HARASSMENT = "HARASSMENT", _("Harassment")
        IMPERSONATION = "IMPERSONATION", _("Impersonation")
        UNDERAGE = "UNDERAGE", _("Underage risk")
        OTHER = "OTHER", _("Something else")

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        ACTED = "ACTED", _("Acted on")
        DISMISSED = "DISMISSED", _("No violation found")

    reporter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reports")
    creation_key = models.CharField(max_length=32)
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    # What the reporter saw: when somebody looks, it may be changed or gone. Empty if it went meanwhile.
    target_title = models.CharField(max_length=100, blank=True)
    target_excerpt = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=14, choices=Reason.choices)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporter", "creation_key"], name="moderation_report_once"),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "ACTED", "DISMISSED"]), name="moderation_report_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="moderation_report_queue")]
