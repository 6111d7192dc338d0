"""Forms of the chat pages; they only read what was sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CreationForm


class MessageForm(CreationForm):
    """The composer. Length and emptiness are for the policy, so that a draft always comes back."""

    text = forms.CharField(
        label=_("Message"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 1, "autocomplete": "off"}),
    )


class GreetingForm(forms.Form):
    """Which greeting opens the chat."""

    index = forms.IntegerField(min_value=0, max_value=100)
