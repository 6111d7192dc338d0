"""What the author of a story may send us."""

from django import forms
from django.utils.translation import gettext_lazy as _

from characters.fields import CastField, LineField, PlainTextField
from characters.forms.items import LONG_TEXT_LENGTH, NAME_LENGTH, ItemForm, rows
from characters.models import CAST_LIMIT, StoryContent

SUMMARY_LENGTH = 300


class StoryForm(ItemForm):
    """The creation and editing form of a story."""

    KIND = "story"
    FORM_ID = "story-form"
    ANCHORS = {**ItemForm.ANCHORS, "cast": "cast"}
    field_order = ("creation_key", "name", "summary", "category", "tags", "opening_scene", "plot", "cast")

    name = LineField(
        label=_("Title"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # For people.
    summary = PlainTextField(
        label=_("Summary"),
        max_length=SUMMARY_LENGTH,
        required=False,
        help_text=_("Two or three sentences that people read on the card in discovery. No ending, please."),
        widget=rows(3),
    )
    # For people and for the AI.
    opening_scene = PlainTextField(
        label=_("Opening scene"),
        max_length=LONG_TEXT_LENGTH,
        required=False,
        help_text=_(
            "What a player reads first: where they are, who is there, what just happened. Write {{user}} for "
            "the player and {{char}} for the lead."
        ),
        widget=rows(8),
    )
    # For the AI alone.
    plot = PlainTextField(
        label=_("Plot"),
        max_length=LONG_TEXT_LENGTH,
        required=False,
        help_text=_(
            "Where it may lead, who wants what, and what nobody knows yet. Players do not read this."
        ),
        widget=rows(6),
    )
    cast = CastField(label=_("Cast"), max_count=CAST_LIMIT, required=False)

    def content(self) -> StoryContent:
        """Return what was typed, once the form is valid."""
        return StoryContent(**{name: self.cleaned_data[name] for name in StoryContent.__dataclass_fields__})

    @property
    def cast_ids(self) -> list[str]:
        """What stands in the cast, as it was sent or stored, the lead first."""
        return list(dict.fromkeys(self["cast"].value() or []))
