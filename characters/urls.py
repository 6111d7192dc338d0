from typing import Any

from django.urls import URLPattern, path

from characters.views import (
    actions,
    discovery,
    editor,
    item_page,
    library,
    page,
    portraits,
    story_editor,
    story_page,
)

_ACTIONS: dict[str, Any] = {
    "submit": actions.submit,
    "withdraw": actions.withdraw,
    "discard": actions.discard,
    "visibility": actions.set_visibility,
    "why": item_page.why,
}


def _paths_of_actions(folder: str, kind: str) -> list[URLPattern]:
    return [
        path(f"{folder}/<uslug:slug>/{action}/", view, {"kind": kind}, name=f"{kind}-{action}")
        for action, view in _ACTIONS.items()
    ]


urlpatterns = [
    path("", discovery.discover, name="discover"),
    path("categories/<slug:category>/", discovery.category, name="category"),
    path("library/", library.library, name="library"),
    path("library/stories/", library.stories, name="library-stories"),
    path("characters/new/", editor.new, name="character-new"),
    path("characters/preview/", editor.preview, name="character-preview"),
    path("characters/portrait/draft/", portraits.draft, name="portrait-draft"),
    path("characters/portrait/upload/", portraits.upload, name="portrait-upload"),
    path("characters/<uslug:slug>/", page.character, name="character"),
    path("characters/<uslug:slug>/edit/", editor.edit, name="character-edit"),
    path("characters/<uslug:slug>/photo/", page.photo, name="character-photo"),
    *_paths_of_actions("characters", "character"),
    path("stories/", discovery.stories, name="stories"),
    path("stories/categories/<slug:category>/", discovery.story_category, name="stories-category"),
    path("stories/new/", story_editor.new, name="story-new"),
    path("stories/preview/", story_editor.preview, name="story-preview"),
    path("stories/cast/", story_editor.cast, name="story-cast"),
    path("stories/<uslug:slug>/", story_page.story, name="story"),
    path("stories/<uslug:slug>/edit/", story_editor.edit, name="story-edit"),
    *_paths_of_actions("stories", "story"),
]
