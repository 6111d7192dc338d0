"""What the staff pages of an item stand in: the admin's frame, and the guard before each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from characters.review_queue import ReviewQueue
from core.viewing import refuse_unlogged
from moderation import reviewer_settings
from moderation.reviewer_settings import Look
from moderation.staff.common import reviewer

Page = Callable[..., HttpResponse]
# What is done to one revision, as the names of pages.
_STEPS = ("approve", "reject", "escalate", "claim", "note")


def present_queue(queue: ReviewQueue) -> dict[str, Any]:
    """Return what templates say about a queue: its kind, and the names of its pages."""
    names = ("changelist", "change", "next", "bulk_decide", "second", *_STEPS)
    return {
        "kind": queue.model.KIND,
        "title": queue.list_title,
        **{name: queue.page(name) for name in names},
        "item": queue.item_page("change"),
        "items": queue.item_page("changelist"),
        "items_title": queue.title,
        "delist": queue.item_page("delist"),
        "reinstate": queue.item_page("reinstate"),
        "approve_after_all": queue.item_page("approve_after_all"),
    }


@dataclass(frozen=True, slots=True)
class Frame:
    """The admin site, the model under which its pages stand, and the queue that they serve."""

    site: AdminSite
    opts: Any
    queue: ReviewQueue

    def context(self, request: HttpRequest, *, title: str, look: Look | None = None) -> dict[str, Any]:
        """Return what the frame and the pictures in it need. One query, unless `look` is at hand."""
        return {
            **self.site.each_context(request),
            "title": title,
            "opts": self.opts,
            "queue": present_queue(self.queue),
            "look": look or reviewer_settings.get_look(reviewer(request)),
        }

    def page(self, name: str) -> str:
        """Return the URL name of one of the pages."""
        return self.queue.page(name)

    def bind(self, page: Page) -> Page:
        """Return a page of ours as a view of the admin, which refuses what could not be written down."""

        @refuse_unlogged
        @wraps(page)
        def bound(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            reviewer(request)
            return page(request, self, *args, **kwargs)

        guarded: Page = self.site.admin_view(bound)
        return guarded
