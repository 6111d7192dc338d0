"""What reviewers see: a revision beside the live one, and what they answer."""

from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from characters import queries
from characters.models import Category, Character, Revision
from core.refusals import Text
from imagegen.models import Picture
from moderation.models import Decision
from policies.rules import RULES

_EXPLANATION_LENGTH = 2000
_FIELDS = (
    ("name", _("Name")),
    ("short_bio", _("Short bio")),
    ("bio", _("Bio")),
    ("category", _("Category")),
    ("tags", _("Tags")),
    ("safe_mode", _("Safe Mode")),
    ("description", _("Description")),
    ("first_message", _("First message")),
    ("greetings", _("Greetings")),
    ("scenario", _("Scenario")),
    ("example_dialogue", _("Example dialogue")),
    ("appearance", _("Appearance")),
)


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field of a revision beside the same field of the live one."""

    label: Text
    live: str
    submitted: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class PortraitView:
    """A portrait that reviewers look at."""

    public_id: str
    url: str
    is_upload: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What was decided before, with the rule's title."""

    decision: Decision
    rule_title: Text


def compare(revision: Revision, live: Revision | None) -> list[FieldComparison]:
    """Return every field that review looks at; without a live revision nothing counts as changed."""
    address = revision.character.slug
    # Made of the first name, and the same for every version.
    rows = [FieldComparison(_("Address"), address if live is not None else "", address, is_changed=False)]
    for name, label in _FIELDS:
        submitted = _shown(revision, name)
        before = _shown(live, name) if live is not None else ""
        rows.append(FieldComparison(label, before, submitted, live is not None and before != submitted))
    return rows


def present_portrait(portrait: Picture | None) -> PortraitView | None:
    """Return a portrait that can be shown."""
    if portrait is None or not portrait.is_ready:
        return None
    return PortraitView(
        public_id=portrait.public_id,
        url=reverse("media", kwargs={"kind": "picture", "public_id": portrait.public_id}),
        is_upload=portrait.mode == Picture.Mode.UPLOAD,
    )


def rule_title(code: str) -> Text:
    """Return what reviewers read for a reason code, which may be of an older list."""
    return RULES[code].title if code in RULES else code


def present_decisions(decisions: list[Decision]) -> list[DecisionView]:
    """Return decisions with the titles of their rules."""
    return [DecisionView(decision, rule_title(decision.reason_code)) for decision in decisions]


def _shown(revision: Revision, name: str) -> str:
    value = getattr(revision, name)
    if name == "category":
        return str(Category(value).label)
    if name == "safe_mode":
        return str(_("On") if value else _("Off"))
    if name == "tags":
        return ", ".join(value)
    return "\n\n".join(value) if isinstance(value, list) else str(value)


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


def name_of(character: Character) -> str:
    """Return the name by which staff know an item."""
    shown = queries.find_shown_to_staff(character)
    return shown.name if shown is not None else character.public_id
