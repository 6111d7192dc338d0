"""Pictures. The row is the job: a Celery message is only a wake-up (design note in docs/architecture.md)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models import Hold
from core.models import PublicModel


class Picture(PublicModel):
    """A picture that was uploaded, or is being drawn, or was drawn.

    While RUNNING a worker holds a lease; only an expired lease returns the row to QUEUED.
    """

    class Purpose(models.TextChoices):
        PORTRAIT = "PORTRAIT", _("Portrait")
        PHOTO = "PHOTO", _("Photo on the character's page")
        CHAT_PHOTO = "CHAT_PHOTO", _("Photo in a chat")

    class Mode(models.TextChoices):
        TEXT_TO_IMAGE = "TEXT_TO_IMAGE", _("Drawn from words")
        IMAGE_TO_IMAGE = "IMAGE_TO_IMAGE", _("Drawn from a portrait")
        UPLOAD = "UPLOAD", _("Uploaded")

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        RUNNING = "RUNNING", _("Drawing")
        READY = "READY", _("Ready")
        FAILED = "FAILED", _("Failed")
        CANCELED = "CANCELED", _("Canceled")
        REFUSED = "REFUSED", _("Refused")

    TERMINAL_STATES = frozenset({State.READY, State.FAILED, State.CANCELED, State.REFUSED})

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="pictures")
    creation_key = models.CharField(max_length=32)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    mode = models.CharField(max_length=14, choices=Mode.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)

    # What to draw. `appearance` is the canonical look that is sent again with every change.
    prompt = models.TextField(blank=True)
    appearance = models.TextField(blank=True)
    # Null with IMAGE_TO_IMAGE: it was erased with its owner, which must work at any time.
    reference = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="derived")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    seed = models.BigIntegerField(null=True)
    # Share of the schedule that image-to-image runs, 0 to 1.
    strength = models.FloatField(null=True)
    # Whether mature themes were allowed when it was asked for; a reroll is judged by the same measure.
    is_mature_allowed = models.BooleanField(default=False)
    # The picture that this one was drawn again for, free.
    reroll_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="rerolls")

    # The job. Lower `priority` is served first.
    priority = models.PositiveSmallIntegerField(default=5)
    lease_holder = models.CharField(max_length=64, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Was in flight when a process died: retried with nothing beside it.
    is_alone = models.BooleanField(default=False)
    not_before = models.DateTimeField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    step_count = models.PositiveSmallIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, null=True, related_name="picture")

    # The result.
    file = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=20, blank=True)
    byte_size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    model_name = models.CharField(max_length=120, blank=True)
    # How far the person of the reference is in it, 0 to 1; null from models that cannot tell.
    likeness = models.FloatField(null=True)
    # The likeness that the model wanted at least; null where it did not tell.
    likeness_floor = models.FloatField(null=True)
    # It came out under the floor, so the worker drew it once more. Which of the two it is, and how to draw it
    # again, say the seed and the strength that it was really drawn with.
    is_retaken = models.BooleanField(default=False)
    drawn_seed = models.BigIntegerField(null=True)
    drawn_strength = models.FloatField(null=True)
    # It was asked for again, free; that is offered once.
    is_rerolled = models.BooleanField(default=False)
    # Public id of the decision that removed it; empty while it may be shown.
    removal_id = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "creation_key"], name="imagegen_picture_once"),
            models.UniqueConstraint(fields=["file"], condition=~Q(file=""), name="imagegen_picture_own_file"),
            models.CheckConstraint(
                condition=Q(state__in=["QUEUED", "RUNNING", "READY", "FAILED", "CANCELED", "REFUSED"]),
                name="imagegen_picture_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="RUNNING", lease_expires_at__isnull=False)
                | (~Q(state="RUNNING") & Q(lease_expires_at__isnull=True)),
                name="imagegen_picture_lease_while_running",
            ),
            models.CheckConstraint(
                condition=~Q(state="READY") | ~Q(file=""), name="imagegen_picture_ready_has_file"
            ),
            models.CheckConstraint(
                condition=~Q(mode="IMAGE_TO_IMAGE") | Q(strength__isnull=False),
                name="imagegen_picture_i2i_has_strength",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["QUEUED", "RUNNING"], finished_at__isnull=True)
                | (~Q(state__in=["QUEUED", "RUNNING"]) & Q(finished_at__isnull=False)),
                name="imagegen_picture_finished_when_terminal",
            ),
            models.CheckConstraint(condition=Q(step__lte=F("step_count")), name="imagegen_picture_step"),
            models.CheckConstraint(
                condition=Q(removal_id="") | Q(state="READY"), name="imagegen_picture_removed_was_ready"
            ),
            models.CheckConstraint(
                condition=Q(likeness__isnull=True) | Q(likeness__gte=0, likeness__lte=1),
                name="imagegen_picture_likeness",
            ),
            # However often a free one fails and is tried again, no more than one of them arrives.
            models.UniqueConstraint(
                fields=["reroll_of"],
                condition=Q(state__in=["QUEUED", "RUNNING", "READY"]),
                name="imagegen_picture_one_reroll",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "created_at", "id"],
                condition=Q(state="QUEUED"),
                name="imagegen_picture_queue",
            ),
            models.Index(
                fields=["lease_expires_at"], condition=Q(state="RUNNING"), name="imagegen_picture_leases"
            ),
            models.Index(fields=["owner", "state"], name="imagegen_picture_owner"),
            models.Index(fields=["removal_id"], condition=~Q(removal_id=""), name="imagegen_picture_removed"),
            # How long the last drawn pictures took. An upload was never started.
            models.Index(
                fields=["-finished_at"],
                condition=Q(state="READY", started_at__isnull=False),
                name="imagegen_picture_recent",
            ),
        ]

    @property
    def is_terminal(self) -> bool:
        return self.state in self.TERMINAL_STATES

    @property
    def is_ready(self) -> bool:
        """Whether there is something to show."""
        return self.state == self.State.READY and not self.is_removed

    @property
    def is_removed(self) -> bool:
        """Whether moderators took it away; its file is kept for an appeal."""
        return bool(self.removal_id)

    @property
    def is_generated(self) -> bool:
        return self.mode != self.Mode.UPLOAD

    @property
    def is_unlike(self) -> bool:
        """Whether it shows the person of its reference less than the model wanted."""
        if self.likeness is None or self.likeness_floor is None:
            return False
        return self.likeness < self.likeness_floor


class Worker(models.Model):
    """A process that draws pictures, and when it was last heard of."""

    holder = models.CharField(max_length=40, unique=True)
    model_name = models.CharField(max_length=120)
    capacity = models.PositiveSmallIntegerField(default=1)
    # How long it takes from the last step to the picture; null until it was measured.
    decode_seconds = models.FloatField(null=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.holder
