"""Help pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from core.pages import render_page
from helpcenter import presenters
from moderation import transparency as counting
from moderation.services import repeats
from moderation.services.appeals import ANSWER_DAYS
from moderation.services.explaining import APPEAL_DAYS
from moderation.transparency import Period
from policies.rules import ABSOLUTE_RULES, OTHER_RULES


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
def transparency(request: HttpRequest) -> TemplateResponse:
    """What moderation did in a period, in numbers."""
    now = timezone.now()
    period = _find_period(request)
    numbers = counting.get_numbers(period, now=now)
    context = {
        "report": presenters.present_report(numbers, period),
        "periods": presenters.list_period_links(now, current=period.code),
        "json_url": f"{reverse('transparency-json')}?{urlencode({'period': period.code})}",
        "small_count": counting.SMALL_COUNT,
    }
    return render_page(request, "helpcenter/transparency.html", context)


@require_GET
def transparency_json(request: HttpRequest) -> JsonResponse:
    """The same numbers for programs."""
    period = _find_period(request)
    numbers = counting.get_numbers(period, now=timezone.now())
    return JsonResponse(presenters.as_json(numbers, period))


def _find_period(request: HttpRequest) -> Period:
    """Return the month that was asked for, the last one that was counted by default."""
    now = timezone.now()
    if "period" not in request.GET:
        return counting.list_periods(now)[0]
    period = counting.find_period(request.GET["period"], now=now)
    if period is None:
        raise Http404
    return period
