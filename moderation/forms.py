"""Forms of moderation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CreationForm
from moderation.models import Report


class ReportForm(CreationForm):
    """Why something is reported, in a choice and in words."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Report.Reason.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Optional. The person you report does not see this."),
    )
