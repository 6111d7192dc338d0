"""Pages for load balancers, orchestrators and Prometheus.

They stand in front of everything else: a probe knows neither our host names nor https, and the process must
answer while the database does not.
"""

import hmac
import logging
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from asgiref.sync import iscoroutinefunction, sync_to_async
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, generate_latest

from imagegen.metrics import QueueCollector

logger = logging.getLogger(__name__)

_BROKER_TIMEOUT_SECONDS = 2
_LOOPBACK = frozenset({"127.0.0.1", "::1"})

Page = Callable[[HttpRequest], HttpResponse]
Middleware = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def health_pages(get_response: Middleware) -> Middleware:
    """Answer the health pages, pass everything else on."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            page = _PAGES.get(request.path_info)
            return await (sync_to_async(page)(request) if page else get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        page = _PAGES.get(request.path_info)
        return page(request) if page else get_response(request)  # type: ignore[return-value]

    return answer


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process is alive; looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether requests can be served, as JSON: 200, or 503 with the names of what fails."""
    results = {name: _is_fine(name, check) for name, check in _CHECKS.items()}
    failing = [name for name, is_fine in results.items() if not is_fine]
    return JsonResponse(
        {
            "status": "failing" if failing else "ready",
            "failing": failing,
            "checks": {name: "ok" if is_fine else "failed" for name, is_fine in results.items()},
        },
        status=503 if failing else 200,
        headers={"Cache-Control": "no-store"},
    )


def metrics(request: HttpRequest) -> HttpResponse:
    """Export Prometheus metrics to this machine, or to whoever holds METRICS_TOKEN; 404 for the rest.

    Of this process, or of all that share PROMETHEUS_MULTIPROC_DIR; and of the queue in the database.
    """
    if not _may_read_metrics(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    response: HttpResponse = ExportToDjangoView(request)
    queue = CollectorRegistry(auto_describe=False)
    queue.register(QueueCollector(clock=timezone.now))  # noqa: TID251 - the edge reads the clock
    response.content += generate_latest(queue)
    return response


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # A proxy on this machine also comes from loopback, but says for whom it asks.
    is_forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not is_forwarded


def _is_fine(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # whatever a driver raises is the answer, and its text is not public
        logger.warning("health.check.failed: %s", name, exc_info=True)
        return False
    return True


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _check_migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are missing")


def _check_cache() -> None:
    cache.set("health", "ok", timeout=10)
    if cache.get("health") != "ok":
        raise RuntimeError("the cache forgets")


def _check_broker() -> None:
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    if folder is not None:
        with tempfile.NamedTemporaryFile(dir=Path(folder), prefix="health-", suffix=".tmp"):
            return
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=_BROKER_TIMEOUT_SECONDS)


_PAGES: dict[str, Page] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
_CHECKS: dict[str, Callable[[], None]] = {
    "database": _check_database,
    "migrations": _check_migrations,
    "cache": _check_cache,
    "broker": _check_broker,
}
