"""May this person decide about this version, or about what is live?"""

from django.utils.translation import gettext as _

from accounts.queries import Viewer
from characters.models import Item, ItemRevision, State
from characters.policies.parts import for_kind, material_refusal
from core.refusals import Refusal
from moderation.policies import is_reviewer, self_refusal
from policies.rules import RULES


def review_refusal(actor: Viewer, revision: ItemRevision) -> Refusal | None:
    """Say no to a decision about a revision: reviewers decide what waits in their queue (R6)."""
    if refusal := decision_refusal(actor, revision.item):
        return refusal
    if revision.state == State.PENDING or revision.is_held:
        return None
    if revision.state == State.WITHDRAWN:
        return Refusal("withdrawn", _("The creator withdrew this version meanwhile."))
    if revision.state == State.SUBMITTED:
        return Refusal("not-screened", _("Automatic screening of this version is not finished."))
    return Refusal(
        "already-decided",
        _("This version is not waiting for review any more: it is %(state)s.")
        % {"state": State(revision.state).label},
    )


def approve_refusal(actor: Viewer, revision: ItemRevision, *, expected_hash: str) -> Refusal | None:
    """Say no to approving something else than what the reviewer saw."""
    if refusal := review_refusal(actor, revision):
        return refusal
    if revision.content_hash != expected_hash:
        return Refusal(
            "changed", _("This is not the version that you looked at."), _("Look at it again and decide.")
        )
    return material_refusal(revision)


def reviewer_refusal(actor: Viewer) -> Refusal | None:
    """Say no to everybody who does not review."""
    if is_reviewer(actor):
        return None
    return Refusal("not-reviewer", _("Only reviewers decide about publication."))


def reason_refusal(reason_code: str) -> Refusal | None:
    """Say no to a reason that stands in no list."""
    if reason_code in RULES:
        return None
    return Refusal("reason-unknown", _("Choose the rule that this is about."))


def delist_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to taking down what is not live."""
    if refusal := decision_refusal(actor, item):
        return refusal
    if item.live_revision is None:
        return Refusal(
            "not-live",
            for_kind(
                item.KIND,
                character=_("This character has no live version."),
                story=_("This story has no live version."),
            ),
        )
    return None


def reinstate_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to reinstating what was not taken down."""
    if refusal := decision_refusal(actor, item):
        return refusal
    if item.delisted_revision is None:
        return Refusal(
            "not-delisted",
            for_kind(
                item.KIND,
                character=_("This character was not taken down, or a newer version is live."),
                story=_("This story was not taken down, or a newer version is live."),
            ),
        )
    return None


def rejected_refusal(item: Item, rejected: ItemRevision | None, *, is_overtaken: bool) -> Refusal | None:
    """Say no to publishing after all what was turned down.

    rejected: None where there is no such version. is_overtaken: a newer one was approved since.
    """
    if rejected is None:
        return not_rejected()
    live: ItemRevision | None = item.live_revision
    if live is not None and live.content_hash == rejected.content_hash:
        return Refusal("already-live", _("This is live already."))
    if is_overtaken:
        return Refusal("newer-approved", _("A newer version was approved since; that one stays."))
    return material_refusal(rejected)


def not_rejected() -> Refusal:
    """Say no to approving after all what nobody turned down."""
    return Refusal("not-rejected", _("This version was not rejected."))


def decision_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to everybody who does not review, and to those who do where it is their own."""
    return reviewer_refusal(actor) or self_refusal(actor, user_id=item.owner_id)
