"""One decision about several revisions, with what one has to know of each on the same page."""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from characters import review, review_queue, services
from characters.models import ItemRevision
from characters.review_forms import DecisionForm
from characters.services.bulk import LIMIT, Outcome, TooManyError
from characters.staff.frame import Frame
from core import viewing
from moderation.staff.common import reviewer


@require_GET
def show(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Show what was chosen in the list."""
    keys = [key for key in request.GET.getlist("item") if key.isdecimal()]
    if not keys:
        return redirect(frame.page("changelist"))
    if len(keys) > LIMIT:
        return _refuse_many(request, frame)
    return _render(request, frame, [int(key) for key in keys])


@require_POST
def decide(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Approve or reject what is ticked, each as it was shown."""
    actor = reviewer(request)
    shown = [int(key) for key in request.POST.getlist("shown") if key.isdecimal()]
    ticked = {key for key in request.POST.getlist("item") if key.isdecimal()}
    seen = {int(key): request.POST.get(f"version-{key}", "-") for key in ticked}
    approves = "approve" in request.POST
    form = DecisionForm() if approves else DecisionForm(request.POST)
    if not seen:
        messages.error(request, _("Tick what you decide about."))
        return _render(request, frame, shown, form=form, status=422)
    if not approves and not form.is_valid():
        return _render(request, frame, shown, ticked=ticked, form=form, status=422)
    now, kind = timezone.now(), frame.queue.model.KIND
    try:
        if approves:
            outcomes = services.approve_many(actor=actor, seen=seen, now=now, kind=kind)
        else:
            outcomes = services.reject_many(actor=actor, seen=seen, now=now, kind=kind, **form.cleaned_data)
    except TooManyError:
        return _refuse_many(request, frame)
    refused = [outcome for outcome in outcomes if outcome.refusal is not None]
    _tell(request, len(outcomes) - len(refused), approves=approves)
    if not refused:
        return redirect(frame.page("changelist"))
    return _render(request, frame, shown, ticked=ticked, form=form, refused=refused, status=409)


def _tell(request: HttpRequest, count: int, *, approves: bool) -> None:
    if not count:
        return
    if approves:
        text = ngettext("%(count)d is approved.", "%(count)d are approved.", count)
    else:
        text = ngettext(
            "%(count)d is rejected; its creator is told why.",
            "%(count)d are rejected; their creators are told why.",
            count,
        )
    messages.success(request, text % {"count": count})


def _refuse_many(request: HttpRequest, frame: Frame) -> HttpResponse:
    messages.error(request, _("At most %(count)d at once, so that each is looked at.") % {"count": LIMIT})
    return redirect(frame.page("changelist"))


def _render(
    request: HttpRequest,
    frame: Frame,
    keys: Sequence[int],
    *,
    ticked: Collection[str] = (),
    form: DecisionForm | None = None,
    refused: Sequence[Outcome] = (),
    status: int = 200,
) -> TemplateResponse:
    actor = reviewer(request)
    now = timezone.now()
    waiting = frame.queue.list_for_review(actor, now=now).filter(review_queue.waits(), pk__in=keys[:LIMIT])
    revisions = list(waiting.order_by(*review_queue.ORDER))
    viewing.record_many(
        actor=actor,
        target_kind=frame.queue.model.KIND,
        target_ids=[revision.item.public_id for revision in revisions],
        now=now,
    )
    context = {
        **frame.context(request, title=_("Decide about several")),
        "rows": [_present(revision, ticked) for revision in revisions],
        "form": form or DecisionForm(),
        "refused": refused,
    }
    return TemplateResponse(request, "admin/characters/bulk.html", context, status=status)


def _present(revision: ItemRevision, ticked: Collection[str]) -> dict[str, Any]:
    live = revision.item.live_revision
    rows = review.compare(revision, live)
    portraits = review.compare_portraits(revision, live)
    return {
        "revision": revision,
        "creator": revision.item.owner.username,
        "line": review.line_of(revision),
        "has_portrait": review.has_portrait(revision),
        "portrait": review.present_portrait(revision.portrait),
        "hold_title": review.rule_title(revision.hold_code) if revision.hold_code else "",
        "is_edit": live is not None,
        "changed": [row for row in rows if row.is_changed],
        "others": [row for row in rows if not row.is_changed],
        "has_new_portrait": portraits is not None and portraits.is_changed,
        # Whoever decides ticks each: nothing is decided because it stood in a list.
        "is_ticked": str(revision.pk) in ticked,
    }
