"""Notices to one person, how they want them, and the mails that carry them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import EMAIL_LENGTH, User
from core.models import PublicModel

GROUP_LENGTH = 40
_TIMINGS = ["AT_ONCE", "DAILY", "OFF"]


class Timing(models.TextChoices):
    """When a notice goes out by mail."""

    AT_ONCE = "AT_ONCE", _("At once")
    DAILY = "DAILY", _("Once a day, together")
    OFF = "OFF", _("Never")


class Preference(models.Model):
    """How a person wants the notices of one group; without a row, shown and mailed at once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_preferences")
    group = models.CharField(max_length=GROUP_LENGTH)
    is_shown = models.BooleanField(default=True)
    by_mail = models.CharField(max_length=7, choices=Timing.choices, default=Timing.AT_ONCE)
    # What "turn it on again" goes back to.
    by_mail_before_off = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="notifications_preference_once"),
            models.CheckConstraint(
                condition=Q(by_mail="OFF", by_mail_before_off__in=["AT_ONCE", "DAILY"])
                | Q(by_mail__in=["AT_ONCE", "DAILY"], by_mail_before_off=""),
                name="notifications_preference_mail",
            ),
        ]


class Digest(PublicModel):
    """The notices that one person gets in one mail on one day of their own time zone."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="notifications_digest_once_a_day")
        ]


class Notice(PublicModel):
    """Something that a person should know."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    group = models.CharField(max_length=GROUP_LENGTH, default="general")
    title = models.CharField(max_length=140)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    # As the person wanted it when it was written.
    is_shown = models.BooleanField(default=True)
    by_mail = models.CharField(max_length=7, choices=Timing.choices, default=Timing.OFF)
    digest = models.ForeignKey(Digest, on_delete=models.RESTRICT, null=True, related_name="notices")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(by_mail__in=_TIMINGS), name="notifications_notice_mail_known"),
            models.CheckConstraint(
                condition=Q(digest__isnull=True) | Q(by_mail="DAILY"),
                name="notifications_notice_digest_is_daily",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notifications_notice_list"),
            models.Index(
                fields=["user"],
                condition=Q(read_at=None, is_shown=True),
                name="notifications_notice_unread",
            ),
            models.Index(
                fields=["user", "created_at"],
                condition=Q(read_at=None, by_mail="DAILY", digest=None),
                name="notifications_notice_to_digest",
            ),
        ]


class Mail(PublicModel):
    """A mail to one person about one notice or one digest: a job until it is finished.

    While SENDING a worker holds a lease; only an expired lease returns the row to WAITING, and only once.
    `attempts` counts the claims and, with `lease_holder`, fences a worker that lost its lease.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        SENDING = "SENDING", _("Being sent")
        SENT = "SENT", _("Sent")
        FAILED = "FAILED", _("Given up")
        CANCELED = "CANCELED", _("No longer wanted")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mails")
    # Where it goes, even when the person's address changes meanwhile: a warning must reach the old one.
    address = models.EmailField(max_length=EMAIL_LENGTH)
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, null=True, related_name="mail")
    digest = models.OneToOneField(Digest, on_delete=models.CASCADE, null=True, related_name="mail")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # A worker died while it sent this, so perhaps it arrived.
    was_interrupted = models.BooleanField(default=False)
    lease_holder = models.CharField(max_length=64, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=40, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(notice__isnull=False, digest__isnull=True)
                | Q(notice__isnull=True, digest__isnull=False),
                name="notifications_mail_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "SENDING", "SENT", "FAILED", "CANCELED"]),
                name="notifications_mail_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="SENDING", lease_expires_at__isnull=False)
                | (~Q(state="SENDING") & Q(lease_expires_at__isnull=True)),
                name="notifications_mail_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "SENDING"], finished_at__isnull=True)
                | (~Q(state__in=["WAITING", "SENDING"]) & Q(finished_at__isnull=False)),
                name="notifications_mail_finished_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state="WAITING"), name="notifications_mail_queue"
            ),
            models.Index(
                fields=["lease_expires_at"], condition=Q(state="SENDING"), name="notifications_mail_leases"
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False),
                name="notifications_mail_finished",
            ),
            # The list of staff.
            models.Index(
                fields=["-created_at", "-id"], condition=Q(state="FAILED"), name="notifications_mail_failed"
            ),
        ]
