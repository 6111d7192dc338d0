"""Time zones by their IANA name, and times as people read them."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.formats import date_format
from django.utils.timezone import localtime

UTC = "UTC"


@cache
def list_names() -> tuple[str, ...]:
    """Return every known name, in order."""
    return tuple(sorted(available_timezones()))


def known_name(name: str) -> str:
    """Return the name when it is known, else UTC."""
    return name if name in list_names() else UTC


def find_zone(name: str) -> ZoneInfo:
    """Return the zone, or UTC for a name that is unknown."""
    return ZoneInfo(known_name(name))


def spell_time(at: datetime, zone: ZoneInfo | None = None) -> str:
    """Return day and time with the name of the zone, so that nobody has to guess which clock is meant.

    zone: the current one unless told.
    """
    local = localtime(at, zone)
    name = local.tzname() or UTC
    # Many zones have no letters of their own, only "+07".
    label = f"{UTC}{name}" if name.startswith(("+", "-")) else name
    return f"{date_format(local, 'DATETIME_FORMAT')} ({label})"
