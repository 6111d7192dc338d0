"""A story's page, as its author and as others see it."""

import re
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.presenters import present_person_menu
from characters import library, persona, presenters, prose, story_presenters
from characters.models import Story
from characters.views import common
from core import ids
from core.pages import render_page

# Where a visitor, who has no name here, is addressed with a capital letter.
_SENTENCE_BEGINS = re.compile(r"((?:^|[.!?…]\s+|\n\s*)[\"'“„«*]*|[\"“„«])\{\{[Uu]ser\}\}")


@require_GET
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how it opens and who is in it; its author also reads how it stands."""
    found = common.get_visible_story_or_404(request, slug)
    viewer = request.user
    is_owner = viewer.pk is not None and viewer.pk == found.owner_id
    card = story_presenters.present_card(found, viewer)
    context: dict[str, Any] = {
        "card": card,
        "scene": prose.parse_text(_scene_of(request, found, lead=card.cast[0].name if card.cast else "")),
        "tags": presenters.present_tags(card.tags, home="stories"),
        "is_owner": is_owner,
        "is_open_to_all": found.can_view(AnonymousUser()),
        "page_url": request.build_absolute_uri(card.url),
        "portrait_url": request.build_absolute_uri(card.portrait.url) if card.portrait else "",
        "person_menu": present_person_menu(viewer, found.owner),
        "play_key": ids.new_public_id(),
        "section": "library" if is_owner else "stories",
    }
    if is_owner:
        context["item"] = library.present_item(found, common.actor_of(request))
    return render_page(request, "characters/story.html", context)


@login_required
@require_GET
def why(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer "Why can't others see this?" with the conditions as they are (R12)."""
    found = common.get_own_story_or_404(request, slug)
    conditions = presenters.visibility_reasons(found)
    context = {
        "item": library.present_item(found, common.actor_of(request)),
        "conditions": conditions,
        "is_seen": presenters.is_seen_by_others(conditions),
    }
    return render_page(request, "characters/why.html", context)


def _scene_of(request: HttpRequest, found: Story, *, lead: str) -> str:
    """Return the opening scene as this reader would play it."""
    viewer = request.user
    scene = found.revision_for(viewer).opening_scene
    if not isinstance(viewer, User):
        scene = _SENTENCE_BEGINS.sub(lambda found: found[1] + _("You"), scene)
    reader = viewer.shown_name if isinstance(viewer, User) else _("you")
    return persona.fill_names(scene, character=lead, user=reader)
