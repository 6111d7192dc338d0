"""Operations on accounts: Safe Mode, age, restrictions, known devices, sessions."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import age, announce, policies, queries, zones
from accounts.models import KnownDevice, Restriction, User
from core import audit
from core.refusals import Refusal, RefusedError


class SafeModeRefusedError(RefusedError):
    """Safe Mode that cannot be turned off."""


class BirthDateRefusedError(RefusedError):
    """A date of birth that cannot be taken."""


class RestrictionRefusedError(RefusedError):
    """A restriction that cannot be made."""


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
    user = User.objects.select_for_update().get(pk=actor.pk)
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
        user = User.objects.select_for_update().get(pk=actor.pk)
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
    user = User.objects.select_for_update().get(pk=actor.pk)
    user.time_zone = zones.known_name(name)
    user.save(update_fields=["time_zone"])
    return user


@transaction.atomic
def restrict_user(
    *,
    actor: User | None,
    user: User,
    scope: Restriction.Scope,
    reason_code: str,
    explanation: str,
    ends_at: datetime | None,
    now: datetime,
) -> tuple[Restriction, bool]:
    """Stop a person from using a part of the product until `ends_at` (R13), and tell them.

    A second call for the same part and rule while the first applies changes nothing. `actor` is null when
    the system decides. Raises RestrictionRefusedError (codes: self, staff).
    """
    person = _lock_target(actor=actor, user=user)
    current = queries.list_active_restrictions(person, now=now).filter(scope=scope, reason_code=reason_code)
    if (found := current.first()) is not None:
        return found, False
    restriction = Restriction.objects.create(
        user=person,
        created_at=now,
        scope=scope,
        reason_code=reason_code,
        explanation=explanation,
        starts_at=now,
        ends_at=ends_at,
    )
    _record_and_tell(
        actor, restriction, kind="restriction.made", title=_("A part of your account is restricted"), now=now
    )
    return restriction, True


@transaction.atomic
def suspend_user(
    *, actor: User | None, user: User, reason_code: str, explanation: str, now: datetime
) -> tuple[Restriction, bool]:
    """End a person's use of the product until the suspension is lifted; it reaches open sessions at once.

    Raises RestrictionRefusedError (codes: self, staff).
    """
    person = _lock_target(actor=actor, user=user)
    current = queries.list_active_restrictions(person, now=now).filter(is_suspension=True).first()
    if current is not None:
        return current, False
    restriction = Restriction.objects.create(
        user=person,
        created_at=now,
        scope=Restriction.Scope.ACCOUNT,
        is_suspension=True,
        reason_code=reason_code,
        explanation=explanation,
        starts_at=now,
        ends_at=None,
    )
    person.is_active = False
    person.save(update_fields=["is_active"])
    _record_and_tell(actor, restriction, kind="user.suspended", title=_("Your account is suspended"), now=now)
    return restriction, True


@transaction.atomic
def lift_restriction(
    *, actor: User | None, restriction: Restriction, now: datetime
) -> tuple[Restriction, bool]:
    """End a restriction or suspension early; returns whether this call did it."""
    person = User.objects.select_for_update().get(pk=restriction.user_id)
    locked = Restriction.objects.select_for_update().get(pk=restriction.pk)
    if not locked.is_active(now):
        return locked, False
    locked.lifted_at = now
    locked.save(update_fields=["lifted_at"])
    if locked.is_suspension:
        person.is_active = True
        person.save(update_fields=["is_active"])
    locked.user = person
    _record_and_tell(
        actor, locked, kind="restriction.lifted", title=_("A restriction on your account was lifted"), now=now
    )
    return locked, True


def _lock_target(*, actor: User | None, user: User) -> User:
    person = User.objects.select_for_update().get(pk=user.pk)
    if actor is not None and actor.pk == person.pk:
        raise RestrictionRefusedError(Refusal("self", _("You cannot restrict yourself.")))
    if actor is not None and person.is_staff and not actor.is_superuser:
        raise RestrictionRefusedError(Refusal("staff", _("Only an administrator can restrict staff.")))
    return person


def _record_and_tell(
    actor: User | None, restriction: Restriction, *, kind: str, title: object, now: datetime
) -> None:
    audit.record(
        actor=actor.subject if actor is not None else None,
        kind=kind,
        at=now,
        target_kind="user",
        target_id=restriction.user.public_id,
        data={
            "restriction": restriction.public_id,
            "scope": str(restriction.scope),
            "reason_code": restriction.reason_code,
            "ends_at": restriction.ends_at.isoformat() if restriction.ends_at else None,
        },
    )
    announce.tell(
        user=restriction.user,
        kind="standing",
        title=str(title),
        body="" if restriction.lifted_at else restriction.explanation,
        url=reverse("settings-standing"),
        now=now,
        by_mail=True,
    )


@transaction.atomic
def remember_device(*, user: User, token_hash: str, label: str, is_first: bool, now: datetime) -> bool:
    """Note a sign-in with a browser; returns whether the person was told that it is a new one (R17).

    is_first: the sign-in that ends a sign-up, which nobody needs to hear about.
    """
    device, created = KnownDevice.objects.get_or_create(
        user=user,
        token_hash=token_hash,
        defaults={"label": label, "first_seen_at": now, "last_seen_at": now},
    )
    if not created:
        device.label, device.last_seen_at = label, now
        device.save(update_fields=["label", "last_seen_at"])
        return False
    audit.record(actor=user.subject, kind="device.new", at=now, target_kind="user", target_id=user.public_id)
    if is_first or not user.known_devices.exclude(pk=device.pk).exists():
        return False
    announce.tell(
        user=user,
        kind="new-device",
        title=_("New sign-in to your account"),
        body=_(
            "Someone signed in with %(device)s, which we had not seen before. If it was you, all is well. If "
            "not, change your password and sign out elsewhere."
        )
        % {"device": label},
        url=reverse("settings-security"),
        now=now,
        by_mail=True,
    )
    return True


@transaction.atomic
def end_other_sessions(*, actor: User, session_key: str | None, now: datetime) -> int:
    """Sign the person out everywhere but here; returns how many sessions ended."""
    others = UserSession.objects.filter(user=actor).exclude(session_key=session_key)
    keys = list(others.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    others.delete()
    audit.record(
        actor=actor.subject,
        kind="sessions.ended",
        at=now,
        target_kind="user",
        target_id=actor.public_id,
        data={"count": len(keys)},
    )
    return len(keys)


@transaction.atomic
def clear_sessions(*, now: datetime) -> int:
    """Delete sessions that are over, and what we show of sessions that are gone; returns how many rows."""
    over = Session.objects.filter(expire_date__lt=now).delete()[0]
    gone: int = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]
    return over + gone
