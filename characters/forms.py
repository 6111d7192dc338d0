"""What a creator may send us. Forms only validate; services write."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters import policies
from characters.fields import LineField, PlainTextField, TagsField, TextListField
from characters.models import Category, Revision, RevisionContent, Visibility
from core import ids
from core.forms import CreationForm
from imagegen import queries as picture_queries
from imagegen.models import Picture

NAME_LENGTH = 60
SHORT_BIO_LENGTH = 160
LONG_TEXT_LENGTH = 4000
DIALOGUE_LENGTH = 8000
APPEARANCE_LENGTH = 600
GREETING_COUNT = 5
TAG_COUNT = 10
TAG_LENGTH = 30
WISH_LENGTH = 300
SEARCH_LENGTH = 80
DRAFT_COUNT = 8
# The page lays the controls out freely; each names the form it belongs to.
FORM_ID = "character-form"
_PUBLIC_ID = r"^[0-9a-f]{32}\Z"


def _rows(count: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": count})


@dataclass(frozen=True, slots=True)
class Problem:
    """A field error, for the summary above the form."""

    anchor: str
    label: str
    text: str


# Where a field's controls stand, if not under an id of their own.
_ANCHORS = {"greetings": "greetings", "portrait": "portrait", "visibility": "id_visibility_0"}


class CharacterForm(CreationForm):
    """The creation and editing form. `owner` and `today` decide what Safe Mode may be."""

    # For people.
    name = LineField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    short_bio = LineField(
        label=_("Short bio"),
        max_length=SHORT_BIO_LENGTH,
        required=False,
        help_text=_("One line that people read on the card in discovery."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    bio = PlainTextField(
        label=_("Bio"),
        max_length=LONG_TEXT_LENGTH,
        required=False,
        help_text=_("The story that people read on the character's page."),
        widget=_rows(5),
    )
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices, initial=Category.OTHER)
    tags = TagsField(
        label=_("Tags"),
        max_count=TAG_COUNT,
        max_tag_length=TAG_LENGTH,
        max_length=TAG_COUNT * (TAG_LENGTH + 10),
        required=False,
        help_text=_("Separate them with commas; up to 10. People search by them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("detective, slow burn, city")}),
    )
    visibility = forms.ChoiceField(
        label=_("Visibility"),
        choices=Visibility.choices,
        initial=Visibility.PRIVATE,
        help_text=_(
            "Private: only you. Public takes effect once a version was approved. Until then only you see it."
        ),
        widget=forms.RadioSelect,
    )
    safe_mode = forms.BooleanField(
        label=_("Safe Mode"),
        initial=True,
        required=False,
        help_text=_(
            "On: it suits everyone. Off marks it mature: only adults whose own Safe Mode is off see it."
            " Off never means explicit."
        ),
    )
    # For the AI.
    description = PlainTextField(
        label=_("Description"),
        max_length=DIALOGUE_LENGTH,
        required=False,
        help_text=_("Who the character is: nature, history, how it talks, what it wants."),
        widget=_rows(7),
    )
    first_message = PlainTextField(
        label=_("First message"),
        max_length=LONG_TEXT_LENGTH,
        required=False,
        help_text=_("How a chat opens. It sets the tone and length of every answer."),
        widget=_rows(4),
    )
    greetings = TextListField(
        label=_("Greetings"),
        item=PlainTextField(max_length=LONG_TEXT_LENGTH, required=False),
        max_count=GREETING_COUNT,
        required=False,
        help_text=_("Other ways to open a chat, up to 5. Empty ones are left out."),
    )
    scenario = PlainTextField(
        label=_("Scenario"),
        max_length=LONG_TEXT_LENGTH,
        required=False,
        help_text=_("Where you are when the chat begins, and what is going on."),
        widget=_rows(4),
    )
    example_dialogue = PlainTextField(
        label=_("Example dialogue"),
        max_length=DIALOGUE_LENGTH,
        required=False,
        help_text=_(
            "A few lines that show the voice. Write {{user}} for the person and {{char}} for the character."
        ),
        widget=_rows(5),
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

    def __init__(self, *args: Any, owner: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.mature_refusal = policies.mature_refusal(owner, safe_mode=False, today=today)
        if self.mature_refusal is not None:
            self.fields["safe_mode"].help_text = str(self.mature_refusal.message)
        for name, field in self.fields.items():
            if name != "creation_key":
                field.widget.attrs["form"] = FORM_ID
            # Counted by the page, not cut by the browser: pasted text must not vanish silently.
            if length := field.widget.attrs.pop("maxlength", None):
                field.widget.attrs["data-max-length"] = length

    @classmethod
    def typed(cls, data: Any, *, owner: User, today: date) -> "CharacterForm":
        """Return an unbound form that shows what was typed, without judging it yet."""
        blank = cls(owner=owner, today=today)
        initial = {
            name: field.widget.value_from_datadict(data, {}, name) for name, field in blank.fields.items()
        }
        if not initial["creation_key"]:
            del initial["creation_key"]
        return cls(initial=initial, owner=owner, today=today)

    @classmethod
    def of_revision(cls, revision: Revision, *, visibility: str, owner: User, today: date) -> "CharacterForm":
        """Return a form that shows a stored revision."""
        content = revision.content()
        initial = {name: getattr(content, name) for name in cls.base_fields if hasattr(content, name)}
        initial["visibility"] = visibility
        initial["portrait"] = revision.portrait.public_id if revision.portrait is not None else ""
        return cls(initial=initial, owner=owner, today=today)

    @property
    def can_be_mature(self) -> bool:
        return self.mature_refusal is None

    def clean_safe_mode(self) -> bool:
        """Only adults mark a character as mature, and only where the site has such characters (R10)."""
        is_on = bool(self.cleaned_data["safe_mode"])
        if not is_on and self.mature_refusal is not None:
            raise ValidationError(str(self.mature_refusal.message), code=self.mature_refusal.code)
        return is_on

    def clean_portrait(self) -> Picture | None:
        """Accept only a picture that the creator owns."""
        if not self.cleaned_data["portrait"]:
            return None
        if picture := find_own_picture(self.owner, self.cleaned_data["portrait"]):
            return picture
        raise ValidationError(_("This picture is not yours, or is gone. Draft another one."), code="portrait")

    def content(self) -> RevisionContent:
        """Return what was typed, once the form is valid. A portrait that came to nothing is left out."""
        portrait = self.cleaned_data["portrait"]
        values = {
            name: self.cleaned_data[name]
            for name in RevisionContent.__dataclass_fields__
            if name in self.cleaned_data
        }
        is_usable = portrait is not None and (portrait.is_ready or not portrait.is_terminal)
        return RevisionContent(**values, portrait_id=portrait.pk if is_usable else None)

    @property
    def problems(self) -> list["Problem"]:
        """What is wrong, field by field, with the place on the page."""
        found = [Problem("", "", str(text)) for text in self.non_field_errors()]
        for name, texts in self.errors.items():
            if name == NON_FIELD_ERRORS:
                continue
            bound = self[name]
            found += [
                Problem(
                    "" if bound.is_hidden else _ANCHORS.get(name, bound.auto_id), str(bound.label), str(text)
                )
                for text in texts
            ]
        return found

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


class VisibilityForm(forms.Form):
    """Private or Public, at once."""

    visibility = forms.ChoiceField(choices=Visibility.choices)


def clean_search(text: str) -> str:
    """Return what discovery is asked for; what makes no sense is left out rather than refused."""
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())[
        :SEARCH_LENGTH
    ].strip()
