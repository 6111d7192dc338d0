"""What happens around every request for the person behind it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries, standing, zones

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# What a person can still do while the whole account is restricted.
_OPEN_PAGES = frozenset(
    {
        "settings-standing",
        "settings-standing-export",
        "settings-verify",
        "settings-verify-send",
        "settings-verify-second-step",
        "account_logout",
        "guidelines",
        "notifications",
        "notifications-read",
        "notifications-unsubscribe",
        "notifications-unsubscribe-undo",
    }
)


def personal(get_response: GetResponse) -> GetResponse:
    """Show times in the person's zone, and let nothing that they read stay in a cache of the browser.

    A suspended person, who is nobody to the rest of the product, reads in their own zone too. A page that may
    be kept would still be there for whoever presses "Back" after they signed out.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        person = request.user if request.user.is_authenticated else standing.find_suspended(request)
        with timezone.override(zones.find_zone(person.time_zone) if person is not None else None):
            response = get_response(request)
        if person is not None and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


class AccountGate:
    """Shut-out accounts see their standing page; staff need their second factor for the admin."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: list[Any], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Answer instead of the view when the account may not go there."""
        match = request.resolver_match
        if match is None:
            return None
        is_open = match.url_name in _OPEN_PAGES or request.path.startswith("/help/")
        if not request.user.is_authenticated:
            return self._stop_suspended(
                request, is_open=is_open, is_logout=match.url_name == "account_logout"
            )
        if not is_open and queries.is_shut_out(request.user, now=timezone.now()):
            return _send(request, reverse("settings-standing"))
        if (
            settings.STAFF_NEED_SECOND_FACTOR
            and match.app_name == "admin"
            and request.user.is_staff
            and not queries.has_second_factor(request.user)
        ):
            messages.warning(request, _("Staff pages need a second step at sign-in. Please set it up first."))
            return _send(request, reverse("mfa_index"))
        return None

    def _stop_suspended(
        self, request: HttpRequest, *, is_open: bool, is_logout: bool
    ) -> HttpResponseBase | None:
        if standing.find_suspended(request) is None:
            return None
        if is_logout and request.method == "POST":
            request.session.flush()
            return None
        return None if is_open else _send(request, reverse("settings-standing"))


def _send(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect a page; make a fragment's page leave; end a stream."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=403, headers={"HX-Redirect": url})
    if "text/event-stream" in request.headers.get("Accept", ""):
        return HttpResponse(status=403)
    return redirect(url)
