"""Where allauth asks us: who may sign up, what is saved, what happens around a sign-in."""

from typing import Any

import structlog
from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.core import validators
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts import devices, lockout, services, signup, standing, vault
from accounts.models import EMAIL_LENGTH, User
from core import switches
from core.switches import Feature

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts with a date of birth, known devices and a sign-up that can be switched off."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether an account can be made here and now; an ImmediateHttpResponse says why not."""
        if signup.is_paused(request):
            raise ImmediateHttpResponse(signup.too_young_page(request))
        if refusal := switches.refusal(Feature.SIGN_UP):
            raise ImmediateHttpResponse(
                render(request, "account/signup_closed.html", {"refusal": refusal}, status=403)
            )
        return True

    def clean_email(self, email: str) -> str:
        """Refuse an address that does not fit; every form that takes one asks here."""
        validators.MaxLengthValidator(EMAIL_LENGTH)(email)
        return email

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before sign-in data change, unless the person signed in a moment ago."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        since = timezone.now().timestamp() - account_settings.REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > since for record in records)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse guesses that come too fast from one address, or far too many from all together."""
        super().pre_authenticate(request, **credentials)
        usage = lockout.count_guess_anywhere(request, credentials)
        if usage is None:
            raise self.validation_error("too_many_login_attempts")
        # Given back with the others when the password is right.
        self._login_failed_rl_usage.usage += usage.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return lockout.guess_key(request, credentials)

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """Save what the sign-up form asked."""
        super().save_user(request, user, form, commit=False)
        user.date_of_birth = form.cleaned_data["date_of_birth"]
        user.time_zone = form.cleaned_data["time_zone"]
        if commit:
            user.save()
        return user

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark an address as confirmed, unless another account came to hold it meanwhile."""
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Show a suspended person why, after they proved who they are."""
        standing.remember_suspended(request, user)
        return redirect("settings-standing")

    def post_login(self, request: HttpRequest, user: User, *, signup: bool, **kwargs: Any) -> HttpResponse:
        """Remember the browser and tell the person when it is new; lock the account if it looks guessed."""
        response: HttpResponse = super().post_login(request, user, signup=signup, **kwargs)
        token, now = devices.read_token(request), timezone.now()
        is_locked = services.judge_sign_in(
            user=user,
            token_hash=devices.hash_token(token),
            is_proven=signup or _is_more_than_password(request),
            limit=settings.SUSPICIOUS_SIGN_IN_FAILURES,
            now=now,
        )
        if is_locked:
            # The lock tells the person; a browser that may be a thief's is not remembered as theirs.
            return response
        services.remember_device(
            user=user,
            token_hash=devices.hash_token(token),
            label=devices.describe(self.get_http_user_agent(request)),
            is_first=signup,
            now=now,
        )
        devices.keep_token(response, token)
        return response

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        return reverse("settings-security")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send; a mail server that is away delays a person and does not break the page."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("mail_not_sent", template=template_prefix)


def _is_more_than_password(request: HttpRequest) -> bool:
    """Whether this sign-in took anything that nobody guesses: a second step, a passkey, another site."""
    return any(record["method"] != "password" for record in get_authentication_records(request, request.user))


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Third-party sign-in follows the same rules for new accounts."""


class MFAAdapter(DefaultMFAAdapter):
    """Secrets encrypted at rest; staff keep a second factor."""

    def encrypt(self, text: str) -> str:
        return vault.lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt; what no key opens becomes a secret that nobody knows, so every code is wrong."""
        try:
            return vault.unlock(encrypted_text)
        except InvalidToken:
            log.exception("second_factor_unreadable")
            return generate_totp_secret()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)d") % {"number": count + 1}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff who need a second factor may not remove their last one."""
        user = authenticator.user
        if not (settings.STAFF_NEED_SECOND_FACTOR and user.is_staff):
            return True
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user=user, type__in=kinds).exclude(pk=authenticator.pk)
        return bool(others.exists())
