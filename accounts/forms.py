"""Forms about accounts: they validate, services save."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account import forms as account_forms
from allauth.socialaccount import forms as social_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import reasons, zones
from accounts.models import Restriction
from accounts.signup import PersonFields


class LoginForm(account_forms.LoginForm):
    """Sign in by email or username."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("Email")
        login.help_text = _("Your username works too.")
        login.max_length = 254
        login.widget.attrs = {
            "autocomplete": "username webauthn",
            "autocapitalize": "none",
            "maxlength": 254,
        }
        password.label = _("Password")
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)


class SignupForm(PersonFields, account_forms.SignupForm):
    """Sign up with email, username, password and date of birth."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password1"]
        password.label = _("Password")
        password.help_text = _("At least 10 characters, not a common password and not your name.")


class SocialSignupForm(PersonFields, social_forms.SignupForm):
    """What a third party does not tell us: the username, and the date of birth."""


class SafeModeForm(forms.Form):
    """Step one: which way the switch should stand."""

    safe_mode = forms.BooleanField(
        label=_("Safe Mode"),
        required=False,
        help_text=_("Keeps characters with themes for adults out of everything you see."),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


class SafeModeOffForm(forms.Form):
    """Step two: a deliberate yes."""

    is_sure = forms.BooleanField(
        label=_("I am 18 or older and want to see characters with themes for adults."),
        error_messages={"required": _("Tick the box to turn Safe Mode off.")},
    )


class BirthDateForm(forms.Form):
    """Asked once of an account whose date of birth is unknown."""

    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        help_text=_("Only you see it, and it cannot be changed later."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
    )


class TimeZoneForm(forms.Form):
    """The zone that times on the pages are shown in."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, name.replace("_", " ")) for name in zones.list_names()]
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]


class RestrictForm(forms.Form):
    """Staff: stop a person from using a part of the product for a while."""

    scope = forms.ChoiceField(label=_("What is restricted"), choices=Restriction.Scope.choices)
    reason_code = forms.ChoiceField(label=_("Rule"))
    explanation = forms.CharField(
        label=_("Explanation"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads this: what happened, and what to do differently."),
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=365)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(reason.code, reason.title) for reason in reasons.list_reasons()]
        self.fields["reason_code"].choices = choices  # type: ignore[attr-defined]

    def ends_at(self, now: datetime) -> datetime:
        """Return when the restriction ends if it starts now."""
        return now + timedelta(days=self.cleaned_data["days"])


class SuspendForm(RestrictForm):
    """Staff: end a person's use of the product until the suspension is lifted."""

    field_order = ["reason_code", "explanation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["scope"], self.fields["days"]
