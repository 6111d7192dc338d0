"""The pages that load balancers and Prometheus ask."""

from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import AsyncClient, Client
from pytest_django.fixtures import Settings

from storychat import health


@pytest.fixture
def broken_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("secret details of the connection")

    monkeypatch.setitem(health._CHECKS, "database", refuse)
    monkeypatch.setitem(health._CHECKS, "migrations", refuse)


@pytest.mark.parametrize("host", ["testserver", "10.1.2.3", "stranger.example"])
def test_healthz_answers_any_host_without_the_database(host: str, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/healthz", headers={"host": host})
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_healthz_answers_the_asynchronous_server() -> None:
    response = async_to_sync(AsyncClient().get)("/healthz")
    assert response.status_code == 200


@pytest.mark.django_db
def test_readyz_names_each_check(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "failing": [],
        "checks": {"database": "ok", "migrations": "ok", "cache": "ok", "broker": "ok"},
    }


@pytest.mark.usefixtures("broken_database")
def test_readyz_names_what_fails_and_tells_no_details(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["failing"] == ["database", "migrations"]
    assert b"secret" not in response.content


@pytest.mark.django_db
def test_readyz_fails_while_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")
    assert client.get("/readyz").json()["failing"] == ["migrations"]


@pytest.mark.django_db
def test_readyz_fails_when_the_brokers_folder_is_gone(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path)}
    assert client.get("/readyz").status_code == 200
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}
    assert client.get("/readyz").json()["failing"] == ["broker"]


def test_metrics_are_for_this_machine(client: Client) -> None:
    assert b"django_http_requests" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_metrics_are_not_for_strangers_behind_a_proxy_on_this_machine(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "for=203.0.113.9"}).status_code == 404


def test_a_token_opens_metrics_from_anywhere_and_is_then_needed(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a-long-token"
    allowed = client.get(
        "/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer a-long-token"}
    )
    assert allowed.status_code == 200
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a-long-tokem"}).status_code == 404
