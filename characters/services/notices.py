"""What creators are told about decisions. Part of the caller's transaction."""

from datetime import datetime

from django.utils.translation import gettext as _

from characters.models import Character, Revision
from notifications import services as notification_services

_TITLE_NAME_LENGTH = 60


def tell_approved(character: Character, revision: Revision, *, now: datetime) -> None:
    """Tell the creator that others can meet the character."""
    _tell(
        character,
        kind="character-approved",
        title=_("%(name)s is approved") % _name(revision),
        body=_("Others can find it in discovery while its visibility is Public."),
        now=now,
    )


def tell_rejected(character: Character, revision: Revision, *, now: datetime) -> None:
    """Tell the creator why not, and how to fix it."""
    _tell(
        character,
        kind="character-rejected",
        title=_("%(name)s was not approved") % _name(revision),
        body=_reason(revision),
        now=now,
    )


def tell_delisted(character: Character, revision: Revision, *, now: datetime) -> None:
    """Tell the creator that the item is back in the library, and why."""
    _tell(
        character,
        kind="character-delisted",
        title=_("%(name)s was taken down") % _name(revision),
        body=_("%(reason)s It is back in your library; nothing is lost.")
        % {"reason": _reason(revision) + "\n\n"},
        now=now,
    )


def tell_reinstated(character: Character, revision: Revision, *, now: datetime) -> None:
    """Tell the creator that the item is live again."""
    _tell(
        character,
        kind="character-reinstated",
        title=_("%(name)s is live again") % _name(revision),
        body=_("Your appeal was upheld."),
        now=now,
    )


def _name(revision: Revision) -> dict[str, str]:
    return {"name": revision.name[:_TITLE_NAME_LENGTH]}


def _reason(revision: Revision) -> str:
    return _("%(why)s\n\nHow to fix it: %(fix)s") % {"why": revision.explanation, "fix": revision.fix}


def _tell(character: Character, *, kind: str, title: str, body: str, now: datetime) -> None:
    notification_services.notify(
        user=character.owner,
        kind=kind,
        title=title,
        body=body,
        url=character.get_absolute_url(),
        now=now,
        by_mail=True,
    )
