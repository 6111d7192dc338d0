"""Form parts that every app shares."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import ids
from core.switches import Feature


class CreationForm(forms.Form):
    """A form that makes something: sending it twice makes one thing.

    The hidden `creation_key` is chosen when the empty form is shown; the row it makes stores the key
    under a unique constraint together with its owner.
    """

    creation_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["creation_key"].initial = ids.new_public_id

    def clean_creation_key(self) -> str:
        """Fall back to a fresh key, so that a client without one still gets its thing."""
        return self.cleaned_data["creation_key"] or ids.new_public_id()


class SwitchForm(forms.Form):
    """Turn a feature on or off; off needs the reason that users read."""

    feature = forms.TypedChoiceField(
        label=_("Feature"), choices=[(feature.value, feature.value) for feature in Feature], coerce=Feature
    )
    is_on = forms.TypedChoiceField(
        label=_("State"),
        choices=[("on", _("On")), ("off", _("Off"))],
        coerce=lambda value: value == "on",
        empty_value=None,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Users read this while the feature is off."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_on") is False and not cleaned.get("reason"):
            self.add_error("reason", _("Say why; users read this while the feature is off."))
        return cleaned
