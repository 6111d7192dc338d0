"""Links that turn mails off without signing in. Whoever holds the mail may use them, however old it is."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

_SALT = "notifications.unsubscribe"


class LinkError(ValueError):
    """The link was not made by us, or was cut short."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whose mails, and of which group; no group means those that come once a day."""

    person_id: str
    group: str


def absolute(path: str) -> str:
    """Return the address of a path of ours for use outside the product."""
    return f"{settings.SITE_URL}{path}" if path.startswith("/") else path


def unsubscribe_url(user: User, *, group: str = "") -> str:
    """Return the link that turns off the mails of a group, or all that come once a day."""
    token = signing.dumps([user.public_id, group], salt=_SALT)
    return absolute(reverse("notifications-unsubscribe", kwargs={"token": token}))


def read_token(token: str) -> Target:
    """Return what a link is about. Raises LinkError."""
    try:
        person_id, group = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkError("unreadable token") from error
    return Target(person_id, group)
