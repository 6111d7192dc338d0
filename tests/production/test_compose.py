"""docker-compose.yml and Dockerfile hold the production shape, read by the real parser where there is one."""

import os
import re
import subprocess

import pytest
import yaml

from tests.processes import ROOT
from tools.check_all import find_compose
from tools.check_configuration import list_read

_SERVICES = {"nginx", "web", "streams", "gpu-worker", "cpu-worker", "beat", "migrate", "postgres", "redis"}
_VALUES = {
    "SECRET_KEY": "x",
    "SITE_URL": "https://a.example",
    "ALLOWED_HOSTS": "a.example",
    "POSTGRES_PASSWORD": "x",
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
    for name, role in roles.items():
        assert services[name]["command"] == [role]
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_no_secret_has_a_default(compose: dict) -> None:
    environment = compose["x-environment"]
    for key in ("SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS"):
        assert environment[key].startswith(f"${{{key}:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]


def test_only_what_the_settings_read_is_passed_on(compose: dict) -> None:
    assert set(compose["x-environment"]) <= list_read()


def test_containers_do_not_run_as_root_and_the_web_image_has_no_torch() -> None:
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    named = {stage.split("\n")[0].rpartition(" AS ")[2]: stage for stage in stages}
    for name in ("web", "worker"):
        assert "\nUSER storychat\n" in named[name]
    assert "--from=web-packages" in named["web"]
    assert "requirements-web.lock" in named["web-packages"]
    assert "HEALTHCHECK" in named["web"]


def test_the_entrypoint_knows_every_role(compose: dict) -> None:
    roles = set(re.findall(r"^(\w+)\)$", (ROOT / "deploy/entrypoint.sh").read_text(), flags=re.MULTILINE))
    used = {service["command"][0] for service in compose["services"].values() if "command" in service}
    assert used - {"redis-server"} == roles
