"""A story's page, as its author and as others see it."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from characters import persona, prose, story_presenters
from characters.models import Story
from characters.views import common, item_page
from core.pages import render_page

# Where a visitor, who has no name here, is addressed with a capital letter.
_SENTENCE_BEGINS = re.compile(r"((?:^|[.!?…]\s+|\n\s*)[\"'“„«*]*|[\"“„«])\{\{[Uu]ser\}\}")


@require_GET
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how it opens and who is in it; its author also reads how it stands."""
    found = common.get_visible_story_or_404(request, slug)
    card = story_presenters.present_card(found, request.user)
    lead = card.cast[0].name if card.cast else ""
    context = item_page.build_context(request, found, card, home="stories") | {
        "scene": prose.parse_text(_scene_of(request, found, lead=lead)),
    }
    return render_page(request, "characters/story.html", context)


def _scene_of(request: HttpRequest, found: Story, *, lead: str) -> str:
    """Return the opening scene as this reader would play it."""
    viewer = request.user
    scene = found.revision_for(viewer).opening_scene
    if not isinstance(viewer, User):
        scene = _SENTENCE_BEGINS.sub(lambda found: found[1] + _("You"), scene)
    reader = viewer.shown_name if isinstance(viewer, User) else _("you")
    return persona.fill_names(scene, character=lead, user=reader)
