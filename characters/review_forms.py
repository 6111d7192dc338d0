"""What reviewers answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from characters.models import ItemRevision
from core.forms import CreationForm
from moderation import form_fields, notes
from policies.rules import RULES

CHANGES_NEEDED = "changes-needed"


class DecisionForm(forms.Form):
    """Which rule, why, and how to fix it: the creator reads all three."""

    reason_code = form_fields.rule_field(widget=form_fields.RuleSelect)
    explanation = form_fields.explanation_field(help_text=form_fields.TO_CREATOR)
    fix = form_fields.fix_field(help_text=form_fields.TO_CREATOR)

    @classmethod
    def for_hold(cls, revision: ItemRevision) -> "DecisionForm":
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


class DelistForm(DecisionForm):
    """Why something is taken down, and whether it was ever right to approve it."""

    is_our_mistake = forms.BooleanField(
        label=_("Our mistake: it should not have been approved"),
        required=False,
        help_text=_("Then it is no strike, and the creator is told that the mistake was ours."),
    )


class PutBackForm(forms.Form):
    """Why taking it down was wrong."""

    explanation = form_fields.explanation_field(
        help_text=_("The creator reads this."), rows=3, is_required=True
    )


class AfterAllForm(CreationForm):
    """Why a rejection was wrong."""

    decision_id = forms.CharField(widget=forms.HiddenInput, max_length=32)
    explanation = form_fields.explanation_field(
        help_text=_("The creator reads this."), rows=3, is_required=True
    )


class EscalateForm(forms.Form):
    """Why somebody else should decide."""

    note = form_fields.staff_text_field(label=_("What should they know?"), max_length=notes.LENGTH)


class SecondReviewForm(forms.Form):
    """What one would have decided."""

    kind = forms.ChoiceField(
        label=_("What would you have decided?"),
        choices=[("APPROVE", _("Approve it")), ("REJECT", _("Reject it"))],
        widget=forms.RadioSelect,
    )
