"""Making a character and changing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from characters import policies
from characters.forms import CharacterForm
from characters.models import Character
from characters.views import common, editing, editor_page, portraits
from characters.views.portrait_panel import build_panel
from core.pages import render_page
from core.refusals import RefusedError

GET_POST = require_http_methods(["GET", "POST"])


@login_required
@GET_POST
def new(request: HttpRequest) -> HttpResponse:
    """Show the empty form, or make the character that was sent."""
    if request.method == "POST":
        return _save(request, None)
    form = CharacterForm(owner=common.actor_of(request), today=timezone.localdate())
    now = timezone.now()
    return editor_page.render(
        request,
        form=form,
        character=None,
        panel=build_panel(common.actor_of(request), draft_ids=(), chosen_id="", now=now),
        refusal=policies.creation_refusal(common.actor_of(request), now=now),
    )


@login_required
@GET_POST
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the working version, or save a change of it."""
    character = common.get_own_or_404(request, slug)
    if request.method == "POST":
        return _save(request, character)
    now = timezone.now()
    if refusal := policies.edit_refusal(common.actor_of(request), character):
        return editing.respond_frozen(request, character, refusal)
    form = CharacterForm.of_revision(
        character.working_revision,
        visibility=character.visibility,
        owner=common.actor_of(request),
        today=timezone.localdate(),
    )
    panel = build_panel(common.actor_of(request), draft_ids=(), chosen_id=form["portrait"].value(), now=now)
    return editor_page.render(request, form=form, character=character, panel=panel)


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what the models read of the text as it stands; nothing is stored."""
    if request.headers.get("HX-Request") == "true":
        persona = editor_page.compose_persona(request.POST.dict())
        return render_page(request, "characters/_persona.html", {"persona": persona})
    panel = editor_page.panel_of(request.POST, request, now=timezone.now())
    return editor_page.render_typed(request, request.POST, panel=panel)


def _save(request: HttpRequest, character: Character | None) -> HttpResponse:
    """Create or update. Whatever goes wrong, everything typed and every draft stays on the page."""
    now = timezone.now()
    data, upload_error = portraits.take_upload(request, now=now)
    form = CharacterForm(data, owner=common.actor_of(request), today=timezone.localdate())
    error: RefusedError | None = upload_error
    if form.is_valid() and upload_error is None:
        try:
            saved = editing.CHARACTERS.store(request, form, character)
        except RefusedError as refused:
            error = refused
            character = editing.CHARACTERS.find_stored(request, form, character)
        else:
            editing.tell_saved(request, form, saved)
            if form.lost_portrait:
                messages.warning(request, _("The portrait you chose could not be made. Draft another one."))
            return redirect("character", slug=saved.slug)
    panel = editor_page.panel_of(
        data,
        request,
        now=now,
        portrait_key=data.get("portrait_key", "") if form.errors else "",
        problem=" ".join(str(text) for text in form.errors.get("portrait", [])),
        upload_problem=common.sentence(upload_error.refusal) if upload_error else "",
    )
    return editor_page.render(request, form=form, character=character, panel=panel, error=error)
