"""One id ties a request to its log lines and to the tasks that it wakes."""

import json
import logging

import pytest
import structlog
from celery import Celery
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from storychat.logs import configure, logging_config
from storychat.middleware import RequestLog

_PAGE = "/help/guidelines/"


@pytest.mark.django_db
def test_every_response_names_its_request(client: Client) -> None:
    first, second = (client.get(_PAGE)["X-Request-ID"] for _each in range(2))
    assert len(first) == 36
    assert first != second


@pytest.mark.django_db
def test_a_stranger_cannot_choose_the_id_but_our_proxy_can(client: Client, settings: Settings) -> None:
    headers = {"X-Request-ID": "chosen"}
    assert client.get(_PAGE, headers=headers)["X-Request-ID"] != "chosen"
    settings.DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
    assert client.get(_PAGE, headers=headers)["X-Request-ID"] == "chosen"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/?q=what+somebody+searched", "GET /"),
        ("/accounts/password/reset/key/3-secret/", "GET /accounts/password/reset/key/…"),
        ("/accounts/confirm-email/secret/", "GET /accounts/confirm-email/…"),
    ],
)
def test_the_log_shows_neither_searches_nor_keys(path: str, shown: str) -> None:
    assert RequestLog.format_request(RequestFactory().get(path)) == shown


def test_a_message_carries_the_id_to_the_task() -> None:
    app = Celery("request-id", broker="memory://", set_as_current=False)

    @app.task(name="tests.echo")
    def echo() -> None: ...

    with structlog.contextvars.bound_contextvars(request_id="request-1"):
        echo.apply_async(queue="request-id-test")
    with app.connection_for_read() as broker:
        message = broker.SimpleQueue("request-id-test").get(block=False)
        message.ack()
    assert message.headers["__django_structlog__"]["request_id"] == "request-1"


def test_the_json_log_has_one_object_per_line_with_the_id(capsys: pytest.CaptureFixture[str]) -> None:
    previous = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure(logging_config(log_format="json", level="INFO"))
        with structlog.contextvars.bound_contextvars(request_id="request-2"):
            logging.getLogger("imagegen.worker").info("imagegen.job.started")
        line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.configure(**previous)
    assert line["request_id"] == "request-2"
    assert (line["event"], line["level"]) == ("imagegen.job.started", "info")


@pytest.mark.django_db
def test_a_missing_page_is_told_once(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/no-such-page/")
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == [
        "django_structlog.middlewares.request"
    ]
