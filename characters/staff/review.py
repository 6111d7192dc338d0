"""One revision before a reviewer, and what they do with it. Decisions go through services."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Restriction, User
from accounts.policies import restriction_refusal
from characters import queries, review, review_policies, review_queue, services
from characters.models import ItemRevision, State
from characters.review_forms import DecisionForm, EscalateForm
from characters.staff.conflict import show_conflict
from characters.staff.frame import Frame
from core import viewing
from core.refusals import Refusal, RefusedError
from moderation import claims, notes, review_presenters, reviewer_settings
from moderation.note_forms import NoteForm
from moderation.services.repeats import count_strikes
from moderation.staff.common import reviewer
from moderation.staff.workflow import has_typed, keep_typed, leads_on, open_next, wants_next

_DECISIONS_SHOWN = 10
_NOTES_SHOWN = 20


def show(request: HttpRequest, frame: Frame, revision_id: str | int) -> HttpResponse:
    """Show a revision beside the live one."""
    revision = _find(frame, reviewer(request), revision_id)
    if revision is None:
        messages.error(request, str(_withdrawn().message))
        return redirect(frame.page("changelist"))
    return _render(request, frame, revision)


@require_POST
def approve(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Make it what others read."""
    actor = reviewer(request)
    revision = _find(frame, actor, revision_id)
    if revision is None:
        return show_conflict(request, frame, None, _withdrawn())
    try:
        _approved, is_new = services.approve(
            actor=actor,
            revision=revision,
            expected_hash=request.POST.get("expected_hash", ""),
            expected_version=request.POST.get("expected_version", ""),
            now=timezone.now(),
        )
    except RefusedError as error:
        return show_conflict(request, frame, _find(frame, actor, revision_id), error.refusal)
    name = {"name": revision.name}
    if is_new:
        messages.success(request, _("“%(name)s” is approved.") % name)
    else:
        messages.info(request, _("“%(name)s” was approved already.") % name)
    return _leave(request, frame, revision)


@require_POST
def reject(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Turn it down with a reason, or ask for changes."""
    actor = reviewer(request)
    revision = _find(frame, actor, revision_id)
    asks_for_changes = "request_changes" in request.POST
    form = DecisionForm.for_changes(request.POST) if asks_for_changes else DecisionForm(request.POST)
    if revision is None:
        return show_conflict(request, frame, None, _withdrawn(), form=form)
    if not form.is_valid():
        return _render(request, frame, revision, form=form, status=422)
    try:
        _rejected, is_new = services.reject(
            actor=actor,
            revision=revision,
            expected_version=request.POST.get("expected_version", ""),
            now=timezone.now(),
            **form.cleaned_data,
        )
    except RefusedError as error:
        return show_conflict(request, frame, _find(frame, actor, revision_id), error.refusal, form=form)
    name = {"name": revision.name}
    if is_new:
        where = {"item_url": reverse(frame.queue.item_page("change"), args=[revision.item_id])}
        messages.success(request, render_to_string("admin/characters/_rejected.html", name | where))
    else:
        messages.info(request, _("“%(name)s” was rejected already.") % name)
    return _leave(request, frame, revision)


@require_POST
def escalate(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Hand it on to somebody with more say."""
    actor = reviewer(request)
    revision = _find(frame, actor, revision_id)
    form = EscalateForm(request.POST)
    if revision is None:
        return show_conflict(request, frame, None, _withdrawn(), form=form)
    if not form.is_valid():
        return _render(request, frame, revision, escalate_form=form, status=422)
    try:
        services.escalate(actor=actor, revision=revision, note=form.cleaned_data["note"], now=timezone.now())
    except RefusedError as error:
        return show_conflict(request, frame, _find(frame, actor, revision_id), error.refusal, form=form)
    messages.success(request, _("“%(name)s” is escalated.") % {"name": revision.name})
    return _leave(request, frame, revision)


@require_POST
def claim(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Take it for a while, stay with it, or give it back."""
    actor = reviewer(request)
    revision = get_object_or_404(queries.list_for_review(actor, frame.queue.model), pk=revision_id)
    entry = review_queue.entry_of(revision)
    if "release" in request.POST:
        claims.release(actor=actor, **entry)
        messages.info(request, _("“%(name)s” is free for others.") % {"name": revision.name})
    else:
        try:
            claims.claim(actor=actor, now=timezone.now(), **entry)
        except claims.ClaimRefusedError as error:
            messages.error(request, f"{error.refusal.message} {error.refusal.fix}")
    if has_typed(request.POST, DecisionForm, EscalateForm, NoteForm):
        return show(request, frame, revision_id)
    return redirect(frame.page("change"), revision.pk)


@require_POST
def add_note(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Leave a note for other staff."""
    actor = reviewer(request)
    revision = _find(frame, actor, revision_id)
    form = NoteForm(request.POST)
    if revision is None:
        return show_conflict(request, frame, None, _withdrawn(), form=form)
    if not form.is_valid():
        return _render(request, frame, revision, note_form=form, status=422)
    about = {NoteForm.ITEM: _item_key(revision), NoteForm.PERSON: _creator_key(revision)}
    target_kind, target_id = about[form.cleaned_data["about"]]
    notes.add_note(
        actor=actor,
        target_kind=target_kind,
        target_id=target_id,
        text=form.cleaned_data["text"],
        now=timezone.now(),
    )
    messages.success(request, _("Your note is kept with “%(name)s”.") % {"name": revision.name})
    if has_typed(request.POST, DecisionForm, EscalateForm):
        return _render(request, frame, revision, note_form=NoteForm())
    return redirect(f"{reverse(frame.page('change'), args=[revision.pk])}#notes")


@require_http_methods(["GET", "POST"])
def go_next(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Open what this reviewer should look at after the one they come from; a POST takes it, too."""
    key = request.GET.get("after", "")
    after = frame.queue.revisions.filter(pk=key).first() if key.isdecimal() else None
    return _open_next(request, frame, after, takes=request.method == "POST")


def next_url(frame: Frame, revision: ItemRevision) -> str:
    """Return the address that leads to what comes after a revision."""
    return f"{reverse(frame.page('next'))}?{urlencode({'after': revision.pk})}"


def _open_next(
    request: HttpRequest, frame: Frame, after: ItemRevision | None, *, takes: bool
) -> HttpResponse:
    actor, now = reviewer(request), timezone.now()
    sees_escalated = review_policies.may_decide_escalated(actor)

    def take(found: int) -> None:
        claims.claim(actor=actor, queue=frame.queue.key, item_id=str(found), now=now)

    return open_next(
        request,
        find=lambda: frame.queue.find_next(actor, after=after, sees_escalated=sees_escalated, now=now),
        take=take if takes else None,
        page=frame.page("change"),
        changelist=frame.page("changelist"),
    )


def _find(frame: Frame, actor: User, revision_id: str | int) -> Any:
    """Return what may be opened, or None for what its creator took back meanwhile; 404 for one's own.

    One query, and one for each cast.
    """
    if not str(revision_id).isdecimal():
        raise Http404
    rows = frame.queue.list_for_review(actor, now=timezone.now(), with_withdrawn=True)
    revision = get_object_or_404(reviewer_settings.annotate(rows, reviewer=actor), pk=revision_id)
    return None if revision.state == State.WITHDRAWN else revision


def _withdrawn() -> Refusal:
    return Refusal("withdrawn", _("The creator withdrew this version meanwhile."))


def _leave(request: HttpRequest, frame: Frame, revision: ItemRevision) -> HttpResponse:
    if wants_next(request):
        return _open_next(request, frame, revision, takes=True)
    return redirect(frame.page("changelist"))


def _item_key(revision: ItemRevision) -> notes.TargetKey:
    return revision.item.KIND, revision.item.public_id


def _creator_key(revision: ItemRevision) -> notes.TargetKey:
    return "user", revision.item.owner.public_id


def _render(
    request: HttpRequest,
    frame: Frame,
    revision: ItemRevision,
    *,
    form: forms.Form | None = None,
    escalate_form: forms.Form | None = None,
    note_form: forms.Form | None = None,
    status: int = 200,
) -> TemplateResponse:
    actor = reviewer(request)
    viewing.record(
        actor=actor,
        target_kind=revision.item.KIND,
        target_id=revision.item.public_id,
        revision=revision.number,
        now=timezone.now(),
    )
    context = {
        **frame.context(
            request,
            title=_("Review “%(name)s”") % {"name": revision.name},
            look=reviewer_settings.look_of(revision),
        ),
        **_present(frame, revision, actor, has_words=has_typed(request.POST, DecisionForm)),
        "form": form
        or keep_typed(DecisionForm, request.POST, initial=DecisionForm.for_hold(revision).initial),
        "escalate_form": escalate_form or keep_typed(EscalateForm, request.POST),
        "note_form": note_form or keep_typed(NoteForm, request.POST),
        "then_next": leads_on(request),
    }
    return TemplateResponse(request, "admin/characters/review.html", context, status=status)


def _present(frame: Frame, revision: ItemRevision, actor: User, *, has_words: bool) -> dict[str, Any]:
    now = timezone.now()
    live = revision.item.live_revision
    if live is not None and live.pk == revision.pk:
        live = None
    waits = revision.state == State.PENDING or revision.is_held
    claim_view = review_presenters.present_claim(revision, actor)
    escalated = review_policies.escalated_refusal(actor, revision)
    found_notes = notes.list_notes(_item_key(revision), _creator_key(revision), count=_NOTES_SHOWN)
    decisions = list(queries.list_decisions_shown_to(actor, revision.item)[:_DECISIONS_SHOWN])
    return {
        "revision": revision,
        "state_label": revision.get_state_display(),
        "creator": revision.item.owner,
        "strikes": count_strikes(revision.item.owner, now=now),
        "may_not_publish": restriction_refusal(revision.item.owner, Restriction.Scope.PUBLISHING, now=now),
        "short_hash": review.short_hash(revision),
        "hold_title": review.rule_title(revision.hold_code) if revision.hold_code else "",
        "waits": waits,
        # Words that are typed already stay in sight when somebody else was faster with the claim.
        "may_decide": waits and escalated is None and (has_words or not claim_view.is_foreign),
        "blocked_by": escalated,
        "claim": claim_view,
        "live": live,
        "rows": review.compare(revision, live),
        "portraits": review.compare_portraits(revision, live),
        "decisions": review_presenters.present_decisions(decisions),
        "notes": review_presenters.present_notes(list(found_notes)),
        "next_url": next_url(frame, revision),
    }
