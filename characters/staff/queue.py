"""The review queue: a list whose cost does not grow with what waits, and the pages that hang off it."""

from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import signed_in
from characters import queries, review, review_policies, review_queue
from characters.models import ItemRevision, PendingRevision, PendingStoryRevision
from characters.review_queue import ReviewQueue
from characters.services.bulk import LIMIT
from characters.staff import bulk, second
from characters.staff import review as pages
from characters.staff.frame import Frame, present_queue
from core import viewing
from moderation import claims
from moderation.staff.common import ReviewerAdmin, reviewer


class BoundedPaginator(Paginator):
    """Counts no further than anybody turns pages: what is beyond comes up as the top is decided."""

    COUNT_LIMIT = 1000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        count: int = rows.values("pk")[: self.COUNT_LIMIT].count()
        return count


class StandingFilter(admin.SimpleListFilter):
    """Held, an edit, new, or, for those who decide such things, escalated."""

    title = gettext_lazy("standing")
    parameter_name = "standing"
    _CONDITIONS = {
        "held": ~Q(hold_code=""),
        "edit": Q(item__live_revision__isnull=False),
        "new": Q(item__live_revision__isnull=True),
        "escalated": Q(escalated_at__isnull=False),
    }

    def lookups(self, request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        found = [("held", _("Held by screening")), ("edit", _("Edits")), ("new", _("New ones"))]
        if review_policies.may_decide_escalated(reviewer(request)):
            found.append(("escalated", _("Escalated")))
        return found

    def queryset(self, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        condition = self._CONDITIONS.get(self.value() or "")
        return rows.filter(condition) if condition is not None else rows


class PendingAdmin(ReviewerAdmin):
    """What waits for a person: the riskiest first, then the oldest."""

    queue: ReviewQueue

    list_display = ["name", "standing", "waiting_since", "worked_on_by", "kind", "creator"]
    list_display_links = ["name"]
    list_filter = [StandingFilter, "category", "safe_mode"]
    search_fields = ["name", "item__owner__username"]
    ordering = list(review_queue.ORDER)
    list_select_related = ["item__owner"]
    sortable_by = ()
    list_per_page = LIMIT
    list_max_show_all = LIMIT
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    actions = ["decide_together"]
    change_list_template = "admin/characters/queue.html"

    @admin.display(description=gettext_lazy("creator"))
    def creator(self, revision: ItemRevision) -> str:
        return revision.item.owner.username

    @admin.display(description=gettext_lazy("what"))
    def kind(self, revision: ItemRevision) -> str:
        return _("Edit") if revision.item.live_revision_id else _("New")

    @admin.display(description=gettext_lazy("waiting since"))
    def waiting_since(self, revision: ItemRevision) -> str:
        return date_format(localtime(revision.submitted_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("screening"))
    def standing(self, revision: ItemRevision) -> str:
        found = _("Nothing found")
        if revision.is_held:
            found = _("Held: %(rule)s") % {"rule": review.rule_title(revision.hold_code)}
        return _("Escalated. %(found)s") % {"found": found} if revision.escalated_at else found

    @admin.display(description=gettext_lazy("worked on by"), empty_value="")
    def worked_on_by(self, revision: Any) -> str:
        if revision.claim_holder_name is None:
            return ""
        until = time_format(localtime(revision.claim_expires_at), "TIME_FORMAT")
        return _("%(name)s until %(time)s") % {"name": revision.claim_holder_name, "time": until}

    @admin.action(description=gettext_lazy("Decide about the chosen together"))
    def decide_together(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        keys = list(rows.values_list("pk", flat=True)[: LIMIT + 1])
        if len(keys) > LIMIT:
            text = _("At most %(count)d at once, so that each is looked at.") % {"count": LIMIT}
            messages.error(request, text)
            return None
        page = reverse(self.queue.page("bulk"))
        return redirect(f"{page}?{urlencode({'item': keys}, doseq=True)}")

    @property
    def logged_as(self) -> tuple[str, str]:
        return "queue", self.queue.key

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": self.queue.list_title,
            "count_limit": BoundedPaginator.COUNT_LIMIT,
            "queue": present_queue(self.queue),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        waiting = super().get_queryset(request).filter(review_queue.waits())
        # By their keys, so that the order still comes from its index. What was stopped waits no longer.
        waiting = waiting.exclude(pk__in=queries.list_own_keys(signed_in(request), waiting))
        return claims.annotate(waiting, queue=self.queue.key, now=timezone.now())

    @property
    def _frame(self) -> Frame:
        return Frame(self.admin_site, self.opts, self.queue)

    def get_urls(self) -> list[URLPattern]:
        bind, name = self._frame.bind, f"characters_{self.opts.model_name}"
        return [
            path("next/", bind(pages.go_next), name=f"{name}_next"),
            path("together/", bind(bulk.show), name=f"{name}_bulk"),
            path("together/decide/", bind(bulk.decide), name=f"{name}_bulk_decide"),
            path("second/<pid:public_id>/", bind(second.answer), name=f"{name}_second"),
            path("<int:revision_id>/approve/", bind(pages.approve), name=f"{name}_approve"),
            path("<int:revision_id>/reject/", bind(pages.reject), name=f"{name}_reject"),
            path("<int:revision_id>/escalate/", bind(pages.escalate), name=f"{name}_escalate"),
            path("<int:revision_id>/claim/", bind(pages.claim), name=f"{name}_claim"),
            path("<int:revision_id>/note/", bind(pages.add_note), name=f"{name}_note"),
            *super().get_urls(),
        ]

    @viewing.refuse_unlogged
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        return pages.show(request, self._frame, object_id)


@admin.register(PendingRevision)
class PendingRevisionAdmin(PendingAdmin):
    """The queue of characters."""

    queue = review_queue.CHARACTERS


@admin.register(PendingStoryRevision)
class PendingStoryRevisionAdmin(PendingAdmin):
    """The queue of stories."""

    queue = review_queue.STORIES
