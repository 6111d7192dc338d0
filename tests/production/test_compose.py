"""docker-compose.yml and Dockerfile hold the production shape, read by the real parser where there is one."""

import os
import re
import subprocess

import pytest
import yaml
from django.conf import settings

from storychat.management.commands.supervise import list_children
from tests.processes import ROOT
from tools.check_all import find_compose
from tools.check_configuration import list_read

_SERVICES = {"nginx", "web", "streams", "gpu-worker", "cpu-worker", "chat-worker", "mail-worker", "migrate"}
_SERVICES |= {"beat", "postgres", "redis"}
_VALUES = {
    "SECRET_KEY": "x",
    "SITE_URL": "https://a.example",
    "ALLOWED_HOSTS": "a.example",
    "POSTGRES_PASSWORD": "x",
    "EMAIL_URL": "smtp+tls://user:x@mail.a.example:587",
}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def ask_compose(*arguments: str, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = find_compose()
    assert command is not None
    clean = {key: value for key, value in os.environ.items() if key not in _VALUES}
    return subprocess.run(
        [*command, *arguments], cwd=ROOT, env={**clean, **values}, capture_output=True, text=True, check=False
    )


@pytest.mark.compose
def test_compose_reads_it() -> None:
    result = ask_compose("--file", "docker-compose.yml", "config", values=_VALUES)
    assert result.returncode == 0, result.stderr
    assert set(yaml.safe_load(result.stdout)["services"]) == _SERVICES
    gpu = ask_compose("-f", "docker-compose.yml", "-f", "docker-compose.gpu.yml", "config", values=_VALUES)
    assert gpu.returncode == 0, gpu.stderr


@pytest.mark.compose
@pytest.mark.parametrize("key", sorted(_VALUES))
def test_compose_names_the_secret_that_is_missing(key: str) -> None:
    values = {name: value for name, value in _VALUES.items() if name != key}
    result = ask_compose("--file", "docker-compose.yml", "config", values=values)
    assert result.returncode != 0
    assert f"set {key} in .env" in result.stderr


def test_all_parts_of_the_production_shape_are_there(compose: dict) -> None:
    services = compose["services"]
    assert set(services) == _SERVICES
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    roles = {"web": "web", "streams": "streams", "gpu-worker": "gpu", "cpu-worker": "cpu", "beat": "beat"}
    roles |= {"chat-worker": "chat", "mail-worker": "mail"}
    for name, role in roles.items():
        assert services[name]["command"] == [role]
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_no_secret_has_a_default(compose: dict) -> None:
    environment = compose["x-environment"]
    for key in ("SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL"):
        assert environment[key].startswith(f"${{{key}:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]


def test_only_what_something_reads_is_passed_on(compose: dict) -> None:
    deploy = (ROOT / "deploy/entrypoint.sh").read_text() + (ROOT / "deploy/gunicorn.conf.py").read_text()
    read = list_read() | set(re.findall(r"\b[A-Z_]+_(?:PROCESSES|THREADS)\b", deploy))
    assert set(compose["x-environment"]) <= read
    assert {"WEB_PROCESSES", "WEB_THREADS", "CPU_WORKER_THREADS", "LOG_FORMAT"} <= set(
        compose["x-environment"]
    )


def test_every_process_that_checks_the_model_can_see_it(compose: dict) -> None:
    for name, service in compose["services"].items():
        if service.get("environment") == compose["x-environment"]:
            assert "models:/models:ro" in service["volumes"], name


def test_the_proxy_on_the_host_is_believed(compose: dict) -> None:
    """It arrives from the gateway of the network, so the two defaults are one."""
    subnet = compose["networks"]["default"]["ipam"]["config"][0]["subnet"]
    proxy = compose["services"]["nginx"]["environment"]["STORYCHAT_TLS_PROXY"]
    assert subnet.removeprefix("${SUBNET:-") == proxy.removeprefix("${TLS_PROXY:-")


def test_the_images_can_back_up_the_server(compose: dict) -> None:
    """pg_dump refuses a server that is newer than itself."""
    client_of = {"bookworm": 15, "trixie": 17}
    base = re.search(
        r"^FROM python:\S+-slim-(\w+) AS python$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    server = re.fullmatch(r"postgres:(\d+)-alpine", compose["services"]["postgres"]["image"])
    assert base is not None
    assert server is not None
    assert client_of[base[1]] >= int(server[1]) >= 15


def test_the_proxy_is_given_the_configuration_that_the_tests_run() -> None:
    proxy = (ROOT / "Dockerfile").read_text().split(" AS proxy\n")[1]
    source = "deploy/nginx/storychat.conf"
    assert f"COPY {source} /etc/nginx/templates/default.conf.template" in proxy
    values = set(re.findall(r"\$\{(\w+)\}", (ROOT / source).read_text()))
    assert values == set(re.findall(r"\b(STORYCHAT_\w+)=", proxy))
    assert f'ROOT / "{source}"' in (ROOT / "tests/production/conftest.py").read_text()


def test_migrate_stops_at_any_warning() -> None:
    assert "check --deploy --fail-level WARNING" in (ROOT / "deploy/entrypoint.sh").read_text()


def test_every_queue_has_a_worker() -> None:
    text = (ROOT / "deploy/entrypoint.sh").read_text()
    queues = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    queues.add(settings.CELERY_TASK_DEFAULT_QUEUE)
    assert set(re.findall(r"--queues (\w+)", text)) == queues
    embedded = [argument for child in list_children(host="x", port=1) for argument in child.command]
    assert {each.removeprefix("--queues=") for each in embedded if each.startswith("--queues=")} == queues


def test_containers_do_not_run_as_root_and_the_web_image_has_no_torch() -> None:
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    named = {stage.split("\n")[0].rpartition(" AS ")[2]: stage for stage in stages}
    for name in ("web", "worker"):
        assert "\nUSER storychat\n" in named[name]
    assert named["proxy"].startswith("nginxinc/nginx-unprivileged:")
    assert "--from=web-packages" in named["web"]
    assert "requirements-web.lock" in named["web-packages"]
    assert "HEALTHCHECK" in named["web"]


def test_the_entrypoint_knows_every_role(compose: dict) -> None:
    roles = set(re.findall(r"^(\w+)\)$", (ROOT / "deploy/entrypoint.sh").read_text(), flags=re.MULTILINE))
    used = {service["command"][0] for service in compose["services"].values() if "command" in service}
    assert used - {"redis-server"} == roles
