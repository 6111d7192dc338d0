"""Signing up: the least age, and the form sent twice."""

from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.internal.flows.manage_email import email_already_exists
from django import forms
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts import age, queries, zones
from accounts.models import User
from core import audit

# Says only that this browser was asked to come back later; nothing about the person is kept anywhere.
_PAUSE_COOKIE = "signup_pause"
_PAUSE_SALT = "accounts.signup.pause"
_PAUSE_SECONDS = 24 * 3600
# How long the same form counts as sent twice.
_REPEAT_WINDOW = timedelta(minutes=10)


def is_paused(request: HttpRequest) -> bool:
    """Whether somebody below the least age tried to sign up with this browser in the last day."""
    try:
        signing.loads(request.COOKIES.get(_PAUSE_COOKIE, ""), salt=_PAUSE_SALT, max_age=_PAUSE_SECONDS)
    except signing.BadSignature:
        return False
    return True


def too_young_page(request: HttpRequest) -> HttpResponse:
    """Say kindly that it is too early, and keep this browser from trying another year right away."""
    response = render(request, "accounts/too_young.html", {"minimum_years": age.MINIMUM_YEARS}, status=403)
    if not is_paused(request):
        response.set_cookie(
            _PAUSE_COOKIE,
            signing.dumps("later", salt=_PAUSE_SALT),
            max_age=_PAUSE_SECONDS,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


class PersonFields(forms.Form):
    """What every sign-up asks besides what its way of signing in needs.

    Mixed into a sign-up form of allauth; `now` comes from the view.
    """

    time_zone = forms.CharField(
        max_length=64, required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""})
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        help_text=_("Only you see it, and it cannot be changed later. You need to be 13 or older."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
    )

    field_order = ["email", "username", "password1", "time_zone", "date_of_birth"]

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        self.now = now
        self.is_too_young = False
        self.repeated: User | None = None
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["email"].widget.attrs["maxlength"] = "254"
        self.fields["username"].help_text = _("Others see it. Letters, digits, dots, dashes, underscores.")

    def clean_time_zone(self) -> str:
        return zones.known_name(self.cleaned_data["time_zone"])

    def clean_date_of_birth(self) -> date:
        born: date = self.cleaned_data["date_of_birth"]
        zone = zones.find_zone(self.cleaned_data.get("time_zone", zones.UTC))
        today = self.now.astimezone(zone).date()
        if not age.is_plausible(born, today):
            raise forms.ValidationError(_("This date cannot be right. Please check day, month and year."))
        self.is_too_young = age.years_on(born, today) < age.MINIMUM_YEARS
        return born

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        self.repeated = self._find_repeat(username)
        if self.repeated is not None:
            return username
        try:
            cleaned: str = super().clean_username()  # type: ignore[misc]
        except forms.ValidationError:
            # The other of two clicks may have taken the name since the look above.
            self.repeated = self._find_repeat(username)
            if self.repeated is None:
                raise
            return username
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or find the one that this form made a moment ago."""
        if self.repeated is not None:
            return self.repeated, None
        return super().try_save(request)  # type: ignore[misc]

    def save(self, request: HttpRequest) -> User:
        """Make the account and audit it. Raises IntegrityError when somebody was faster."""
        with transaction.atomic():
            user: User = super().save(request)  # type: ignore[misc]
            audit.record(
                actor=user.subject,
                kind="account.created",
                at=self.now,
                target_kind="user",
                target_id=user.public_id,
                data={"by": "provider" if hasattr(self, "sociallogin") else "form"},
            )
        return user

    def look_again(self) -> bool:
        """Find out who was faster; returns whether the form can be saved now without an error."""
        username = self.cleaned_data["username"]
        self.repeated = self._find_repeat(username)
        if self.repeated is not None:
            return True
        if User.objects.filter(username__iexact=username).exists():
            self.add_error("username", _("This username was taken a moment ago. Please choose another."))
            return False
        _email, self.account_already_exists = email_already_exists(self.cleaned_data["email"])
        return bool(self.account_already_exists)

    def _find_repeat(self, username: str) -> User | None:
        password, email = self.data.get("password1", ""), self.data.get("email", "")
        # What was typed, unchecked: PostgreSQL does not take NUL.
        if not password or "\0" in email:
            return None
        return queries.find_repeat(
            email=email,
            username=username,
            password=password,
            since=self.now - _REPEAT_WINDOW,
        )
