"""What the author of a story may send us."""

from django.utils.translation import gettext_lazy as _

from characters.fields import CastField
from characters.forms.items import ItemForm, name_field, text_field
from characters.models import CAST_LIMIT, StoryContent

SUMMARY_LENGTH = 300


class StoryForm(ItemForm):
    """The creation and editing form of a story."""

    KIND = "story"
    CONTENT = StoryContent
    FORM_ID = "story-form"
    ANCHORS = {**ItemForm.ANCHORS, "cast": "cast"}
    field_order = ("creation_key", "name", "summary", "category", "tags", "opening_scene", "plot", "cast")

    name = name_field(_("Title"))
    # For people.
    summary = text_field(
        _("Summary"),
        _("Two or three sentences that people read on the card in discovery. No ending, please."),
        lines=3,
        length=SUMMARY_LENGTH,
    )
    # For people and for the AI.
    opening_scene = text_field(
        _("Opening scene"),
        _(
            "What a player reads first: where they are, who is there, what just happened. Write {{user}} for "
            "the player and {{char}} for the lead."
        ),
        lines=8,
    )
    # For the AI alone.
    plot = text_field(
        _("Plot"),
        _("Where it may lead, who wants what, and what nobody knows yet. Players do not read this."),
        lines=6,
    )
    cast = CastField(label=_("Cast"), max_count=CAST_LIMIT, required=False)

    @property
    def cast_ids(self) -> list[str]:
        """What stands in the cast, as it was sent or stored, the lead first."""
        return list(dict.fromkeys(self["cast"].value() or []))
