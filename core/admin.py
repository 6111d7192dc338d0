"""Staff pages of what every app shares: the audit trail and the operator's switches."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import switches
from core.forms import SwitchForm
from core.models import AuditEvent, FeatureSwitch
from core.staff import ReadOnlyAdmin, list_hidden_events


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """What happened, newest first."""

    list_display = ["at", "kind", "actor", "target_kind", "target_id", "request_id"]
    list_filter = ["kind"]
    search_fields = ["target_id", "request_id", "actor__public_id"]
    ordering = ["-at", "-id"]
    list_select_related = ["actor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        rows: QuerySet[AuditEvent] = super().get_queryset(request)
        for hidden in list_hidden_events(request.user):
            rows = rows.exclude(hidden)
        return rows


@admin.register(FeatureSwitch)
class FeatureSwitchAdmin(ReadOnlyAdmin):
    """One page with every switch; a change is audited and carries the reason that users read."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = SwitchForm(request.POST or None)
        user = request.user
        may_change = user.has_perm("core.change_featureswitch")
        if request.method == "POST":
            if user.is_anonymous or not may_change:
                raise PermissionDenied
            if form.is_valid():
                switches.set_switch(
                    actor=user.subject,
                    feature=form.cleaned_data["feature"],
                    is_on=form.cleaned_data["is_on"],
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                )
                messages.success(request, _("The switch is set."))
                return redirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Feature switches"),
            "opts": self.opts,
            "form": form,
            "may_change": may_change,
            "rows": switches.list_switches(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/core/featureswitch/change_list.html", context)
