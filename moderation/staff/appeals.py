"""The queue of appeals: by another person than the one who decided first, the most urgent first."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation import policies, queries, services, targets, viewing
from moderation.forms import AnswerForm
from moderation.models import Appeal
from moderation.staff.common import ReviewerAdmin, attempt, find_row, reviewer
from policies.rules import RULES


@admin.register(Appeal)
class AppealAdmin(ReviewerAdmin):
    """Appeals. Whoever took part in a decision reads its appeal and cannot answer it."""

    list_display = ["appellant", "role", "wish", "state", "due_at", "created_at"]
    list_filter = ["state", "role"]
    ordering = ["due_at", "id"]
    list_select_related = ["appellant"]
    search_fields = ["appellant__username", "public_id"]
    actions = None

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:appeal_id>/answer/",
                self.admin_site.admin_view(require_POST(self.answer_view)),
                name="moderation_appeal_answer",
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        reviewer(request)
        if not request.GET:
            return redirect(f"{request.path}?state__exact={Appeal.State.OPEN}")
        return super().changelist_view(request, extra_context)

    @viewing.refuse_unlogged
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        reviewer(request)
        return self._render(request, self._find(object_id), AnswerForm())

    @viewing.refuse_unlogged
    def answer_view(self, request: HttpRequest, appeal_id: int) -> HttpResponse:
        """Uphold, overturn, or overturn in part."""
        actor = reviewer(request)
        appeal = self._find(appeal_id)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._render(request, appeal, form, status=422)
        now = timezone.now()
        is_taken = attempt(
            request,
            lambda: services.answer(actor=actor, appeal=appeal, now=now, **form.as_arguments(now)),
            done=_("Answered; the person is told."),
        )
        if is_taken:
            return redirect("admin:moderation_appeal_changelist")
        return self._render(request, self._find(appeal_id), form, status=409)

    def _find(self, appeal_id: int | str) -> Appeal:
        return find_row(Appeal.objects.select_related("decision__actor", "answer", "appellant"), appeal_id)

    def _render(
        self, request: HttpRequest, appeal: Appeal, form: AnswerForm, *, status: int = 200
    ) -> TemplateResponse:
        actor = reviewer(request)
        viewing.record(actor=actor, target_kind="appeal", target_id=appeal.public_id, now=timezone.now())
        decision = appeal.decision
        context = {
            **self.admin_site.each_context(request),
            "title": _("Appeal of %(name)s") % {"name": appeal.appellant.username},
            "opts": self.opts,
            "appeal": appeal,
            "decision": decision,
            "rule": RULES.get(decision.reason_code),
            "target": targets.find(decision.target_kind, viewer=request.user, public_id=decision.target_id),
            "files": appeal.files.order_by("pk"),
            "refusal": policies.answer_refusal(actor, appeal),
            "person": queries.find_person(decision.affected_id),
            "form": form,
        }
        return TemplateResponse(request, "admin/moderation/appeal.html", context, status=status)
