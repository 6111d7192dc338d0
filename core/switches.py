"""Every feature has a switch. Off carries the reason that users read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.models import FeatureSwitch, Subject
from core.refusals import Refusal


class Feature(StrEnum):
    """The features an operator can stop."""

    SIGN_UP = "sign-up"
    CHARACTERS = "characters"
    PICTURES = "pictures"
    UPLOADS = "uploads"
    PUBLISHING = "publishing"
    CHAT = "chat"
    REPORTS = "reports"
    # What many reports at once shut by themselves; see moderation.services.surges.
    AUTOMATIC_LOCKS = "automatic-locks"
    PAYMENTS = "payments"


def refusal(feature: Feature) -> Refusal | None:
    """Return why a feature is off, or None while it is on. One query."""
    switch = FeatureSwitch.objects.filter(key=feature.value, is_on=False).first()
    if switch is None:
        return None
    return Refusal("feature-off", switch.reason, _("Please try again later."))


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """A feature with its state, for the staff page."""

    feature: Feature
    is_on: bool
    reason: str
    changed_at: datetime | None


def list_switches() -> list[SwitchRow]:
    """Return every feature; one that was never switched is on."""
    stored = {switch.key: switch for switch in FeatureSwitch.objects.all()}
    return [
        SwitchRow(feature, switch.is_on, switch.reason, switch.changed_at)
        if (switch := stored.get(feature.value))
        else SwitchRow(feature, is_on=True, reason="", changed_at=None)
        for feature in Feature
    ]


@transaction.atomic
def set_switch(
    *, actor: Subject | None, feature: Feature, is_on: bool, reason: str, now: datetime
) -> tuple[FeatureSwitch, bool]:
    """Turn a feature on or off and audit it; returns whether this call changed anything."""
    current = FeatureSwitch.objects.select_for_update().filter(key=feature.value).first()
    if current is not None and current.is_on == is_on and current.reason == reason:
        return current, False
    switch, _created = FeatureSwitch.objects.update_or_create(
        key=feature.value,
        defaults={"is_on": is_on, "reason": reason, "changed_at": now, "changed_by": actor},
    )
    audit.record(
        actor=actor,
        kind="switch.changed",
        at=now,
        target_kind="feature",
        target_id=feature.value,
        data={"is_on": is_on, "reason": reason},
    )
    return switch, True
