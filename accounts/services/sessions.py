"""Known devices and sessions."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import announce
from accounts.models import KnownDevice, User
from core import audit


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
