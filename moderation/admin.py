"""Staff pages: reports to look at, and the record of what was decided."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.queries import signed_in
from core.staff import ReadOnlyAdmin
from moderation import services, targets
from moderation.models import Decision, Evidence, Report
from moderation.policies import is_reviewer


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Reports, open ones first. Each page shows what was reported, as it was then, and leads to it."""

    list_display = ["target_kind", "target_title", "reason", "state", "created_at"]
    list_filter = ["state", "reason", "target_kind"]
    ordering = ["-state", "created_at", "id"]
    actions = ["mark_acted_on", "mark_dismissed"]
    exclude = ["creation_key"]

    @admin.action(description=_("Close: acted on"), permissions=["close"])
    def mark_acted_on(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        self._close(request, reports, Report.State.ACTED)

    @admin.action(description=_("Close: no violation found"), permissions=["close"])
    def mark_dismissed(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        self._close(request, reports, Report.State.DISMISSED)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        report = self.get_object(request, unquote(object_id))
        target = None
        if report is not None:
            target = targets.find(report.target_kind, viewer=request.user, public_id=report.target_id)
        context = {"target": target, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_reviewer(request.user) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_reviewer(request.user) or super().has_module_permission(request)

    def has_close_permission(self, request: HttpRequest) -> bool:
        """Closing is a decision: seeing the queue is not enough."""
        return is_reviewer(request.user)

    def _close(self, request: HttpRequest, reports: QuerySet[Report], state: Report.State) -> None:
        now = timezone.now()
        closed = [
            services.close_report(actor=signed_in(request), report_id=pk, state=state, now=now)[1]
            for pk in reports.values_list("pk", flat=True)
        ]
        count = sum(closed)
        messages.success(request, ngettext("%d report closed.", "%d reports closed.", count) % count)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Every decision, with the notes that only staff read."""

    list_display = ["at", "kind", "target_kind", "target_id", "reason_code", "actor"]
    list_filter = ["kind", "reason_code"]
    ordering = ["-at", "-id"]
    list_select_related = ["actor"]


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    """What was blocked because it concerns minors. The list never shows the text; opening it is audited."""

    list_display = ["at", "purpose", "subject", "content_hash"]
    ordering = ["-at", "-id"]
    list_select_related = ["subject"]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Evidence | None:
        found: Evidence | None = super().get_object(request, object_id, from_field)
        if found is not None:
            services.record_evidence_access(actor=signed_in(request), evidence=found, now=timezone.now())
        return found
