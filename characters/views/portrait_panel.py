"""The portrait's part of the creation page: the drafts, which one is chosen, and what went wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from characters import forms, policies
from characters.models import Character
from core import ids
from core.refusals import Text
from imagegen.models import Picture
from imagegen.presenters import PictureView, present_picture


@dataclass(frozen=True, slots=True)
class Draft:
    """One picture of the strip."""

    public_id: str
    label: Text
    picture: PictureView
    is_chosen: bool
    is_usable: bool


@dataclass(frozen=True, slots=True)
class PortraitPanel:
    """Everything that changes in the panel without the rest of the page."""

    drafts: tuple[Draft, ...]
    # The next request's key: pressing the button twice asks for one picture.
    portrait_key: str
    problem: Text = ""
    upload_problem: Text = ""

    @property
    def has_choice(self) -> bool:
        """Whether one of the drafts is the portrait."""
        return any(draft.is_chosen for draft in self.drafts)


def build_panel(
    owner: User,
    *,
    draft_ids: Iterable[str],
    chosen_id: str,
    now: datetime,
    portrait_key: str = "",
    problem: Text = "",
    upload_problem: Text = "",
) -> PortraitPanel:
    """Return the panel with those of the pictures that are the owner's, oldest first."""
    known = list(dict.fromkeys([*draft_ids, chosen_id]))[-forms.DRAFT_COUNT :]
    pictures = [picture for key in known if (picture := forms.find_own_picture(owner, key)) is not None]
    return PortraitPanel(
        drafts=tuple(
            _present(picture, position, is_chosen=picture.public_id == chosen_id, now=now)
            for position, picture in enumerate(pictures, start=1)
        ),
        portrait_key=portrait_key or ids.new_public_id(),
        problem=problem,
        upload_problem=upload_problem,
    )


def has_saved_portrait(owner: User, character: Character | None) -> bool:
    """Whether a portrait stands for the character; from then on pictures are drawn from it (R1)."""
    refusal = policies.portrait_refusal(owner, character)
    return refusal is not None and refusal.code == "portrait-saved"


def _present(picture: Picture, position: int, *, is_chosen: bool, now: datetime) -> Draft:
    is_usable = picture.is_ready or not picture.is_terminal
    label = (
        _("Upload") if picture.mode == Picture.Mode.UPLOAD else _("Draft %(number)s") % {"number": position}
    )
    return Draft(
        public_id=picture.public_id,
        label=label,
        picture=present_picture(picture, now=now, alt=_("Portrait, %(label)s") % {"label": label}),
        is_chosen=is_chosen and is_usable,
        is_usable=is_usable,
    )
