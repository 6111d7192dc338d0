"""Times that something hangs on."""

from datetime import datetime

from django import template

from accounts import zones

register = template.Library()


@register.filter
def spell_time(at: datetime) -> str:
    """Return day and time in the person's zone, with its name."""
    return zones.spell_time(at)
