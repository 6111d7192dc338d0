"""May this person create or change this?"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts import policies as account_policies
from accounts.models import Restriction, User
from accounts.queries import Viewer
from characters.models import FROZEN_OPEN_STATES, Character, Content, Item, ItemRevision, State
from characters.policies.parts import for_kind, has_portrait, is_usable, owner_refusal
from core import switches
from core.refusals import Refusal
from core.switches import Feature

# Codes after which the editing page offers a way on.
WITHDRAW_FIRST = "withdraw-first"
EDITED_MEANWHILE = "edited-meanwhile"


def creation_refusal(actor: User, *, now: datetime) -> Refusal | None:
    """Say no while creating and editing is restricted or switched off. Two queries."""
    return account_policies.restriction_refusal(
        actor, Restriction.Scope.CHARACTERS, now=now
    ) or switches.refusal(Feature.CHARACTERS)


def edit_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to a change of the content: what was submitted is frozen (R5)."""
    if refusal := owner_refusal(actor, item):
        return refusal
    if item.open_revision is not None and item.open_revision.state in FROZEN_OPEN_STATES:
        return Refusal(
            WITHDRAW_FIRST,
            _("This version is being reviewed, so it cannot change now."),
            _("Withdraw it first; then you can edit and submit it again."),
        )
    return None


def mature_refusal(
    owner: User, *, safe_mode: bool, today: date, kind: str = Character.KIND
) -> Refusal | None:
    """Say no to a mature item where the site has none, or of somebody who is not an adult (R10)."""
    if safe_mode:
        return None
    if refusal := account_policies.safe_mode_site_refusal():
        return refusal
    if owner.is_adult(today):
        return None
    return Refusal(
        "adults-only-setting",
        for_kind(
            kind,
            character=_("It stays on: only adults can turn a character's Safe Mode off."),
            story=_("It stays on: only adults can turn a story's Safe Mode off."),
        ),
        _("Leave Safe Mode on."),
    )


def discard_refusal(actor: Viewer, item: Item) -> Refusal | None:
    """Say no to throwing a draft away."""
    if refusal := owner_refusal(actor, item):
        return refusal
    if item.open_revision is None or item.open_revision.state != State.DRAFT:
        return Refusal("not-draft", _("There is no draft to discard."))
    return None


def overtaken_refusal(revision: ItemRevision, content: Content, *, opened_on: str) -> Refusal | None:
    """Say no to replacing what was saved after the editor was opened on a version.

    "Try again" puts another portrait in place of one that failed: the editor that sends it knows of it. At
    most two queries.
    """
    words, _dot, portrait = opened_on.partition(".")
    if content.digest() == revision.content_hash:
        return None
    is_portrait_known = (
        not is_usable(revision.portrait)
        or revision.version.endswith(f".{portrait}")
        or content.portrait_key() == revision.portrait_id
    )
    if words == revision.content().words_digest() and is_portrait_known:
        return None
    return Refusal(
        EDITED_MEANWHILE,
        for_kind(
            revision.item.KIND,
            character=_("Not saved: this character was changed elsewhere after you opened it here."),
            story=_("Not saved: this story was changed elsewhere after you opened it here."),
        ),
        _("Look at the other version. Saving again replaces it with what stands here."),
    )


def only_version_refusal(item: Item) -> Refusal:
    """Say no to throwing away all there is."""
    return Refusal(
        "only-version",
        for_kind(
            item.KIND,
            character=_("This draft is all there is of the character."),
            story=_("This draft is all there is of the story."),
        ),
    )


def portrait_refusal(actor: Viewer, character: Character | None = None) -> Refusal | None:
    """Say no to a portrait drawn from words alone once one is saved (R1)."""
    if character is None:
        return None
    if refusal := edit_refusal(actor, character):
        return refusal
    if has_portrait(character):
        return Refusal(
            "portrait-saved",
            _("This character has a portrait already, and its face stays the same."),
            _("Ask for a photo on its page: it is drawn from the portrait."),
        )
    return None
