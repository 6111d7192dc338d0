"""A creator's own characters and stories, in every state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.models import User
from characters import library as shelves
from characters import queries
from characters.views import common
from core.pages import render_page
from core.pagination import CursorError, get_page

PAGE_SIZE = 12


@dataclass(frozen=True, slots=True)
class Library:
    """The library of one kind of items."""

    kind: str
    route: str
    list_items: Callable[[User], QuerySet[Any]]


_CHARACTERS = Library("character", "library", queries.list_library)
_STORIES = Library("story", "library-stories", queries.list_story_library)


@login_required
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """List one shelf of the creator's characters."""
    return _render(request, _CHARACTERS)


@login_required
@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """List one shelf of the creator's stories."""
    return _render(request, _STORIES)


def _render(request: HttpRequest, of: Library) -> HttpResponse:
    shelf = shelves.find_shelf(request.GET.get("show", ""))
    cursor = request.GET.get("cursor", "")
    owner = common.actor_of(request)
    rows, url = of.list_items(owner), reverse(of.route)
    counts = shelves.count_shelves(rows)
    try:
        found = get_page(rows.filter(shelf.condition), order=queries.LIBRARY, size=PAGE_SIZE, cursor=cursor)
    except CursorError as error:
        raise Http404 from error
    query = urlencode({"show": shelf.slug, "cursor": found.next_cursor})
    context = {
        "section": "library",
        "kind": of.kind,
        "library_url": url,
        "shelves": shelves.present_shelves(current=shelf, counts=counts, url=url),
        "shelf": shelf,
        "items": shelves.present_items(found.rows, owner),
        "is_empty": not counts[shelves.ALL.slug],
        "next_url": f"{url}?{query}" if found.next_cursor else "",
    }
    return render_page(request, "characters/library.html", context, partial="items" if cursor else None)
