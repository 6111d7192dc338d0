"""May this person publish this, or stop publishing it?"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import policies as account_policies
from accounts.models import Restriction, User
from accounts.queries import Viewer
from characters.models import FROZEN_OPEN_STATES, Item, ItemRevision, State, StoryRevision
from characters.policies.cast import unseen_refusal
from characters.policies.parts import for_kind, material_refusal, owner_refusal
from core import switches
from core.refusals import Refusal
from core.switches import Feature


def publishing_refusal(actor: User, *, now: datetime) -> Refusal | None:
    """Say no while publishing is restricted or switched off. Two queries."""
    return account_policies.restriction_refusal(
        actor, Restriction.Scope.PUBLISHING, now=now
    ) or switches.refusal(Feature.PUBLISHING)


def submit_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to a submission. The button is absent when the code is not-draft or not-owner (R5)."""
    if refusal := owner_refusal(actor, item):
        return refusal
    revision = item.open_revision
    if revision is None or revision.state != State.DRAFT:
        return _not_draft_refusal(item)
    if missing := revision.missing_fields():
        names = _field_names()
        return Refusal(
            "incomplete",
            _("Before review, fill in: %(fields)s.")
            % {"fields": ", ".join(str(names[field]) for field in missing)},
            _("Add what is missing, save, and submit again."),
        )
    if isinstance(revision, StoryRevision):
        return unseen_refusal(actor, revision.list_cast())
    return material_refusal(revision)


def unchanged_refusal(*, decided_before: ItemRevision | None) -> Refusal | None:
    """Say no to content that was rejected or taken down before and did not change since (R5)."""
    if decided_before is None:
        return None
    return Refusal(
        "unchanged",
        _("Nothing has changed since this was turned down: %(why)s") % {"why": decided_before.explanation},
        decided_before.fix,
    )


def withdraw_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to taking a submission back."""
    if refusal := owner_refusal(actor, item):
        return refusal
    if item.open_revision is None or item.open_revision.state not in FROZEN_OPEN_STATES:
        return Refusal("not-submitted", _("Nothing is waiting for review."))
    return None


def visibility_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to a change of who may find the item."""
    return owner_refusal(actor, item)


def _not_draft_refusal(item: Item) -> Refusal:
    revision = item.open_revision
    if revision is None:
        first = for_kind(
            item.KIND, character=_("Edit the character first."), story=_("Edit the story first.")
        )
        return Refusal("not-draft", _("There is nothing new to submit."), first)
    if revision.state == State.REJECTED:
        again = for_kind(
            item.KIND,
            character=_("Edit the character, then submit it again."),
            story=_("Edit the story, then submit it again."),
        )
        return Refusal("not-draft", _("This version was rejected."), again)
    return Refusal("not-draft", _("This version was submitted already."))


def _field_names() -> dict[str, str]:
    return {
        "name": _("Name"),
        "short_bio": _("Short bio"),
        "description": _("Description"),
        "first_message": _("First message"),
        "appearance": _("Appearance"),
        "portrait": _("Portrait"),
        "summary": _("Summary"),
        "opening_scene": _("Opening scene"),
        "cast": _("Cast"),
    }
