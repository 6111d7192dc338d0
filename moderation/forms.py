"""Forms of moderation."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Restriction
from core.forms import CreationForm
from moderation import form_fields, notes
from moderation.models import Decision, Report
from moderation.services import Step, StepKind
from moderation.targets import Words

_LONGEST_DAYS = 365
_WITHOUT_RULE = {StepKind.DISMISS, StepKind.SETTLE}


class ReportForm(CreationForm):
    """Why something is reported, in a choice and in words."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Report.Reason.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person you report does not see this."),
    )


class StepForm(CreationForm):
    """What a moderator does about a case or a person."""

    step = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)
    reason_code = form_fields.rule_field(required=False, widget=form_fields.RuleSelect)
    scope = forms.ChoiceField(
        label=_("Feature to restrict"),
        required=False,
        choices=[("", _("Choose a feature")), *Restriction.Scope.choices],
    )
    days = forms.IntegerField(
        label=_("For how many days"),
        required=False,
        min_value=1,
        max_value=_LONGEST_DAYS,
        widget=forms.NumberInput(attrs={"placeholder": " "}),
        help_text=_("Of a restriction. Left empty, it lasts until it is lifted."),
    )
    explanation = form_fields.explanation_field(help_text=form_fields.TO_PERSON)
    private_notes = form_fields.private_note_field()
    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kinds: list[StepKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("step")
        if kind and kind not in _WITHOUT_RULE and not cleaned.get("reason_code"):
            self.add_error("reason_code", _("Choose the rule that this is about."))
        if kind == StepKind.RESTRICT and not cleaned.get("scope"):
            self.add_error("scope", _("Choose the feature to restrict."))
        if kind and kind != StepKind.RESTRICT and cleaned.get("days"):
            self.add_error("days", _("Days belong to a restriction: choose that, or empty them."))
        return cleaned

    def as_step(self) -> Step:
        """Return what was chosen, once the form is valid."""
        chosen = self.cleaned_data
        is_restriction = chosen["step"] == StepKind.RESTRICT
        return Step(
            kind=StepKind(chosen["step"]),
            words=Words(chosen["reason_code"], chosen["explanation"], private_notes=chosen["private_notes"]),
            scope=Restriction.Scope(chosen["scope"]) if is_restriction else None,
            days=chosen["days"] if is_restriction else None,
            creation_key=chosen["creation_key"],
        )


class SafetyForm(forms.Form):
    """Why somebody who looks after child safety confirms or clears a case."""

    note = form_fields.staff_text_field(label=_("Why"), max_length=notes.LENGTH)


class LiftForm(forms.Form):
    """Why a decision is taken back."""

    explanation = form_fields.explanation_field(help_text=_("The person reads this."))


class AnswerForm(forms.Form):
    """What the second person says to an appeal."""

    kind = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[
            (Decision.Kind.UPHOLD.value, _("The decision stands")),
            (Decision.Kind.OVERTURN.value, _("Overturn it: everything it took is given back")),
            (Decision.Kind.PARTIAL.value, _("In part")),
        ],
    )
    explanation = form_fields.explanation_field(
        help_text=_("The person who appealed reads this."), rows=5, is_required=True
    )
    days = forms.IntegerField(
        label=_("In part: ends in how many days"),
        required=False,
        min_value=1,
        max_value=_LONGEST_DAYS,
        widget=forms.NumberInput(attrs={"placeholder": " "}),
        help_text=_("Only of a restriction or a suspension: it then ends on that day instead."),
    )
    private_notes = form_fields.private_note_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind and kind != Decision.Kind.PARTIAL and cleaned.get("days"):
            self.add_error("days", _("Days belong to “In part”: choose that, or empty them."))
        return cleaned

    def as_arguments(self, now: datetime) -> dict[str, Any]:
        """Return what `services.answer` is called with, once the form is valid."""
        chosen = self.cleaned_data
        days = chosen["days"]
        return {
            "kind": Decision.Kind(chosen["kind"]),
            "explanation": chosen["explanation"],
            "private_notes": chosen["private_notes"],
            "ends_at": now + timedelta(days=days) if days else None,
        }
