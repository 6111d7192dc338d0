"""Help pages."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from core.pages import render_page
from helpcenter import presenters
from moderation import transparency as counting
from moderation.services import repeats
from moderation.services.appeals import ANSWER_DAYS
from moderation.services.explaining import APPEAL_DAYS
from moderation.transparency import Numbers, Period
from policies.rules import ABSOLUTE_RULES, OTHER_RULES

# Of days up to now, as links named them before each month was counted once.
_FORMER_PERIODS = {"30", "365"}


@require_GET
def guidelines(request: HttpRequest) -> TemplateResponse:
    """What is allowed and what is not: a page, or the fragment that the creation form opens over itself."""
    context = {
        "absolute_rules": ABSOLUTE_RULES,
        "other_rules": OTHER_RULES,
        "are_mature_items_allowed": settings.MATURE_ITEMS_ALLOWED,
        "strike_days": repeats.STRIKE_DAYS,
        "repeat_steps": presenters.list_repeat_steps(),
        "appeal_days": APPEAL_DAYS,
        "answer_days": ANSWER_DAYS,
    }
    return render_page(request, "helpcenter/guidelines.html", context, partial="guidelines")


@require_GET
def transparency(request: HttpRequest) -> HttpResponse:
    """What moderation did in a month, in numbers."""
    if _names_days(request):
        return redirect("transparency")
    found = _find_published(request)
    context: dict[str, Any] = {"report": None, "periods": [], "small_count": counting.SMALL_COUNT}
    if found is not None:
        period, numbers = found
        context |= {
            "report": presenters.present_report(numbers, period),
            "periods": presenters.list_period_links(current=period.code),
            "json_url": f"{reverse('transparency-json')}?{urlencode({'period': period.code})}",
        }
    return render_page(request, "helpcenter/transparency.html", context)


@require_GET
def transparency_json(request: HttpRequest) -> HttpResponse:
    """The same numbers for programs; the period is null while no month was counted."""
    if _names_days(request):
        return redirect("transparency-json")
    found = _find_published(request)
    if found is None:
        return JsonResponse({"period": None})
    period, numbers = found
    return JsonResponse(presenters.as_json(numbers, period))


def _names_days(request: HttpRequest) -> bool:
    """Whether a link is of the time when periods were so many days: it leads to the newest month."""
    return request.GET.get("period", "") in _FORMER_PERIODS


def _find_published(request: HttpRequest) -> tuple[Period, Numbers] | None:
    """Return the month that was asked for, the last one that was counted by default, if one was."""
    code = request.GET.get("period")
    found = counting.find_published(code)
    if found is None and code is not None:
        raise Http404
    return found
