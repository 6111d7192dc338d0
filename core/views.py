"""Files behind access checks, and the component gallery."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
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
    try:
        media.announce(kind, viewer=request.user, public_id=public_id, now=timezone.now())
    except media.UnavailableError:
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    response: HttpResponseBase
    if getattr(default_storage, "querystring_auth", False):
        response = redirect(_signed_url(found))
    else:
        try:
            handle = default_storage.open(found.name)
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(
            handle,
            content_type=found.content_type,
            filename=found.download_name,
            as_attachment=found.is_download,
        )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _signed_url(found: media.MediaFile) -> str:
    if not found.is_download:
        return default_storage.url(found.name)
    disposition = content_disposition_header(as_attachment=True, filename=found.download_name)
    # Only object storage has addresses of its own, and only it takes parameters.
    url: str = default_storage.url(  # type: ignore[call-arg]
        found.name, parameters={"ResponseContentDisposition": disposition}
    )
    return url


@require_GET
def gallery(request: HttpRequest) -> TemplateResponse:
    """Every component in each of its states; only while developing."""
    if not settings.DEBUG:
        raise Http404
    return render_page(request, "core/gallery.html", gallery_context())
