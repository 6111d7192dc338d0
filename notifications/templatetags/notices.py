"""The bell in the page's frame."""

from typing import Any

from django import template
from django.template.context import RequestContext

from notifications import queries

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notice_count(context: RequestContext) -> int:
    """Return how many notices the signed-in person has not read, 0 for a visitor; at most 100."""
    request: Any = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    return queries.count_unread(user)
