"""Decisions, what they put in force, and those that wait for a second person."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Restriction, User
from core import ids
from core.models import AppendOnlyModel, PublicModel, Subject


class Decision(AppendOnlyModel):
    """A moderation decision about one target. What takes it back is a new row (the database sees to it)."""

    class Kind(models.TextChoices):
        APPROVE = "APPROVE", _("Approved")
        REJECT = "REJECT", _("Rejected")
        DELIST = "DELIST", _("Taken down")
        REINSTATE = "REINSTATE", _("Put back")
        WARN = "WARN", _("Warning")
        REMOVE = "REMOVE", _("Removed")
        RESTORE = "RESTORE", _("Restored")
        RESTRICT = "RESTRICT", _("Restricted")
        SUSPEND = "SUSPEND", _("Suspended")
        LIFT = "LIFT", _("Lifted")
        DISMISS = "DISMISS", _("No violation found")
        # Of what a program decided.
        CONFIRM = "CONFIRM", _("Confirmed by a person")
        UPHOLD = "UPHOLD", _("Appeal: upheld as it was")
        OVERTURN = "OVERTURN", _("Appeal: overturned")
        PARTIAL = "PARTIAL", _("Appeal: overturned in part")

    class Source(models.TextChoices):
        HUMAN = "HUMAN", _("A person")
        AUTOMATIC = "AUTOMATIC", _("Automatic")

    public_id = models.CharField(max_length=32, unique=True, default=ids.new_public_id, editable=False)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    source = models.CharField(max_length=9, choices=Source.choices, default=Source.HUMAN)
    # Null when automatic screening decided.
    actor = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    # The other one, where it takes two: who agreed, or who proposed what somebody else carried out.
    second_actor = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    affected = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="decisions")
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    # Of the content that was judged; empty for people.
    revision_hash = models.CharField(max_length=64, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    policy_version = models.CharField(max_length=20, blank=True)
    explanation = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    private_notes = models.TextField(blank=True)
    # Of a restriction: which features, until when.
    scope = models.CharField(max_length=12, blank=True)
    ends_at = models.DateTimeField(null=True)
    # The decision that this one takes back or answers.
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversals")
    # Of the form that was sent: sending it twice decides once. Empty where no form led to it.
    creation_key = models.CharField(max_length=32, blank=True)
    # The decision that led to this one, where a rule about repeats did.
    caused_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="consequences")
    # What was taken down should not have been approved: no strike of whoever made it.
    is_our_mistake = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(source="HUMAN", actor__isnull=False) | Q(source="AUTOMATIC", actor__isnull=True),
                name="moderation_decision_source",
            ),
            models.CheckConstraint(
                condition=Q(second_actor__isnull=True) | ~Q(second_actor=F("actor")),
                name="moderation_decision_two_people",
            ),
            models.UniqueConstraint(
                fields=["actor", "affected", "creation_key"],
                condition=~Q(creation_key=""),
                name="moderation_decision_once",
            ),
            models.CheckConstraint(
                condition=Q(is_our_mistake=False) | Q(kind="DELIST", source="HUMAN"),
                name="moderation_decision_our_mistake",
            ),
        ]
        indexes = [
            models.Index(fields=["target_kind", "target_id", "-at"], name="moderation_decision_target"),
            models.Index(fields=["affected", "-at", "-id"], name="moderation_decision_affected"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_kind} {self.target_id[:8]}"


class Measure(models.Model):
    """What a decision put in force. Where several hold the same thing, it is free when the last one ends."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="measure")
    affected = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="measures")
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    # What it belongs to on the side of whoever applies it, such as a restriction.
    effect_id = models.CharField(max_length=64, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["target_kind", "target_id"],
                condition=Q(ended_at__isnull=True),
                name="moderation_measure_in_force",
            ),
            models.Index(
                fields=["affected"], condition=Q(ended_at__isnull=True), name="moderation_measure_affected"
            ),
        ]

    def is_in_force(self, now: datetime) -> bool:
        """Whether it holds at `now`."""
        return self.ended_at is None and (self.ends_at is None or now < self.ends_at)


class Proposal(PublicModel):
    """A decision that takes two people: one proposed it, another confirms or declines it."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Waits for a second person")
        CONFIRMED = "CONFIRMED", _("Confirmed")
        DECLINED = "DECLINED", _("Declined")
        LAPSED = "LAPSED", _("Lapsed")

    proposed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    creation_key = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=20, choices=Decision.Kind.choices)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    scope = models.CharField(max_length=12, choices=Restriction.Scope.choices, blank=True)
    # How long it will last from the moment it is confirmed; null for no end.
    days = models.PositiveSmallIntegerField(null=True)
    reason_code = models.CharField(max_length=40)
    explanation = models.TextField(blank=True)
    private_notes = models.TextField(blank=True)
    # The case that it would close.
    case = models.ForeignKey(
        "moderation.Case", on_delete=models.SET_NULL, null=True, related_name="proposals"
    )
    # The decision that it would take back.
    reverses = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="liftings")
    # The strike after which the rule about repeats proposed it; it lapses when too few strikes stand.
    caused_by = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    answered_by = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, related_name="proposal")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target_kind", "target_id", "scope"],
                condition=Q(state="OPEN", reverses__isnull=True),
                name="moderation_one_open_proposal",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(state="OPEN", reverses__isnull=False),
                name="moderation_one_open_lifting",
            ),
            models.CheckConstraint(
                condition=Q(kind="LIFT", reverses__isnull=False)
                | (~Q(kind="LIFT") & Q(reverses__isnull=True)),
                name="moderation_proposal_lifts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "CONFIRMED", "DECLINED", "LAPSED"]),
                name="moderation_proposal_state_known",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("proposed_by")),
                name="moderation_proposal_two_people",
            ),
        ]


class ProposalAddition(models.Model):
    """Somebody proposed the same again: their words and their case go the way of the first proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="additions")
    at = models.DateTimeField()
    added_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    creation_key = models.CharField(max_length=32)
    case = models.ForeignKey(
        "moderation.Case", on_delete=models.SET_NULL, null=True, related_name="proposal_additions"
    )
    days = models.PositiveSmallIntegerField(null=True)
    reason_code = models.CharField(max_length=40)
    explanation = models.TextField(blank=True)
    private_notes = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "added_by", "creation_key"], name="moderation_proposal_addition_once"
            ),
        ]


class Note(AppendOnlyModel):
    """What staff tell each other about a target. It never reaches anybody else."""

    at = models.DateTimeField()
    author = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["target_kind", "target_id", "-at"], name="moderation_note_target")]
