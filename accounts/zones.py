"""Time zones by their IANA name."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

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
