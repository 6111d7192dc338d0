"""Signing up, and the settings pages of an account."""

from typing import Any

import structlog
from allauth.account.views import SignupView
from allauth.decorators import rate_limit
from allauth.mfa.recovery_codes import views as code_views
from allauth.socialaccount.providers.openid_connect.views import login as openid_connect_login
from allauth.socialaccount.views import SignupView as SocialSignupView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import policies, presenters, queries, services, signup
from accounts.forms import BirthDateForm, SafeModeForm, SafeModeOffForm, TimeZoneForm
from accounts.signup import PersonFields
from core.pages import render_page
from core.pagination import CursorError, get_page
from core.refusals import RefusedError

log = structlog.get_logger(__name__)

_PAGE_SIZE = 20
_PENDING_SOCIAL = "socialaccount_sociallogin"


class AgeCheckedMixin:
    """A sign-up that asks the date of birth and survives two of the same form at once."""

    request: HttpRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "now": timezone.now()}  # type: ignore[misc]

    def form_invalid(self, form: PersonFields) -> HttpResponse:
        if form.is_too_young:
            return self._refuse_too_young()
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response

    def form_valid(self, form: PersonFields) -> HttpResponse:
        if form.is_too_young:
            return self._refuse_too_young()
        pending = self.request.session.get(_PENDING_SOCIAL)
        response: HttpResponse
        try:
            response = super().form_valid(form)  # type: ignore[misc]
        except IntegrityError:
            if pending is not None:
                self.request.session[_PENDING_SOCIAL] = pending
            if form.look_again():
                response = super().form_valid(form)  # type: ignore[misc]
            elif form.errors:
                response = self.form_invalid(form)
            else:
                raise
        return response

    def _refuse_too_young(self) -> HttpResponse:
        self.request.session.pop(_PENDING_SOCIAL, None)
        return signup.too_young_page(self.request)


class EmailSignupView(AgeCheckedMixin, SignupView):
    """Sign up with an email address and a password."""


@method_decorator(rate_limit(action="signup"), name="dispatch")
class ThirdPartySignupView(AgeCheckedMixin, SocialSignupView):
    """Finish a sign-up that began with a third party."""


sign_up = EmailSignupView.as_view()
sign_up_third_party = ThirdPartySignupView.as_view()


def third_party(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Go to a third party; one that is away gives a page."""
    response: HttpResponseBase
    try:
        response = openid_connect_login(request, provider_id)
    except OSError:  # what requests raises
        log.exception("provider_unreachable", provider=provider_id)
        response = redirect("socialaccount_login_error")
    return response


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


@require_GET
def admin_login(request: HttpRequest) -> HttpResponseBase:
    """Staff sign in where everyone does, with the same lock-out and second step."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(target)
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect(target)


@login_required
@require_http_methods(["GET", "POST"])
def safety(request: HttpRequest) -> HttpResponse:
    """The viewer's Safe Mode, step one; turning it back on needs no second step."""
    person = queries.signed_in(request)
    now = timezone.now()
    form = SafeModeForm(_posted(request), initial={"safe_mode": person.safe_mode})
    refusal = policies.safe_mode_off_refusal(person, now=now)
    if refusal is not None and person.safe_mode:
        form.fields["safe_mode"].disabled = True
    if request.method == "POST":
        form.is_valid()
        if form.cleaned_data.get("safe_mode"):
            services.set_safe_mode(actor=person, is_on=True, now=now)
            messages.success(request, _("Safe Mode is on."))
            return redirect("settings-safety")
        if person.safe_mode:
            return redirect("settings-safety-off")
        return redirect("settings-safety")
    context = {
        "form": form,
        "refusal": refusal,
        "birth_form": BirthDateForm() if person.date_of_birth is None else None,
    }
    return render_page(request, "accounts/safety.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def safety_off(request: HttpRequest) -> HttpResponse:
    """Step two: what changes, and a deliberate yes."""
    person = queries.signed_in(request)
    now = timezone.now()
    form = SafeModeOffForm(_posted(request))
    refusal = policies.safe_mode_off_refusal(person, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_safe_mode(actor=person, is_on=False, now=now)
        except RefusedError as error:
            refusal = error.refusal
        else:
            messages.success(request, _("Safe Mode is off. You can turn it back on here at any time."))
            return redirect("settings-safety")
    status = 403 if refusal is not None else 200
    return render_page(request, "accounts/safety_off.html", {"form": form, "refusal": refusal}, status=status)


@login_required
@require_POST
def set_birth_date(request: HttpRequest) -> HttpResponse:
    """Take the date of birth of an account that has none."""
    person = queries.signed_in(request)
    now = timezone.now()
    form = BirthDateForm(request.POST)
    if form.is_valid():
        try:
            services.set_date_of_birth(
                actor=person, date_of_birth=form.cleaned_data["date_of_birth"], now=now
            )
        except RefusedError as error:
            form.add_error("date_of_birth", str(error.refusal.message))
            if error.refusal.code == "too-young":
                return redirect("settings-standing")
        else:
            messages.success(request, _("Thank you. Your date of birth is saved."))
            return redirect("settings-safety")
    switch = SafeModeForm(initial={"safe_mode": person.safe_mode})
    switch.fields["safe_mode"].disabled = True
    refusal = policies.safe_mode_off_refusal(person, now=now)
    context = {"form": switch, "refusal": refusal, "birth_form": form}
    return render_page(request, "accounts/safety.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def security(request: HttpRequest) -> HttpResponse:
    """Password, email, second step, where the person is signed in, time zone."""
    person = queries.signed_in(request)
    form = TimeZoneForm(_posted(request), initial={"time_zone": person.time_zone})
    if request.method == "POST" and form.is_valid():
        services.set_time_zone(actor=person, name=form.cleaned_data["time_zone"])
        messages.success(request, _("Times are now shown in your time zone."))
        return redirect("settings-security")
    try:
        page = get_page(
            queries.list_sessions(person, now=timezone.now()),
            order=["-created_at", "-id"],
            size=_PAGE_SIZE,
            cursor=request.GET.get("cursor", ""),
        )
    except CursorError as error:
        raise Http404 from error
    key = request.session.session_key
    context = {
        "zone_form": form,
        "sessions": [presenters.present_session(row, current_key=key) for row in page.rows],
        "next_url": f"?cursor={page.next_cursor}#sessions" if page.next_cursor else "",
        "second_factor": presenters.present_second_factor(person),
        "has_third_party": presenters.has_third_party(request),
        "has_password": person.has_usable_password(),
        "staff_need_it": settings.STAFF_NEED_SECOND_FACTOR and person.is_staff,
    }
    return render_page(request, "accounts/security.html", context)


@login_required
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    person = queries.signed_in(request)
    count = services.end_other_sessions(
        actor=person, session_key=request.session.session_key, now=timezone.now()
    )
    if count:
        text = ngettext("Signed out in %d other place.", "Signed out in %d other places.", count) % count
    else:
        text = _("You are not signed in anywhere else.")
    messages.success(request, text)
    return redirect("settings-security")


@login_required
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Show the recovery codes."""
    return _ask_for_new_codes(request) or code_views.view_recovery_codes(request)


@login_required
def download_codes(request: HttpRequest) -> HttpResponseBase:
    """Send the recovery codes as a file."""
    return _ask_for_new_codes(request) or code_views.download_recovery_codes(request)


def _ask_for_new_codes(request: HttpRequest) -> HttpResponse | None:
    if not queries.has_unreadable_codes(queries.signed_in(request)):
        return None
    messages.warning(request, _("Your recovery codes cannot be read any more. Please make new ones."))
    return redirect("mfa_generate_recovery_codes")
