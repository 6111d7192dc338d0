"""Reporting a content or a person."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.queries import signed_in
from core.pages import render_page
from core.refusals import LimitedError, RefusedError
from moderation import services, targets
from moderation.forms import ReportForm
from moderation.targets import Target


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, kind: str, target_id: str) -> HttpResponse:
    """Show the form, take the report, and return to what was reported."""
    person = signed_in(request)
    target = targets.find_reportable(kind, viewer=person, public_id=target_id)
    if target is None:
        raise Http404
    target = replace(target, url=_back_url(target, person))
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made, _is_new = services.report_content(
                actor=person,
                target_kind=kind,
                target_id=target_id,
                reason=form.cleaned_data["reason"],
                text=form.cleaned_data["text"],
                creation_key=form.cleaned_data["creation_key"],
                now=timezone.now(),
            )
        except RefusedError as error:
            form.add_error(None, str(error.refusal.message))
            status = 429 if isinstance(error, LimitedError) else 200
        else:
            if made.creation_key == form.cleaned_data["creation_key"]:
                text = _("Thank you. We will look at it and tell you what came of it.")
            else:
                text = _("Thank you. You reported this before; what you say now stands beside it.")
            messages.success(request, text)
            return redirect(target.url)
    return render_page(request, "moderation/report.html", {"form": form, "target": target}, status=status)


def _back_url(target: Target, reporter: User) -> str:
    """Return where a report leads back to; what the reporter blocked has no page for them."""
    if target.owner.pk in reporter.blocks.by_me:
        return reverse("settings-blocked")
    # People have no page, and a reviewer reports a line of a chat that they cannot open.
    return target.url or reverse("discover")
