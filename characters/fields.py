"""Form fields that clean what people type: line ends, invisible characters, lists."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Bidirectional overrides and blanks that nobody sees; joiners stay, emoji and Persian need them.
_INVISIBLE = dict.fromkeys(
    (0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
)
_PUBLIC_ID = re.compile(r"[0-9a-f]{32}")
_TAG_SEPARATORS = re.compile(r"[,;\n、，،]")


class PlainTextField(forms.CharField):
    """Text of several lines, counted the way the browser counts it: a line end is one character."""

    default_error_messages = {
        "unprintable": _("This contains characters that cannot be shown. Remove them and try again."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Unify line ends and composed letters."""
        text = super().to_python(value) or ""
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in value):
            raise ValidationError(self.error_messages["unprintable"], code="unprintable")


class LineField(PlainTextField):
    """One line: blanks are folded, and what could make a name look like another one is dropped."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Fold runs of blanks to one."""
        return " ".join(super().to_python(value).translate(_INVISIBLE).split())


class TagsField(PlainTextField):
    """Words separated by commas; cleans to a tuple without repetitions."""

    default_error_messages = {
        "too_many": _("At most %(count)s tags."),
        "too_long": _("A tag has at most %(length)s characters: “%(tag)s” is longer."),
    }

    def __init__(self, *, max_count: int, max_tag_length: int, **kwargs: Any) -> None:
        self.max_count = max_count
        self.max_tag_length = max_tag_length
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list the way it is typed."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Split, fold and deduplicate without regard to case, in the order typed."""
        text = super().clean(value)
        found: dict[str, str] = {}
        for part in _TAG_SEPARATORS.split(text):
            if tag := " ".join(part.translate(_INVISIBLE).split()).lstrip("#").strip():
                found.setdefault(tag.casefold(), tag)
        tags = tuple(found.values())
        if len(tags) > self.max_count:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"count": self.max_count}
            )
        for tag in tags:
            if len(tag) > self.max_tag_length:
                raise ValidationError(
                    self.error_messages["too_long"],
                    code="too_long",
                    params={"length": self.max_tag_length, "tag": tag[: self.max_tag_length]},
                )
        return tags


class ManyValues(forms.Widget):
    """Several inputs with one name; the page's template draws them."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:  # noqa: ARG002
        """Return every value that was sent under the name."""
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [str(value) for value in values]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002
        """A list without entries is an empty list."""
        return False


class TextListField(forms.Field):
    """Up to `max_count` texts; the empty ones do not count."""

    widget = ManyValues
    default_error_messages = {
        "too_many": _("At most %(count)s of them."),
        "item": _("Number %(position)s: %(problem)s"),
    }

    def __init__(self, *, item: forms.CharField, max_count: int, **kwargs: Any) -> None:
        self.item = item
        self.max_count = max_count
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Clean each text with `item`; an error names which one it means."""
        texts: list[str] = []
        problems: list[ValidationError] = []
        values: Sequence[str] = value or []
        for position, raw in enumerate(values, start=1):
            try:
                text = self.item.clean(raw)
            except ValidationError as error:
                problems.append(
                    ValidationError(
                        self.error_messages["item"],
                        code="item",
                        params={"position": position, "problem": " ".join(error.messages)},
                    )
                )
            else:
                if text:
                    texts.append(text)
        if len(texts) > self.max_count:
            problems.append(
                ValidationError(
                    self.error_messages["too_many"], code="too_many", params={"count": self.max_count}
                )
            )
        if problems:
            raise ValidationError(problems)
        return tuple(texts)


class CastField(forms.Field):
    """Public ids of characters, the lead first; cleans to a tuple without repetitions."""

    widget = ManyValues
    default_error_messages = {
        "too_many": _("At most %(count)s characters: take somebody out first."),
        "unknown": _("Somebody in the cast is not known here. Take them out and add them again."),
    }

    def __init__(self, *, max_count: int, **kwargs: Any) -> None:
        self.max_count = max_count
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Refuse what is no id; who may be cast is for the service to say."""
        found = tuple(dict.fromkeys(value or []))
        if not all(_PUBLIC_ID.fullmatch(public_id) for public_id in found):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if len(found) > self.max_count:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"count": self.max_count}
            )
        return found
