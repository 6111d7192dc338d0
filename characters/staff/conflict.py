"""The page after a decision that was not taken: what happened instead, and everything that was typed."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from characters import queries
from characters.models import ItemRevision, State
from characters.review_forms import DecisionForm
from characters.staff.frame import Frame
from core.refusals import Refusal
from moderation import review_presenters
from moderation.staff.common import reviewer
from moderation.staff.workflow import list_typed


def show_conflict(
    request: HttpRequest,
    frame: Frame,
    revision: ItemRevision | None,
    refusal: Refusal,
    *,
    form: forms.Form | None = None,
) -> TemplateResponse:
    """Answer 409. revision: None for one that staff may not read any more."""
    context: dict[str, Any] = {
        **frame.context(request, title=_("Not decided")),
        "refusal": refusal,
        "revision": revision,
        "typed": list_typed(form),
        "next_url": reverse(frame.page("next")),
        "last": None,
        "form": None,
    }
    if revision is not None:
        context["next_url"] += f"?after={revision.pk}"
        if revision.state == State.PENDING or revision.is_held:
            # It still waits: what was typed can be sent again.
            context["form"] = form if isinstance(form, DecisionForm) else None
        else:
            shown = queries.list_decisions_shown_to(reviewer(request), revision.item)
            context["last"] = next(iter(review_presenters.present_decisions(list(shown[:1]))), None)
    return TemplateResponse(request, "admin/characters/conflict.html", context, status=409)
