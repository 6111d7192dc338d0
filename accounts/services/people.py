"""A person's own settings: Safe Mode, age, time zone."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import age, policies, zones
from accounts.models import User
from accounts.services.restricting import suspend_user
from core import audit
from core.refusals import Refusal, RefusedError


class SafeModeRefusedError(RefusedError):
    """Safe Mode that cannot be turned off."""


class BirthDateRefusedError(RefusedError):
    """A date of birth that cannot be taken."""


@transaction.atomic
def create_verified_user(
    *, username: str, email: str, password: str, date_of_birth: date | None, **fields: object
) -> User:
    """Make an account whose email counts as confirmed: demo data, tests, operators."""
    user = User.objects.create_user(
        username=username, email=email, password=password, date_of_birth=date_of_birth, **fields
    )
    EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)
    return user


@transaction.atomic
def set_safe_mode(*, actor: User, is_on: bool, now: datetime) -> tuple[User, bool]:
    """Turn the viewer's Safe Mode on or off (R10); returns whether this call changed it.

    Raises SafeModeRefusedError (codes: age-unknown, minor) when a person who may not turn it off tries to.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if not is_on and (refusal := policies.safe_mode_off_refusal(user, now=now)):
        raise SafeModeRefusedError(refusal)
    if user.safe_mode == is_on:
        return user, False
    user.safe_mode = is_on
    user.save(update_fields=["safe_mode"])
    audit.record(
        actor=user.subject,
        kind="safe-mode.on" if is_on else "safe-mode.off",
        at=now,
        target_kind="user",
        target_id=user.public_id,
    )
    return user, True


def set_date_of_birth(*, actor: User, date_of_birth: date, now: datetime) -> User:
    """Take the date of birth of an account that has none; it cannot be changed afterwards.

    Below the least age the date is not kept and the account is suspended.
    Raises BirthDateRefusedError (codes: known, implausible, too-young).
    """
    today = now.astimezone(zones.find_zone(actor.time_zone)).date()
    if not age.is_plausible(date_of_birth, today):
        raise BirthDateRefusedError(
            Refusal("implausible", _("This date cannot be right. Please check day, month and year."))
        )
    if age.years_on(date_of_birth, today) < age.MINIMUM_YEARS:
        text = str(_("StoryChat is for people aged 13 and older. You are welcome once you are old enough."))
        suspend_user(actor=None, user=actor, reason_code="minimum-age", explanation=text, now=now)
        raise BirthDateRefusedError(Refusal("too-young", text))
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if user.date_of_birth is not None:
            raise BirthDateRefusedError(Refusal("known", _("Your date of birth cannot be changed.")))
        user.date_of_birth = date_of_birth
        user.save(update_fields=["date_of_birth"])
        audit.record(
            actor=user.subject,
            kind="birth-date.set",
            at=now,
            target_kind="user",
            target_id=user.public_id,
        )
    return user


@transaction.atomic
def set_time_zone(*, actor: User, name: str) -> User:
    """Show times to this person in another zone."""
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    user.time_zone = zones.known_name(name)
    user.save(update_fields=["time_zone"])
    return user
