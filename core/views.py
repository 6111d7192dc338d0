"""Files behind access checks, and the component gallery."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from core import media, serving
from core.gallery import gallery_context
from core.pages import render_page


@require_GET
def media_file(request: HttpRequest, kind: str, public_id: str) -> HttpResponseBase:
    """Serve a private file to someone who may read it; 404 for everybody else."""
    found = media.find(kind, viewer=request.user, public_id=public_id)
    if found is None:
        raise Http404
    try:
        media.announce(kind, viewer=request.user, public_id=public_id, now=timezone.now())
    except media.UnavailableError:
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    return serving.serve(found)


@require_GET
def gallery(request: HttpRequest) -> TemplateResponse:
    """Every component in each of its states; only while developing."""
    if not settings.DEBUG:
        raise Http404
    return render_page(request, "core/gallery.html", gallery_context())
