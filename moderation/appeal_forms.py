"""The form of an appeal."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.forms import CreationForm
from moderation.models import Appeal
from moderation.services.appeals import Request

_CONTEXT_LENGTH = 4000
_DETAIL_LENGTH = 2000
FILES_AGAIN = _("Please choose your files again: a page cannot keep them.")


class FilesInput(forms.FileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what they are is judged by core.attachments."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(FilesField, self).clean(one, initial) for one in data or () if one]


class AppealForm(CreationForm):
    """What somebody says against a decision, and what they would like instead."""

    wish = forms.ChoiceField(label=_("What would you like?"), widget=forms.RadioSelect)
    context = forms.CharField(
        label=_("Creative context"),
        max_length=_CONTEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What it is about, how you meant it, and what you think we got wrong."),
    )
    intended_use = forms.CharField(
        label=_("Intended use"),
        required=False,
        max_length=_DETAIL_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who it is for, and how they would meet it."),
    )
    provenance = forms.CharField(
        label=_("Where it comes from, and permissions"),
        required=False,
        max_length=_DETAIL_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who made it, on what it is based, and who allowed you to use it."),
    )
    attachments = FilesField(
        label=_("Files"),
        required=False,
        allow_empty_file=True,
        widget=FilesInput(attrs={"accept": "image/png,image/jpeg,image/webp,application/pdf"}),
        help_text=_(
            "Up to five pictures (PNG, JPEG, WebP) or PDFs of at most 8 MB each. Only you and the moderators "
            "who look at your appeal can open them."
        ),
    )

    def __init__(
        self, *args: Any, wishes: Sequence[Appeal.Wish], is_report: bool, is_account: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wish"].choices = [(wish.value, wish.label) for wish in wishes]  # type: ignore[attr-defined]
        if len(wishes) == 1:
            # Nothing to choose: the page says it in words.
            self.fields["wish"].widget = forms.HiddenInput()
            self.fields["wish"].initial = wishes[0].value
        if is_report:
            del self.fields["intended_use"], self.fields["provenance"]
        if is_report or is_account:
            self.fields["context"].label = _("What we should know")
            self.fields["context"].help_text = _("What happened, and what you think we got wrong.")

    def ask_files_again(self) -> None:
        """Say that chosen files have to be chosen once more, on a form that comes back."""
        if self.files.getlist("attachments") and "attachments" not in self.errors:
            self.add_error("attachments", str(FILES_AGAIN))

    def as_request(self) -> Request:
        """Return what was asked for, once the form is valid."""
        chosen = self.cleaned_data
        return Request(
            wish=Appeal.Wish(chosen["wish"]),
            context=chosen["context"],
            intended_use=chosen.get("intended_use", ""),
            provenance=chosen.get("provenance", ""),
        )
