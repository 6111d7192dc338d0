"""The queue of reports: each case with everything that was said about one thing."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from moderation import claims, queries, services, targets, viewing
from moderation.forms import StepForm
from moderation.models import Case
from moderation.services import ModerationRefusedError, StepKind
from moderation.services.repeats import STRIKE_DAYS, count_strikes
from moderation.staff.common import ReviewerAdmin, attempt, find_row, reviewer

QUEUE = "case"
_REPORTS_SHOWN = 20
_HISTORY_SHOWN = 10


class OpenFilter(admin.SimpleListFilter):
    """Open cases unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("ACTED", _("Acted on")), ("DISMISSED", _("No violation found"))]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("Open")
            yield choice

    def queryset(self, _request: HttpRequest, rows: QuerySet[Case]) -> QuerySet[Case]:
        return rows.filter(state=self.value() or Case.State.OPEN)


@admin.register(Case)
class CaseAdmin(ReviewerAdmin):
    """What was reported, the riskiest first, then the oldest."""

    list_display = ["title_or_kind", "target_kind", "report_count", "risk", "created_at"]
    list_filter = [OpenFilter, "target_kind"]
    ordering = ["-risk", "created_at", "id"]
    sortable_by = ()
    search_fields = ["title", "target_id", "public_id"]
    actions = None
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=gettext_lazy("what"))
    def title_or_kind(self, case: Case) -> str:
        return case.title or case.target_id[:8]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Reports"), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path(
                "<int:case_id>/step/",
                guard(require_POST(self.step_view)),
                name="moderation_case_step",
            ),
            path(
                "<int:case_id>/claim/",
                guard(require_POST(self.claim_view)),
                name="moderation_case_claim",
            ),
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
        reviewer(request)
        case = _find(object_id)
        form = StepForm(kinds=_kinds(case), initial={"expected_version": case.version})
        return self._render(request, case, form)

    def claim_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Take the case for a while, or give it back."""
        actor = reviewer(request)
        case = _find(case_id)
        now = timezone.now()
        if "release" in request.POST:
            claims.release(actor=actor, queue=QUEUE, item_id=str(case.pk))
        else:
            attempt(
                request,
                lambda: claims.claim(actor=actor, queue=QUEUE, item_id=str(case.pk), now=now),
                done=_("The case is yours for now."),
            )
        return redirect("admin:moderation_case_change", case.pk)

    @viewing.refuse_unlogged
    def step_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Take one step and close the case."""
        actor = reviewer(request)
        case = _find(case_id)
        form = StepForm(request.POST, kinds=_kinds(case))
        if not form.is_valid():
            return self._render(request, case, form, status=422)
        now = timezone.now()

        def take() -> None:
            if refusal := claims.refusal(actor=actor, queue=QUEUE, item_id=str(case.pk), now=now):
                raise ModerationRefusedError(refusal)
            services.handle_case(
                actor=actor,
                case=case,
                expected_version=form.cleaned_data["expected_version"] or 0,
                step=form.as_step(),
                now=now,
            )
            claims.release(actor=actor, queue=QUEUE, item_id=str(case.pk))

        if attempt(request, take, done=_("Done. Those who reported are told what came of it.")):
            return redirect("admin:moderation_case_changelist")
        return self._render(request, _find(case_id), form, status=409)

    def _render(
        self, request: HttpRequest, case: Case, form: StepForm, *, status: int = 200
    ) -> TemplateResponse:
        now = timezone.now()
        viewing.record(
            actor=reviewer(request), target_kind=case.target_kind, target_id=case.target_id, now=now
        )
        person = queries.find_person(case.subject_id) if case.subject_id is not None else None
        context = {
            **self.admin_site.each_context(request),
            "title": case.title or _("Case"),
            "opts": self.opts,
            "case": case,
            "target": targets.find(case.target_kind, viewer=request.user, public_id=case.target_id),
            "reports": case.reports.select_related("reporter").order_by("-created_at", "-id")[
                :_REPORTS_SHOWN
            ],
            "more_reports": max(0, case.report_count - _REPORTS_SHOWN),
            "person": person,
            "strikes": count_strikes(person, now=now) if person is not None else 0,
            "strike_days": STRIKE_DAYS,
            "history": _history(person),
            "proposals": case.proposals.filter(state="OPEN"),
            "form": form,
        }
        return TemplateResponse(request, "admin/moderation/case.html", context, status=status)


def _find(case_id: int | str) -> Case:
    rows = Case.objects.select_related("subject", "decision")
    return find_row(claims.annotate(rows, queue=QUEUE, now=timezone.now()), case_id)


def _kinds(case: Case) -> list[StepKind]:
    """Return the steps that make sense: what cannot be removed is not offered for removal."""
    handler = targets.find_handler(case.target_kind)
    can_remove = handler is not None and handler.take_down is not None
    return [kind for kind in StepKind if kind != StepKind.REMOVE or can_remove]


def _history(person: Any) -> list[Any]:
    if person is None:
        return []
    return list(queries.list_about(person).order_by(*queries.NEWEST)[:_HISTORY_SHOWN])
