"""The record of what was decided, what waits for a second person, and steps against a person."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from core.staff import ReadOnlyAdmin
from moderation import policies, queries, services
from moderation.forms import StepForm
from moderation.models import Decision, Proposal
from moderation.services import StepKind
from moderation.services.repeats import STRIKE_DAYS, count_strikes
from moderation.staff.common import ReviewerAdmin, attempt, find_row, reviewer
from moderation.staff.exporting import export_statements
from moderation.targets import Words

_HISTORY_SHOWN = 20
# Without a case there is no content at hand to remove, and nothing to dismiss.
_STEPS = [StepKind.WARN, StepKind.RESTRICT, StepKind.SUSPEND]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Every decision, with the notes that only staff read. One that holds can be lifted."""

    list_display = ["at", "kind", "source", "target_kind", "target_id", "reason_code", "actor"]
    list_filter = ["kind", "source", "reason_code"]
    search_fields = ["target_id", "public_id"]
    ordering = ["-at", "-id"]
    list_select_related = ["actor"]
    actions = [export_statements]
    show_full_result_count = False
    change_form_template = "admin/moderation/decision.html"

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path(
                "person/<pid:public_id>/",
                guard(require_http_methods(["GET", "POST"])(self.person_view)),
                name="moderation_person",
            ),
            path(
                "<int:decision_id>/lift/",
                guard(require_POST(self.lift_view)),
                name="moderation_decision_lift",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        decision = find_row(Decision.objects.select_related("measure"), object_id)
        can_lift = (
            policies.is_reviewer(request.user)
            and policies.lift_refusal(decision) is None
            and queries.find_reversal(decision) is None
        )
        return super().change_view(
            request, object_id, form_url, {"can_lift": can_lift, **(extra_context or {})}
        )

    def lift_view(self, request: HttpRequest, decision_id: int) -> HttpResponse:
        """Take a decision back without an appeal."""
        actor = reviewer(request)
        decision = get_object_or_404(Decision, pk=decision_id)
        words = Words("", request.POST.get("explanation", "").strip())
        attempt(
            request,
            lambda: services.lift(actor=actor, decision=decision, words=words, now=timezone.now()),
            done=_("Taken back; the person is told."),
        )
        return redirect("admin:moderation_decision_change", decision.pk)

    def person_view(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Show where a person stands, and take a step."""
        actor = reviewer(request)
        person = get_object_or_404(User.objects.select_related("subject"), public_id=public_id)
        now = timezone.now()
        form = StepForm(request.POST if request.method == "POST" else None, kinds=_STEPS)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                is_taken = attempt(
                    request,
                    lambda: services.act_on_person(actor=actor, user=person, step=form.as_step(), now=now),
                    done=_("Done. What takes two people waits under Proposals."),
                )
                if is_taken:
                    return redirect("admin:moderation_person", person.public_id)
                status = 409
        context = {
            **self.admin_site.each_context(request),
            "title": person.username,
            "opts": self.opts,
            "person": person,
            "strikes": count_strikes(person, now=now),
            "strike_days": STRIKE_DAYS,
            "measures": queries.list_measures_in_force(person.subject_id, now=now),
            "history": queries.list_about(person).order_by(*queries.NEWEST)[:_HISTORY_SHOWN],
            "form": form,
        }
        return TemplateResponse(request, "admin/moderation/person.html", context, status=status)


@admin.register(Proposal)
class ProposalAdmin(ReviewerAdmin):
    """What waits for a second person."""

    list_display = ["user", "kind", "scope", "reason_code", "state", "created_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["user"]
    ordering = ["-state", "created_at", "id"]
    actions = None

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:proposal_id>/answer/",
                self.admin_site.admin_view(require_POST(self.answer_view)),
                name="moderation_proposal_answer",
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
        actor = reviewer(request)
        proposal = find_row(
            Proposal.objects.select_related("user__subject", "proposed_by", "case"), object_id
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Proposal about %(name)s") % {"name": proposal.user.username},
            "opts": self.opts,
            "proposal": proposal,
            "is_open": proposal.state == Proposal.State.OPEN,
            "refusal": policies.confirm_refusal(actor, proposal),
            "history": queries.list_about(proposal.user).order_by(*queries.NEWEST)[:_HISTORY_SHOWN],
        }
        return TemplateResponse(request, "admin/moderation/proposal.html", context)

    def answer_view(self, request: HttpRequest, proposal_id: int) -> HttpResponse:
        """Confirm or decline."""
        actor = reviewer(request)
        proposal = get_object_or_404(Proposal, pk=proposal_id)
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
        return redirect("admin:moderation_proposal_change", proposal.pk)
