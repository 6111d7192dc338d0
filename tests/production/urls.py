"""The product's URLs, and pages that tell how a request reached us."""

import asyncio
import os
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

CHUNK_COUNT = 4
PAUSE_SECONDS = 0.4


def arrival(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {
            "is_secure": request.is_secure(),
            "host": request.get_host(),
            "forwarded_for": request.headers.get("X-Forwarded-For"),
            "forwarded": request.headers.get("Forwarded"),
            "upgrade": request.headers.get("Upgrade"),
            "server": request.META.get("SERVER_SOFTWARE", "uvicorn"),
            "pid": os.getpid(),
        }
    )


@csrf_exempt
def swallow(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.read())))


async def ticks(_request: HttpRequest) -> StreamingHttpResponse:
    async def lines() -> AsyncIterator[str]:
        for number in range(CHUNK_COUNT):
            yield f"id: {number}\ndata: tick\n\n"
            await asyncio.sleep(PAUSE_SECONDS)

    return StreamingHttpResponse(lines(), content_type="text/event-stream")


urlpatterns = [
    path("test/arrival/", arrival),
    path("test/swallow/", swallow),
    path("events/test/arrival/", arrival),
    path("events/test/ticks/", ticks),
    path("", include("storychat.urls")),
]
