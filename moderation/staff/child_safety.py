"""The queue of child safety: accounts that screening locked, and what was kept of them.

Only staff with its own permission get here. What was kept is read one piece at a time, on a page that only a
POST shows; lists never hold it.
"""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.queries import signed_in
from core.pagination import CursorError, get_page
from core.staff import ReadOnlyAdmin
from moderation import child_safety
from moderation.models import Evidence, SafetyCase
from moderation.policies import is_reviewer
from moderation.staff.common import attempt
from moderation.viewing import refuse_unlogged

_EVIDENCE_SHOWN = 20


class OpenFilter(admin.SimpleListFilter):
    """Open cases unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        states = (SafetyCase.State.CONFIRMED, SafetyCase.State.CLEARED)
        return [(state.value, str(state.label)) for state in states]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("Open")
            yield choice

    def queryset(self, _request: HttpRequest, rows: QuerySet[SafetyCase]) -> QuerySet[SafetyCase]:
        return rows.filter(state=self.value() or SafetyCase.State.OPEN)


@admin.register(SafetyCase)
class SafetyCaseAdmin(ReadOnlyAdmin):
    """Locked accounts that wait for a person, the oldest first."""

    list_display = ["number", "account", "state", "created_at"]
    list_display_links = ["number"]
    list_filter = [OpenFilter]
    list_select_related = ["user", "subject"]
    ordering = ["created_at", "id"]
    sortable_by = ()
    actions = None
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=gettext_lazy("case"))
    def number(self, case: SafetyCase) -> str:
        return case.public_id[:8]

    @admin.display(description=gettext_lazy("account"))
    def account(self, case: SafetyCase) -> str:
        return case.user.username if case.user is not None else _("erased (%s)") % case.subject

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return child_safety.may_view(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return child_safety.may_view(request.user)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Child safety"), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path(
                "<int:case_id>/evidence/<int:evidence_id>/",
                guard(require_POST(self.evidence_view)),
                name="moderation_safetycase_evidence",
            ),
            path(
                "<int:case_id>/decide/",
                guard(require_POST(self.decide_view)),
                name="moderation_safetycase_decide",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        _keeper(request)
        if not object_id.isdigit():
            raise Http404
        return self._render(request, _find_case(int(object_id)))

    @refuse_unlogged
    def evidence_view(self, request: HttpRequest, case_id: int, evidence_id: int) -> HttpResponse:
        """Show one piece of what was kept."""
        actor = _keeper(request)
        case = _find_case(case_id)
        try:
            opened = child_safety.open_evidence(
                actor=actor, case=case, evidence_id=evidence_id, now=timezone.now()
            )
        except Evidence.DoesNotExist as error:
            raise Http404 from error
        return self._render(request, case, opened=opened)

    def decide_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Confirm a hit, or clear it."""
        actor = _keeper(request)
        case = _find_case(case_id)
        now = timezone.now()
        if "clear" in request.POST:
            attempt(
                request,
                lambda: child_safety.clear_case(actor=actor, case_id=case.pk, now=now),
                done=_("Cleared. What screening locked is open again, and the person is told."),
            )
        else:
            attempt(
                request,
                lambda: child_safety.confirm_case(actor=actor, case_id=case.pk, now=now),
                done=_("Confirmed: what is locked stays locked. A moderator can propose a suspension now."),
            )
        return redirect("admin:moderation_safetycase_change", case.pk)

    def _render(
        self, request: HttpRequest, case: SafetyCase, *, opened: Evidence | None = None
    ) -> TemplateResponse:
        try:
            page = get_page(
                child_safety.list_evidence(case),
                order=["-at", "-id"],
                size=_EVIDENCE_SHOWN,
                cursor=request.GET.get("after", ""),
            )
        except CursorError as error:
            raise Http404 from error
        context = {
            **self.admin_site.each_context(request),
            "title": _("Child safety: case %(number)s") % {"number": case.public_id[:8]},
            "opts": self.opts,
            "case": case,
            "is_open": case.state == SafetyCase.State.OPEN,
            "lock": child_safety.find_lock(case),
            "evidence": page.rows,
            "next_cursor": page.next_cursor,
            "opened": opened,
            "refusal": child_safety.decide_refusal(signed_in(request), case),
            "may_propose": is_reviewer(request.user) and case.user is not None,
        }
        return TemplateResponse(request, "admin/moderation/safety_case.html", context)


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    """Everything that was kept, for whoever answers the authorities. Opening a piece is remembered."""

    list_display = ["at", "purpose", "subject", "content_hash"]
    ordering = ["-at", "-id"]
    list_select_related = ["subject"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        return super().get_queryset(request).defer("content")

    @refuse_unlogged
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, extra_context)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Evidence | None:
        found: Evidence | None = super().get_object(request, object_id, from_field)
        if found is not None and self.has_view_permission(request, found):
            child_safety.record_opening(actor=signed_in(request), evidence=found, now=timezone.now())
        return found


def _keeper(request: HttpRequest) -> User:
    if isinstance(request.user, User) and child_safety.may_view(request.user):
        return request.user
    raise PermissionDenied


def _find_case(case_id: int) -> SafetyCase:
    return get_object_or_404(SafetyCase.objects.select_related("user", "subject"), pk=case_id)
