"""What the pages of characters and stories share."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.presenters import present_person_menu
from characters import library, presenters
from characters.models import Item
from characters.presenters import CharacterCard
from characters.story_presenters import StoryCard
from characters.views import common
from core import ids
from core.pages import render_page


def build_context(
    request: HttpRequest, item: Item, card: CharacterCard | StoryCard, *, home: str
) -> dict[str, Any]:
    """Return what everybody reads of an item, and how it stands for its creator.

    home: the page that lists its kind.
    """
    viewer = request.user
    is_owner = viewer.pk is not None and viewer.pk == item.owner_id
    return {
        "card": card,
        "tags": presenters.present_tags(card.tags, home=home),
        "is_owner": is_owner,
        "is_open_to_all": item.can_view(AnonymousUser()),
        "page_url": request.build_absolute_uri(card.url),
        "portrait_url": request.build_absolute_uri(card.portrait.url) if card.portrait else "",
        "person_menu": present_person_menu(viewer, item.owner),
        "start_key": ids.new_public_id(),
        "section": "library" if is_owner else home,
        "item": library.present_item(item, common.actor_of(request)) if is_owner else None,
    }


@login_required
@require_GET
def why(request: HttpRequest, slug: str, *, kind: str) -> HttpResponse:
    """Answer "Why can't others see this?" with the conditions as they are (R12)."""
    found = common.get_own_item_or_404(request, slug, kind=kind)
    conditions = presenters.visibility_reasons(found)
    context = {
        "item": library.present_item(found, common.actor_of(request)),
        "conditions": conditions,
        "is_seen": presenters.is_seen_by_others(conditions),
    }
    return render_page(request, "characters/why.html", context)
