"""Which usernames people may choose."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts import naming

# Names that would pass for us, or for a page.
_RESERVED = frozenset(
    (
        *("abuse", "account", "accounts", "admin", "administrator", "api", "billing", "help", "helpdesk"),
        *("legal", "me", "media", "mod", "moderation", "moderator", "news", "notifications", "null"),
        *("official", "operator", "payments", "privacy", "root", "safety", "security", "settings", "staff"),
        *("status", "storychat", "support", "system", "team", "trust", "undefined", "username", "webmaster"),
    )
)


def refuse_reserved(value: str) -> None:
    """Raise ValidationError on a name that could be mistaken for ours, with or without punctuation."""
    if re.sub(r"[._-]", "", value.lower()) in _RESERVED:
        raise ValidationError(_("This username is reserved. Please choose another."), code="reserved")


def refuse_unfit(value: str) -> None:
    """Raise ValidationError on a name that breaks a rule, with the rule."""
    if refusal := naming.find_refusal(value):
        raise ValidationError(f"{refusal.message} {refusal.fix}".strip(), code=refusal.code)


VALIDATORS = [
    RegexValidator(
        r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z",
        _("Use letters from a to z, digits and . _ - with a letter or digit at both ends."),
        code="characters",
    ),
    refuse_reserved,
    refuse_unfit,
]
