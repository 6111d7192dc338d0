"""What the creator of a character may send us. Forms only validate; services write."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters.fields import LineField, PlainTextField, TextListField
from characters.forms.items import LONG_TEXT_LENGTH, ItemForm, text_field
from characters.models import ItemRevision, RevisionContent
from core import ids
from core.forms import CreationForm
from imagegen import queries as picture_queries
from imagegen.models import Picture

SHORT_BIO_LENGTH = 160
DIALOGUE_LENGTH = 8000
APPEARANCE_LENGTH = 600
GREETING_COUNT = 5
WISH_LENGTH = 300
DRAFT_COUNT = 8
FORM_ID = "character-form"
_PUBLIC_ID = r"^[0-9a-f]{32}\Z"


class CharacterForm(ItemForm):
    """The creation and editing form of a character."""

    KIND = "character"
    CONTENT = RevisionContent
    FORM_ID = FORM_ID
    ANCHORS = {**ItemForm.ANCHORS, "greetings": "greetings", "portrait": "portrait"}

    # The order in which the page asks, and in which it lists what is wrong.
    field_order = ("creation_key", "name", "short_bio", "bio", "category", "tags", "visibility", "safe_mode")

    # For people.
    short_bio = LineField(
        label=_("Short bio"),
        max_length=SHORT_BIO_LENGTH,
        required=False,
        help_text=_("One line that people read on the card in discovery."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    bio = text_field(
        _("Bio"),
        _("The story that people read on the character's page."),
        lines=5,
    )
    # For the AI.
    description = text_field(
        _("Description"),
        _("Who the character is: nature, history, how it talks, what it wants."),
        lines=7,
        length=DIALOGUE_LENGTH,
    )
    first_message = text_field(
        _("First message"),
        _("How a chat opens. It sets the tone and length of every answer."),
        lines=4,
    )
    greetings = TextListField(
        label=_("Greetings"),
        item=PlainTextField(max_length=LONG_TEXT_LENGTH, required=False),
        max_count=GREETING_COUNT,
        required=False,
        help_text=_("Other ways to open a chat, up to 5. Empty ones are left out."),
    )
    scenario = text_field(
        _("Scenario"),
        _("Where you are when the chat begins, and what is going on."),
        lines=4,
    )
    example_dialogue = text_field(
        _("Example dialogue"),
        _("A few lines that show the voice. Write {{user}} for the person and {{char}} for the character."),
        lines=5,
        length=DIALOGUE_LENGTH,
    )
    appearance = PlainTextField(
        label=_("Appearance"),
        max_length=APPEARANCE_LENGTH,
        required=False,
        help_text=_(
            "In plain English, part by part: who it is and how old; face, skin, hair and eyes; glasses or "
            "beard; clothes and their colour; mood, and what is behind. Adults, and clothed."
        ),
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "placeholder": _(
                    "young woman, oval face, light skin, long red hair, green eyes, smiling, "
                    "blue sweater, forest background"
                ),
            }
        ),
    )
    portrait = forms.RegexField(
        _PUBLIC_ID,
        required=False,
        error_messages={"invalid": _("This picture is not yours, or is gone. Draft another one.")},
    )

    @classmethod
    def initial_of(cls, revision: ItemRevision) -> dict[str, Any]:
        """Show the portrait by the id that the page knows it by."""
        return {"portrait": revision.portrait.public_id if revision.portrait is not None else ""}

    def clean_portrait(self) -> Picture | None:
        """Accept only a picture that the creator owns."""
        if not self.cleaned_data["portrait"]:
            return None
        if picture := find_own_picture(self.owner, self.cleaned_data["portrait"]):
            return picture
        raise ValidationError(_("This picture is not yours, or is gone. Draft another one."), code="portrait")

    def content_values(self) -> dict[str, Any]:
        """Add the portrait; one that came to nothing is left out."""
        portrait = self.cleaned_data["portrait"]
        is_usable = portrait is not None and (portrait.is_ready or not portrait.is_terminal)
        return super().content_values() | {"portrait_id": portrait.pk if is_usable else None}

    @property
    def greeting_rows(self) -> list[str]:
        """What the greeting inputs show: what was typed, and an empty one while there is room."""
        typed = [text for text in self["greetings"].value() or [] if text]
        return [*typed, ""] if len(typed) < GREETING_COUNT else typed

    @property
    def greeting_limit(self) -> int:
        return GREETING_COUNT

    @property
    def lost_portrait(self) -> bool:
        """Whether a portrait was chosen that could not be made."""
        return self.cleaned_data["portrait"] is not None and self.content().portrait_id is None


def find_own_picture(owner: User, public_id: str) -> Picture | None:
    """Return a picture that `owner` asked for or uploaded."""
    if not re.match(_PUBLIC_ID, public_id):
        return None
    try:
        picture = picture_queries.get_picture_for(owner, public_id)
    except Picture.DoesNotExist:
        return None
    return picture if picture.owner_id == owner.pk else None


class PortraitForm(forms.Form):
    """The part of the creation form that the portrait's buttons read."""

    portrait_key = forms.RegexField(_PUBLIC_ID, required=False)
    appearance = PlainTextField(
        max_length=APPEARANCE_LENGTH,
        error_messages={"required": _("Describe the appearance first; the picture is drawn from it.")},
    )
    change = LineField(max_length=WISH_LENGTH, required=False)

    def clean_portrait_key(self) -> str:
        """Fall back to a fresh key."""
        return self.cleaned_data["portrait_key"] or ids.new_public_id()


class PhotoForm(CreationForm):
    """A wish for a photo on the character's page."""

    wish = LineField(
        label=_("What should the photo show?"),
        max_length=WISH_LENGTH,
        help_text=_("Clothes, mood and place can change; the face stays."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": _("laughing, in a red jacket, at the beach")}
        ),
    )
