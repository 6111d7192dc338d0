"""One revision before a reviewer, and what they do with it. Decisions go through services."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from characters import queries, review, review_policies, review_queue, services
from characters.models import Revision, State
from characters.review_forms import DecisionForm, EscalateForm, NoteForm
from characters.staff.conflict import show_conflict
from characters.staff.frame import Frame
from core.refusals import Refusal, RefusedError
from moderation import claims, notes, reviewer_settings, viewing
from moderation.staff.common import reviewer

LIST = "admin:characters_pendingrevision_changelist"
PAGE = "admin:characters_pendingrevision_change"
_DECISIONS_SHOWN = 10
_NOTES_SHOWN = 20
# Whether a decision leads to the next one; kept with the session.
_THEN_NEXT = "review_then_next"


def show(request: HttpRequest, frame: Frame, revision_id: str | int) -> HttpResponse:
    """Show a revision beside the live one."""
    revision = _find(reviewer(request), revision_id)
    if revision is None:
        messages.error(request, str(_withdrawn().message))
        return redirect(LIST)
    return _render(request, frame, revision)


@require_POST
def approve(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Make it what others read."""
    actor = reviewer(request)
    revision = _find(actor, revision_id)
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
        return show_conflict(request, frame, _find(actor, revision_id), error.refusal)
    name = {"name": revision.name}
    if is_new:
        messages.success(request, _("“%(name)s” is approved.") % name)
    else:
        messages.info(request, _("“%(name)s” was approved already.") % name)
    return _leave(request, revision)


@require_POST
def reject(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Turn it down with a reason, or ask for changes."""
    actor = reviewer(request)
    revision = _find(actor, revision_id)
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
        return show_conflict(request, frame, _find(actor, revision_id), error.refusal, form=form)
    name = {"name": revision.name}
    if is_new:
        messages.success(request, _("“%(name)s” is rejected; its creator is told why.") % name)
    else:
        messages.info(request, _("“%(name)s” was rejected already.") % name)
    return _leave(request, revision)


@require_POST
def escalate(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Hand it on to somebody with more say."""
    actor = reviewer(request)
    revision = _find(actor, revision_id)
    form = EscalateForm(request.POST)
    if revision is None:
        return show_conflict(request, frame, None, _withdrawn(), form=form)
    if not form.is_valid():
        return _render(request, frame, revision, escalate_form=form, status=422)
    try:
        services.escalate(actor=actor, revision=revision, note=form.cleaned_data["note"], now=timezone.now())
    except RefusedError as error:
        return show_conflict(request, frame, _find(actor, revision_id), error.refusal, form=form)
    messages.success(request, _("“%(name)s” is escalated.") % {"name": revision.name})
    return _leave(request, revision)


@require_POST
def claim(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Take it for a while, stay with it, or give it back."""
    del frame
    actor = reviewer(request)
    revision = get_object_or_404(queries.list_for_review(), pk=revision_id)
    entry = {"queue": review_queue.KEY, "item_id": review_queue.item_id(revision)}
    if "release" in request.POST:
        claims.release(actor=actor, **entry)
        messages.info(request, _("“%(name)s” is free for others.") % {"name": revision.name})
    else:
        try:
            claims.claim(actor=actor, now=timezone.now(), **entry)
        except claims.ClaimRefusedError as error:
            messages.error(request, f"{error.refusal.message} {error.refusal.fix}")
    return redirect(PAGE, revision.pk)


@require_POST
def add_note(request: HttpRequest, frame: Frame, revision_id: int) -> HttpResponse:
    """Leave a note for other staff."""
    actor = reviewer(request)
    revision = _find(actor, revision_id)
    form = NoteForm(request.POST)
    if revision is None:
        return show_conflict(request, frame, None, _withdrawn(), form=form)
    if not form.is_valid():
        return _render(request, frame, revision, note_form=form, status=422)
    about = {NoteForm.CHARACTER: _character_key(revision), NoteForm.CREATOR: _creator_key(revision)}
    target_kind, target_id = about[form.cleaned_data["about"]]
    notes.add_note(
        actor=actor,
        target_kind=target_kind,
        target_id=target_id,
        text=form.cleaned_data["text"],
        now=timezone.now(),
    )
    messages.success(request, _("Your note is kept with “%(name)s”.") % {"name": revision.name})
    return redirect(f"{reverse(PAGE, args=[revision.pk])}#notes")


@require_GET
def go_next(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Open what this reviewer should look at after the one they come from."""
    del frame
    actor = reviewer(request)
    key = request.GET.get("after", "")
    after = Revision.objects.filter(pk=key).first() if key.isdecimal() else None
    found = review_queue.find_next(
        actor,
        after=after,
        sees_escalated=review_policies.may_decide_escalated(actor),
        now=timezone.now(),
    )
    if found is None:
        messages.info(request, _("Nothing else waits for you."))
        return redirect(LIST)
    return redirect(PAGE, found)


def next_url(revision: Revision) -> str:
    """Return the address that leads to what comes after a revision."""
    return f"{reverse('admin:characters_pendingrevision_next')}?{urlencode({'after': revision.pk})}"


def _find(actor: User, revision_id: str | int) -> Revision | None:
    """Return what may be opened, or None for what its creator took back meanwhile. One query."""
    if not str(revision_id).isdecimal():
        raise Http404
    rows = review_queue.list_for_review(now=timezone.now(), with_withdrawn=True)
    revision = get_object_or_404(reviewer_settings.annotate(rows, reviewer=actor), pk=revision_id)
    return None if revision.state == State.WITHDRAWN else revision


def _withdrawn() -> Refusal:
    return Refusal("withdrawn", _("The creator withdrew this version meanwhile."))


def _leave(request: HttpRequest, revision: Revision) -> HttpResponse:
    if "asks_next" in request.POST:
        wants_next = "then_next" in request.POST
        if request.session.get(_THEN_NEXT, True) != wants_next:
            request.session[_THEN_NEXT] = wants_next
        if wants_next:
            return redirect(next_url(revision))
    return redirect(LIST)


def _character_key(revision: Revision) -> notes.TargetKey:
    return "character", revision.character.public_id


def _creator_key(revision: Revision) -> notes.TargetKey:
    return "user", revision.character.owner.public_id


def _render(
    request: HttpRequest,
    frame: Frame,
    revision: Revision,
    *,
    form: forms.Form | None = None,
    escalate_form: forms.Form | None = None,
    note_form: forms.Form | None = None,
    status: int = 200,
) -> TemplateResponse:
    actor = reviewer(request)
    viewing.record(
        actor=actor,
        target_kind="character",
        target_id=revision.character.public_id,
        revision=revision.number,
        now=timezone.now(),
    )
    context = {
        **frame.context(
            request,
            title=_("Review “%(name)s”") % {"name": revision.name},
            look=reviewer_settings.look_of(revision),
        ),
        **_present(revision, actor),
        "form": form or DecisionForm.for_hold(revision),
        "escalate_form": escalate_form or EscalateForm(),
        "note_form": note_form or NoteForm(),
        "then_next": request.session.get(_THEN_NEXT, True),
    }
    return TemplateResponse(request, "admin/characters/review.html", context, status=status)


def _present(revision: Revision, actor: User) -> dict[str, Any]:
    live = revision.character.live_revision
    if live is not None and live.pk == revision.pk:
        live = None
    waits = revision.state == State.PENDING or revision.is_held
    claim_view = review.present_claim(revision, actor)
    escalated = review_policies.escalated_refusal(actor, revision)
    found_notes = notes.list_notes(_character_key(revision), _creator_key(revision), count=_NOTES_SHOWN)
    decisions = list(queries.list_decisions(revision.character)[:_DECISIONS_SHOWN])
    return {
        "revision": revision,
        "state_label": revision.get_state_display(),
        "creator": revision.character.owner,
        "short_hash": review.short_hash(revision),
        "hold_title": review.rule_title(revision.hold_code) if revision.hold_code else "",
        "waits": waits,
        "may_decide": waits and not claim_view.is_foreign and escalated is None,
        "blocked_by": escalated,
        "claim": claim_view,
        "live": live,
        "rows": review.compare(revision, live),
        "portrait": review.present_portrait(revision.portrait),
        "live_portrait": review.present_portrait(live.portrait) if live is not None else None,
        "is_portrait_changed": live is not None and live.portrait_id != revision.portrait_id,
        "decisions": review.present_decisions(decisions),
        "notes": review.present_notes(list(found_notes)),
        "next_url": next_url(revision),
    }
