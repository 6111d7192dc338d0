"""What reviewers answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from characters.models import Revision
from moderation import notes
from policies.rules import RULES

CHANGES_NEEDED = "changes-needed"
_EXPLANATION_LENGTH = 2000


class RuleSelect(forms.Select):
    """The rules, each with its words: static/js/admin-review.js fills them in when one is chosen."""

    def create_option(self, name: str, value: object, *args: object, **kwargs: object) -> dict[str, object]:
        """Put the rule's words on its option."""
        option: dict[str, object] = super().create_option(name, value, *args, **kwargs)  # type: ignore[arg-type]
        if rule := RULES.get(str(value)):
            option["attrs"] |= {"data-explanation": str(rule.explanation), "data-fix": str(rule.fix)}  # type: ignore[operator]
        return option


class DecisionForm(forms.Form):
    """Which rule, why, and how to fix it: the creator reads all three."""

    reason_code = forms.ChoiceField(
        label=_("Rule"),
        choices=[("", _("Choose a rule")), *((rule.code, rule.title) for rule in RULES.values())],
        widget=RuleSelect,
    )
    explanation = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=_EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The creator reads this. Left empty, the rule's own words are sent."),
    )
    fix = forms.CharField(
        label=_("How to fix it"),
        required=False,
        max_length=_EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The creator reads this. Left empty, the rule's own words are sent."),
    )

    @classmethod
    def for_hold(cls, revision: Revision) -> "DecisionForm":
        """Return a form that starts with the rule for which screening held the revision."""
        rule = RULES.get(revision.hold_code)
        if rule is None:
            return cls()
        return cls(initial={"reason_code": rule.code, "explanation": rule.explanation, "fix": rule.fix})

    @classmethod
    def for_changes(cls, data: Any) -> "DecisionForm":
        """Return the form that was sent to ask for changes: no rule was broken, so the words are needed."""
        form = cls({**data.dict(), "reason_code": CHANGES_NEEDED})
        form.fields["explanation"].required = True
        form.fields["explanation"].error_messages["required"] = _("Say what has to change.")
        return form


class NoteForm(forms.Form):
    """What other staff should know."""

    CHARACTER, CREATOR = "character", "creator"

    about = forms.ChoiceField(
        label=_("About"), choices=[(CHARACTER, _("This character")), (CREATOR, _("Its creator"))]
    )
    text = forms.CharField(
        label=_("Note"),
        max_length=notes.LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only staff read this."),
    )


class EscalateForm(forms.Form):
    """Why somebody else should decide."""

    note = forms.CharField(
        label=_("What should they know?"),
        max_length=notes.LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only staff read this."),
    )


class SecondReviewForm(forms.Form):
    """What one would have decided."""

    kind = forms.ChoiceField(
        label=_("What would you have decided?"),
        choices=[("APPROVE", _("Approve it")), ("REJECT", _("Reject it"))],
        widget=forms.RadioSelect,
    )
