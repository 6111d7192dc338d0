"""May this person do this now?"""

from datetime import datetime

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts import queries, zones
from accounts.models import Restriction, User
from accounts.queries import Viewer
from core.refusals import Refusal


def sees_mature(viewer: Viewer) -> bool:
    """Whether the viewer turned their own Safe Mode off, and is an adult today; unknown age means minor.

    The age is asked each time: a row that says otherwise, however it came to, opens nothing. No query. Nobody
    sees what is mature where such items are not allowed.
    """
    return (
        settings.MATURE_ITEMS_ALLOWED
        and isinstance(viewer, User)
        and viewer.is_active
        and not viewer.safe_mode
        # A condition of every list of items, of which none knows the hour; only the day counts.
        and viewer.is_adult(localdate(timezone=zones.find_zone(viewer.time_zone)))
    )


def looks_after_child_safety(viewer: Viewer) -> bool:
    """Whether the viewer reads what concerns the safety of children: staff with a right of its own (R11).

    Every staff page asks this before it shows that something was stopped because of minors.
    """
    return (
        isinstance(viewer, User)
        and viewer.is_active
        and viewer.is_staff
        and any(viewer.has_perm(f"moderation.{right}_safetycase") for right in ("view", "change"))
    )


def restriction_refusal(user: User, scope: Restriction.Scope, *, now: datetime) -> Refusal | None:
    """Say no while the account, or this part of it, is restricted. One query."""
    if not user.is_active:
        return Refusal("suspended", _("Your account is suspended."))
    found = (
        queries.list_active_restrictions(user, now=now)
        .filter(scope__in=[Restriction.Scope.ACCOUNT, scope])
        .first()
    )
    if found is None:
        return None
    return Refusal("restricted", found.explanation, _("Your standing page says until when, and why."))


def safe_mode_site_refusal() -> Refusal | None:
    """Say no to turning any Safe Mode off, a viewer's or a character's, where the operator said so."""
    if settings.MATURE_ITEMS_ALLOWED:
        return None
    return Refusal(
        "mature-not-allowed",
        _("Safe Mode stays on for everybody: this site shows nothing mature."),
        _("Leave Safe Mode on."),
    )


def safe_mode_off_refusal(user: User, *, now: datetime) -> Refusal | None:
    """Say no while a person may not turn their own Safe Mode off (R10); unknown age means minor."""
    if refusal := safe_mode_site_refusal():
        return refusal
    if user.date_of_birth is None:
        return Refusal(
            "age-unknown",
            _("Safe Mode stays on because we do not know your date of birth."),
            _("Tell us your date of birth first."),
        )
    if not user.is_adult(now.astimezone(zones.find_zone(user.time_zone)).date()):
        return Refusal(
            "minor",
            _("Safe Mode stays on until you are 18."),
            _("Everything else on StoryChat is open to you."),
        )
    return None


def block_refusal(actor: User, person: User) -> Refusal | None:
    """Say no to blocking oneself or staff: whoever looks after the product must be able to look."""
    if person.is_staff and actor.pk != person.pk:
        return Refusal(
            "staff",
            _("This person works for StoryChat and cannot be blocked."),
            _("You can mute them: then what they make stays out of your lists."),
        )
    return _self_refusal(actor, person)


def mute_refusal(actor: User, person: User) -> Refusal | None:
    """Say no to muting oneself."""
    return _self_refusal(actor, person)


def _self_refusal(actor: User, person: User) -> Refusal | None:
    return Refusal("self", _("This is you.")) if actor.pk == person.pk else None
