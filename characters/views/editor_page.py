"""The creation and editing page, drawn from what is stored or from what was typed."""

import re
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from characters import persona, policies
from characters.forms import DIALOGUE_LENGTH, FORM_ID, CharacterForm
from characters.models import Character
from characters.views import common
from characters.views.portrait_panel import PortraitPanel, build_panel
from core.converters import UnicodeSlugConverter
from core.pages import render_page
from core.refusals import Refusal, RefusedError
from imagegen import hints, uploads

_PERSONA_FIELDS = (
    "name",
    "short_bio",
    "bio",
    "description",
    "scenario",
    "example_dialogue",
    "first_message",
    "appearance",
)


def find_character(request: HttpRequest) -> Character | None:
    """Return the character whose page sent the form; a new one has none yet."""
    slug = request.POST.get("character", "")
    if not slug:
        return None
    if not re.fullmatch(UnicodeSlugConverter.regex, slug):
        raise Http404
    return common.get_own_or_404(request, slug)


def compose_persona(values: dict[str, Any]) -> persona.Persona:
    """Return what the models would read; too much text is cut, judging it is the form's work."""
    return persona.compose(
        **{
            name: str(values.get(name) or "")[:DIALOGUE_LENGTH].replace("\0", "").replace("\r\n", "\n")
            for name in _PERSONA_FIELDS
        }
    )


def panel_of(data: QueryDict, request: HttpRequest, *, now: datetime, **changes: Any) -> PortraitPanel:
    """Return the portrait panel as the sent form knows it."""
    return build_panel(
        common.actor_of(request),
        draft_ids=data.getlist("drafts"),
        chosen_id=data.get("portrait", ""),
        now=now,
        **changes,
    )


def render_typed(
    request: HttpRequest, data: QueryDict, *, panel: PortraitPanel, error: RefusedError | None = None
) -> HttpResponse:
    """Draw the page again with everything that was typed, for browsers without JavaScript."""
    form = CharacterForm.typed(data, owner=common.actor_of(request), today=timezone.localdate())
    return render(request, form=form, character=find_character(request), panel=panel, error=error)


def render(
    request: HttpRequest,
    *,
    form: CharacterForm,
    character: Character | None,
    panel: PortraitPanel,
    error: RefusedError | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """Draw the page; `error` is a refusal of what the form asked for, `refusal` one of the page as such."""
    values = {name: form[name].value() for name in _PERSONA_FIELDS}
    code = error.refusal.code if error is not None else ""
    has_saved_portrait = character is not None and policies.has_portrait(character)
    context = {
        "form": form,
        "form_id": FORM_ID,
        "character": character,
        "title_name": character.working_revision.name if character is not None else "",
        "is_live": character is not None and character.live_revision_id is not None,
        "save_url": (
            reverse("character-edit", kwargs={"slug": character.slug})
            if character is not None
            else reverse("character-new")
        ),
        "cancel_url": (
            reverse("character", kwargs={"slug": character.slug})
            if character is not None
            else reverse("library")
        ),
        "panel": panel,
        "upload_bytes": uploads.MAX_BYTES,
        "upload_too_big": common.sentence(uploads.TOO_BIG),
        "opened_on": _opened_on(request, character, code),
        "has_other_version": code == policies.EDITED_MEANWHILE,
        "must_withdraw": code == policies.WITHDRAW_FIRST,
        "typed_change": request.POST.get("change", ""),
        "section": "library" if character is not None else "create",
        "has_saved_portrait": has_saved_portrait,
        "hint": hints.present_hint(hints.PHOTO_KINDS if has_saved_portrait else hints.PORTRAIT_KINDS),
        "persona": compose_persona(values),
        "refusal": error.refusal if error is not None else refusal,
        "review_note": _review_note(character),
    }
    status = 409 if code in {policies.EDITED_MEANWHILE, policies.WITHDRAW_FIRST} else 200
    return common.limit_response(
        render_page(request, "characters/editor.html", context, status=status), error
    )


def _opened_on(request: HttpRequest, character: Character | None, code: str) -> str:
    """Return the version that the form replaces: a newer one only once its creator was told of it."""
    if character is None:
        return ""
    if code != policies.EDITED_MEANWHILE and (sent := request.POST.get("opened_on")):
        return sent
    return character.working_revision.version


def _review_note(character: Character | None) -> dict[str, str] | None:
    """Return why the last version was not accepted, beside the form that mends it."""
    if character is None:
        return None
    for revision in (character.open_revision, character.delisted_revision):
        if revision is not None and revision.reason_code:
            return {"explanation": revision.explanation, "fix": revision.fix}
    return None
