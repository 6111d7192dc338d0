"""How review is going: second reviews to answer, counters, and how a reviewer wants to see pictures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from core import viewing
from core.pagination import CursorError, get_page
from core.refusals import Text
from moderation import counters, queries, queues, reviewer_settings, second_reviews
from moderation.models import Proposal, SecondReview
from moderation.policies import is_reviewer
from moderation.staff.common import ReviewerAdmin, reviewer

_PAGE_SIZE = 20
# Up to here hours say more.
_DAYS_FROM_HOURS = 48


class LookForm(forms.Form):
    """How pictures first appear."""

    is_blurred = forms.BooleanField(label=gettext_lazy("Blur pictures until I ask for them"), required=False)
    is_greyscale = forms.BooleanField(
        label=gettext_lazy("Show pictures without colours until I ask for them"), required=False
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One second review in the list."""

    title: str
    queue: Text
    url: str
    since: datetime


@admin.register(SecondReview)
class SecondReviewAdmin(ReviewerAdmin):
    """Decisions that are looked at again by somebody else, who is not told what was decided."""

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("counters/", guard(require_GET(self.counters_view)), name="moderation_counters"),
            path(
                "settings/",
                guard(require_http_methods(["GET", "POST"])(self.settings_view)),
                name="moderation_reviewer_settings",
            ),
            *super().get_urls(),
        ]

    @viewing.refuse_unlogged
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        actor = reviewer(request)
        now = timezone.now()
        viewing.record(actor=actor, target_kind="queue", target_id="second-reviews", now=now)
        try:
            page = get_page(
                second_reviews.list_open(actor),
                order=second_reviews.OLDEST,
                size=_PAGE_SIZE,
                cursor=request.GET.get("cursor", ""),
            )
        except CursorError as error:
            raise Http404 from error
        context = {
            **self._context(request, title=_("Second reviews")),
            "rows": _present(page.rows),
            "next_cursor": page.next_cursor,
            "share": second_reviews.SHARE_PERCENT,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/moderation/second_reviews.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,  # noqa: ARG002
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Lead to the list: the row itself names the decision."""
        reviewer(request)
        return redirect("admin:moderation_secondreview_changelist")

    def counters_view(self, request: HttpRequest) -> HttpResponse:
        """Show what waits, how long it takes, and how often a decision did not hold."""
        reviewer(request)
        now = timezone.now()
        found = [_present_counters(counters.read(queue, now=now)) for queue in queues.list_queues()]
        context = {**self._context(request, title=_("How review is going")), "queues": found}
        return TemplateResponse(request, "admin/moderation/counters.html", context)

    def settings_view(self, request: HttpRequest) -> HttpResponse:
        """Let a reviewer choose how pictures appear at first."""
        actor = reviewer(request)
        if request.method == "POST":
            form = LookForm(request.POST)
            if form.is_valid():
                reviewer_settings.save_look(actor=actor, look=reviewer_settings.Look(**form.cleaned_data))
                messages.success(request, _("Saved."))
                return redirect("admin:moderation_reviewer_settings")
        look = reviewer_settings.get_look(actor)
        form = LookForm(initial={"is_blurred": look.is_blurred, "is_greyscale": look.is_greyscale})
        context = {**self._context(request, title=_("How you see pictures")), "form": form}
        return TemplateResponse(request, "admin/moderation/reviewer_settings.html", context)

    def _context(self, request: HttpRequest, *, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts}


def _present(found: Sequence[SecondReview]) -> list[Row]:
    """Return rows of what still exists. One query for each queue."""
    ids: dict[str, list[str]] = defaultdict(list)
    for review in found:
        ids[review.queue].append(review.item_id)
    known: dict[str, tuple[queues.Queue, Mapping[str, str]]] = {}
    for key, item_ids in ids.items():
        if (queue := queues.find_queue(key)) is not None:
            known[key] = queue, queue.find_titles(item_ids)
    rows = []
    for review in found:
        if review.queue not in known:
            continue
        queue, titles = known[review.queue]
        url = reverse(queue.second_url_name, args=[review.public_id])
        title = titles.get(review.item_id, _("Erased meanwhile"))
        rows.append(Row(title, queue.title, url, review.created_at))
    return rows


def list_waiting(user: Any) -> dict[str, Any]:
    """Return what waits for this member of staff, for their start page; nothing for who does not review."""
    if not isinstance(user, User) or not is_reviewer(user):
        return {}
    now = timezone.now()
    proposals = queries.list_proposals_shown_to(user).filter(state=Proposal.State.OPEN)
    return {
        "queues": [_present_waiting(queue, now=now) for queue in queues.list_queues()],
        "proposals": proposals.exclude(proposed_by=user.subject_id).count(),
        "second_reviews": second_reviews.list_open(user).count(),
    }


def _present_waiting(queue: queues.Queue, *, now: datetime) -> dict[str, Any]:
    """Return what the start page shows of one queue. Three queries at most."""
    found = counters.read(queue, now=now, periods=())
    return {**_present_now(found), "next_url": reverse(queue.next_url_name)}


def _present_now(found: counters.QueueCounters) -> dict[str, Any]:
    waiting = number_format(found.waiting, force_grouping=True)
    return {
        "key": found.queue.key,
        "title": found.queue.title,
        "url": reverse(found.queue.list_url_name),
        "waiting": _("more than %(count)s") % {"count": waiting} if found.is_more else waiting,
        "oldest_wait": spell(found.oldest_wait),
        "late": found.late,
    }


def _present_counters(found: counters.QueueCounters) -> dict[str, Any]:
    """Return what the page shows of one queue."""
    periods = found.periods
    return {
        **_present_now(found),
        "columns": [ngettext("%d day", "%d days", each.days) % each.days for each in periods],
        "rows": _present_rows(found),
    }


def _present_rows(found: counters.QueueCounters) -> list[dict[str, Any]]:
    periods = found.periods
    rows: list[dict[str, Any]] = [
        {"title": _("Decided by people"), "values": [each.decided for each in periods]},
        {"title": _("Half were decided within"), "values": [spell(each.median_wait) for each in periods]},
    ]
    if found.queue.is_reversible:
        shares = [_spell_share(each.overturned) for each in periods]
        rows.append({"title": _("Taken back later"), "values": shares})
    if found.queue.second_url_name:
        shares = [_spell_share(each.agreed) for each in periods]
        rows.append({"title": _("Second reviews that agree"), "values": shares})
    return rows


def spell(duration: timedelta | None) -> str:
    """Return a duration in its largest unit, as people say it."""
    if duration is None:
        return "—"
    minutes = int(duration.total_seconds() // 60)
    hours = minutes // 60
    if hours >= _DAYS_FROM_HOURS:
        return ngettext("%d day", "%d days", hours // 24) % (hours // 24)
    if hours:
        return ngettext("%d hour", "%d hours", hours) % hours
    return ngettext("%d minute", "%d minutes", minutes) % minutes


def _spell_share(share: counters.Share) -> str:
    if share.percent is None:
        return "—"
    return _("%(percent)s %% (%(part)d of %(whole)d)") % {
        "percent": number_format(share.percent, 1),
        "part": share.part,
        "whole": share.whole,
    }
