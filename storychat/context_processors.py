"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = ("light", "dark")

# Which entry of the main navigation a page belongs to, by the name of its URL.
_SECTIONS = {
    "discover": "discover",
    "category": "discover",
    "character": "discover",
    "chats": "chats",
    "chat": "chats",
    "library": "library",
    "character-edit": "library",
    "character-why": "library",
    "character-new": "create",
    "notifications": "notices",
}


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the facts that the header, the footer and the demo banner show.

    `theme` is what the person chose on this browser, empty for the system's choice; it comes by cookie so
    that the first paint is right without an inline script.
    """
    match = request.resolver_match
    theme = request.COOKIES.get("theme", "")
    return {
        "is_demo": settings.DEMO,
        "is_debug": settings.DEBUG,
        "chat_model": settings.CHAT_MODEL,
        "theme": theme if theme in THEMES else "",
        "section": _SECTIONS.get(match.url_name or "", "") if match is not None else "",
    }
