"""The page after a decision that was not taken: what happened instead, and everything that was typed."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from characters import queries, review
from characters.models import Revision, State
from characters.review_forms import DecisionForm
from characters.staff.frame import Frame
from core.refusals import Refusal


def show_conflict(
    request: HttpRequest,
    frame: Frame,
    revision: Revision | None,
    refusal: Refusal,
    *,
    form: forms.Form | None = None,
) -> TemplateResponse:
    """Answer 409. revision: None for one that staff may not read any more."""
    context: dict[str, Any] = {
        **frame.context(request, title=_("Not decided")),
        "refusal": refusal,
        "revision": revision,
        "typed": _list_typed(form),
        "next_url": reverse("admin:characters_pendingrevision_next"),
        "last": None,
        "form": None,
    }
    if revision is not None:
        context["next_url"] += f"?after={revision.pk}"
        if revision.state == State.PENDING or revision.is_held:
            # It still waits: what was typed can be sent again.
            context["form"] = form if isinstance(form, DecisionForm) else None
        else:
            decisions = review.present_decisions(list(queries.list_decisions(revision.character)[:1]))
            context["last"] = next(iter(decisions), None)
    return TemplateResponse(request, "admin/characters/conflict.html", context, status=409)


def _list_typed(form: forms.Form | None) -> list[tuple[Any, str]]:
    """Return the label and the words of each field that was filled in."""
    if form is None:
        return []
    fields = (
        (field.label, field.value()) for field in form if isinstance(field.field.widget, forms.Textarea)
    )
    return [(label, str(value)) for label, value in fields if value]
