"""Every character with its standing; a live one can be taken down here."""

from collections.abc import Callable
from typing import Any

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

from accounts.queries import signed_in
from characters import labels, queries, review, services
from characters.models import Character
from characters.review_forms import DecisionForm
from core.refusals import RefusedError, Text
from core.staff import ReadOnlyAdmin
from moderation import notes, reviewer_settings, viewing
from moderation.policies import is_reviewer
from moderation.staff.common import reviewer

_NOTES_SHOWN = 20


def _decide(
    request: HttpRequest, decide: Callable[[], tuple[Any, bool]], *, done: str, repeated: str
) -> None:
    """Run one operation and tell the reviewer what came of it."""
    try:
        _result, is_new = decide()
    except RefusedError as error:
        messages.error(
            request, " ".join(str(part) for part in (error.refusal.message, error.refusal.fix) if part)
        )
        return
    if is_new:
        messages.success(request, done)
    else:
        messages.info(request, repeated)


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

    def queryset(self, _request: HttpRequest, rows: QuerySet[Character]) -> QuerySet[Character]:
        condition = self._CONDITIONS.get(self.value() or "")
        return rows.filter(condition) if condition is not None else rows


@admin.register(Character)
class CharacterAdmin(ReadOnlyAdmin):
    """Every character with its standing; a live one can be taken down here."""

    list_display = ["name", "label", "creator", "visibility", "safe_mode", "chat_count", "published_at"]
    list_display_links = ["name"]
    list_filter = [StandingFilter, "visibility", "live_revision__category", "live_revision__safe_mode"]
    search_fields = ["live_revision__name", "delisted_revision__name", "slug", "owner__username", "public_id"]
    ordering = ["-updated_at", "-id"]
    list_select_related = ["owner", "live_revision", "open_revision", "delisted_revision"]
    actions = None
    show_full_result_count = False

    @admin.display(description=gettext_lazy("name"))
    def name(self, character: Character) -> str:
        return review.name_of(character)

    @admin.display(description=gettext_lazy("state"))
    def label(self, character: Character) -> Text:
        return labels.label_of(character).text

    @admin.display(description=gettext_lazy("creator"))
    def creator(self, character: Character) -> str:
        return character.owner.username

    @admin.display(description=gettext_lazy("Safe Mode"), boolean=True)
    def safe_mode(self, character: Character) -> bool:
        shown = queries.find_shown_to_staff(character)
        return shown is None or shown.safe_mode

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_reviewer(request.user) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_reviewer(request.user) or super().has_module_permission(request)

    @viewing.refuse_unlogged
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        viewing.record(
            actor=signed_in(request), target_kind="list", target_id="characters", now=timezone.now()
        )
        return super().changelist_view(request, {"title": _("Characters"), **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Character]:  # noqa: ARG002
        return queries.list_for_staff().order_by(*self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Character], search_term: str
    ) -> tuple[QuerySet[Character], bool]:
        """Search also the names that wait for review, never those of drafts."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if term := search_term.strip():
            submitted = Q(open_revision__name__icontains=term) & ~Q(
                open_revision__state__in=queries.PRIVATE_STATES
            )
            found = found | queryset.filter(submitted)
        return found, may_repeat

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path(
                "<int:character_id>/de-list/",
                guard(require_POST(self.delist_view)),
                name="characters_character_delist",
            ),
            path(
                "<int:character_id>/reinstate/",
                guard(require_POST(self.reinstate_view)),
                name="characters_character_reinstate",
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
        character = get_object_or_404(queries.list_for_staff(), pk=object_id)
        return self._render(request, character, DecisionForm())

    @viewing.refuse_unlogged
    def delist_view(self, request: HttpRequest, character_id: int) -> HttpResponse:
        actor = reviewer(request)
        character = get_object_or_404(queries.list_for_staff(), pk=character_id)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._render(request, character, form, status=422)
        names = {"name": review.name_of(character)}
        _decide(
            request,
            lambda: services.delist(
                actor=actor, character=character, now=timezone.now(), **form.cleaned_data
            ),
            done=_("“%(name)s” is taken down; it is back in its creator's library.") % names,
            repeated=_("“%(name)s” was taken down already.") % names,
        )
        return redirect("admin:characters_character_change", character.pk)

    def reinstate_view(self, request: HttpRequest, character_id: int) -> HttpResponse:
        actor = reviewer(request)
        character = get_object_or_404(queries.list_for_staff(), pk=character_id)
        names = {"name": review.name_of(character)}
        _decide(
            request,
            lambda: services.reinstate(actor=actor, character=character, now=timezone.now()),
            done=_("“%(name)s” is live again.") % names,
            repeated=_("“%(name)s” was live already.") % names,
        )
        return redirect("admin:characters_character_change", character.pk)

    def _render(
        self, request: HttpRequest, character: Character, form: DecisionForm, *, status: int = 200
    ) -> TemplateResponse:
        shown = queries.find_shown_to_staff(character)
        if shown is None:
            raise Http404
        actor = signed_in(request)
        viewing.record(
            actor=actor, target_kind="character", target_id=character.public_id, now=timezone.now()
        )
        may_decide = is_reviewer(actor)
        pending = character.open_revision
        is_waiting = pending is not None and (pending.state == "PENDING" or pending.is_held)
        context = {
            **self.admin_site.each_context(request),
            "title": review.name_of(character),
            "opts": self.opts,
            "character": character,
            "creator": character.owner,
            "label": labels.label_of(character),
            "shown": shown,
            "portrait": review.present_portrait(shown.portrait) if may_decide else None,
            "revisions": list(queries.list_submitted(character.pk)[:20]),
            "look": reviewer_settings.get_look(actor),
            "notes": _list_notes(character) if may_decide else None,
            "decisions": review.present_decisions(list(queries.list_decisions(character)[:20])),
            "form": form,
            "may_delist": may_decide and character.live_revision is not None,
            "may_reinstate": may_decide and character.delisted_revision is not None,
            "review_url": (
                reverse("admin:characters_pendingrevision_change", args=[pending.pk])
                if may_decide and is_waiting and pending is not None
                else ""
            ),
        }
        return TemplateResponse(request, "admin/characters/character.html", context, status=status)


def _list_notes(character: Character) -> list[review.NoteView]:
    found = notes.list_notes(
        ("character", character.public_id), ("user", character.owner.public_id), count=_NOTES_SHOWN
    )
    return review.present_notes(list(found))
