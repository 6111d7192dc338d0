"""May this person ask for, cancel or repeat a picture now?"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import policies as account_policies
from accounts.models import Restriction, User
from accounts.queries import Viewer
from core import switches
from core.refusals import Refusal
from core.switches import Feature
from imagegen import queries
from imagegen.models import Picture

# How many pictures of one person may wait or be drawn at the same time.
UNFINISHED_PER_OWNER = 4


def request_refusal(owner: User, *, now: datetime) -> Refusal | None:
    """Say no while pictures are off, the person is restricted, or enough of theirs are on their way."""
    if refusal := switches.refusal(Feature.PICTURES):
        return refusal
    if refusal := restriction_refusal(owner, now=now):
        return refusal
    if queries.list_unfinished(owner).count() >= UNFINISHED_PER_OWNER:
        return Refusal(
            "too-many-unfinished",
            _("You already have several pictures on their way."),
            _("Wait until one is done, or cancel one."),
        )
    return None


def upload_refusal(owner: User, *, now: datetime) -> Refusal | None:
    """Say no while uploads are off or the person is restricted."""
    return switches.refusal(Feature.UPLOADS) or restriction_refusal(owner, now=now)


def restriction_refusal(owner: User, *, now: datetime) -> Refusal | None:
    """Say no to somebody who may not use pictures now; running jobs ask it again and again (R13)."""
    return account_policies.restriction_refusal(owner, Restriction.Scope.PICTURES, now=now)


def cancel_refusal(actor: User, picture: Picture) -> Refusal | None:
    """Only the owner cancels. A finished picture is left as it is, which is not a no."""
    return _owner_refusal(actor, picture)


def retry_refusal(actor: User, picture: Picture) -> Refusal | None:
    """The owner tries again what was asked for and did not come."""
    if refusal := _owner_refusal(actor, picture):
        return refusal
    if picture.is_removed:
        return Refusal("removed", _("This picture was removed."), _("Ask for another one instead."))
    if not can_retry(picture):
        return Refusal("not-finished", _("There is nothing to try again: this picture is fine as it is."))
    return None


def can_retry(picture: Picture) -> bool:
    """Whether the picture ended without a result; one that was removed had one."""
    is_lost = picture.is_terminal and not picture.is_ready and not picture.is_removed
    return picture.is_generated and is_lost


def reroll_refusal(actor: User, picture: Picture) -> Refusal | None:
    """The owner has a finished picture drawn again, free, that shows somebody else. Once."""
    if refusal := _owner_refusal(actor, picture):
        return refusal
    if not picture.is_ready:
        return Refusal("not-finished", _("This picture is not finished yet."))
    if not picture.is_unlike:
        return Refusal(
            "likeness-fine", _("This picture shows them well enough."), _("Ask for another one instead.")
        )
    if picture.is_rerolled or picture.reroll_of_id is not None:
        return reroll_used_refusal()
    return None


def reroll_used_refusal() -> Refusal:
    """Say that the free one of a picture was had already; a free one has no free one of its own."""
    return Refusal(
        "already-rerolled", _("This picture was drawn again already."), _("Ask for another one instead.")
    )


def can_report(viewer: Viewer, picture: Picture) -> bool:
    """Whether somebody signed in reports a picture that they see: others', and what was drawn for them."""
    is_own = viewer.pk == picture.owner_id
    return viewer.is_authenticated and picture.is_ready and (picture.is_generated or not is_own)


def _owner_refusal(actor: User, picture: Picture) -> Refusal | None:
    if picture.owner_id == actor.pk:
        return None
    return Refusal("not-owner", _("This picture belongs to somebody else."))
