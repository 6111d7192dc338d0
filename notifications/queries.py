"""Reads about notices, wishes and mails."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import User
from notifications import kinds
from notifications.kinds import Group
from notifications.models import Digest, Mail, Notice, Preference, Timing

# The bell says "99+" beyond this.
_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person gets the notices of a group."""

    is_shown: bool = True
    by_mail: Timing = Timing.AT_ONCE


def list_notices(user: User, *, group: str = "") -> QuerySet[Notice]:
    """Return what a person is shown, of one group if it is named."""
    notices = Notice.objects.filter(user=user, is_shown=True)
    return notices.filter(group=group) if group else notices


def count_unread(user: User) -> int:
    """Return how many notices are unread, at most 100. One query."""
    return Notice.objects.filter(user=user, read_at=None, is_shown=True)[:_COUNTED].count()


def get_wish(user: User, group: Group) -> Wish:
    """Return how the person gets this group. One query, none for a group that everybody gets."""
    if group.is_required:
        return Wish()
    return _effective(group, Preference.objects.filter(user=user, group=group.code).first())


def list_wishes(user: User) -> dict[str, Wish]:
    """Return how the person gets each group, by its code. One query."""
    stored = {row.group: row for row in Preference.objects.filter(user=user)}
    return {group.code: _effective(group, stored.get(group.code)) for group in kinds.list_groups()}


def _effective(group: Group, stored: Preference | None) -> Wish:
    """Return what holds: a group that became one everybody gets overrules what was stored before."""
    if stored is None:
        return Wish()
    return Wish(
        is_shown=stored.is_shown or not group.can_hide,
        by_mail=Timing(stored.by_mail) if group.can_stop_mail else Timing.AT_ONCE,
    )


def find_person(public_id: str) -> User | None:
    """Return who has this id."""
    return User.objects.filter(public_id=public_id).first()


def get_mail(mail_id: int) -> Mail:
    """Return a mail with whom it goes to and what it is about. One query. Raises Mail.DoesNotExist."""
    return Mail.objects.select_related("user", "notice", "digest").get(pk=mail_id)


def list_for_digest(digest: Digest, *, groups: Iterable[str]) -> list[Notice]:
    """Return what a digest still has to tell: not read meanwhile, of these groups; the newest first."""
    notices = digest.notices.filter(read_at=None, group__in=list(groups))
    return list(notices.order_by("-created_at", "-id"))


def list_to_digest(*, before: datetime) -> QuerySet[Notice]:
    """Return the unread notices that wait for the next daily mail."""
    return Notice.objects.filter(
        by_mail=Timing.DAILY, digest=None, read_at=None, created_at__lt=before, user__is_active=True
    ).exclude(user__email="")


def list_zones_to_digest(*, before: datetime) -> list[str]:
    """Return the time zones of the people for whom something waits."""
    zones = list_to_digest(before=before).values_list("user__time_zone", flat=True)
    return list(zones.order_by("user__time_zone").distinct())


def list_people_to_digest(*, zone: str, day: date, before: datetime, count: int) -> list[int]:
    """Return the people of a zone for whom something waits and who had no daily mail on `day`."""
    waiting = list_to_digest(before=before).filter(user__time_zone=zone)
    had_one = Digest.objects.filter(day=day).values("user_id")
    found = waiting.exclude(user__in=had_one).order_by("user_id").values_list("user_id", flat=True)
    return list(found.distinct()[:count])


def list_expired_mails(*, now: datetime, count: int) -> list[int]:
    """Return mails whose worker died while it sent them."""
    expired = Mail.objects.filter(state=Mail.State.SENDING, lease_expires_at__lt=now)
    return list(expired.order_by("lease_expires_at").values_list("pk", flat=True)[:count])


def list_due_mails(*, before: datetime, count: int) -> list[int]:
    """Return waiting mails that should have gone out before `before`, the oldest first."""
    due = Mail.objects.filter(state=Mail.State.WAITING, due_at__lt=before)
    return list(due.order_by("due_at", "id").values_list("pk", flat=True)[:count])
