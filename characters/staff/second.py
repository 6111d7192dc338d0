"""The second look at a decided revision, as if nothing had been decided."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from characters import queries, review, review_queue
from characters.models import ItemRevision
from characters.review_forms import SecondReviewForm
from characters.staff.frame import Frame
from core import viewing
from core.refusals import RefusedError
from moderation import second_reviews
from moderation.models import SecondReview
from moderation.staff.common import reviewer

LIST = "admin:moderation_secondreview_changelist"


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, frame: Frame, public_id: str) -> HttpResponse:
    """Show the revision and take the answer; neither says what the first reviewer decided."""
    actor = reviewer(request)
    found = second_reviews.find_open(actor, public_id)
    if found is None or found.queue != frame.queue.key:
        messages.info(request, _("This second review is answered, or it is about a decision of yours."))
        return redirect(LIST)
    revision = queries.list_for_review(actor, frame.queue.model).filter(pk=found.item_id).first()
    if revision is None:
        second_reviews.drop_gone(queue=found.queue, item_ids=[found.item_id])
        messages.info(request, _("What it was about was erased meanwhile."))
        return redirect(LIST)
    form = SecondReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            second_reviews.answer(
                actor=actor, public_id=public_id, kind=form.cleaned_data["kind"], now=timezone.now()
            )
        except RefusedError as error:
            messages.error(request, str(error.refusal.message))
        else:
            messages.success(request, _("Thank you. Your answer is counted."))
        return redirect(LIST)
    return _render(request, frame, found, revision, form)


def _render(
    request: HttpRequest, frame: Frame, found: SecondReview, revision: ItemRevision, form: SecondReviewForm
) -> HttpResponse:
    viewing.record(
        actor=reviewer(request),
        target_kind=revision.item.KIND,
        target_id=revision.item.public_id,
        revision=revision.number,
        now=timezone.now(),
    )
    before = review_queue.find_before(revision)
    context = {
        **frame.context(request, title=_("Second review of “%(name)s”") % {"name": revision.name}),
        "second": found,
        "revision": revision,
        "creator": revision.item.owner,
        "short_hash": review.short_hash(revision),
        "hold_title": review.rule_title(revision.hold_code) if revision.hold_code else "",
        "live": before,
        "rows": review.compare(revision, before),
        "portraits": review.compare_portraits(revision, before),
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/characters/second_review.html", context, status=status)
