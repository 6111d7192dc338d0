"""The queue of appeals: by another person than the one who decided first, the most urgent first."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.queries import signed_in
from core import viewing
from core.refusals import Text
from moderation import claims, policies, queries, services, targets
from moderation.forms import AnswerForm
from moderation.models import Appeal, Decision
from moderation.note_forms import NoteForm
from moderation.services import ModerationRefusedError
from moderation.staff import desk
from moderation.staff.common import ReviewerAdmin, attempt, find_row, reviewer
from moderation.staff.reviewing import spell
from moderation.staff.workflow import has_typed, keep_typed, list_typed, open_next, wants_next
from moderation.work_queues import APPEALS_KEY, find_next_appeal
from policies.rules import RULES

_LIST = "admin:moderation_appeal_changelist"
_PAGE = "admin:moderation_appeal_change"
_HISTORY_SHOWN = 10
_CASES_SHOWN = 5
# What overturning does, as the person wished it.
_EFFECTS = {
    Appeal.Wish.RESTORE: gettext_lazy("Overturn it, and everything that it took is given back at once."),
    Appeal.Wish.CORRECT: gettext_lazy(
        "Overturn it, and it comes back for its owner alone, with a new draft in which they correct it."
    ),
    Appeal.Wish.PRIVATE: gettext_lazy("Overturn it, and it comes back for its owner alone."),
    Appeal.Wish.ACT: gettext_lazy("Overturn it, and what was reported waits for a decision again."),
}


@admin.register(Appeal)
class AppealAdmin(ReviewerAdmin):
    """Appeals of others. Whoever took part in a decision reads its appeal and cannot answer it."""

    list_display = ["appellant", "due", "about", "worked_on_by", "state", "role", "wish"]
    list_filter = ["state", "role"]
    ordering = ["due_at", "id"]
    sortable_by = ()
    list_select_related = ["appellant", "decision"]
    search_fields = ["appellant__username", "public_id", "decision__target_id"]
    actions = None
    list_per_page = 50
    change_list_template = "admin/moderation/work_list.html"

    @admin.display(description=gettext_lazy("about"))
    def about(self, appeal: Appeal) -> Text:
        return targets.label_of(appeal.decision.target_kind)

    @admin.display(description=gettext_lazy("answer within"))
    def due(self, appeal: Appeal) -> str:
        return say_due(appeal)

    @admin.display(description=gettext_lazy("worked on by"))
    def worked_on_by(self, appeal: Any) -> str:
        return appeal.claim_holder_name or "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        shown = queries.list_appeals_shown_to(signed_in(request), super().get_queryset(request))
        return claims.annotate(shown, queue=APPEALS_KEY, now=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        step = "moderation_appeal"
        return [
            path("next/", guard(require_http_methods(["GET", "POST"])(self.next_view)), name=f"{step}_next"),
            path("<int:appeal_id>/answer/", guard(require_POST(self.answer_view)), name=f"{step}_answer"),
            path("<int:appeal_id>/claim/", guard(require_POST(self.claim_view)), name=f"{step}_claim"),
            path("<int:appeal_id>/note/", guard(require_POST(self.note_view)), name=f"{step}_note"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        reviewer(request)
        if not request.GET:
            return redirect(f"{request.path}?state__exact={Appeal.State.OPEN}")
        context = {"title": _("Appeals"), "next_name": "admin:moderation_appeal_next"}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @viewing.refuse_unlogged
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        return self._render(request, _find(reviewer(request), object_id))

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Open what this moderator should answer after the one they come from; a POST takes it, too."""
        key = request.GET.get("after", "")
        after = Appeal.objects.filter(pk=key).first() if key.isdecimal() else None
        return self._open_next(request, after, takes=request.method == "POST")

    @viewing.refuse_unlogged
    def claim_view(self, request: HttpRequest, appeal_id: int) -> HttpResponse:
        """Take the appeal for a while, or give it back; what was typed stays."""
        actor = reviewer(request)
        appeal = _find(actor, appeal_id)
        if "release" in request.POST:
            claims.release(actor=actor, queue=APPEALS_KEY, item_id=str(appeal.pk))
        else:
            attempt(request, lambda: _claim(actor, appeal), done=_("The appeal is yours for now."))
        if has_typed(request.POST, AnswerForm, NoteForm):
            return self._render(request, _find(actor, appeal_id))
        return redirect(_PAGE, appeal.pk)

    @viewing.refuse_unlogged
    def note_view(self, request: HttpRequest, appeal_id: int) -> HttpResponse:
        """Leave a note for other staff; what else was typed stays."""
        actor = reviewer(request)
        appeal = _find(actor, appeal_id)
        form = NoteForm(request.POST)
        if not form.is_valid():
            return self._render(request, appeal, note_form=form, status=422)
        decision = appeal.decision
        about = decision.target_kind, decision.target_id
        person = queries.find_person(decision.affected_id)
        desk.keep_note(request, actor, form, about=about, person=person)
        if has_typed(request.POST, AnswerForm):
            return self._render(request, appeal, note_form=NoteForm())
        return redirect(f"{reverse(_PAGE, args=[appeal.pk])}#notes")

    @viewing.refuse_unlogged
    def answer_view(self, request: HttpRequest, appeal_id: int) -> HttpResponse:
        """Uphold, overturn, or overturn in part."""
        actor = reviewer(request)
        appeal = _find(actor, appeal_id)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._render(request, appeal, form, status=422)
        now = timezone.now()

        def take() -> None:
            entry = {"queue": APPEALS_KEY, "item_id": str(appeal.pk)}
            if refusal := claims.refusal(actor=actor, now=now, **entry):
                raise ModerationRefusedError(refusal)
            services.answer(actor=actor, appeal=appeal, now=now, **form.as_arguments(now))
            claims.release(actor=actor, **entry)

        if not attempt(request, take, done=_("Answered; the person is told.")):
            return self._render(request, _find(actor, appeal_id), form, status=409)
        if wants_next(request):
            return self._open_next(request, appeal, takes=True)
        return redirect(_LIST)

    def _open_next(self, request: HttpRequest, after: Appeal | None, *, takes: bool) -> HttpResponse:
        actor, now = reviewer(request), timezone.now()

        def take(found: int) -> None:
            claims.claim(actor=actor, queue=APPEALS_KEY, item_id=str(found), now=now)

        return open_next(
            request,
            find=lambda: find_next_appeal(actor, after=after, now=now),
            take=take if takes else None,
            page=_PAGE,
            changelist=_LIST,
        )

    def _render(
        self,
        request: HttpRequest,
        appeal: Appeal,
        form: AnswerForm | None = None,
        *,
        note_form: NoteForm | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        actor, now = reviewer(request), timezone.now()
        viewing.record(actor=actor, target_kind="appeal", target_id=appeal.public_id, now=now)
        decision = appeal.decision
        cases = queries.list_cases_of(decision)[:_CASES_SHOWN]
        kind, public_id, content_hash = _judged(decision, cases)
        person = queries.find_person(decision.affected_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Appeal of %(name)s") % {"name": appeal.appellant.username},
            "opts": self.opts,
            "appeal": appeal,
            "due": say_due(appeal),
            "decision": decision,
            "measure": getattr(decision, "measure", None),
            "is_in_force": hasattr(decision, "measure") and decision.measure.is_in_force(now),
            "rule": RULES.get(decision.reason_code),
            "cases": cases,
            "content": desk.show_content(
                actor, target_kind=kind, target_id=public_id, content_hash=content_hash, now=now
            ),
            "content_kind": targets.label_of(kind),
            "is_about_account": kind == "user",
            "files": appeal.files.order_by("pk"),
            "refusal": policies.answer_refusal(actor, appeal),
            "effect": _EFFECTS[Appeal.Wish(appeal.wish)],
            "history": queries.list_record(actor, person)[:_HISTORY_SHOWN] if person is not None else [],
            "form": form or keep_typed(AnswerForm, request.POST),
            "typed": list_typed(form),
            "next_url": f"{reverse('admin:moderation_appeal_next')}?{urlencode({'after': appeal.pk})}",
            **desk.present_desk(
                request,
                actor,
                row=appeal,
                about=(decision.target_kind, decision.target_id),
                person=person,
                note_form=note_form,
            ),
        }
        return TemplateResponse(request, "admin/moderation/appeal.html", context, status=status)


def _find(actor: User, appeal_id: int | str) -> Any:
    """Return an appeal; one of whoever looks is as if it were not there."""
    rows = queries.list_appeals_shown_to(actor, Appeal.objects.all()).select_related(
        "decision__actor", "decision__measure", "decision__caused_by", "answer", "appellant"
    )
    return find_row(claims.annotate(rows, queue=APPEALS_KEY, now=timezone.now()), appeal_id)


def _claim(actor: User, appeal: Appeal) -> None:
    if refusal := policies.answer_refusal(actor, appeal):
        raise ModerationRefusedError(refusal)
    claims.claim(actor=actor, queue=APPEALS_KEY, item_id=str(appeal.pk), now=timezone.now())


def say_due(appeal: Appeal) -> str:
    """Return how long there is to answer an open appeal, or how late that is."""
    if appeal.state != Appeal.State.OPEN:
        return "—"
    left = appeal.due_at - timezone.now()
    return _("%(time)s late") % {"time": spell(-left)} if left.total_seconds() < 0 else spell(left)


def _judged(decision: Decision, cases: list[Any]) -> tuple[str, str, str]:
    """Return what a decision was about: a content, with its hash; of one about a person, what led to it."""
    if decision.revision_hash:
        return decision.target_kind, decision.target_id, decision.revision_hash
    for case in cases:
        if case.target_kind != "user":
            hashes = queries.list_reported_hashes(case, count=1)
            return case.target_kind, case.target_id, next(iter(hashes), "")
    return decision.target_kind, decision.target_id, ""
