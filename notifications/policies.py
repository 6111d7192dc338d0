"""What people may turn off."""

from django.utils.translation import gettext_lazy as _

from core.refusals import Refusal
from notifications import kinds
from notifications.models import Timing
from notifications.queries import Wish


def wish_refusal(code: str, wish: Wish) -> Refusal | None:
    """Return why the notices of a group cannot be had that way."""
    try:
        group = kinds.get_group(code)
    except KeyError:
        return Refusal("unknown-group", _("There are no such notices."))
    if not group.can_stop_mail and wish.by_mail != Timing.AT_ONCE:
        return Refusal("always-mailed", _("These mails are always sent: they concern your account."))
    if not group.can_hide and not wish.is_shown:
        return Refusal("always-shown", _("These notices are always shown."))
    return None
