"""People: sign-in data, age, preferences, restrictions, known devices."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts import age
from core import ids
from core.models import PublicModel, Subject

EMAIL_LENGTH = 254


class UserManager(BaseUserManager["User"]):
    """Finds people by username without regard to case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    def create_user(self, *, username: str, email: str, password: str | None, **fields: Any) -> "User":
        user = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, *, username: str, email: str, password: str | None, **fields: Any) -> "User":
        return self.create_user(
            username=username, email=email, password=password, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Append-only records point to `subject`, so everything here can be erased."""

    public_id = models.CharField(max_length=32, unique=True, default=ids.new_public_id, editable=False)
    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="+", editable=False)
    username = models.CharField(_("username"), max_length=30, unique=True)
    email = models.EmailField(_("email"), max_length=EMAIL_LENGTH)
    display_name = models.CharField(_("display name"), max_length=50, blank=True)
    # Null means unknown (asked once on the safety page), and unknown means minor.
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    safe_mode = models.BooleanField(_("Safe Mode"), default=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="accounts_user_username_ci"),
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_ci"),
            models.CheckConstraint(
                condition=Q(safe_mode=True) | Q(date_of_birth__isnull=False),
                name="accounts_user_safe_mode_off_needs_birth_date",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.subject_id is None:
            self.subject = Subject.objects.create()
        super().save(*args, **kwargs)

    @property
    def shown_name(self) -> str:
        """The name that others read."""
        return self.display_name or self.username

    def is_adult(self, today: date) -> bool:
        """Whether the person is 18 or older; unknown means minor."""
        return self.date_of_birth is not None and age.years_on(self.date_of_birth, today) >= age.ADULT_YEARS


class Restriction(PublicModel):
    """A feature that a person may not use for a while, and why (R13)."""

    class Scope(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("The whole account")
        CHARACTERS = "CHARACTERS", _("Creating characters")
        PICTURES = "PICTURES", _("Pictures")
        PUBLISHING = "PUBLISHING", _("Publishing")
        CHAT = "CHAT", _("Chat")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="restrictions")
    scope = models.CharField(max_length=12, choices=Scope.choices)
    reason_code = models.CharField(max_length=40)
    explanation = models.TextField()
    starts_at = models.DateTimeField()
    # Null means until it is lifted.
    ends_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    # A suspension ends the use of the product: it has no end date and makes the account inactive.
    is_suspension = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_suspension=False) | Q(scope="ACCOUNT", ends_at__isnull=True),
                name="accounts_restriction_suspension_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(scope__in=["ACCOUNT", "CHARACTERS", "PICTURES", "PUBLISHING", "CHAT"]),
                name="accounts_restriction_scope_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="accounts_restriction_ends_after_start",
            ),
        ]

    def is_active(self, now: datetime) -> bool:
        """Whether it applies at `now`."""
        if self.lifted_at is not None or now < self.starts_at:
            return False
        return self.ends_at is None or now < self.ends_at


class KnownDevice(models.Model):
    """A browser that a person signed in with before; a sign-in from another one is told to them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_devices")
    token_hash = models.CharField(max_length=64)
    label = models.CharField(max_length=120)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "token_hash"], name="accounts_device_once_per_user")
        ]
