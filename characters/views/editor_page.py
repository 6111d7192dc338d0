"""The creation and editing page, drawn from what is stored or from what was typed."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from characters import persona, policies
from characters.forms import CharacterForm
from characters.models import Character
from characters.views import common, editing
from characters.views.portrait_panel import PortraitPanel, build_panel
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


def compose_persona(values: dict[str, Any]) -> persona.Persona:
    """Return what the models would read of a character as it was typed."""
    return persona.compose(**{name: persona.clean_typed(values.get(name)) for name in _PERSONA_FIELDS})


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
    return render(
        request, form=form, character=editing.CHARACTERS.find_sent(request), panel=panel, error=error
    )


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
    has_saved_portrait = character is not None and policies.has_portrait(character)
    context = editing.build_context(
        request,
        form=form,
        item=character,
        preview_fields=_PERSONA_FIELDS,
        error=error,
        refusal=refusal,
    ) | {
        "panel": panel,
        "upload_bytes": uploads.MAX_BYTES,
        "upload_too_big": common.sentence(uploads.TOO_BIG),
        "typed_change": request.POST.get("change", ""),
        "has_saved_portrait": has_saved_portrait,
        "hint": hints.present_hint(hints.PHOTO_KINDS if has_saved_portrait else hints.PORTRAIT_KINDS),
        "persona": compose_persona(values),
    }
    return editing.respond(request, "characters/editor.html", context, error=error)
