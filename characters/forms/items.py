"""What the editing forms of characters and stories share: who may find it, Safe Mode, problems by field."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters import policies
from characters.fields import LineField, PlainTextField, TagsField
from characters.models import Category, Content, ItemRevision, Visibility
from core.forms import CreationForm

NAME_LENGTH = 60
LONG_TEXT_LENGTH = 4000
TAG_COUNT = 10
TAG_LENGTH = 30


def name_field(label: Promise) -> LineField:
    """Return the field of the one line that an item is known by."""
    return LineField(
        label=label, max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def text_field(
    label: Promise, help_text: Promise, *, lines: int, length: int = LONG_TEXT_LENGTH
) -> PlainTextField:
    """Return the field of a text that may be left out, shown as a text area of so many lines."""
    return PlainTextField(
        label=label,
        max_length=length,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": lines}),
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """A field error, for the summary above the form."""

    anchor: str
    label: str
    text: str


class ItemForm(CreationForm):
    """The creation and editing form of an item. `owner` and `today` decide what Safe Mode may be."""

    # Which kind of item it makes, and of what its content consists.
    KIND: ClassVar[str]
    CONTENT: ClassVar[type[Content]]
    # The page lays the controls out freely; each names the form it belongs to.
    FORM_ID: ClassVar[str]
    # Where a field's controls stand, if not under an id of their own.
    ANCHORS: ClassVar[dict[str, str]] = {"visibility": "id_visibility_0"}

    name = name_field(_("Name"))
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices, initial=Category.OTHER)
    tags = TagsField(
        label=_("Tags"),
        max_count=TAG_COUNT,
        max_tag_length=TAG_LENGTH,
        max_length=TAG_COUNT * (TAG_LENGTH + 10),
        required=False,
        help_text=_("Separate them with commas; up to 10. People search by them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("detective, slow burn, city")}),
    )
    visibility = forms.ChoiceField(
        label=_("Visibility"),
        choices=Visibility.choices,
        initial=Visibility.PRIVATE,
        help_text=_(
            "Private: only you. Public takes effect once a version was approved. Until then only you see it."
        ),
        widget=forms.RadioSelect,
    )
    safe_mode = forms.BooleanField(
        label=_("Safe Mode"),
        initial=True,
        required=False,
        help_text=_(
            "On: it suits everyone. Off marks it mature: only adults whose own Safe Mode is off see it."
            " Off never means explicit."
        ),
    )

    def __init__(self, *args: Any, owner: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.mature_refusal = policies.mature_refusal(owner, safe_mode=False, today=today, kind=self.KIND)
        if self.mature_refusal is not None:
            self.fields["safe_mode"].help_text = str(self.mature_refusal.message)
        for name, field in self.fields.items():
            if name != "creation_key":
                field.widget.attrs["form"] = self.FORM_ID
            # Counted by the page, not cut by the browser: pasted text must not vanish silently.
            if length := field.widget.attrs.pop("maxlength", None):
                field.widget.attrs["data-max-length"] = length

    @classmethod
    def typed(cls, data: Any, *, owner: User, today: date) -> Self:
        """Return an unbound form that shows what was typed, without judging it yet."""
        blank = cls(owner=owner, today=today)
        initial = {
            name: field.widget.value_from_datadict(data, {}, name) for name, field in blank.fields.items()
        }
        if not initial["creation_key"]:
            del initial["creation_key"]
        return cls(initial=initial, owner=owner, today=today)

    @classmethod
    def of_revision(cls, revision: ItemRevision, *, visibility: str, owner: User, today: date) -> Self:
        """Return a form that shows a stored revision."""
        content = revision.content()
        initial = {name: getattr(content, name) for name in cls.base_fields if hasattr(content, name)}
        initial["visibility"] = visibility
        return cls(initial=initial | cls.initial_of(revision), owner=owner, today=today)

    @classmethod
    def initial_of(cls, revision: ItemRevision) -> dict[str, Any]:  # noqa: ARG003
        """Return what the form shows otherwise than the content holds it."""
        return {}

    def content(self) -> Any:
        """Return what was typed, as the kind's Content, once the form is valid."""
        return self.CONTENT(**self.content_values())

    def content_values(self) -> dict[str, Any]:
        """Return the parts of the content that are fields of the form."""
        names = {field.name for field in fields(self.CONTENT)} & self.cleaned_data.keys()
        return {name: self.cleaned_data[name] for name in names}

    @property
    def can_be_mature(self) -> bool:
        return self.mature_refusal is None

    def clean_safe_mode(self) -> bool:
        """Only adults mark an item as mature, and only where the site has such items (R10)."""
        is_on = bool(self.cleaned_data["safe_mode"])
        if not is_on and self.mature_refusal is not None:
            raise ValidationError(str(self.mature_refusal.message), code=self.mature_refusal.code)
        return is_on

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, field by field, with the place on the page."""
        found = [Problem("", "", str(text)) for text in self.non_field_errors()]
        for name, texts in self.errors.items():
            if name == NON_FIELD_ERRORS:
                continue
            bound = self[name]
            found += [
                Problem(
                    "" if bound.is_hidden else self.ANCHORS.get(name, bound.auto_id),
                    str(bound.label),
                    str(text),
                )
                for text in texts
            ]
        return found
