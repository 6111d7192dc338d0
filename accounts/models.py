"""People: sign-in data, age, preferences, restrictions, known devices."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import age
from core import ids
from core.models import PublicModel, Subject

EMAIL_LENGTH = 254
# The rule about children: a lock under it waits for a person.
NEVER_VERIFIED_CODE = "minors"


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

    # See accounts.queries.as_reporter; it belongs to one object and is never stored.
    ignores_own_blocks = False

    @cached_property
    def blocks(self) -> "Blocks":
        """Whom the person blocked, and who blocked them, as of the first time this object is asked.

        Like Django's permissions it stays with the object: load the person anew to look again. One query.
        """
        found = Block.objects.filter(Q(blocker=self) | Q(blocked=self))
        pairs = list(found.values_list("blocker", "blocked"))
        is_mine = not self.ignores_own_blocks
        by_me = frozenset(blocked for blocker, blocked in pairs if blocker == self.pk and is_mine)
        of_me = frozenset(blocker for blocker, blocked in pairs if blocked == self.pk)
        return Blocks(by_me, of_me)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self.forget_blocks()

    def forget_blocks(self) -> None:
        """Read them again the next time."""
        self.__dict__.pop("blocks", None)

    def is_adult(self, today: date) -> bool:
        """Whether the person is 18 or older; unknown means minor."""
        return self.date_of_birth is not None and age.years_on(self.date_of_birth, today) >= age.ADULT_YEARS


@dataclass(frozen=True, slots=True)
class Blocks:
    """Keys of the people on either side of a person's blocks."""

    by_me: frozenset[int]
    of_me: frozenset[int]

    def __contains__(self, user_id: int) -> bool:
        return user_id in self.by_me or user_id in self.of_me


class Restriction(PublicModel):
    """A feature that a person may not use for a while, and why (R13)."""

    class Scope(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("The whole account")
        CHARACTERS = "CHARACTERS", _("Creating characters")
        PICTURES = "PICTURES", _("Pictures")
        PUBLISHING = "PUBLISHING", _("Publishing")
        CHAT = "CHAT", _("Chat")
        POSTS = "POSTS", _("Posts and comments")
        MESSAGES = "MESSAGES", _("Direct messages")
        MATCHING = "MATCHING", _("Matching")
        CALLS = "CALLS", _("Calls")
        PURCHASES = "PURCHASES", _("Purchases")

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
    # Public id of the moderation decision that made it; empty where the product itself did.
    decision_id = models.CharField(max_length=32, blank=True)
    # An automatic lock that goes when the person shows that it is them (R17).
    can_be_verified = models.BooleanField(default=False)
    # When the person was told that it ran out.
    end_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_suspension=False) | Q(scope="ACCOUNT", ends_at__isnull=True),
                name="accounts_restriction_suspension_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    scope__in=[
                        "ACCOUNT",
                        "CHARACTERS",
                        "PICTURES",
                        "PUBLISHING",
                        "CHAT",
                        "POSTS",
                        "MESSAGES",
                        "MATCHING",
                        "CALLS",
                        "PURCHASES",
                    ]
                ),
                name="accounts_restriction_scope_known",
            ),
            models.UniqueConstraint(
                fields=["user", "decision_id", "scope"],
                condition=~Q(decision_id=""),
                name="accounts_restriction_once_per_decision",
            ),
            # No code in a mail lifts what a person decided, nor what concerns the safety of children.
            models.CheckConstraint(
                condition=Q(can_be_verified=False)
                | (Q(scope="ACCOUNT", is_suspension=False) & ~Q(reason_code=NEVER_VERIFIED_CODE)),
                name="accounts_restriction_verified_is_a_lock",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="accounts_restriction_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at", "id"],
                condition=Q(ends_at__isnull=False, lifted_at__isnull=True, end_told_at__isnull=True),
                name="accounts_restriction_ending",
            )
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


class SignInFailures(models.Model):
    """How often a wrong password was given for an account since `since_at`; gone with a sign-in."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="sign_in_failures")
    count = models.PositiveIntegerField(default=0)
    since_at = models.DateTimeField()


class UnlockCode(models.Model):
    """The code that was mailed to a locked-out person; a newer one takes its place."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="unlock_code")
    # Keyed with SECRET_KEY: six digits alone could be guessed from a plain hash.
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)


class Block(models.Model):
    """Two people who do not meet: neither sees what the other makes (R14)."""

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="accounts_block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="accounts_block_not_self"),
        ]
        indexes = [models.Index(fields=["blocker", "-created_at", "-id"], name="accounts_block_list")]


class Mute(models.Model):
    """A person whose things stay out of another one's lists; links to them still open."""

    muter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    muted = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="accounts_mute_once"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="accounts_mute_not_self"),
        ]
        indexes = [models.Index(fields=["muter", "-created_at", "-id"], name="accounts_mute_list")]
