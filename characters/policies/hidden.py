""" "Why can't others see this?" (R12)."""

from django.utils.translation import gettext as _

from accounts import policies as account_policies
from characters.models import FROZEN_OPEN_STATES, CastMember, Item, State, Story, Visibility
from characters.policies.parts import for_kind
from core.refusals import Refusal

# The code of the one condition of R12 that depends on who looks.
DEPENDS_ON_VIEWER = "depends-on-viewer"


def hidden_reasons(item: Item) -> list[Refusal]:
    """Return each condition of `visible_to` that fails, with its fix (R12).

    The last entries may have the code DEPENDS_ON_VIEWER: some viewers see the item, some do not. At most one
    query, for a cast that is not loaded.
    """
    reasons = []
    if not item.owner.is_active:
        reasons.append(
            Refusal(
                "owner-suspended",
                _("The creator's account is suspended."),
                _("The standing page says why, and how to appeal."),
            )
        )
    if item.visibility != Visibility.PUBLIC:
        reasons.append(Refusal("private", _("Visibility is set to Private."), _("Set Visibility to Public.")))
    if item.live_revision is None:
        reasons.append(_not_live_reason(item))
    shown = item.live_revision or item.working_revision
    if not shown.safe_mode:
        reasons.append(_mature_reason(item))
    if isinstance(item, Story):
        reasons += [reason for member in shown.list_cast() for reason in _list_cast_reasons(member)]
    return sorted(reasons, key=lambda reason: reason.code == DEPENDS_ON_VIEWER)


def _mature_reason(item: Item) -> Refusal:
    if refusal := account_policies.safe_mode_site_refusal():
        fix = for_kind(
            item.KIND,
            character=_("Turn the character's Safe Mode on."),
            story=_("Turn the story's Safe Mode on."),
        )
        return Refusal(refusal.code, refusal.message, fix)
    return Refusal(
        DEPENDS_ON_VIEWER,
        for_kind(
            item.KIND,
            character=_(
                "The character's Safe Mode is off, so it depends on the viewer: only adults whose own "
                "Safe Mode is off can see it."
            ),
            story=_(
                "The story's Safe Mode is off, so it depends on the viewer: only adults whose own "
                "Safe Mode is off can see it."
            ),
        ),
        for_kind(
            item.KIND,
            character=_("Turn the character's Safe Mode on if the content suits everyone."),
            story=_("Turn the story's Safe Mode on if the content suits everyone."),
        ),
    )


def _list_cast_reasons(member: CastMember) -> list[Refusal]:
    """Return why one of the cast keeps the story from others (R8)."""
    character = member.character
    if character is None:
        return [
            Refusal(
                "cast-gone",
                _("Somebody in the cast does not exist any more: their creator's account was erased."),
                _("Choose somebody else and submit the story again."),
            )
        ]
    name = {"name": member.name}
    swap = _("Wait until that changes, or choose somebody else and submit the story again.")
    reasons = []
    if not character.owner.is_active:
        reasons.append(
            Refusal("cast-owner-suspended", _("The account of %(name)s's creator is suspended.") % name, swap)
        )
    if character.visibility != Visibility.PUBLIC:
        reasons.append(Refusal("cast-private", _("%(name)s is private.") % name, swap))
    if character.live_revision is None and character.delisted_revision_id is not None:
        reasons.append(Refusal("cast-delisted", _("%(name)s was taken down.") % name, swap))
    elif character.live_revision is None:
        reasons.append(Refusal("cast-not-approved", _("%(name)s is not approved yet.") % name, swap))
    elif not character.live_revision.safe_mode:
        reasons.append(_mature_cast_reason(member.name))
    return reasons


def _mature_cast_reason(name: str) -> Refusal:
    if refusal := account_policies.safe_mode_site_refusal():
        code, message = (
            refusal.code,
            _("%(name)s's Safe Mode is off. %(why)s")
            % {
                "name": name,
                "why": refusal.message,
            },
        )
        return Refusal(code, message, _("Choose somebody whose Safe Mode is on."))
    return Refusal(
        DEPENDS_ON_VIEWER,
        _(
            "%(name)s's Safe Mode is off, so it depends on the viewer: only adults whose own Safe Mode is "
            "off can see the story."
        )
        % {"name": name},
        _("Choose somebody whose Safe Mode is on if the story is for everyone."),
    )


def _not_live_reason(item: Item) -> Refusal:
    revision = item.open_revision
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
    if item.delisted_revision is not None:
        return Refusal(
            "delisted",
            _("Staff took it down: %(why)s") % {"why": item.delisted_revision.explanation},
            item.delisted_revision.fix,
        )
    return Refusal(
        "not-submitted",
        _("It was not submitted for review yet."),
        _("Choose “Submit for review” in your library once you are happy with it."),
    )
