"""The record of what was decided, what waits for a second person, and steps against a person."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.queries import signed_in, username_of
from core import viewing
from core.refusals import Refusal, Text
from moderation import policies, queries, reviewer_settings, screening, services, targets
from moderation.forms import LiftForm, StepForm
from moderation.models import Decision, Proposal
from moderation.naming import scope_label, title_of
from moderation.services import ModerationRefusedError, StepKind, repeats
from moderation.services.repeats import STRIKE_DAYS, count_strikes
from moderation.staff import desk
from moderation.staff.common import LoggedAdmin, ReviewerAdmin, attempt, find_row, reviewer
from moderation.staff.exporting import export_statements
from moderation.staff.searching import PersonSearch, RuleFilter
from moderation.staff.workflow import list_typed
from moderation.targets import Words

_HISTORY_SHOWN = 20
# Without a case there is no content at hand to remove, and nothing to dismiss.
_STEPS = [StepKind.WARN, StepKind.RESTRICT, StepKind.SUSPEND]
# What counts when somebody breaks the rules again.
_STRIKES = {Decision.Kind.WARN, Decision.Kind.REMOVE}


@admin.register(Decision)
class DecisionAdmin(PersonSearch, LoggedAdmin):
    """Every decision, with the notes that only staff read. One that holds can be lifted."""

    list_display = ["at", "kind", "whom", "what", "rule", "by"]
    list_filter = ["kind", "source", RuleFilter]
    person_fields = ("affected", "actor", "second_actor")
    search_fields = ["target_id", "public_id"]
    ordering = ["-at", "-id"]
    list_select_related = ["actor", "affected"]
    actions = [export_statements]
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return policies.is_reviewer(request.user) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return policies.is_reviewer(request.user) or super().has_module_permission(request)

    @admin.display(description=gettext_lazy("whom"))
    def whom(self, decision: Any) -> str:
        return decision.affected_name or str(decision.affected)

    @admin.display(description=gettext_lazy("what"))
    def what(self, decision: Decision) -> Text:
        return targets.label_of(decision.target_kind)

    @admin.display(description=gettext_lazy("rule"))
    def rule(self, decision: Decision) -> Text:
        return screening.title_of(decision.reason_code) if decision.reason_code else "—"

    @admin.display(description=gettext_lazy("by"))
    def by(self, decision: Any) -> str:
        return decision.actor_name or (str(decision.actor) if decision.actor else _("Automatic"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        shown = queries.list_shown_to(signed_in(request), super().get_queryset(request))
        return shown.annotate(
            actor_name=username_of("actor"),
            affected_name=username_of("affected"),
            second_name=username_of("second_actor"),
        )

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

    @viewing.refuse_unlogged
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("measure", "second_actor")
        return self._render(request, find_row(rows, object_id))

    def _render(
        self, request: HttpRequest, decision: Any, form: LiftForm | None = None, *, status: int = 200
    ) -> TemplateResponse:
        """form: why it was to be taken back, where that was not possible."""
        actor, now = signed_in(request), timezone.now()
        may_decide = policies.is_reviewer(actor)
        viewing.record(actor=actor, target_kind="decision", target_id=decision.public_id, now=now)
        takes_two = policies.lift_alone_refusal(decision) is not None
        refuse = policies.propose_lift_refusal if takes_two else policies.lift_refusal
        reversal = queries.find_reversal(decision)
        measure = getattr(decision, "measure", None)
        is_about_account = decision.target_kind == "user"
        context = {
            **self.admin_site.each_context(request),
            "title": title_of(decision),
            "opts": self.opts,
            "decision": decision,
            "person": queries.find_person(decision.affected_id),
            "measure": measure,
            "is_in_force": measure is not None and measure.is_in_force(now),
            "reversal": reversal,
            "links": self._list_links(request, decision),
            "appeals": decision.appeals.order_by("pk") if may_decide else (),
            "may_decide": may_decide,
            "can_lift": may_decide and reversal is None and refuse(actor, decision) is None,
            "lift_form": form or LiftForm(auto_id="lift-%s"),
            "lift_url": reverse("admin:moderation_decision_lift", args=[decision.pk]),
            "lift_button": _("Propose to take it back") if takes_two else _("Take it back"),
            "typed": list_typed(form),
            "is_about_account": is_about_account,
        }
        if may_decide and not is_about_account:
            context["look"] = reviewer_settings.get_look(actor)
            context["content"] = desk.show_content(
                actor,
                target_kind=decision.target_kind,
                target_id=decision.target_id,
                content_hash=decision.revision_hash,
                now=now,
            )
        return TemplateResponse(request, "admin/moderation/decision.html", context, status=status)

    def _list_links(self, request: HttpRequest, decision: Decision) -> list[tuple[str, Decision]]:
        """Return the decisions that led to this one, and those that it led to, each with what it is to it."""
        rows = self.get_queryset(request)
        led = [(_("It answers:"), rows.filter(reversals=decision))]
        led.append((_("A rule about repeats made it follow from:"), rows.filter(consequences=decision)))
        led.append((_("What followed by a rule about repeats:"), rows.filter(caused_by=decision)))
        return [(label, other) for label, found in led for other in found.order_by("pk")]

    def lift_view(self, request: HttpRequest, decision_id: int) -> HttpResponse:
        """Take a decision back without an appeal."""
        actor = reviewer(request)
        decision = find_row(self.get_queryset(request), decision_id)
        form = LiftForm(request.POST, auto_id="lift-%s")
        if not form.is_valid():
            return self._render(request, decision, form, status=422)
        words = Words("", form.cleaned_data["explanation"])
        takes_two = policies.lift_alone_refusal(decision) is not None
        done = _("Taken back; the person is told.")
        if takes_two:
            done = _("Proposed: it waits for a second person.")

        def take() -> None:
            now = timezone.now()
            author: int | None
            if takes_two:
                proposal, is_new = services.propose_lift(actor=actor, decision=decision, words=words, now=now)
                author, text = proposal.proposed_by_id, _("Somebody else proposed this; it waits already.")
            else:
                answer, is_new = services.lift(actor=actor, decision=decision, words=words, now=now)
                author, text = answer.actor_id, _("Somebody else took this back already.")
            if not is_new and author != actor.subject_id:
                raise ModerationRefusedError(Refusal("already-decided", text))

        if not attempt(request, take, done=done):
            return self._render(request, find_row(self.get_queryset(request), decision_id), form, status=409)
        return redirect("admin:moderation_decision_change", decision.pk)

    @viewing.refuse_unlogged
    def person_view(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Show where a person stands, and take a step."""
        actor = reviewer(request)
        person = get_object_or_404(User.objects.select_related("subject"), public_id=public_id)
        if person.pk == actor.pk:
            messages.info(request, _("What was decided about you stands here; others decide it."))
            return redirect("settings-standing")
        now = timezone.now()
        viewing.record(actor=actor, target_kind="user", target_id=person.public_id, now=now)
        form = StepForm(request.POST if request.method == "POST" else None, kinds=_STEPS)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                is_taken = attempt(
                    request,
                    lambda: services.act_on_person(actor=actor, user=person, step=form.as_step(), now=now),
                    done=_say_done,
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
            "measures": queries.list_measures_shown_to(
                actor, queries.list_measures_in_force(person.subject_id, now=now)
            ),
            "history": queries.list_record(actor, person)[:_HISTORY_SHOWN],
            "form": form,
        }
        return TemplateResponse(request, "admin/moderation/person.html", context, status=status)


def _say_done(done: services.Done) -> str:
    if done.decision is not None:
        return _("Done; the person is told.")
    if done.is_addition:
        return _(
            "Somebody proposed the same before. What you wrote stands beside it now; it waits for a second"
            " person."
        )
    return _("Proposed: it waits for a second person, and nobody is told before.")


@admin.register(Proposal)
class ProposalAdmin(ReviewerAdmin):
    """What waits for a second person."""

    list_display = ["user", "kind", "feature", "rule", "state", "created_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["user"]
    ordering = ["-state", "created_at", "id"]
    actions = None

    @admin.display(description=gettext_lazy("feature"))
    def feature(self, proposal: Proposal) -> Text:
        return scope_label(proposal.scope) if proposal.scope else "—"

    @admin.display(description=gettext_lazy("rule"))
    def rule(self, proposal: Proposal) -> Text:
        return screening.title_of(proposal.reason_code) if proposal.reason_code else "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        return queries.list_proposals_shown_to(signed_in(request)).select_related(
            *("user__subject", "proposed_by", "case", "caused_by"),
            *("reverses__affected", "reverses__caused_by"),
        )

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:proposal_id>/answer/",
                self.admin_site.admin_view(require_POST(self.answer_view)),
                name="moderation_proposal_answer",
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
        actor = reviewer(request)
        proposal = find_row(self.get_queryset(request), object_id)
        viewing.record(actor=actor, target_kind="proposal", target_id=proposal.public_id, now=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Proposal about %(name)s") % {"name": proposal.user.username},
            "opts": self.opts,
            "proposal": proposal,
            "is_open": proposal.state == Proposal.State.OPEN,
            "additions": proposal.additions.select_related("added_by", "case").order_by("pk"),
            "refusal": policies.confirm_refusal(actor, proposal),
            "decline_refusal": policies.decline_refusal(actor, proposal),
            "follows": repeats.list_steps(count_strikes(proposal.user, now=timezone.now()) + 1)
            if proposal.kind in _STRIKES
            else (),
            "history": queries.list_record(actor, proposal.user)[:_HISTORY_SHOWN],
        }
        return TemplateResponse(request, "admin/moderation/proposal.html", context)

    def answer_view(self, request: HttpRequest, proposal_id: int) -> HttpResponse:
        """Confirm or decline."""
        actor = reviewer(request)
        proposal = find_row(self.get_queryset(request), proposal_id)
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
