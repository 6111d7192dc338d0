"""Parts that the staff pages of moderation share."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from accounts.models import User
from core.refusals import RefusedError, Text
from core.staff import LoggedLists, ReadOnlyAdmin
from moderation.policies import is_reviewer

_Row = TypeVar("_Row", bound=Model)


class LoggedAdmin(LoggedLists, ReadOnlyAdmin):
    """Lists of what is private; their pages are views of our own, which write down what they show."""


class ReviewerAdmin(LoggedAdmin):
    """Pages that only moderators see; decisions go through services, from views of our own."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return is_reviewer(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_reviewer(request.user)


def reviewer(request: HttpRequest) -> User:
    """Return the moderator behind a request. Raises PermissionDenied for everybody else."""
    if isinstance(request.user, User) and is_reviewer(request.user):
        return request.user
    raise PermissionDenied


def find_row(rows: QuerySet[_Row], key: int | str) -> _Row:
    """Return a row by what stands in the address. Raises Http404, for what is no key too."""
    try:
        return rows.get(pk=key)
    except (ObjectDoesNotExist, ValueError) as error:
        raise Http404 from error


def attempt(
    request: HttpRequest, operation: Callable[[], Any], *, done: Text | Callable[[Any], Text]
) -> bool:
    """Run one operation and tell the moderator what came of it; returns whether it was taken.

    done: what is said then, or what says it of that which the operation returned.
    """
    try:
        result = operation()
    except RefusedError as error:
        parts = (error.refusal.message, error.refusal.fix)
        messages.error(request, " ".join(str(part) for part in parts if part))
        return False
    messages.success(request, str(done(result) if callable(done) else done))
    return True
