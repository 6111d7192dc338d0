"""Forms of moderation."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Restriction
from core.forms import CreationForm
from moderation.models import Decision, Report
from moderation.services import Step, StepKind
from moderation.targets import Words
from policies.rules import RULES

_EXPLANATION_LENGTH = 2000
_LONGEST_DAYS = 365


class ReportForm(CreationForm):
    """Why something is reported, in a choice and in words."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Report.Reason.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Optional. The person you report does not see this."),
    )


class StepForm(forms.Form):
    """What a moderator does about a case or a person."""

    step = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)
    reason_code = forms.ChoiceField(
        label=_("Rule"),
        required=False,
        choices=[("", _("Choose a rule")), *((rule.code, rule.title) for rule in RULES.values())],
    )
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
        help_text=_("Of a restriction. Left empty, it lasts until it is lifted."),
    )
    explanation = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=_EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads this. Left empty, the rule's own words are sent."),
    )
    private_notes = forms.CharField(
        label=_("Private note"),
        required=False,
        max_length=_EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only staff ever read this."),
    )
    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kinds: list[StepKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("step")
        if kind and kind != StepKind.DISMISS and not cleaned.get("reason_code"):
            self.add_error("reason_code", _("Choose the rule that this is about."))
        if kind == StepKind.RESTRICT and not cleaned.get("scope"):
            self.add_error("scope", _("Choose the feature to restrict."))
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
        )


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
    explanation = forms.CharField(
        label=_("Why"),
        max_length=_EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The person who appealed reads this."),
    )
    days = forms.IntegerField(
        label=_("In part: ends in how many days"),
        required=False,
        min_value=1,
        max_value=_LONGEST_DAYS,
        help_text=_("Only of a restriction or a suspension: it then ends on that day instead."),
    )
    private_notes = forms.CharField(
        label=_("Private note"),
        required=False,
        max_length=_EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only staff ever read this."),
    )

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
