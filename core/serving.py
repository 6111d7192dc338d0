"""How private files leave us, once somebody was found to be allowed to have one."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from core.media import MediaFile


def serve(found: MediaFile) -> HttpResponseBase:
    """Return the file, sandboxed and kept by no cache. Raises Http404 where nothing is stored any more.

    Object storage gets a short-lived signed URL instead, so that bytes do not pass through us.
    """
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


def _signed_url(found: MediaFile) -> str:
    if not found.is_download:
        return default_storage.url(found.name)
    disposition = content_disposition_header(as_attachment=True, filename=found.download_name)
    # Only object storage has addresses of its own, and only it takes parameters.
    url: str = default_storage.url(  # type: ignore[call-arg]
        found.name, parameters={"ResponseContentDisposition": disposition}
    )
    return url
