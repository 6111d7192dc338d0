"""Who may be in a story (R8)."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.queries import Viewer
from characters.models import CAST_LIMIT, CastMember
from core.refusals import Refusal


def cast_refusal(cast: Sequence[str], *, known: Collection[str]) -> Refusal | None:
    """Say no to a cast that cannot be saved: too large, somebody twice, somebody whom the author cannot see.

    cast: public ids. known: of those whom the author sees, or who are in the story already. What the author
    does not see is to them as if it did not exist.
    """
    if len(cast) > CAST_LIMIT:
        return Refusal(
            "cast-too-large",
            ngettext(
                "A story has %(count)d character at most.",
                "A story has %(count)d characters at most.",
                CAST_LIMIT,
            )
            % {"count": CAST_LIMIT},
            _("Take somebody out of the cast."),
        )
    if len(set(cast)) != len(cast):
        return Refusal(
            "cast-doubled", _("Somebody is in the cast twice."), _("Take one of the two out of the cast.")
        )
    if any(public_id not in known for public_id in cast):
        return Refusal(
            "cast-unknown",
            _("Somebody in the cast is not available to you."),
            _("Choose characters of your own, or others that you can see."),
        )
    return None


def unseen_refusal(author: Viewer, cast: Sequence[CastMember]) -> Refusal | None:
    """Say no to submitting a story with somebody whom its author does not see any more."""
    if all(member.is_seen_by(author) for member in cast):
        return None
    return Refusal(
        "cast-not-available",
        _("Somebody in the cast is not available to you any more."),
        _("Edit the story and choose another cast."),
    )
