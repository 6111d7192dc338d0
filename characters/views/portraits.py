"""Drafting and uploading a portrait while the form is being filled in."""

import hashlib
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from characters import services
from characters.forms import FORM_ID, PortraitForm
from characters.models import Character
from characters.views import common, editing, editor_page
from characters.views.portrait_panel import PortraitPanel, has_saved_portrait
from core import ids
from core.pages import render_page
from core.refusals import RefusedError, Text
from imagegen import services as picture_services
from imagegen.models import Picture


@login_required
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Ask for a draft; without `ask` only look at the drafts again (a page without JavaScript)."""
    now = timezone.now()
    data = request.POST.copy()
    character = editing.CHARACTERS.find_sent(request)
    problem: Text = ""
    error: RefusedError | None = None
    if "refresh" not in data:
        form = PortraitForm(data)
        if form.is_valid():
            try:
                _choose(data, _request_draft(request, form, character, now=now))
            except RefusedError as refused:
                error, problem = refused, common.sentence(refused.refusal)
        else:
            problem = " ".join(str(text) for texts in form.errors.values() for text in texts)
    panel = editor_page.panel_of(data, request, now=now, problem=problem)
    return _respond(request, data, panel, error)


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a picture from the person's own device as a draft."""
    now = timezone.now()
    editing.CHARACTERS.find_sent(request)
    data, error = take_upload(request, now=now)
    if error is not None:
        problem: Text = common.sentence(error.refusal)
    else:
        problem = "" if request.FILES.get("upload") else _("Choose a picture first.")
    panel = editor_page.panel_of(data, request, now=now, upload_problem=problem)
    return _respond(request, data, panel, error)


def take_upload(request: HttpRequest, *, now: datetime) -> tuple[QueryDict, RefusedError | None]:
    """Store the file that came with the form, if any, and choose it as the portrait."""
    data = request.POST.copy()
    file = request.FILES.get("upload")
    if not isinstance(file, UploadedFile):
        return data, None
    form = PortraitForm(data)
    form.is_valid()
    form_key = form.cleaned_data.get("portrait_key") or ids.new_public_id()
    try:
        picture, _created = picture_services.store_upload(
            actor=common.actor_of(request),
            upload=file,
            creation_key=common.key_of(form_key, "upload", _digest(file)),
            now=now,
        )
    except RefusedError as refused:
        return data, refused
    _choose(data, picture)
    data["portrait_key"] = ids.new_public_id()
    return data, None


def _digest(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _request_draft(
    request: HttpRequest, form: PortraitForm, character: Character | None, *, now: datetime
) -> Picture:
    """Text-to-image while no portrait is saved, image-to-image from then on (R1)."""
    form_key = form.cleaned_data["portrait_key"]
    if character is not None and has_saved_portrait(common.actor_of(request), character):
        wish = form.cleaned_data["change"]
        picture, _created = services.request_photo(
            actor=common.actor_of(request),
            character=character,
            wish=wish,
            creation_key=common.key_of(form_key, "change", character.slug, wish),
            purpose=Picture.Purpose.PORTRAIT,
            now=now,
        )
    else:
        appearance = form.cleaned_data["appearance"]
        picture, _created = services.request_portrait(
            actor=common.actor_of(request),
            appearance=appearance,
            creation_key=common.key_of(form_key, "appearance", appearance),
            now=now,
            character=character,
        )
    return picture


def _choose(data: QueryDict, picture: Picture) -> None:
    # Whoever had chosen a portrait before sees it again in the strip.
    known = [*data.getlist("drafts"), data.get("portrait", ""), picture.public_id]
    data.setlist("drafts", list(dict.fromkeys(key for key in known if key)))
    data["portrait"] = picture.public_id


def _respond(
    request: HttpRequest,
    data: QueryDict,
    panel: PortraitPanel,
    error: RefusedError | None,
) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        context = {"panel": panel, "form_id": FORM_ID}
        return common.limit_response(render_page(request, "characters/_portrait.html", context), error)
    return editor_page.render_typed(request, data, panel=panel, error=error)
