"""Finding characters and stories: everything, by category, by words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.queries import Viewer
from characters import presenters, queries, story_presenters
from characters.forms import clean_search
from characters.models import Category
from characters.story_presenters import StoryCard
from core.pages import render_page
from core.pagination import CursorError, get_page

PAGE_SIZE = 24
# Of the stories on the front page; the rest is one link away.
STRIP_SIZE = 6
NEWEST, MOST_CHATTED, MOST_PLAYED = "newest", "most-chatted", "most-played"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One kind of items, as discovery lists it."""

    kind: str
    # What the page is called in the site's navigation.
    section: str
    home: str
    category: str
    # What the second order is called in the address.
    most: str
    card_template: str
    icon: str
    list_newest: Callable[..., QuerySet[Any]]
    list_most: Callable[..., QuerySet[Any]]
    search: Callable[..., QuerySet[Any]]
    present_cards: Callable[..., list[Any]]
    present_categories: Callable[[str], list[presenters.CategoryLink]]


_CHARACTERS = Catalogue(
    kind="character",
    section="discover",
    home="discover",
    category="category",
    most=MOST_CHATTED,
    card_template="characters/_card.html",
    icon="mask",
    list_newest=queries.list_newest,
    list_most=queries.list_most_chatted,
    search=queries.search,
    present_cards=presenters.present_cards,
    present_categories=presenters.present_categories,
)
_STORIES = Catalogue(
    kind="story",
    section="stories",
    home="stories",
    category="stories-category",
    most=MOST_PLAYED,
    card_template="characters/_story_card.html",
    icon="story",
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
    is_home = catalogue is _CHARACTERS and not (words or category or cursor)
    context = {
        "kind": catalogue.kind,
        "card_template": catalogue.card_template,
        "icon": catalogue.icon,
        "most": catalogue.most,
        "home_url": reverse(catalogue.home),
        "new_url": reverse(f"{catalogue.kind}-new"),
        "section": catalogue.section,
        "path": path,
        "words": words,
        "sort": sort,
        "category": category,
        "categories": catalogue.present_categories(category or ""),
        "cards": catalogue.present_cards(found.rows, viewer),
        "next_url": f"{path}?{query}" if found.next_cursor else "",
        "shows_hero": is_home and not viewer.is_authenticated,
        "strip": _list_strip(viewer, sort) if is_home else None,
        "is_first_page": not cursor,
    }
    partial = "cards" if cursor else "results"
    return render_page(request, "characters/discover.html", context, partial=partial)


def _list_strip(viewer: Viewer, sort: str) -> list[StoryCard]:
    """Return the stories beside the characters, in the order that was chosen for these (R8)."""
    if sort == MOST_CHATTED:
        rows = queries.list_most_played_stories(viewer).order_by(*queries.MOST_CHATTED)
    else:
        rows = queries.list_newest_stories(viewer).order_by(*queries.NEWEST)
    return story_presenters.present_cards(rows[:STRIP_SIZE], viewer)
