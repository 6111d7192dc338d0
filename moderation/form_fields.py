"""Fields that the forms of moderators share, those of other apps too: rules, public reasons, notes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.rules import RULES

EXPLANATION_LENGTH = 2000
# Text, lazy or not: what forms take has a private name in their stubs.
Words = Any
TO_PERSON = _(
    "The person reads this; where nothing breaks the rules, those who reported do. Left empty, the rule's "
    "own words are sent."
)
TO_CREATOR = _("The creator reads this. Left empty, the rule's own words are sent.")


class RuleSelect(forms.Select):
    """The rules, each with its words: static/js/admin-review.js fills them in when one is chosen."""

    def create_option(self, name: str, value: object, *args: object, **kwargs: object) -> dict[str, object]:
        """Put the rule's words on its option."""
        option: dict[str, object] = super().create_option(name, value, *args, **kwargs)  # type: ignore[arg-type]
        if rule := RULES.get(str(value)):
            option["attrs"] |= {"data-explanation": str(rule.explanation), "data-fix": str(rule.fix)}  # type: ignore[operator]
        return option


def rule_field(**options: Any) -> forms.ChoiceField:
    """Return the choice of the rule that a decision is about."""
    choices = [("", _("Choose a rule")), *((rule.code, rule.title) for rule in RULES.values())]
    return forms.ChoiceField(label=_("Rule"), choices=choices, **options)


def explanation_field(*, help_text: Words, rows: int = 4, is_required: bool = False) -> forms.CharField:
    """Return the field of the reason that whoever is affected reads."""
    return forms.CharField(
        label=_("Why"),
        required=is_required,
        max_length=EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


def fix_field(*, help_text: Words) -> forms.CharField:
    """Return the field of what mends it."""
    return forms.CharField(
        label=_("How to fix it"),
        required=False,
        max_length=EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


def private_note_field() -> forms.CharField:
    """Return the field of what only staff ever read, kept with the decision."""
    return forms.CharField(
        label=_("Private note"),
        required=False,
        max_length=EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only staff ever read this."),
    )


def staff_text_field(*, label: Words, max_length: int) -> forms.CharField:
    """Return the field of a note to other staff that has to be written."""
    return forms.CharField(
        label=label,
        max_length=max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only staff read this."),
    )
