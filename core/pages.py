"""Rendering a page or one of its fragments from one template and one context."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    partial: str | None = None,
    status: int = 200,
) -> TemplateResponse:
    """Render `template`, or its `partial` when htmx asks for a fragment.

    A history restore needs the whole page although htmx asks, because it replaces the body.
    """
    is_fragment = (
        partial is not None
        and request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )
    name = f"{template}#{partial}" if is_fragment else template
    response = TemplateResponse(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
