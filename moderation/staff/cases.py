"""The queue of reports: each case with everything that was said about one thing."""

from datetime import datetime
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
from accounts.zones import spell_time
from core import viewing
from core.refusals import Text
from moderation import claims, handlers, policies, queries, services, targets
from moderation.forms import StepForm
from moderation.models import Case, Decision
from moderation.note_forms import NoteForm
from moderation.services import ModerationRefusedError, StepKind
from moderation.services.explaining import spell_day
from moderation.services.repeats import STRIKE_DAYS, count_strikes
from moderation.staff import desk
from moderation.staff.common import ReviewerAdmin, attempt, find_row, reviewer
from moderation.staff.reviewing import spell
from moderation.staff.searching import PersonSearch
from moderation.staff.workflow import has_typed, keep_typed, list_typed, open_next, wants_next
from moderation.work_queues import find_next_case

QUEUE = handlers.CASES
_REPORTS_SHOWN = 20
_HISTORY_SHOWN = 10
_VERSIONS_SHOWN = 5
_HASH_LENGTH = 12
_LIST = "admin:moderation_case_changelist"
_PAGE = "admin:moderation_case_change"


class OpenFilter(admin.SimpleListFilter):
    """Open cases unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("ACTED", _("Acted on")), ("DISMISSED", _("No violation found")), ("GONE", _("Gone"))]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("Open")
            yield choice

    def queryset(self, _request: HttpRequest, rows: QuerySet[Case]) -> QuerySet[Case]:
        return rows.filter(state=self.value() or Case.State.OPEN)


@admin.register(Case)
class CaseAdmin(PersonSearch, ReviewerAdmin):
    """What was reported, the riskiest first, then the oldest."""

    list_display = ["title_or_kind", "reports", "kind", "waits", "worked_on_by", "risk"]
    list_filter = [OpenFilter, "target_kind"]
    ordering = ["-risk", "created_at", "id"]
    sortable_by = ()
    search_fields = ["title", "target_id", "public_id"]
    person_fields = ("subject",)
    actions = None
    list_per_page = 50
    show_full_result_count = False
    change_list_template = "admin/moderation/work_list.html"

    @admin.display(description=gettext_lazy("what"))
    def title_or_kind(self, case: Case) -> str:
        return case.title or case.target_id[:8]

    @admin.display(description=gettext_lazy("reports"))
    def reports(self, case: Any) -> str:
        """How many, whether many at once, and until when its person is shut out of some features."""
        parts = [str(case.report_count)]
        if case.surged_at is not None:
            parts.append(_("many at once"))
        if case.shut_until is not None:
            parts.append(_("shut until %(day)s") % {"day": spell_day(case.shut_until)})
        return " · ".join(parts)

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, case: Case) -> Text:
        return targets.label_of(case.target_kind)

    @admin.display(description=gettext_lazy("waits"))
    def waits(self, case: Case) -> str:
        return spell((case.closed_at or timezone.now()) - case.created_at)

    @admin.display(description=gettext_lazy("worked on by"))
    def worked_on_by(self, case: Any) -> str:
        return case.claim_holder_name or "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        rows = super().get_queryset(request).exclude(subject=signed_in(request).subject_id)
        now = timezone.now()
        rows = rows.annotate(shut_until=queries.until_when_shut(now=now))
        return claims.annotate(rows, queue=QUEUE, now=now)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": _("Reports"), "next_name": "admin:moderation_case_next"}
        return super().changelist_view(request, {**context, **(extra_context or {})})

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
            path(
                "<int:case_id>/note/",
                guard(require_POST(self.note_view)),
                name="moderation_case_note",
            ),
            path(
                "next/",
                guard(require_http_methods(["GET", "POST"])(self.next_view)),
                name="moderation_case_next",
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
        case = _find(reviewer(request), object_id)
        return self._render(request, case)

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Open what this moderator should decide after the one they come from; a POST takes it, too."""
        key = request.GET.get("after", "")
        after = Case.objects.filter(pk=key).first() if key.isdecimal() else None
        return self._open_next(request, after, takes=request.method == "POST")

    @viewing.refuse_unlogged
    def note_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Leave a note for other staff; what else was typed stays."""
        actor = reviewer(request)
        case = _find(actor, case_id)
        form = NoteForm(request.POST)
        if not form.is_valid():
            return self._render(request, case, note_form=form, status=422)
        person = queries.find_person(case.subject_id) if case.subject_id is not None else None
        about = case.target_kind, case.target_id
        desk.keep_note(request, actor, form, about=about, person=person)
        if has_typed(request.POST, StepForm):
            return self._render(request, case, note_form=NoteForm())
        return redirect(f"{reverse(_PAGE, args=[case.pk])}#notes")

    @viewing.refuse_unlogged
    def claim_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Take the case for a while, or give it back; what was typed stays."""
        actor = reviewer(request)
        case = _find(actor, case_id)
        now = timezone.now()
        if "release" in request.POST:
            claims.release(actor=actor, queue=QUEUE, item_id=str(case.pk))
        else:
            attempt(
                request,
                lambda: claims.claim(actor=actor, queue=QUEUE, item_id=str(case.pk), now=now),
                done=_("The case is yours for now."),
            )
        if has_typed(request.POST, StepForm, NoteForm):
            return self._render(request, _find(actor, case_id))
        return redirect(_PAGE, case.pk)

    @viewing.refuse_unlogged
    def step_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Take one step and close the case."""
        actor = reviewer(request)
        case = _find(actor, case_id)
        form = StepForm(request.POST, kinds=_kinds(case))
        if not form.is_valid():
            return self._render(request, case, form, status=422)
        now = timezone.now()

        def take() -> services.Done:
            if refusal := claims.refusal(actor=actor, queue=QUEUE, item_id=str(case.pk), now=now):
                raise ModerationRefusedError(refusal)
            taken = services.handle_case(
                actor=actor,
                case=case,
                expected_version=form.cleaned_data["expected_version"] or 0,
                step=form.as_step(),
                now=now,
            )
            claims.release(actor=actor, queue=QUEUE, item_id=str(case.pk))
            return taken

        if attempt(request, take, done=_say_done):
            if wants_next(request):
                return self._open_next(request, case, takes=True)
            return redirect(_LIST)
        return self._render(request, _find(actor, case_id), form, status=409)

    def _open_next(self, request: HttpRequest, after: Case | None, *, takes: bool) -> HttpResponse:
        actor, now = reviewer(request), timezone.now()

        def take(found: int) -> None:
            claims.claim(actor=actor, queue=QUEUE, item_id=str(found), now=now)

        return open_next(
            request,
            find=lambda: find_next_case(actor, after=after, now=now),
            take=take if takes else None,
            page=_PAGE,
            changelist=_LIST,
        )

    def _render(
        self,
        request: HttpRequest,
        case: Any,
        form: StepForm | None = None,
        *,
        note_form: NoteForm | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        actor, now = reviewer(request), timezone.now()
        hashes = queries.list_reported_hashes(case, count=_VERSIONS_SHOWN)
        asked = request.GET.get("version", "")
        shown_hash = asked if asked in hashes else next(iter(hashes), "")
        person = queries.find_person(case.subject_id) if case.subject_id is not None else None
        context = {
            **self.admin_site.each_context(request),
            "title": case.title or _("Case"),
            "opts": self.opts,
            "case": case,
            "kind": targets.label_of(case.target_kind),
            "is_about_account": case.target_kind == "user",
            "content": desk.show_content(
                actor,
                target_kind=case.target_kind,
                target_id=case.target_id,
                content_hash=shown_hash,
                now=now,
            ),
            "versions": [(one, one[:_HASH_LENGTH], one == shown_hash) for one in hashes],
            "target": targets.find(case.target_kind, viewer=request.user, public_id=case.target_id),
            "reports": queries.list_reports_in(case)[:_REPORTS_SHOWN],
            "more_reports": max(0, case.report_count - _REPORTS_SHOWN),
            "strikes": count_strikes(person, now=now) if person is not None else 0,
            "strike_days": STRIKE_DAYS,
            "history": _history(actor, person),
            "proposals": queries.list_proposals_about(case),
            "locks": _list_locks(case, now=now),
            "refusal": policies.conflict_refusal(actor, case),
            "form": form
            or keep_typed(
                StepForm, request.POST, kinds=_kinds(case), initial={"expected_version": case.version}
            ),
            "typed": list_typed(form),
            "next_url": f"{reverse('admin:moderation_case_next')}?{urlencode({'after': case.pk})}",
            **desk.present_desk(
                request,
                actor,
                row=case,
                about=(case.target_kind, case.target_id),
                person=person,
                note_form=note_form,
            ),
        }
        return TemplateResponse(request, "admin/moderation/case.html", context, status=status)


def _find(actor: User, case_id: int | str) -> Case:
    """Return a case; one about whoever looks is as if it were not there."""
    rows = Case.objects.select_related("subject", "decision").exclude(subject=actor.subject_id)
    return find_row(claims.annotate(rows, queue=QUEUE, now=timezone.now()), case_id)


def _list_locks(case: Case, *, now: datetime) -> list[tuple[Decision, str]]:
    """Return what many reports at once shut, each with what is left of it. One query at most."""
    found: list[Any] = queries.list_locks(case) if case.surged_at is not None else []
    return [(decision, _say_lock(decision, now=now)) for decision in found]


def _say_lock(decision: Any, *, now: datetime) -> str:
    if decision.is_reversed:
        return _("taken back")
    if not decision.measure.is_in_force(now):
        return _("over")
    return _("until you decide, at the latest %(day)s") % {"day": spell_time(decision.measure.ends_at)}


def _say_done(done: services.Done) -> str:
    if done.proposal is None:
        return _("Done. Those who reported are told what came of it.")
    if done.is_addition:
        return _(
            "Somebody proposed the same before. What you wrote and this case stand beside it now; the case"
            " stays open, and nobody is told, until a second person answers."
        )
    return _("Proposed. The case stays open, and nobody is told, until a second person answers.")


def _kinds(case: Case) -> list[StepKind]:
    """Return the steps that make sense: what cannot be removed is not offered for removal."""
    handler = targets.find_handler(case.target_kind)
    can_remove = handler is not None and handler.take_down is not None
    return [kind for kind in StepKind if kind != StepKind.REMOVE or can_remove]


def _history(actor: User, person: Any) -> list[Any]:
    if person is None:
        return []
    return list(queries.list_record(actor, person)[:_HISTORY_SHOWN])
