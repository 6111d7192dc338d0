"""What the pages of a case and of an appeal show around what is decided: content, notes, who works on it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import viewing
from moderation import notes, review_presenters, reviewer_settings, snapshots
from moderation.note_forms import NoteForm
from moderation.snapshots import Snapshot
from moderation.staff.common import attempt
from moderation.staff.workflow import keep_typed, leads_on

_NOTES_SHOWN = 20


def show_content(
    actor: User, *, target_kind: str, target_id: str, content_hash: str, now: Any
) -> Snapshot | None:
    """Return what is decided about as it was, once the look is written down. Raises NotLoggedError."""
    shown = snapshots.find(target_kind, public_id=target_id, content_hash=content_hash)
    number = {"revision": shown.number} if shown is not None and shown.number is not None else {}
    viewing.record(actor=actor, target_kind=target_kind, target_id=target_id, now=now, **number)
    return shown


def present_desk(
    request: HttpRequest,
    actor: User,
    *,
    row: Any,
    about: notes.TargetKey,
    person: User | None,
    note_form: NoteForm | None,
) -> dict[str, Any]:
    """Return what both pages need around their own.

    row: annotated by moderation.claims. about: what notes about the content are kept with. note_form: one
    that was sent; without it the typed words stand in a new one.
    """
    keys = [about, *([("user", person.public_id)] if person is not None else [])]
    found = notes.list_notes(*keys, count=_NOTES_SHOWN)
    return {
        "look": reviewer_settings.get_look(actor),
        "claim": review_presenters.present_claim(row, actor),
        "notes": review_presenters.present_notes(found),
        "note_form": note_form or keep_typed(NoteForm, request.POST),
        "then_next": leads_on(request),
        "person": person,
    }


def keep_note(
    request: HttpRequest, actor: User, form: NoteForm, *, about: notes.TargetKey, person: User | None
) -> None:
    """Keep the note of a valid form, and say so; one about an account that is gone stays with the content."""
    target_kind, target_id = about
    if person is not None and form.cleaned_data["about"] == NoteForm.PERSON:
        target_kind, target_id = "user", person.public_id
    attempt(
        request,
        lambda: notes.add_note(
            actor=actor,
            target_kind=target_kind,
            target_id=target_id,
            text=form.cleaned_data["text"],
            now=timezone.now(),
        ),
        done=_("Your note is kept."),
    )
