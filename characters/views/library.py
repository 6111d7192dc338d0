"""A creator's own characters, in every state."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from characters import library as shelves
from characters import queries
from characters.views import common
from core.pages import render_page
from core.pagination import CursorError, get_page

PAGE_SIZE = 12


@login_required
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """List one shelf of the library."""
    shelf = shelves.find_shelf(request.GET.get("show", ""))
    cursor = request.GET.get("cursor", "")
    owner = common.actor_of(request)
    rows = queries.list_library(owner)
    counts = shelves.count_shelves(owner)
    try:
        found = get_page(rows.filter(shelf.condition), order=queries.LIBRARY, size=PAGE_SIZE, cursor=cursor)
    except CursorError as error:
        raise Http404 from error
    query = urlencode({"show": shelf.slug, "cursor": found.next_cursor})
    context = {
        "section": "library",
        "shelves": shelves.present_shelves(current=shelf, counts=counts),
        "shelf": shelf,
        "items": shelves.present_items(found.rows, owner),
        "is_empty": not counts[shelves.ALL.slug],
        "next_url": f"{reverse('library')}?{query}" if found.next_cursor else "",
    }
    return render_page(request, "characters/library.html", context, partial="items" if cursor else None)
