"""Appeals against decisions, by whoever they hit and by whoever reported."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import PublicModel
from moderation.models.decisions import Decision


class Appeal(PublicModel):
    """Somebody asks that another person looks at a decision (R7)."""

    class Role(models.TextChoices):
        OWNER = "OWNER", _("It is about me or what I made")
        REPORTER = "REPORTER", _("I reported it")

    class Wish(models.TextChoices):
        RESTORE = "RESTORE", _("Make it visible again, or lift what was imposed")
        CORRECT = "CORRECT", _("Let me correct how it is presented")
        PRIVATE = "PRIVATE", _("Keep it, for me alone")
        ACT = "ACT", _("Act on what I reported")

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        UPHELD = "UPHELD", _("The decision stands")
        OVERTURNED = "OVERTURNED", _("Overturned")
        PARTIAL = "PARTIAL", _("Overturned in part")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        # By a moderator, or because what led to it was: nobody had to answer any more.
        LIFTED = "LIFTED", _("Granted: the decision was taken back")

    appellant = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appeals")
    creation_key = models.CharField(max_length=32)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    role = models.CharField(max_length=8, choices=Role.choices)
    wish = models.CharField(max_length=7, choices=Wish.choices)
    context = models.TextField()
    intended_use = models.TextField(blank=True)
    provenance = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Until when it is to be answered.
    due_at = models.DateTimeField()
    # Several people may appeal against one decision, and all be granted by what takes it back.
    answer = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appellant", "creation_key"], name="moderation_appeal_once"),
            # Nobody gets two answers to the same question.
            models.UniqueConstraint(
                fields=["appellant", "decision"],
                condition=~Q(state="WITHDRAWN"),
                name="moderation_appeal_once_per_decision",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "UPHELD", "OVERTURNED", "PARTIAL", "WITHDRAWN", "LIFTED"]),
                name="moderation_appeal_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at__isnull=True)
                | (~Q(state="OPEN") & Q(closed_at__isnull=False)),
                name="moderation_appeal_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "WITHDRAWN"], answer__isnull=True)
                | Q(state__in=["UPHELD", "OVERTURNED", "PARTIAL", "LIFTED"], answer__isnull=False),
                name="moderation_appeal_answered",
            ),
            models.UniqueConstraint(
                fields=["answer"], condition=~Q(state="LIFTED"), name="moderation_appeal_one_answer"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="OPEN"), name="moderation_appeal_queue")
        ]


class AppealFile(PublicModel):
    """What was sent along: a picture or a PDF that shows where something comes from, or a permission."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="files")
    file = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    byte_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
