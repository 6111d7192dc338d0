"""What every app shares: the base row, pseudonymous subjects, the audit trail, operator switches."""

from typing import Any, NoReturn, TypeVar

from django.db import models

from core import ids

_Row = TypeVar("_Row", bound=models.Model)


class PublicModel(models.Model):
    """A row with a bigint key inside and an unguessable id outside."""

    public_id = models.CharField(max_length=32, unique=True, default=ids.new_public_id, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class Subject(models.Model):
    """Who an append-only record is about, without saying who that is.

    The person's data hangs off `accounts.User` and can be erased; records keep pointing here.
    """

    public_id = models.CharField(max_length=32, unique=True, default=ids.new_public_id, editable=False)

    def __str__(self) -> str:
        return self.public_id[:8]


class AppendOnlyError(TypeError):
    """Raised on an attempt to change or delete an append-only row."""


class AppendOnlyQuerySet(models.QuerySet[_Row]):
    """Refuses what would rewrite history."""

    def update(self, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)

    def delete(self) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)


class AppendOnlyModel(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnlyError(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError(type(self).__name__)


class AuditEvent(AppendOnlyModel):
    """One thing that somebody (or the system, when `actor` is null) did."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    target_kind = models.CharField(max_length=40, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["target_kind", "target_id", "at"], name="core_audit_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_kind} {self.target_id[:8]}"


class FeatureSwitch(models.Model):
    """An operator's decision that differs from a feature's default; see core.switches."""

    key = models.CharField(max_length=40, unique=True)
    is_on = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "feature switches"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_on=True) | ~models.Q(reason=""), name="core_switch_off_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {'on' if self.is_on else 'off'}"
