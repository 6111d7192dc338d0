"""The page of one picture, and what its owner can do about it."""

import re
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from core import ids
from core.pages import render_page
from core.refusals import LimitedError, RefusedError
from imagegen import policies, queries, services
from imagegen.models import Picture
from imagegen.presenters import present_picture

_FRAGMENT = "imagegen/_picture.html"
_PAGE = "imagegen/picture.html"
_KEY = re.compile("[0-9a-f]{32}")


@require_GET
@never_cache
def picture(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a picture or how far it is; with `part=fragment` only that, for pages it is a part of."""
    return _show(request, _find(request, public_id))


@login_required
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop a picture."""
    found = _find_own(request, public_id)
    return _answer(request, services.cancel_picture(actor=found.owner, picture=found, now=timezone.now()))


@login_required
@require_POST
def retry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for a picture again that did not come."""
    return _ask_again(request, public_id, services.retry_picture)


@login_required
@require_POST
def reroll(request: HttpRequest, public_id: str) -> HttpResponse:
    """Have a finished picture drawn again that shows somebody else."""
    return _ask_again(request, public_id, services.reroll_picture)


def _ask_again(
    request: HttpRequest, public_id: str, ask: Callable[..., tuple[Picture, bool]]
) -> HttpResponse:
    found = _find_own(request, public_id)
    key = request.POST.get("creation_key", "")
    if not _KEY.fullmatch(key):
        key = ids.new_public_id()
    try:
        again, _created = ask(actor=found.owner, picture=found, creation_key=key, now=timezone.now())
    except RefusedError as error:
        status = 429 if isinstance(error, LimitedError) else 200 if _is_fragment(request) else 409
        return _show(request, found, problem=error, status=status)
    return _answer(request, again)


def _find(request: HttpRequest, public_id: str) -> Picture:
    try:
        return queries.get_picture_for(request.user, public_id)
    except Picture.DoesNotExist as error:
        raise Http404 from error


def _find_own(request: HttpRequest, public_id: str) -> Picture:
    found = _find(request, public_id)
    if not isinstance(request.user, User) or found.owner_id != request.user.pk:
        raise Http404
    return found


def _answer(request: HttpRequest, found: Picture) -> HttpResponse:
    if _is_fragment(request):
        return _show(request, found)
    if back := _back_url(request):
        return redirect(back)
    return redirect("picture", public_id=found.public_id)


def _back_url(request: HttpRequest) -> str:
    back = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back if is_ours else ""


def _is_fragment(request: HttpRequest) -> bool:
    return request.GET.get("part") == "fragment" or request.headers.get("HX-Request") == "true"


def _show(
    request: HttpRequest, found: Picture, *, problem: RefusedError | None = None, status: int = 200
) -> HttpResponse:
    view = present_picture(found, now=timezone.now(), viewer=request.user)
    context = {
        "picture": view,
        "problem": problem.refusal if problem else None,
        "back_url": _back_url(request),
        "can_report": policies.can_report(request.user, found),
    }
    return render_page(request, _FRAGMENT if _is_fragment(request) else _PAGE, context, status=status)
