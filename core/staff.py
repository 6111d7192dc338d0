"""Parts of staff pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst

from core import viewing

# whoever looks at the audit trail -> the events that they are not shown
HiddenEvents = Callable[[Any], Q]
_hidden: list[HiddenEvents] = []


def hide_events(rule: HiddenEvents) -> None:
    """Keep events of the audit trail from staff whom `rule` names; call it from an app's `ready()`."""
    if rule not in _hidden:
        _hidden.append(rule)


def list_hidden_events(viewer: Any) -> list[Q]:
    """Return what somebody is not shown of the audit trail."""
    return [rule(viewer) for rule in _hidden]


class SafeLists(admin.ModelAdmin):
    """Lists that anything may be asked of."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list that was asked for. Raises Http404 for filters that no database takes."""
        if any("\0" in value for values in request.GET.lists() for value in (values[0], *values[1])):
            raise Http404
        return super().get_changelist_instance(request)


class ReadOnlyAdmin(SafeLists):
    """Lists and shows; changes go through services."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name: nobody is to select anything."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class LoggedLists(SafeLists):
    """Lists of what is private: each look is written down, or the list is not shown."""

    @property
    def logged_as(self) -> tuple[str, str]:
        """Kind and id that a look at the list is written down with."""
        return "list", str(self.opts.model_name)

    @viewing.refuse_unlogged
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind, key = self.logged_as
        _record(request, kind, key)
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search; what completes a name in a form shows the list too, and is no page of it."""
        if is_completing(request):
            kind, key = self.logged_as
            _record(request, kind, key, part="completion")
        return super().get_search_results(request, queryset, search_term)


class LoggedPages(LoggedLists):
    """The same of the pages of single rows: also of their history, and of what asks whether to delete them.

    A row without a public id has its key.
    """

    @viewing.refuse_unlogged
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self._note_look(request, object_id, part="record")
        return super().change_view(request, object_id, form_url, extra_context)

    @viewing.refuse_unlogged
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._note_look(request, object_id, part="history")
        return super().history_view(request, object_id, extra_context)

    @viewing.refuse_unlogged
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._note_look(request, object_id, part="deletion")
        return super().delete_view(request, object_id, extra_context)

    def _note_look(self, request: HttpRequest, object_id: str, *, part: str) -> None:
        """Write a look down; of what is not there, or not theirs to see, Django's page says so."""
        row = self.get_object(request, object_id)
        if row is not None and self.has_view_permission(request, row):
            key = getattr(row, "public_id", "") or str(row.pk)
            _record(request, str(self.opts.model_name), key, part=part)


def is_completing(request: HttpRequest) -> bool:
    """Whether a request is of the admin's boxes that complete a name."""
    return request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"


def _record(request: HttpRequest, kind: str, key: str, **details: Any) -> None:
    # Who comes this far is signed in: the staff site asks first.
    actor: Any = request.user
    viewing.record(actor=actor, target_kind=kind, target_id=key, now=timezone.now(), **details)
