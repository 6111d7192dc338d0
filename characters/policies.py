"""May this person do this to this character now? Pure, unless a docstring counts queries."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts import policies as account_policies
from accounts.models import Restriction, User
from accounts.queries import Viewer
from characters.models import (
    FROZEN_OPEN_STATES,
    Character,
    Revision,
    RevisionContent,
    State,
    Visibility,
)
from core import switches
from core.refusals import Refusal
from core.switches import Feature
from imagegen.models import Picture
from moderation.policies import is_reviewer
from policies.rules import RULES

# The code of the one condition of R12 that depends on who looks.
DEPENDS_ON_VIEWER = "depends-on-viewer"
# Codes after which the editing page offers a way on.
WITHDRAW_FIRST = "withdraw-first"
EDITED_MEANWHILE = "edited-meanwhile"

# --- Creating and editing -----------------------------------------------------------------------------------


def creation_refusal(actor: User, *, now: datetime) -> Refusal | None:
    """Say no while creating and editing is restricted or switched off. Two queries."""
    return account_policies.restriction_refusal(
        actor, Restriction.Scope.CHARACTERS, now=now
    ) or switches.refusal(Feature.CHARACTERS)


def edit_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to a change of the content: what was submitted is frozen (R5)."""
    if refusal := _owner_refusal(actor, character):
        return refusal
    if character.open_revision is not None and character.open_revision.state in FROZEN_OPEN_STATES:
        return Refusal(
            WITHDRAW_FIRST,
            _("This version is being reviewed, so it cannot change now."),
            _("Withdraw it first; then you can edit and submit it again."),
        )
    return None


def mature_refusal(owner: User, *, safe_mode: bool, today: date) -> Refusal | None:
    """Say no to a mature item where the site has none, or of somebody who is not an adult (R10)."""
    if safe_mode:
        return None
    if refusal := account_policies.safe_mode_site_refusal():
        return refusal
    if owner.is_adult(today):
        return None
    return Refusal(
        "adults-only-setting",
        _("It stays on: only adults can turn a character's Safe Mode off."),
        _("Leave Safe Mode on."),
    )


def discard_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to throwing a draft away."""
    if refusal := _owner_refusal(actor, character):
        return refusal
    if character.open_revision is None or character.open_revision.state != State.DRAFT:
        return Refusal("not-draft", _("There is no draft to discard."))
    return None


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


def has_portrait(character: Character) -> bool:
    """Whether a portrait that was or is being made stands for the item, in any of its versions."""
    revisions = (character.open_revision, character.live_revision, character.delisted_revision)
    return any(revision is not None and is_usable(revision.portrait) for revision in revisions)


def is_usable(portrait: Picture | None) -> bool:
    """Whether there is a portrait that was made or still can be."""
    return portrait is not None and (portrait.is_ready or not portrait.is_terminal)


def overtaken_refusal(revision: Revision, content: RevisionContent, *, opened_on: str) -> Refusal | None:
    """Say no to replacing what was saved after the editor was opened on a version.

    "Try again" puts another portrait in place of one that failed: the editor that sends it knows of it. At
    most one query.
    """
    words, _dot, portrait = opened_on.partition(".")
    if content.digest() == revision.content_hash:
        return None
    is_portrait_known = (
        not is_usable(revision.portrait)
        or revision.version.endswith(f".{portrait}")
        or content.portrait_id == revision.portrait_id
    )
    if words == revision.content().words_digest() and is_portrait_known:
        return None
    return Refusal(
        EDITED_MEANWHILE,
        _("Not saved: this character was changed elsewhere after you opened it here."),
        _("Look at the other version. Saving again replaces it with what stands here."),
    )


# --- Publishing ---------------------------------------------------------------------------------------------


def publishing_refusal(actor: User, *, now: datetime) -> Refusal | None:
    """Say no while publishing is restricted or switched off. Two queries."""
    return account_policies.restriction_refusal(
        actor, Restriction.Scope.PUBLISHING, now=now
    ) or switches.refusal(Feature.PUBLISHING)


def submit_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to a submission. The button is absent when the code is not-draft or not-owner (R5)."""
    if refusal := _owner_refusal(actor, character):
        return refusal
    revision = character.open_revision
    if revision is None or revision.state != State.DRAFT:
        return _not_draft_refusal(revision)
    if missing := revision.missing_fields():
        names = _field_names()
        return Refusal(
            "incomplete",
            _("Before review, fill in: %(fields)s.")
            % {"fields": ", ".join(str(names[field]) for field in missing)},
            _("Add what is missing, save, and submit again."),
        )
    return portrait_state_refusal(revision.portrait)


def unchanged_refusal(*, decided_before: Revision | None) -> Refusal | None:
    """Say no to content that was rejected or taken down before and did not change since (R5)."""
    if decided_before is None:
        return None
    return Refusal(
        "unchanged",
        _("Nothing has changed since this was turned down: %(why)s") % {"why": decided_before.explanation},
        decided_before.fix,
    )


def withdraw_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to taking a submission back."""
    if refusal := _owner_refusal(actor, character):
        return refusal
    if character.open_revision is None or character.open_revision.state not in FROZEN_OPEN_STATES:
        return Refusal("not-submitted", _("Nothing is waiting for review."))
    return None


def visibility_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to a change of who may find the item."""
    return _owner_refusal(actor, character)


# --- Meeting ------------------------------------------------------------------------------------------------


def chat_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to talking with a character that this person cannot see (R9)."""
    if not character.can_view(actor) or character.revision_for(actor) is None:
        return Refusal("not-available", _("This character is not available to you at the moment."))
    return None


def photo_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to a photo: it is always drawn from the portrait (R1)."""
    if refusal := chat_refusal(actor, character):
        return refusal
    revision = character.revision_for(actor)
    if revision is None or revision.portrait is None:
        return Refusal(
            "no-portrait",
            _("This character has no portrait yet, so there is no face to draw."),
            _("Once a portrait is saved, photos can be asked for."),
        )
    return portrait_state_refusal(revision.portrait)


# --- Reviewing ----------------------------------------------------------------------------------------------


def review_refusal(actor: Viewer, revision: Revision) -> Refusal | None:
    """Say no to a decision about a revision: reviewers decide what waits in their queue (R6)."""
    if refusal := reviewer_refusal(actor):
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


def approve_refusal(actor: Viewer, revision: Revision, *, expected_hash: str) -> Refusal | None:
    """Say no to approving something else than what the reviewer saw."""
    if refusal := review_refusal(actor, revision):
        return refusal
    if revision.content_hash != expected_hash:
        return Refusal(
            "changed", _("This is not the version that you looked at."), _("Look at it again and decide.")
        )
    return portrait_state_refusal(revision.portrait)


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


def delist_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to taking down what is not live."""
    if refusal := reviewer_refusal(actor):
        return refusal
    if character.live_revision is None:
        return Refusal("not-live", _("This character has no live version."))
    return None


def reinstate_refusal(actor: Viewer, character: Character) -> Refusal | None:
    """Say no to reinstating what was not taken down."""
    if refusal := reviewer_refusal(actor):
        return refusal
    if character.delisted_revision is None:
        return Refusal("not-delisted", _("This character was not taken down, or a newer version is live."))
    return None


# --- "Why can't others see this?" ---------------------------------------------------------------------------


def hidden_reasons(character: Character) -> list[Refusal]:
    """Return each condition of `visible_to` that fails, with its fix (R12).

    The last entry may have the code DEPENDS_ON_VIEWER: some viewers see the item, some do not.
    """
    reasons = []
    if not character.owner.is_active:
        reasons.append(
            Refusal(
                "owner-suspended",
                _("The creator's account is suspended."),
                _("The standing page says why, and how to appeal."),
            )
        )
    if character.visibility != Visibility.PUBLIC:
        reasons.append(Refusal("private", _("Visibility is set to Private."), _("Set Visibility to Public.")))
    if character.live_revision is None:
        reasons.append(_not_live_reason(character))
    shown = character.live_revision or character.working_revision
    if shown.is_mature and (refusal := account_policies.safe_mode_site_refusal()):
        reasons.append(Refusal(refusal.code, refusal.message, _("Turn the character's Safe Mode on.")))
    elif shown.is_mature:
        reasons.append(
            Refusal(
                DEPENDS_ON_VIEWER,
                _(
                    "The character's Safe Mode is off, so it depends on the viewer: only adults whose own "
                    "Safe Mode is off can see it."
                ),
                _("Turn the character's Safe Mode on if the content suits everyone."),
            )
        )
    return reasons


def _not_live_reason(character: Character) -> Refusal:
    revision = character.open_revision
    state = revision.state if revision is not None else None
    if state in FROZEN_OPEN_STATES:
        return Refusal(
            "in-review",
            _("No version is approved yet: the submitted one is waiting for review."),
            _("Wait for the review; we tell you when it is decided."),
        )
    if revision is not None and state == State.REJECTED:
        return Refusal(
            "rejected",
            _("Reviewers rejected it: %(why)s") % {"why": revision.explanation},
            revision.fix,
        )
    if character.delisted_revision is not None:
        return Refusal(
            "delisted",
            _("Staff took it down: %(why)s") % {"why": character.delisted_revision.explanation},
            character.delisted_revision.fix,
        )
    return Refusal(
        "not-submitted",
        _("It was not submitted for review yet."),
        _("Choose “Submit for review” in your library once you are happy with it."),
    )


# --- Parts --------------------------------------------------------------------------------------------------


def _owner_refusal(actor: Viewer, character: Character) -> Refusal | None:
    if actor.pk is not None and actor.pk == character.owner_id:
        return None
    return Refusal("not-owner", _("Only the creator can do this."))


def _not_draft_refusal(revision: Revision | None) -> Refusal:
    if revision is None:
        return Refusal("not-draft", _("There is nothing new to submit."), _("Edit the character first."))
    if revision.state == State.REJECTED:
        return Refusal(
            "not-draft", _("This version was rejected."), _("Edit the character, then submit it again.")
        )
    return Refusal("not-draft", _("This version was submitted already."))


def portrait_state_refusal(portrait: Picture | None) -> Refusal | None:
    """Say no to a portrait that cannot be shown: not made yet, lost, or removed."""
    if portrait is not None and portrait.is_ready:
        return None
    if is_usable(portrait):
        return Refusal(
            "portrait-not-ready",
            _("The portrait is still being made."),
            _("Try again when it is ready."),
        )
    return Refusal(
        "portrait-lost",
        _("The portrait could not be made."),
        _("Draft or upload another portrait and save."),
    )


def _field_names() -> dict[str, str]:
    return {
        "name": _("Name"),
        "short_bio": _("Short bio"),
        "description": _("Description"),
        "first_message": _("First message"),
        "appearance": _("Appearance"),
        "portrait": _("Portrait"),
    }
