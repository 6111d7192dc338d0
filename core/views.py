"""Files behind access checks, and the component gallery."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from core import media
from core.gallery import gallery_context
from core.pages import render_page


@require_GET
def media_file(request: HttpRequest, kind: str, public_id: str) -> HttpResponseBase:
    """Serve a private file to someone who may read it; 404 for everybody else.

    Object storage gets a short-lived signed URL instead, so that bytes do not pass through us.
    """
    found = media.find(kind, viewer=request.user, public_id=public_id)
    if found is None:
        raise Http404
    response: HttpResponseBase
    if getattr(default_storage, "querystring_auth", False):
        response = redirect(default_storage.url(found.name))
    else:
        try:
            handle = default_storage.open(found.name)
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(handle, content_type=found.content_type, filename=found.download_name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_GET
def gallery(request: HttpRequest) -> TemplateResponse:
    """Every component in each of its states; only while developing."""
    if not settings.DEBUG:
        raise Http404
    return render_page(request, "core/gallery.html", gallery_context())
