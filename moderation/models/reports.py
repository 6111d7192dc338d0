"""Reports, and the cases that reports about the same thing join."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import AppendOnlyModel, PublicModel, Subject
from moderation.models.decisions import Decision


class Case(PublicModel):
    """Everything that was reported about one target and is not decided yet, as one thing to look at."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        ACTED = "ACTED", _("Acted on")
        DISMISSED = "DISMISSED", _("No violation found")
        GONE = "GONE", _("What it was about is gone")

    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    # Whose content it is, or who it is; null for what went before anybody could look.
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    # What the first reporter saw.
    title = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    # The summed weight of its reports, in hundredths, raised by the gravest reason: the riskiest come first.
    risk = models.PositiveIntegerField(default=0)
    report_count = models.PositiveIntegerField(default=0)
    # When so many independent people had reported it in a short time that it comes before the others.
    surged_at = models.DateTimeField(null=True)
    # Grows with every change, so that two who decide at once are not both right.
    version = models.PositiveIntegerField(default=1)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="cases")
    closed_at = models.DateTimeField(null=True)
    # Of the form that closed it: sending it twice closes once.
    closing_key = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name_plural = _("Reports")
        constraints = [
            models.UniqueConstraint(
                fields=["target_kind", "target_id"],
                condition=Q(state="OPEN"),
                name="moderation_one_open_case",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "ACTED", "DISMISSED", "GONE"]),
                name="moderation_case_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at__isnull=True)
                | (~Q(state="OPEN") & Q(closed_at__isnull=False)),
                name="moderation_case_closed_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-risk", "created_at", "id"],
                condition=Q(state="OPEN"),
                name="moderation_case_queue",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_kind} {self.title}"


class CaseLock(models.Model):
    """A restriction that many reports at once led to: it holds until a person has looked at the case.

    Cases about the same person share what is in force. What one event shut is one thing in all that follows:
    it is taken back, appealed against and counted together.
    """

    # Of its decision.
    REASON = "many-reports"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="locks")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="locking_cases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "decision"], name="moderation_case_lock_once"),
        ]


class Report(PublicModel):
    """Someone tells us about a person or a content (R14)."""

    class Reason(models.TextChoices):
        ABUSE = "ABUSE", _("Abuse")
        SCAM = "SCAM", _("Scam")
        HARASSMENT = "HARASSMENT", _("Harassment")
        IMPERSONATION = "IMPERSONATION", _("Impersonation")
        UNDERAGE = "UNDERAGE", _("Underage risk")
        OTHER = "OTHER", _("Something else")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    # Null once the account is erased; what was said stays with its case.
    reporter = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="reports")
    reporter_subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    creation_key = models.CharField(max_length=32)
    # What the reporter saw: when somebody looks, it may be changed or gone. Empty if it went meanwhile.
    target_title = models.CharField(max_length=100, blank=True)
    target_excerpt = models.CharField(max_length=500, blank=True)
    # Of the content as the reporter saw it, where it has one.
    content_hash = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=14, choices=Reason.choices)
    text = models.TextField(blank=True)
    # How much this reporter's word counted at that time, in hundredths.
    weight = models.PositiveSmallIntegerField(default=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporter", "creation_key"], name="moderation_report_once"),
            # Saying it again is an addition: nobody counts twice.
            models.UniqueConstraint(
                fields=["reporter_subject", "case"], name="moderation_report_once_per_case"
            ),
        ]


class ReportAddition(AppendOnlyModel):
    """What a reporter said later about the same thing, while its case was open."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="additions")
    at = models.DateTimeField()
    creation_key = models.CharField(max_length=32)
    reason = models.CharField(max_length=14, choices=Report.Reason.choices)
    text = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "creation_key"], name="moderation_report_addition_once"
            ),
        ]
