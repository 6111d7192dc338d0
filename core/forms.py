"""Form parts that every app shares."""

from typing import Any

from django import forms

from core import ids


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
