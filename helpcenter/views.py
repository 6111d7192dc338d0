"""Help pages."""

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from core.pages import render_page
from policies.rules import ABSOLUTE_RULES, OTHER_RULES


@require_GET
def guidelines(request: HttpRequest) -> TemplateResponse:
    """What is allowed and what is not: a page, or the fragment that the creation form opens over itself."""
    context = {"absolute_rules": ABSOLUTE_RULES, "other_rules": OTHER_RULES}
    return render_page(request, "helpcenter/guidelines.html", context, partial="guidelines")
