"""Debian's nginx with our configuration, in front of real gunicorn and uvicorn processes."""

import http.client
import json
import re
import socket
import time
from contextlib import closing
from itertools import pairwise

import pytest

from tests.processes import wait_until
from tests.production.conftest import Stack
from tests.production.urls import CHUNK_COUNT, PAUSE_SECONDS

pytestmark = [pytest.mark.nginx, pytest.mark.processes]


def test_pages_come_from_gunicorn_and_streams_from_uvicorn(stack: Stack) -> None:
    page = json.loads(stack.ask("GET", "/test/arrival/").body)
    stream = json.loads(stack.ask("GET", "/events/test/arrival/").body)
    assert page["server"].startswith("gunicorn")
    assert not stream["server"].startswith("gunicorn")
    assert page["pid"] != stream["pid"]


def test_a_page_arrives_whole_with_its_headers(stack: Stack) -> None:
    answer = stack.ask("GET", "/")
    assert answer.status == 200
    assert b"</html>" in answer.body
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert answer.headers["Server"] == "nginx"


def test_every_static_file_of_a_page_is_served_and_kept(stack: Stack) -> None:
    paths = set(re.findall(rb'(?:href|src)="(/static/[^"#]+)', stack.ask("GET", "/").body))
    assert paths
    for path in paths:
        answer = stack.ask("GET", path.decode())
        assert answer.status == 200, path
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_without_a_hash_in_its_name_is_asked_for_again(stack: Stack) -> None:
    answer = stack.ask("GET", "/static/js/app.js")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
    again = stack.ask("GET", "/static/js/app.js", If_None_Match=answer.headers["ETag"])
    assert again.status == 304


def test_nginx_writes_no_paths_and_no_queries(stack: Stack) -> None:
    """The main configuration of these tests wants an access log, as the one in the official image does."""
    stack.ask("GET", "/accounts/password/reset/key/1-secret/?q=searched")
    log = stack.folder / "access.log"
    assert log.read_text() == ""


def test_server_sent_events_arrive_one_by_one(stack: Stack) -> None:
    """A proxy that buffered would deliver all of them at once, after the last."""
    arrivals = []
    with closing(http.client.HTTPConnection("127.0.0.1", stack.nginx)) as connection:
        connection.request(
            "GET", "/events/test/ticks/", headers={"Host": "storychat.example", "X-Forwarded-Proto": "https"}
        )
        response = connection.getresponse()
        assert response.headers["Content-Type"] == "text/event-stream"
        while line := response.readline():
            if line == b"data: tick\n":
                arrivals.append(time.monotonic())
    assert len(arrivals) == CHUNK_COUNT
    gaps = [later - earlier for earlier, later in pairwise(arrivals)]
    assert min(gaps) > PAUSE_SECONDS / 4


def test_metrics_stay_inside(stack: Stack) -> None:
    assert stack.ask("GET", "/metrics").status == 404
    inside = stack.ask("GET", "/metrics", port=stack.web)
    assert b"django_http_requests_total_by_method_total" in inside.body


def test_health_pages_answer_through_nginx_and_directly(stack: Stack) -> None:
    assert stack.ask("GET", "/healthz").body == b"ok\n"
    ready = stack.ask("GET", "/readyz")
    assert (ready.status, json.loads(ready.body)["failing"]) == (200, [])
    for port in (stack.web, stack.streams):
        assert stack.ask("GET", "/healthz", port=port, Host="10.0.0.7", X_Forwarded_Proto="").status == 200


def test_an_upload_beyond_the_limit_is_refused_and_one_below_it_passes(stack: Stack) -> None:
    assert stack.ask("POST", "/test/swallow/", body=b"x" * 42_000_000).status == 413
    passed = stack.ask("POST", "/test/swallow/", body=b"x" * 40_000_000)
    assert (passed.status, passed.body) == (200, b"40000000")
    assert stack.ask("POST", "/events/test/arrival/", body=b"x" * 5000).status == 413


def test_clients_cannot_pretend(stack: Stack) -> None:
    """Only the proxy that STORYCHAT_TLS_PROXY names is believed, and only in what it appends."""
    answer = stack.ask(
        "GET", "/test/arrival/", X_Forwarded_For="203.0.113.7, 198.51.100.4", Forwarded="for=1.2.3.4",
        X_Request_ID="chosen", Upgrade="websocket",
    )  # fmt: skip
    seen = json.loads(answer.body)
    assert seen["forwarded_for"] == "198.51.100.4"
    assert not seen["forwarded"]
    assert not seen["upgrade"]
    assert answer.headers["X-Request-ID"] != "chosen"


def test_plain_http_is_sent_to_https(stack: Stack) -> None:
    answer = stack.ask("GET", "/test/arrival/", X_Forwarded_Proto="")
    assert (answer.status, answer.headers["Location"]) == (301, "https://storychat.example/test/arrival/")


def test_another_host_is_refused(stack: Stack) -> None:
    assert stack.ask("GET", "/test/arrival/", Host="stranger.example").status == 400


def test_both_servers_survive_a_client_that_leaves(stack: Stack) -> None:
    request = (
        b"GET /events/test/ticks/ HTTP/1.1\r\nHost: storychat.example\r\nX-Forwarded-Proto: https\r\n\r\n"
    )
    for _each in range(5):
        with socket.create_connection(("127.0.0.1", stack.nginx)) as client:
            client.sendall(request)
            assert client.recv(200).startswith(b"HTTP/1.1 200")
    wait_until(lambda: stack.ask("GET", "/events/test/arrival/").status == 200, "the stream server answers")
    assert "Traceback" not in (stack.folder / "streams.log").read_text()
