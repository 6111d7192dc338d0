"""A person's notices, how they want them, and the way out of the mails."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.queries import signed_in
from core.pages import render_page
from core.pagination import CursorError, get_page
from notifications import digests, kinds, links, presenters, queries, services
from notifications.forms import WishForm
from notifications.kinds import Group
from notifications.links import LinkError

_PAGE_SIZE = 20


@login_required
@require_GET
def list_notices(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    person = signed_in(request)
    group = _read_group(request.GET.get("group", ""))
    try:
        page = get_page(
            queries.list_notices(person, group=group.code if group else ""),
            order=["-created_at", "-id"],
            size=_PAGE_SIZE,
            cursor=request.GET.get("cursor", ""),
        )
    except CursorError as error:
        raise Http404 from error
    code = group.code if group else ""
    context = {
        "notices": page.rows,
        "has_unread": any(notice.read_at is None for notice in page.rows),
        "group": group,
        "filters": presenters.list_filters(code),
        "next_url": presenters.page_url(group=code, cursor=page.next_cursor),
    }
    return render_page(request, "notifications/list.html", context)


@login_required
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark the named notice, those of a group, or all, as read."""
    person = signed_in(request)
    group = _read_group(request.POST.get("group", ""))
    code = group.code if group else ""
    services.mark_read(actor=person, now=timezone.now(), public_id=request.POST.get("notice", ""), group=code)
    url = reverse("notifications")
    return redirect(f"{url}?group={code}" if code else url)


@login_required
@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Which notices a person gets in the product and by mail."""
    person = signed_in(request)
    now = timezone.now()
    held = queries.list_wishes(person)
    posted = request.POST if request.method == "POST" else None
    groups = kinds.list_groups()
    forms = [WishForm(posted, group=each, wish=held[each.code]) for each in groups if not each.is_required]
    if posted is not None and all(form.is_valid() for form in forms):
        chosen = {form.group.code: form.wish() for form in forms}
        services.set_wishes(actor=person, wishes=chosen, now=now)
        messages.success(request, _("Your choices are saved."))
        return redirect("settings-notifications")
    context = {
        "required": [group for group in groups if group.is_required],
        "forms": forms,
        "is_wrong": any(form.errors for form in forms),
        "morning": digests.MORNING,
    }
    return render_page(request, "notifications/wishes.html", context)


_UnsubscribeView = Callable[[HttpRequest, str, User, Group | None], HttpResponse]


def _by_link(view: _UnsubscribeView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Find out whose mails a link is about; the link alone is the permission.

    No cookie proves anything here, so there is nothing that a foreign form could borrow: no CSRF token, which
    a mail program's one-click request (RFC 8058) could not have.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        found = _read_token(token)
        if found is None:
            return render_page(request, "notifications/unsubscribe_unknown.html", {}, status=404)
        return view(request, token, *found)

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@_by_link
def unsubscribe(request: HttpRequest, token: str, person: User, group: Group | None) -> HttpResponse:
    """Ask first, because scanners of mail open every link; a POST turns the mails off."""
    if request.method == "POST":
        services.stop_mail(user=person, group=group.code if group else "", now=timezone.now())
        return _show_unsubscribe(request, token, group, step="done")
    return _show_unsubscribe(request, token, group, step="ask")


@require_POST
@_by_link
def undo_unsubscribe(request: HttpRequest, token: str, person: User, group: Group | None) -> HttpResponse:
    """Turn the mails on again, as they were."""
    services.resume_mail(user=person, group=group.code if group else "", now=timezone.now())
    return _show_unsubscribe(request, token, group, step="undone")


def _show_unsubscribe(request: HttpRequest, token: str, group: Group | None, *, step: str) -> HttpResponse:
    """Say what the link is about and nothing about whose it is: mails are passed on."""
    context = {"token": token, "group": group, "step": step}
    return render_page(request, "notifications/unsubscribe.html", context)


def _read_token(token: str) -> tuple[User, Group | None] | None:
    """Return whose mails of which group a link is about, or None for a link that is no good."""
    try:
        target = links.read_token(token)
        group = kinds.get_group(target.group) if target.group else None
    except (LinkError, KeyError):
        return None
    person = queries.find_person(target.person_id)
    if person is None or (group is not None and not group.can_stop_mail):
        return None
    return person, group


def _read_group(code: str) -> Group | None:
    """Return the group that a list is narrowed down to. Raises Http404 for one that there is not."""
    try:
        return kinds.get_group(code) if code else None
    except KeyError as error:
        raise Http404 from error
