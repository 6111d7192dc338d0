"""Who looks at a page, where nobody is signed in."""

from typing import Any

from django import template
from django.template.context import RequestContext

from accounts import standing

register = template.Library()


@register.simple_tag(takes_context=True)
def is_suspended(context: RequestContext) -> bool:
    """Whether a suspended person reads this, who is nobody to the rest of the product."""
    request: Any = context.get("request")
    # Pages of errors are rendered without a session, or without a request.
    if not hasattr(request, "session") or not hasattr(request, "user"):
        return False
    return standing.find_suspended(request) is not None
