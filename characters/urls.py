from django.urls import path

from characters.views import actions, discovery, editor, library, page, portraits

urlpatterns = [
    path("", discovery.discover, name="discover"),
    path("categories/<slug:category>/", discovery.category, name="category"),
    path("library/", library.library, name="library"),
    path("characters/new/", editor.new, name="character-new"),
    path("characters/preview/", editor.preview, name="character-preview"),
    path("characters/portrait/draft/", portraits.draft, name="portrait-draft"),
    path("characters/portrait/upload/", portraits.upload, name="portrait-upload"),
    path("characters/<uslug:slug>/", page.character, name="character"),
    path("characters/<uslug:slug>/edit/", editor.edit, name="character-edit"),
    path("characters/<uslug:slug>/why/", page.why, name="character-why"),
    path("characters/<uslug:slug>/photo/", page.photo, name="character-photo"),
    path("characters/<uslug:slug>/submit/", actions.submit, name="character-submit"),
    path("characters/<uslug:slug>/withdraw/", actions.withdraw, name="character-withdraw"),
    path("characters/<uslug:slug>/discard/", actions.discard, name="character-discard"),
    path("characters/<uslug:slug>/visibility/", actions.set_visibility, name="character-visibility"),
]
