"""Single questions: who may find it, what is searched for."""

import re

from django import forms

from characters.models import Visibility
from core.converters import UnicodeSlugConverter

SEARCH_LENGTH = 80


class VisibilityForm(forms.Form):
    """Private or Public, at once."""

    visibility = forms.ChoiceField(choices=Visibility.choices)


def clean_search(text: str) -> str:
    """Return what is searched for; what makes no sense is left out rather than refused."""
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())[
        :SEARCH_LENGTH
    ].strip()


def is_slug(text: str) -> bool:
    """Whether a text could be the slug of an item."""
    return re.fullmatch(UnicodeSlugConverter.regex, text) is not None
