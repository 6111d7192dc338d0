"""Buttons of the library and of the owner's page. Pressing one twice does its thing once."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from characters import services
from characters.forms import VisibilityForm
from characters.models import Visibility
from characters.views import common
from core.refusals import RefusedError


@login_required
@require_POST
def submit(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Hand the draft to review."""
    done = _("Submitted. Software checks the text first, then a person looks; we tell you the outcome.")
    return _do(request, slug, kind, services.submit, done)


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Take the submission back, so that it can be edited again."""
    return _do(request, slug, kind, services.withdraw, _("Withdrawn. It is yours to edit again."))


@login_required
@require_POST
def discard(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Throw an edit away; what others see stays."""
    done = _("The edit is gone. The approved version stays as it is.")
    return _do(request, slug, kind, services.discard_draft, done)


@login_required
@require_POST
def set_visibility(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Switch between Private and Public, at once (R9)."""
    item = common.get_own_item_or_404(request, slug, kind=kind)
    back = common.back_url(request, item)
    form = VisibilityForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose Private or Public."))
        return redirect(back)
    visibility = form.cleaned_data["visibility"]
    try:
        services.set_visibility(
            actor=common.actor_of(request), item=item, visibility=visibility, now=timezone.now()
        )
    except RefusedError as error:
        return common.refuse(request, error, back=back)
    if visibility == Visibility.PRIVATE:
        messages.success(request, _("Private. Only you can see it from now on."))
    elif item.live_revision_id is not None:
        messages.success(request, _("Public. Others can find it from now on."))
    else:
        messages.success(request, _("Public, once a version was approved. Until then only you can see it."))
    return redirect(back)


def _do(
    request: HttpRequest, slug: str, kind: str, operation: Callable[..., object], done: str
) -> HttpResponse:
    """Run an operation of the owner, say how it went, and lead back to where the button was."""
    item = common.get_own_item_or_404(request, slug, kind=kind)
    back = common.back_url(request, item)
    try:
        operation(actor=common.actor_of(request), item=item, now=timezone.now())
    except RefusedError as error:
        return common.refuse(request, error, back=back)
    messages.success(request, done)
    return redirect(back)
