"""A person's notices."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.queries import signed_in
from core.pages import render_page
from core.pagination import CursorError, get_page
from notifications import queries, services

_PAGE_SIZE = 20


@login_required
@require_GET
def list_notices(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    person = signed_in(request)
    try:
        page = get_page(
            queries.list_notices(person),
            order=["-created_at", "-id"],
            size=_PAGE_SIZE,
            cursor=request.GET.get("cursor", ""),
        )
    except CursorError as error:
        raise Http404 from error
    context = {
        "notices": page.rows,
        "has_unread": any(notice.read_at is None for notice in page.rows),
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
    }
    return render_page(request, "notifications/list.html", context)


@login_required
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark the named notice, or all, as read."""
    person = signed_in(request)
    services.mark_read(actor=person, now=timezone.now(), public_id=request.POST.get("notice", ""))
    return redirect("notifications")
