"""Keeping people apart: the page of whom the person blocked or muted, and the buttons that do it (R14)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import policies, presenters, queries, services
from accounts.models import User
from core.pages import render_page
from core.pagination import CursorError, get_page
from core.refusals import LimitedError, RefusedError

_PAGE_SIZE = 20
_UNDO_KEY = "accounts.undo"


@login_required
@require_GET
@never_cache
def blocked(request: HttpRequest) -> HttpResponse:
    """List whom the person blocked and whom they muted, with the way back from what they just did."""
    person = queries.signed_in(request)
    cursors = {name: request.GET.get(name, "") for name in ("blocked", "muted")}
    try:
        blocks = get_page(
            queries.list_blocks(person), order=queries.NEWEST, size=_PAGE_SIZE, cursor=cursors["blocked"]
        )
        mutes = get_page(
            queries.list_mutes(person), order=queries.NEWEST, size=_PAGE_SIZE, cursor=cursors["muted"]
        )
    except CursorError as error:
        raise Http404 from error
    context = {
        "undo": request.session.pop(_UNDO_KEY, None),
        "blocked": presenters.present_blocks(blocks.rows),
        "blocked_next_url": _next_url(cursors, "blocked", blocks.next_cursor),
        "muted": presenters.present_mutes(mutes.rows),
        "muted_next_url": _next_url(cursors, "muted", mutes.next_cursor),
    }
    return render_page(request, "accounts/blocked.html", context)


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def block(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what a block does, and do it."""
    if request.method == "POST":
        return _do(request, public_id, services.block_user, "blocked")
    person = _get_person_or_404(public_id)
    refusal = policies.block_refusal(queries.signed_in(request), person)
    context = {
        "person": person,
        "refusal": refusal,
        "back_url": _back_url(request) or reverse("settings-blocked"),
    }
    return render_page(request, "accounts/block.html", context, status=200 if refusal is None else 403)


@login_required
@require_POST
def unblock(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a block back."""
    return _do(request, public_id, services.unblock_user, "unblocked")


@login_required
@require_POST
def mute(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep what somebody makes out of one's lists."""
    return _do(request, public_id, services.mute_user, "muted")


@login_required
@require_POST
def unmute(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a mute back."""
    return _do(request, public_id, services.unmute_user, "unmuted")


def _do(request: HttpRequest, public_id: str, operation: Callable[..., object], what: str) -> HttpResponse:
    actor, person = queries.signed_in(request), _get_person_or_404(public_id)
    try:
        operation(actor=actor, public_id=public_id, now=timezone.now())
    except RefusedError as error:
        return _refused(request, person, error)
    return _done(request, what, person)


def _get_person_or_404(public_id: str) -> User:
    person = queries.find_by_public_id(public_id)
    if person is None:
        raise Http404
    return person


def _done(request: HttpRequest, what: str, person: User) -> HttpResponse:
    """Lead back to the page that the button stood on, or to the list, which offers to undo it.

    What was blocked is gone for the viewer, so a block always leads to the list.
    """
    back = _back_url(request)
    if what in {"muted", "unmuted"} and back:
        text = (
            _("You muted %(name)s. What they make stays out of your lists.")
            if what == "muted"
            else _("You no longer mute %(name)s.")
        )
        messages.success(request, text % {"name": person.shown_name})
        return redirect(back)
    request.session[_UNDO_KEY] = {"what": what, "public_id": person.public_id, "name": person.shown_name}
    return redirect("settings-blocked")


def _refused(request: HttpRequest, person: User, error: RefusedError) -> HttpResponse:
    context: dict[str, Any] = {
        "person": person,
        "refusal": error.refusal,
        "back_url": _back_url(request) or reverse("settings-blocked"),
    }
    is_limit = isinstance(error, LimitedError)
    response = render_page(request, "accounts/block.html", context, status=429 if is_limit else 403)
    if isinstance(error, LimitedError):
        response["Retry-After"] = str(error.retry_after)
    return response


def _back_url(request: HttpRequest) -> str:
    given = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if is_ours else ""


def _next_url(cursors: dict[str, str], name: str, cursor: str) -> str:
    if not cursor:
        return ""
    values = {key: value for key, value in {**cursors, name: cursor}.items() if value}
    return f"?{urlencode(values)}#{name}"
