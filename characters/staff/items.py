"""Every character and every story with its standing; a live one can be taken down here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.queries import signed_in
from characters import labels, queries, rejections, review, review_queue, services
from characters.models import Character, Item, Story
from characters.review_forms import AfterAllForm, DelistForm, PutBackForm
from characters.review_queue import ReviewQueue
from characters.staff.frame import present_queue
from core import viewing
from core.refusals import RefusedError, Text
from moderation import notes, review_presenters, reviewer_settings, screening
from moderation.models import Decision
from moderation.policies import is_reviewer
from moderation.staff.common import LoggedAdmin, find_row, reviewer
from moderation.staff.workflow import list_typed

_NOTES_SHOWN = 20
Kind = Decision.Kind


def _attempt(
    request: HttpRequest, decide: Callable[[], tuple[Any, bool]], *, done: str, repeated: str
) -> bool:
    """Run one operation and tell the reviewer what came of it; returns whether it was done."""
    try:
        _result, is_new = decide()
    except RefusedError as error:
        messages.error(
            request, " ".join(str(part) for part in (error.refusal.message, error.refusal.fix) if part)
        )
        return False
    if is_new:
        messages.success(request, done)
    else:
        messages.info(request, repeated)
    return bool(is_new)


@dataclass(frozen=True, slots=True)
class _Sent:
    """Which of the page's forms was sent, by the kind of the decision that it asks for."""

    kind: Kind
    form: forms.Form


# Where the form for each of them stands on the page, and when.
_PLACES = {
    Kind.DELIST: ("form", "may_delist"),
    Kind.REINSTATE: ("put_back_form", "may_reinstate"),
    Kind.RESTORE: ("after_all_form", "wrong"),
}


def _label_of(item: Any) -> labels.Label:
    """Return the label of an item, as if a version that this member of staff does not read were not there."""
    if not item.hides_open:
        return labels.label_of(item)
    standing = item.live_revision or item.delisted_revision
    if standing is not None:
        return labels.library_label(None, standing.state)
    shown = queries.find_shown_to_staff(item)
    return labels.library_label(shown.state, None)


class StandingFilter(admin.SimpleListFilter):
    """Live, taken down, or never live."""

    title = gettext_lazy("standing")
    parameter_name = "standing"
    _CONDITIONS = {
        "live": Q(live_revision__isnull=False),
        "delisted": Q(delisted_revision__isnull=False),
        "never": Q(live_revision__isnull=True, delisted_revision__isnull=True),
    }

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("live", _("Approved")), ("delisted", _("De-listed")), ("never", _("Never approved"))]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        condition = self._CONDITIONS.get(self.value() or "")
        return rows.filter(condition) if condition is not None else rows


class ItemAdmin(LoggedAdmin):
    """Every item of one kind with its standing; a live one can be taken down here."""

    queue: ReviewQueue

    list_display = ["name", "label", "creator", "visibility", "safe_mode", "chat_count", "published_at"]
    list_display_links = ["name"]
    list_filter = [StandingFilter, "visibility", "live_revision__category", "live_revision__safe_mode"]
    search_fields = ["live_revision__name", "delisted_revision__name", "slug", "owner__username", "public_id"]
    ordering = ["-updated_at", "-id"]
    list_select_related = ["owner", "live_revision", "open_revision", "delisted_revision"]
    actions = None
    show_full_result_count = False

    @admin.display(description=gettext_lazy("name"))
    def name(self, item: Item) -> str:
        return review.name_of(item)

    @admin.display(description=gettext_lazy("state"))
    def label(self, item: Item) -> Text:
        return _label_of(item).text

    @admin.display(description=gettext_lazy("creator"))
    def creator(self, item: Item) -> str:
        return item.owner.username

    @admin.display(description=gettext_lazy("Safe Mode"), boolean=True)
    def safe_mode(self, item: Item) -> bool:
        shown = queries.find_shown_to_staff(item)
        return shown is None or shown.safe_mode

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_reviewer(request.user) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_reviewer(request.user) or super().has_module_permission(request)

    @property
    def logged_as(self) -> tuple[str, str]:
        return "list", self.queue.key

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": self.queue.title, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self._list(request).order_by(*self.ordering)

    def _list(self, request: HttpRequest) -> Any:
        """Return the items that this member of staff reads; their own are as if they were not there."""
        return queries.list_for_staff(signed_in(request), self.queue.model)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search also the names that wait for review, never those of drafts."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if term := search_term.strip():
            submitted = Q(open_revision__name__icontains=term, hides_open=False) & ~Q(
                open_revision__state__in=queries.PRIVATE_STATES
            )
            found = found | queryset.filter(submitted)
        return found, may_repeat

    def get_urls(self) -> list[URLPattern]:
        guard, name = self.admin_site.admin_view, f"characters_{self.opts.model_name}"
        return [
            path(
                "<int:item_id>/de-list/",
                guard(require_POST(self.delist_view)),
                name=f"{name}_delist",
            ),
            path(
                "<int:item_id>/reinstate/",
                guard(require_POST(self.reinstate_view)),
                name=f"{name}_reinstate",
            ),
            path(
                "<int:item_id>/approve-after-all/",
                guard(require_POST(self.approve_after_all_view)),
                name=f"{name}_approve_after_all",
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
        return self._render(request, find_row(self._list(request), object_id))

    @viewing.refuse_unlogged
    def delist_view(self, request: HttpRequest, item_id: int) -> HttpResponse:
        return self._decide(
            request,
            item_id,
            _Sent(Kind.DELIST, DelistForm(request.POST)),
            services.delist,
            done=_("“%(name)s” is taken down; it is back in its creator's library."),
            repeated=_("“%(name)s” was taken down already."),
        )

    @viewing.refuse_unlogged
    def reinstate_view(self, request: HttpRequest, item_id: int) -> HttpResponse:
        return self._decide(
            request,
            item_id,
            _Sent(Kind.REINSTATE, _put_back_form(request.POST)),
            services.reinstate,
            done=_("“%(name)s” is live again."),
            repeated=_("“%(name)s” was live already."),
        )

    @viewing.refuse_unlogged
    def approve_after_all_view(self, request: HttpRequest, item_id: int) -> HttpResponse:
        return self._decide(
            request,
            item_id,
            _Sent(Kind.RESTORE, _after_all_form(None, request.POST)),
            services.approve_after_all,
            done=_("“%(name)s” is approved after all; its creator is told."),
            repeated=_("The rejection of “%(name)s” was taken back already."),
        )

    def _decide(
        self,
        request: HttpRequest,
        item_id: int,
        sent: _Sent,
        operation: Callable[..., tuple[Any, bool]],
        *,
        done: str,
        repeated: str,
    ) -> HttpResponse:
        """Do what one of the page's forms asks for, or show the page with what was typed."""
        actor = reviewer(request)
        item = get_object_or_404(self._list(request), pk=item_id)
        if not sent.form.is_valid():
            return self._render(request, item, sent, status=422)
        names = {"name": review.name_of(item)}
        is_done = _attempt(
            request,
            lambda: operation(actor=actor, item=item, now=timezone.now(), **sent.form.cleaned_data),
            done=done % names,
            repeated=repeated % names,
        )
        if is_done or _was_last(actor, item, sent.kind):
            return redirect(self.queue.item_page("change"), item.pk)
        item = get_object_or_404(self._list(request), pk=item_id)
        return self._render(request, item, sent, status=409)

    def _render(
        self,
        request: HttpRequest,
        item: Item,
        sent: _Sent | None = None,
        *,
        status: int = 200,
    ) -> TemplateResponse:
        shown = queries.find_shown_to_staff(item)
        if shown is None:
            raise Http404
        actor = signed_in(request)
        viewing.record(actor=actor, target_kind=item.KIND, target_id=item.public_id, now=timezone.now())
        may_decide = is_reviewer(actor)
        wrong = rejections.find_wrong(actor, item)
        pending = item.open_revision
        is_waiting = pending is not None and (pending.state == "PENDING" or pending.is_held)
        context = {
            **self.admin_site.each_context(request),
            "title": review.name_of(item),
            "opts": self.opts,
            "queue": present_queue(self.queue),
            "item": item,
            "creator": item.owner,
            "label": _label_of(item),
            "shown": shown,
            "line": review.line_of(shown),
            "portrait": review.present_portrait(shown.portrait) if may_decide else None,
            "revisions": list(queries.list_submitted(actor, item)[:20]),
            "look": reviewer_settings.get_look(actor),
            "notes": _list_notes(item) if may_decide else None,
            "decisions": review_presenters.present_decisions(
                list(queries.list_decisions_shown_to(actor, item)[:20])
            ),
            "form": DelistForm(),
            "put_back_form": _put_back_form(),
            "after_all_form": _after_all_form(wrong),
            "may_delist": may_decide and item.live_revision is not None,
            "may_reinstate": may_decide and item.delisted_revision is not None,
            "wrong": wrong,
            "wrong_rule": screening.title_of(wrong.decision.reason_code) if wrong else "",
            "typed": [],
            "review_url": (
                reverse(self.queue.page("change"), args=[pending.pk])
                if may_decide and is_waiting and pending is not None
                else ""
            ),
        }
        if sent is not None:
            place, condition = _PLACES[sent.kind]
            # What came too late is kept beside the forms: its own is not on the page any more.
            context |= {place: sent.form} if context[condition] else {"typed": list_typed(sent.form)}
        return TemplateResponse(request, "admin/characters/item.html", context, status=status)


def _was_last(actor: User, item: Item, kind: Kind) -> bool:
    """Whether this reviewer made this decision, the newest about an item: a second click loses nothing."""
    last = queries.list_decisions(item).first()
    return last is not None and (last.kind, last.actor_id) == (kind, actor.subject_id)


def _put_back_form(data: Any = None) -> PutBackForm:
    # The form that takes it down stands on the same page in the state between two versions.
    return PutBackForm(data, auto_id="put-back-%s")


def _after_all_form(wrong: rejections.Rejection | None, data: Any = None) -> AfterAllForm:
    initial = {"decision_id": wrong.decision.public_id} if wrong is not None else {}
    return AfterAllForm(data, initial=initial, auto_id="after-all-%s")


def _list_notes(item: Item) -> list[review_presenters.NoteView]:
    found = notes.list_notes((item.KIND, item.public_id), ("user", item.owner.public_id), count=_NOTES_SHOWN)
    return review_presenters.present_notes(list(found))


@admin.register(Character)
class CharacterAdmin(ItemAdmin):
    """Every character with its standing."""

    queue = review_queue.CHARACTERS


@admin.register(Story)
class StoryAdmin(ItemAdmin):
    """Every story with its standing."""

    queue = review_queue.STORIES
