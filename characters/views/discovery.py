"""Finding characters: everything, by category, by words."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from characters import presenters, queries
from characters.forms import clean_search
from characters.models import Category
from core.pages import render_page
from core.pagination import CursorError, get_page

PAGE_SIZE = 24
NEWEST, MOST_CHATTED = "newest", "most-chatted"


@require_GET
def discover(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return _render(request, category=None, path=reverse("discover"))


@require_GET
def category(request: HttpRequest, category: str) -> HttpResponse:
    """One category."""
    if category not in Category.values:
        raise Http404
    return _render(
        request, category=Category(category), path=reverse("category", kwargs={"category": category})
    )


def _render(request: HttpRequest, *, category: Category | None, path: str) -> HttpResponse:
    words = clean_search(request.GET.get("q", ""))
    sort = request.GET.get("sort", NEWEST)
    if sort not in {NEWEST, MOST_CHATTED}:
        sort = NEWEST
    cursor = request.GET.get("cursor", "")
    viewer = request.user
    if words:
        rows, order = queries.search(viewer, words, category=category), queries.BEST_MATCH
    elif sort == MOST_CHATTED:
        rows, order = queries.list_most_chatted(viewer, category=category), queries.MOST_CHATTED
    else:
        rows, order = queries.list_newest(viewer, category=category), queries.NEWEST
    try:
        found = get_page(rows, order=order, size=PAGE_SIZE, cursor=cursor)
    except CursorError as error:
        raise Http404 from error
    given = {"q": words} if words else {"sort": sort}
    query = urlencode({**given, "cursor": found.next_cursor})
    context = {
        "section": "discover",
        "path": path,
        "words": words,
        "sort": sort,
        "category": category,
        "categories": presenters.present_categories(category or ""),
        "cards": presenters.present_cards(found.rows, viewer),
        "next_url": f"{path}?{query}" if found.next_cursor else "",
        "shows_hero": not (viewer.is_authenticated or words or category or cursor),
        "is_first_page": not cursor,
    }
    return render_page(request, "characters/discover.html", context, partial="cards" if cursor else "results")
