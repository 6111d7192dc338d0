"""Finding characters and stories: everything, by category, by words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from characters import presenters, queries, story_presenters
from characters.forms import clean_search
from characters.models import Category
from core.pages import render_page
from core.pagination import CursorError, get_page

PAGE_SIZE = 24
NEWEST, MOST_CHATTED, MOST_PLAYED = "newest", "most-chatted", "most-played"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One kind of items, as discovery lists it."""

    template: str
    section: str
    home: str
    category: str
    # What the second order is called in the address.
    most: str
    list_newest: Callable[..., QuerySet[Any]]
    list_most: Callable[..., QuerySet[Any]]
    search: Callable[..., QuerySet[Any]]
    present_cards: Callable[..., list[Any]]
    present_categories: Callable[[str], list[presenters.CategoryLink]]


_CHARACTERS = Catalogue(
    template="characters/discover.html",
    section="discover",
    home="discover",
    category="category",
    most=MOST_CHATTED,
    list_newest=queries.list_newest,
    list_most=queries.list_most_chatted,
    search=queries.search,
    present_cards=presenters.present_cards,
    present_categories=presenters.present_categories,
)
_STORIES = Catalogue(
    template="characters/stories.html",
    section="stories",
    home="stories",
    category="stories-category",
    most=MOST_PLAYED,
    list_newest=queries.list_newest_stories,
    list_most=queries.list_most_played_stories,
    search=queries.search_stories,
    present_cards=story_presenters.present_cards,
    present_categories=story_presenters.present_categories,
)


@require_GET
def discover(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return _render(request, _CHARACTERS, category=None)


@require_GET
def category(request: HttpRequest, category: str) -> HttpResponse:
    """One category of characters."""
    return _render(request, _CHARACTERS, category=_find_category(category))


@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """All stories to play."""
    return _render(request, _STORIES, category=None)


@require_GET
def story_category(request: HttpRequest, category: str) -> HttpResponse:
    """One category of stories."""
    return _render(request, _STORIES, category=_find_category(category))


def _find_category(slug: str) -> Category:
    if slug not in Category.values:
        raise Http404
    return Category(slug)


def _render(request: HttpRequest, catalogue: Catalogue, *, category: Category | None) -> HttpResponse:
    path = (
        reverse(catalogue.category, kwargs={"category": category.value})
        if category is not None
        else reverse(catalogue.home)
    )
    words = clean_search(request.GET.get("q", ""))
    sort = catalogue.most if request.GET.get("sort") == catalogue.most else NEWEST
    cursor = request.GET.get("cursor", "")
    viewer = request.user
    if words:
        rows, order = catalogue.search(viewer, words, category=category), queries.BEST_MATCH
    elif sort == catalogue.most:
        rows, order = catalogue.list_most(viewer, category=category), queries.MOST_CHATTED
    else:
        rows, order = catalogue.list_newest(viewer, category=category), queries.NEWEST
    try:
        found = get_page(rows, order=order, size=PAGE_SIZE, cursor=cursor)
    except CursorError as error:
        raise Http404 from error
    given = {"q": words} if words else {"sort": sort}
    query = urlencode({**given, "cursor": found.next_cursor})
    context = {
        "section": catalogue.section,
        "path": path,
        "words": words,
        "sort": sort,
        "category": category,
        "categories": catalogue.present_categories(category or ""),
        "cards": catalogue.present_cards(found.rows, viewer),
        "next_url": f"{path}?{query}" if found.next_cursor else "",
        "shows_hero": not (viewer.is_authenticated or words or category or cursor),
        "is_first_page": not cursor,
    }
    return render_page(request, catalogue.template, context, partial="cards" if cursor else "results")
