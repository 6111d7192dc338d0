"""What the staff pages of an item stand in: the admin's frame, and the guard before each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from moderation import reviewer_settings
from moderation.reviewer_settings import Look
from moderation.staff.common import reviewer
from moderation.viewing import refuse_unlogged

Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Frame:
    """The admin site, and the model under which its pages stand."""

    site: AdminSite
    opts: Any

    def context(self, request: HttpRequest, *, title: str, look: Look | None = None) -> dict[str, Any]:
        """Return what the frame and the pictures in it need. One query, unless `look` is at hand."""
        return {
            **self.site.each_context(request),
            "title": title,
            "opts": self.opts,
            "look": look or reviewer_settings.get_look(reviewer(request)),
        }

    def bind(self, page: Page) -> Page:
        """Return a page of ours as a view of the admin, which refuses what could not be written down."""

        @refuse_unlogged
        @wraps(page)
        def bound(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            reviewer(request)
            return page(request, self, *args, **kwargs)

        guarded: Page = self.site.admin_view(bound)
        return guarded
