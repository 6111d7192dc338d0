"""Parts of staff pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst

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


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists and shows; changes go through services."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name: nobody is to select anything."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list that was asked for. Raises Http404 for filters that no database takes."""
        if any("\0" in value for values in request.GET.lists() for value in (values[0], *values[1])):
            raise Http404
        return super().get_changelist_instance(request)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False
