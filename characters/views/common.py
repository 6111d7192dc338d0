"""What the views of characters and stories share."""

import hashlib
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from characters import queries
from characters.models import Character, Item, Story
from core.pages import render_page
from core.refusals import LimitedError, Refusal, RefusedError


def actor_of(request: HttpRequest) -> User:
    """Return the signed-in person; `login_required` stands before every view that asks."""
    return cast(User, request.user)


def get_visible_or_404(request: HttpRequest, slug: str) -> Character:
    """Return a character that the viewer may see; what they may not see does not exist for them."""
    try:
        return queries.get_visible(request.user, slug)
    except Character.DoesNotExist as error:
        raise Http404 from error


def get_own_or_404(request: HttpRequest, slug: str) -> Character:
    """Return the viewer's own character; others' are not theirs to touch, seen or not."""
    try:
        return queries.get_own(actor_of(request), slug)
    except Character.DoesNotExist as error:
        raise Http404 from error


def get_visible_story_or_404(request: HttpRequest, slug: str) -> Story:
    """Return a story that the viewer may see; what they may not see does not exist for them."""
    try:
        return queries.get_visible_story(request.user, slug)
    except Story.DoesNotExist as error:
        raise Http404 from error


def get_own_story_or_404(request: HttpRequest, slug: str) -> Story:
    """Return the viewer's own story; others' are not theirs to touch, seen or not."""
    try:
        return queries.get_own_story(actor_of(request), slug)
    except Story.DoesNotExist as error:
        raise Http404 from error


def get_own_item_or_404(request: HttpRequest, slug: str, *, kind: str) -> Item:
    """Return the viewer's own item of a kind."""
    return get_own_story_or_404(request, slug) if kind == Story.KIND else get_own_or_404(request, slug)


def limit_response(response: HttpResponse, error: RefusedError | None) -> HttpResponse:
    """Say with the status that it was too much, and when to come back."""
    if isinstance(error, LimitedError):
        response.status_code = 429
        response["Retry-After"] = str(error.retry_after)
    return response


def refuse(request: HttpRequest, error: RefusedError, *, back: str) -> HttpResponse:
    """Answer a button that may not work now: back to where it was, with the reason and what helps."""
    if isinstance(error, LimitedError):
        context = {"refusal": error.refusal, "back_url": back}
        return limit_response(render_page(request, "characters/refused.html", context), error)
    messages.warning(request, sentence(error.refusal))
    return redirect(back)


def key_of(form_key: str, *parts: str) -> str:
    """Return the creation key of a picture: the form's, bound to what is asked for.

    The same form sent twice makes one picture; with other words, after "Back", it makes another.
    """
    return hashlib.sha256("\0".join((form_key, *parts)).encode()).hexdigest()[:32]


def sentence(refusal: Refusal) -> str:
    """Return the reason and the fix as one text."""
    return f"{refusal.message} {refusal.fix}".strip()


def back_url(request: HttpRequest, item: Item) -> str:
    """Return the page that the button stood on: the library, or the item's own page."""
    if request.POST.get("next") == "library":
        library = "library-stories" if item.KIND == Story.KIND else "library"
        return f"{reverse(library)}#{item.KIND}-{item.public_id}"
    return item.get_absolute_url()
