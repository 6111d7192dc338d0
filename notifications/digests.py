"""The daily mail: once a day, in the person's morning, when there is something to say."""

from datetime import datetime, time

from django.db import transaction

from accounts import zones
from accounts.models import User
from notifications import delivery, queries
from notifications.models import Digest

# By the person's own clock.
MORNING = time(8)
_PEOPLE_AT_ONCE = 500


def make_digests(*, now: datetime) -> int:
    """Make the daily mails of everybody whose morning has come; returns how many.

    Run it often: who has had one today gets no other, and what a run leaves over the next one takes.
    """
    return sum(_make_in_zone(zone, now=now) for zone in queries.list_zones_to_digest(before=now))


@transaction.atomic(durable=True)
def make_digest(*, user_id: int, morning: datetime, now: datetime) -> tuple[Digest | None, bool]:
    """Put what somebody has not read since before `morning` into one mail; returns whether this call did.

    The day counts as of `morning`. Of two calls at once the constraint on person and day lets one through.
    None when there is nothing to say any more. Raises User.DoesNotExist.
    """
    user = User.objects.get(pk=user_id)
    digest, is_new = Digest.objects.get_or_create(user=user, day=morning.date(), defaults={"created_at": now})
    if not is_new:
        return digest, False
    if not queries.list_to_digest(before=morning).filter(user=user).update(digest=digest):
        digest.delete()
        return None, False
    delivery.queue_mail(user=user, digest=digest, now=now)
    return digest, True


def find_morning(zone_name: str, *, now: datetime) -> datetime | None:
    """Return this day's morning by the clocks of a zone, or None while it is still to come."""
    local = now.astimezone(zones.find_zone(zone_name))
    morning = datetime.combine(local.date(), MORNING, tzinfo=local.tzinfo)
    return morning if local >= morning else None


def _make_in_zone(zone_name: str, *, now: datetime) -> int:
    morning = find_morning(zone_name, now=now)
    if morning is None:
        return 0
    people = queries.list_people_to_digest(
        zone=zone_name, day=morning.date(), before=morning, count=_PEOPLE_AT_ONCE
    )
    return sum(make_digest(user_id=user_id, morning=morning, now=now)[1] for user_id in people)
