"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, Any]:
    """Return the facts that the footer and the demo banner show."""
    return {"is_demo": settings.DEMO, "is_debug": settings.DEBUG, "chat_model": settings.CHAT_MODEL}
