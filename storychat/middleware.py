"""The request's line in the log, and the id that ties it to its tasks."""

from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import get_contextvars

# What follows these is a secret that signs somebody in.
_SECRET_PATHS = ("/accounts/password/reset/key/", "/accounts/confirm-email/", "/accounts/login/code/")


class RequestLog(RequestMiddleware):
    """Binds a request id to every log line and names it in the `X-Request-ID` response header."""

    def prepare(self, request: HttpRequest) -> None:
        request.has_own_log_line = True  # type: ignore[attr-defined]
        super().prepare(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        if request_id := get_contextvars().get("request_id"):
            response["X-Request-ID"] = request_id
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return the method and path; what people searched for and their tokens stay out of the log."""
        for prefix in _SECRET_PATHS:
            if request.path.startswith(prefix):
                return f"{request.method} {prefix}…"
        return f"{request.method} {request.path}"
