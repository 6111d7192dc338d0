"""Responders that do as they are told, and a language model server that does not."""

import json
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asgiref.sync import sync_to_async

from chat.prompts import Prompt
from chat.responders.base import ResponderError

Step = str | Exception | Callable[[], Any]


class Scripted:
    """Says its strings, raises its exceptions, and calls its functions in between."""

    label = "scripted"

    def __init__(self, *steps: Step) -> None:
        self.steps = steps
        self.prompts: list[Prompt] = []
        self.is_closed = False

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        self.prompts.append(prompt)
        try:
            for step in self.steps:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, str):
                    yield step
                else:
                    await sync_to_async(step)()
        finally:
            self.is_closed = True


def failing(code: str) -> Scripted:
    return Scripted(ResponderError(code))


def event(text: str, *, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


class FakeServer(ThreadingHTTPServer):
    """A chat-completions server. `plan` gets the handler after the request was read."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, plan: Callable[["FakeHandler", dict[str, Any]], None]) -> None:
        super().__init__(("127.0.0.1", 0), FakeHandler)
        self.plan = plan
        self.requests: list[tuple[dict[str, Any], dict[str, str]]] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what some tests are about."""


class FakeHandler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.0: the end of the answer is the end of the connection."""

    server: FakeServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((body, {key.lower(): value for key, value in self.headers.items()}))
        self.server.plan(self, body)

    def begin(self, status: int = 200, content_type: str = "text/event-stream") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.end_headers()

    def say(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def log_message(self, *_arguments: Any) -> None:
        """Tests read results, not logs."""


@contextmanager
def serving(plan: Callable[[FakeHandler, dict[str, Any]], None]) -> Iterator[FakeServer]:
    """Run a fake server meanwhile."""
    with FakeServer(plan) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
