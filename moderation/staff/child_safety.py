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
from core.viewing import refuse_unlogged
from moderation import child_safety, policies, services
from moderation.forms import AnswerForm, SafetyForm
from moderation.models import Appeal, Evidence, SafetyCase
from moderation.staff.common import LoggedAdmin, attempt, find_row

_EVIDENCE_SHOWN = 20
# A case has a few of them at most.
_ANSWERS_SHOWN = 10


class OpenFilter(admin.SimpleListFilter):
    """Cases that wait for somebody unless others are asked for: closed ones too, with an open appeal."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        states = (SafetyCase.State.CONFIRMED, SafetyCase.State.CLEARED)
        return [(state.value, str(state.label)) for state in states]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("Waiting")
            yield choice

    def queryset(self, _request: HttpRequest, rows: QuerySet[SafetyCase]) -> QuerySet[SafetyCase]:
        return rows.filter(state=self.value()) if self.value() else child_safety.list_waiting(rows)


@admin.register(SafetyCase)
class SafetyCaseAdmin(LoggedAdmin):
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[SafetyCase]:
        return super().get_queryset(request).exclude(subject=signed_in(request).subject_id)

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
            path(
                "<int:case_id>/proposal/<int:proposal_id>/",
                guard(require_POST(self.proposal_view)),
                name="moderation_safetycase_proposal",
            ),
            path(
                "<int:case_id>/appeal/<int:appeal_id>/",
                guard(require_POST(self.appeal_view)),
                name="moderation_safetycase_appeal",
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
        return self._render(request, _find_case(_keeper(request), object_id))

    @refuse_unlogged
    def evidence_view(self, request: HttpRequest, case_id: int, evidence_id: int) -> HttpResponse:
        """Show one piece of what was kept."""
        actor = _keeper(request)
        case = _find_case(actor, case_id)
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
        case = _find_case(actor, case_id)
        now = timezone.now()
        form = SafetyForm(request.POST)
        if not form.is_valid():
            return self._render(request, case, form=form, status=422)
        decide, done = child_safety.confirm_case, _("Confirmed: what is locked stays locked.")
        if "clear" in request.POST:
            decide = child_safety.clear_case
            done = _("Cleared. What screening locked is open again, and the person is told.")
        is_taken = attempt(
            request,
            lambda: decide(actor=actor, case_id=case.pk, note=form.cleaned_data["note"], now=now),
            done=done,
        )
        if is_taken:
            return redirect("admin:moderation_safetycase_change", case.pk)
        return self._render(request, _find_case(actor, case_id), form=form, status=409)

    def proposal_view(self, request: HttpRequest, case_id: int, proposal_id: int) -> HttpResponse:
        """Confirm or decline the suspension that a colleague's confirmation proposed."""
        actor = _keeper(request)
        case = _find_case(actor, case_id)
        proposal = get_object_or_404(child_safety.list_proposals(case), pk=proposal_id)
        now = timezone.now()
        if "confirm" in request.POST:
            attempt(
                request,
                lambda: services.confirm(actor=actor, proposal=proposal, now=now),
                done=_("Confirmed and carried out; the person is told."),
            )
        else:
            attempt(
                request,
                lambda: services.decline(actor=actor, proposal=proposal, now=now),
                done=_("Declined."),
            )
        return redirect("admin:moderation_safetycase_change", case.pk)

    def appeal_view(self, request: HttpRequest, case_id: int, appeal_id: int) -> HttpResponse:
        """Answer an appeal against the lock, or against what followed from it."""
        actor = _keeper(request)
        case = _find_case(actor, case_id)
        appeal = get_object_or_404(child_safety.list_appeals(case), pk=appeal_id)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._render(request, case, answering=(appeal.pk, form), status=422)
        now = timezone.now()
        is_taken = attempt(
            request,
            lambda: services.answer(actor=actor, appeal=appeal, now=now, **form.as_arguments(now)),
            done=_("Answered; the person is told."),
        )
        if is_taken:
            return redirect("admin:moderation_safetycase_change", case.pk)
        return self._render(request, case, answering=(appeal.pk, form), status=409)

    def _render(
        self,
        request: HttpRequest,
        case: SafetyCase,
        *,
        opened: Evidence | None = None,
        form: SafetyForm | None = None,
        answering: tuple[int, AnswerForm] | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        """answering: the appeal whose form comes back, with what was typed."""
        actor = _keeper(request)
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
            "notes": child_safety.list_notes(case),
            "form": form or SafetyForm(),
            "refusal": child_safety.decide_refusal(actor, case),
            "proposals": [
                (
                    proposal,
                    policies.confirm_refusal(actor, proposal),
                    policies.decline_refusal(actor, proposal),
                )
                for proposal in child_safety.list_proposals(case)[:_ANSWERS_SHOWN]
            ],
            "appeals": [
                (appeal, policies.answer_refusal(actor, appeal), _answer_form(appeal, answering))
                for appeal in child_safety.list_appeals(case)[:_ANSWERS_SHOWN]
            ],
            "may_act": policies.is_reviewer(actor) and case.user is not None,
        }
        return TemplateResponse(request, "admin/moderation/safety_case.html", context, status=status)


@admin.register(Evidence)
class EvidenceAdmin(LoggedAdmin):
    """Everything that was kept, for whoever answers the authorities. Opening a piece is remembered."""

    list_display = ["at", "purpose", "subject", "content_hash"]
    ordering = ["-at", "-id"]
    list_select_related = ["subject"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        rows = super().get_queryset(request).defer("content")
        return rows.exclude(subject=signed_in(request).subject_id)

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


def _find_case(actor: User, case_id: int | str) -> SafetyCase:
    """Return a case; one's own is as if it were not there."""
    rows = SafetyCase.objects.select_related("user", "subject").exclude(subject=actor.subject_id)
    return find_row(rows, case_id)


def _answer_form(appeal: Appeal, answering: tuple[int, AnswerForm] | None) -> AnswerForm:
    if answering is not None and answering[0] == appeal.pk:
        return answering[1]
    return AnswerForm(auto_id=f"id_appeal{appeal.pk}_%s")
