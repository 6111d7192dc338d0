"""Staff pages: the review queue and every character. Decisions go through services, from views of our own."""

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

from accounts.models import User
from characters import labels, queries, review, services
from characters.models import Character, PendingRevision, Revision, State
from characters.review import DecisionForm
from core.refusals import RefusedError, Text
from core.staff import ReadOnlyAdmin
from moderation.policies import is_reviewer


def _reviewer(request: HttpRequest) -> User:
    if isinstance(request.user, User) and is_reviewer(request.user):
        return request.user
    raise PermissionDenied


def _decide(
    request: HttpRequest, decide: Callable[[], tuple[Any, bool]], *, done: str, repeated: str
) -> bool:
    """Run one operation and tell the reviewer what came of it; returns whether it was taken."""
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
    return True


@admin.register(PendingRevision)
class PendingRevisionAdmin(ReadOnlyAdmin):
    """The queue: what waits for a person, oldest first."""

    list_display = ["name", "creator", "kind", "category", "waiting_since", "screening"]
    list_display_links = ["name"]
    list_filter = ["category", "safe_mode"]
    search_fields = ["name", "character__owner__username"]
    ordering = ["submitted_at", "id"]
    list_select_related = ["character__owner"]
    sortable_by = ["submitted_at"]
    actions = None

    @admin.display(description=gettext_lazy("creator"))
    def creator(self, revision: PendingRevision) -> str:
        return revision.character.owner.username

    @admin.display(description=gettext_lazy("what"))
    def kind(self, revision: PendingRevision) -> str:
        return _("Edit") if revision.character.live_revision_id else _("New")

    @admin.display(description=gettext_lazy("waiting since"), ordering="submitted_at")
    def waiting_since(self, revision: PendingRevision) -> Any:
        return revision.submitted_at

    @admin.display(description=gettext_lazy("screening"))
    def screening(self, revision: PendingRevision) -> str:
        if revision.is_held:
            return _("Held: %(rule)s") % {"rule": review.rule_title(revision.hold_code)}
        return _("Nothing found")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return is_reviewer(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_reviewer(request.user)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Pending review"), **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[PendingRevision]:
        return super().get_queryset(request).filter(queries.waits_for_person())

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path(
                "<int:revision_id>/approve/",
                guard(require_POST(self.approve_view)),
                name="characters_pendingrevision_approve",
            ),
            path(
                "<int:revision_id>/reject/",
                guard(require_POST(self.reject_view)),
                name="characters_pendingrevision_reject",
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
        _reviewer(request)
        revision = self._find(request, object_id)
        if revision is None:
            return redirect("admin:characters_pendingrevision_changelist")
        return self._render(request, revision, DecisionForm.for_hold(revision))

    def approve_view(self, request: HttpRequest, revision_id: int) -> HttpResponse:
        actor = _reviewer(request)
        revision = self._find(request, revision_id)
        if revision is None:
            return redirect("admin:characters_pendingrevision_changelist")
        is_taken = _decide(
            request,
            lambda: services.approve(
                actor=actor,
                revision=revision,
                expected_hash=request.POST.get("expected_hash", ""),
                now=timezone.now(),
            ),
            done=_("“%(name)s” is approved.") % {"name": revision.name},
            repeated=_("“%(name)s” was approved already.") % {"name": revision.name},
        )
        return self._leave(revision, is_taken=is_taken)

    def reject_view(self, request: HttpRequest, revision_id: int) -> HttpResponse:
        actor = _reviewer(request)
        revision = self._find(request, revision_id)
        if revision is None:
            return redirect("admin:characters_pendingrevision_changelist")
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._render(request, revision, form, status=422)
        is_taken = _decide(
            request,
            lambda: services.reject(actor=actor, revision=revision, now=timezone.now(), **form.cleaned_data),
            done=_("“%(name)s” is rejected; its creator is told why.") % {"name": revision.name},
            repeated=_("“%(name)s” was rejected already.") % {"name": revision.name},
        )
        return self._leave(revision, is_taken=is_taken)

    def _find(self, request: HttpRequest, revision_id: str | int) -> Revision | None:
        """Return what may be opened; None, with a message, for what its creator took back meanwhile."""
        if Revision.objects.filter(pk=revision_id, state=State.WITHDRAWN).exists():
            messages.error(request, _("The creator withdrew this version meanwhile."))
            return None
        return get_object_or_404(queries.list_for_review(), pk=revision_id)

    def _leave(self, revision: Revision, *, is_taken: bool) -> HttpResponse:
        if is_taken:
            return redirect("admin:characters_pendingrevision_changelist")
        return redirect("admin:characters_pendingrevision_change", revision.pk)

    def _render(
        self, request: HttpRequest, revision: Revision, form: DecisionForm, *, status: int = 200
    ) -> TemplateResponse:
        live = revision.character.live_revision
        if live is not None and live.pk == revision.pk:
            live = None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review “%(name)s”") % {"name": revision.name},
            "opts": self.opts,
            "revision": revision,
            "state_label": revision.get_state_display(),
            "creator": revision.character.owner,
            "hold_title": review.rule_title(revision.hold_code) if revision.hold_code else "",
            "waits": revision.state == "PENDING" or revision.is_held,
            "live": live,
            "rows": review.compare(revision, live),
            "portrait": review.present_portrait(revision.portrait),
            "live_portrait": review.present_portrait(live.portrait) if live is not None else None,
            "form": form,
            "decisions": review.present_decisions(list(queries.list_decisions(revision.character)[:10])),
        }
        return TemplateResponse(request, "admin/characters/review.html", context, status=status)


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

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
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

    def delist_view(self, request: HttpRequest, character_id: int) -> HttpResponse:
        actor = _reviewer(request)
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
        actor = _reviewer(request)
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
        may_decide = is_reviewer(request.user)
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
