"""The product's URLs, and addresses that break in each way there is an error page for."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.csrf import csrf_failure

_ERRORS = {400: SuspiciousOperation, 403: PermissionDenied, 500: RuntimeError}


def fail(_request: HttpRequest, status: int) -> NoReturn:
    raise _ERRORS[status]("on purpose")


def refuse_form(request: HttpRequest) -> HttpResponse:
    return csrf_failure(request, reason="on purpose")


def refuse_haste(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


def end_stream(_request: HttpRequest, path: str) -> HttpResponse:
    """Say that nothing follows: the test server is synchronous and would wait for a stream's end."""
    return HttpResponse(status=204)


urlpatterns = [
    path("events/<path:path>", end_stream),
    path("break/csrf/", refuse_form),
    path("break/429/", refuse_haste),
    path("break/<int:status>/", fail),
    path("", include("storychat.urls")),
]
