"""What staff write for each other beside what they decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation import form_fields, notes


class NoteForm(forms.Form):
    """What other staff should know, about a content or about the person behind it."""

    ITEM, PERSON = "item", "creator"

    about = forms.ChoiceField(
        label=_("About"),
        choices=[(ITEM, _("What is looked at")), (PERSON, _("The person behind it"))],
        initial=ITEM,
    )
    text = form_fields.staff_text_field(label=_("Note"), max_length=notes.LENGTH)
