"""Forms about accounts: they validate, services save."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.socialaccount import forms as social_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import zones
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


class UnlockCodeForm(forms.Form):
    """The code that was mailed to a locked-out person."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six digits from our mail."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
