"""Passkey forms: what a browser sends is data from outside, and a broken one is a wrong one."""

import struct
from typing import Any

from allauth.mfa.webauthn import forms
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What parsing and checking raise on bytes that no authenticator makes.
_BROKEN = (LookupError, TypeError, ValueError, AttributeError, InvalidSignature, struct.error)


def _refuse() -> ValidationError:
    return ValidationError(_("That passkey was not accepted. Please try again."), code="passkey")


class _Guarded:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _BROKEN as error:
            raise _refuse() from error


class AuthenticateForm(_Guarded, forms.AuthenticateWebAuthnForm):
    """The second step of a sign-in."""


class LoginForm(_Guarded, forms.LoginWebAuthnForm):
    """A sign-in with nothing but a passkey."""


class ReauthenticateForm(_Guarded, forms.ReauthenticateWebAuthnForm):
    """Is it still you?"""


class AddForm(forms.AddWebAuthnForm):
    """A new passkey."""

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except _BROKEN as error:
            raise _refuse() from error
        return cleaned
