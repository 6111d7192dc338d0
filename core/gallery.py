"""The forms and values that the component gallery shows."""

import re
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.staticfiles import finders

_LONG = "Wilhelmina Featherstonehaugh-Mountbatten of the Extraordinarily-Long-Named Harbour"


class GalleryForm(forms.Form):
    """One field of each kind of control."""

    name = forms.CharField(max_length=60, help_text="The name that others read.")
    email = forms.EmailField()
    story = forms.CharField(
        max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="A few sentences."
    )
    category = forms.ChoiceField(choices=[("fantasy", "Fantasy"), ("drama", "Drama"), ("comedy", "Comedy")])
    visibility = forms.ChoiceField(
        choices=[("private", "Private"), ("public", "Public")], widget=forms.RadioSelect, initial="private"
    )
    moods = forms.MultipleChoiceField(
        choices=[("calm", "Calm"), ("wry", "Wry"), ("brave", "Brave")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    birth_date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    strength = forms.IntegerField(widget=forms.NumberInput(attrs={"type": "range", "min": 0, "max": 100}))
    portrait = forms.FileField(required=False, help_text="PNG, JPEG or WebP.")
    password = forms.CharField(widget=forms.PasswordInput)
    remember = forms.BooleanField(required=False, help_text="Only on a device that is yours.")
    safe_mode = forms.BooleanField(required=False, initial=True, help_text="Hides what is for adults.")
    fixed = forms.CharField(disabled=True, initial="Cannot be changed")


def gallery_context() -> dict[str, Any]:
    """Return what the gallery page shows; a wrong form beside an empty one."""
    wrong = GalleryForm(
        {"wrong-name": "", "wrong-email": "nobody", "wrong-category": "?", "wrong-story": _LONG},
        prefix="wrong",
    )
    wrong.add_error(None, "This is what a whole form that is wrong says.")
    return {
        "form": GalleryForm(prefix="plain"),
        "wrong_form": wrong,
        "long_text": _LONG,
        "tones": ["info", "success", "warning", "danger"],
        "badge_tones": ["", "success", "warning", "danger", "info", "accent"],
        "colors": [
            "bg",
            "surface",
            "surface-2",
            "surface-3",
            "accent",
            "accent-soft",
            "gilt-soft",
            "danger-soft",
        ],
        "icons": _list_icons(),
    }


def _list_icons() -> list[str]:
    sprite = Path(str(finders.find("icons.svg"))).read_text()
    return re.findall(r'<symbol id="([\w-]+)"', sprite)
