"""The production shape on one machine: nginx in front of gunicorn and uvicorn."""

import http.client
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.processes import ROOT, find_free_port, make_environment, opens, run_manage, running, wait_until
from tools.check_all import make_production_environment

_DATABASE = "test_storychat_production"
_BIN = Path(sys.executable).parent
_NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/storychat.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the processes listen."""

    nginx: int
    web: int
    streams: int
    folder: Path

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, port: int = 0, **headers: str
    ) -> Answer:
        """Ask as a browser behind a proxy that ended TLS, unless `headers` say otherwise (_ stands for -)."""
        sent = {"Host": "storychat.example", "X-Forwarded-Proto": "https"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", port or self.nginx)) as connection:
            connection.request(
                method, path, body=body, headers={key: value for key, value in sent.items() if value}
            )
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())


def _make_database(home: Path) -> str:
    """Return the URL of an empty database: PostgreSQL where DATABASE_URL names one."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return f"sqlite:///{home / 'storychat.sqlite3'}"
    server = url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {_DATABASE}")
    return f"{server}/{_DATABASE}"


def _write_nginx(folder: Path, values: Mapping[str, str]) -> Path:
    """Fill in the configuration as the container's envsubst does: our names only."""
    text = (ROOT / "deploy/nginx/storychat.conf").read_text()
    for name, value in values.items():
        text = text.replace("${" + name + "}", value)
    assert "${STORYCHAT" not in text
    (folder / "storychat.conf").write_text(text)
    main = folder / "nginx.conf"
    main.write_text(_NGINX.format(folder=folder))
    return main


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("production")
    found = Stack(find_free_port(), find_free_port(), find_free_port(), folder)
    home = folder / "home"
    home.mkdir()
    environment = make_environment(
        home,
        **{
            **make_production_environment(str(home)),
            "DJANGO_SETTINGS_MODULE": "tests.production.settings",
            "DATABASE_URL": _make_database(home),
            "REDIS_URL": os.environ.get("REDIS_URL", ""),
            "STATIC_ROOT": str(folder / "static"),
            "PYTHONPATH": str(ROOT),
            "PATH": f"{_BIN}:{os.environ['PATH']}",
            "WEB_BIND": f"127.0.0.1:{found.web}",
            "WEB_PROCESSES": "2",
            "STREAMS_HOST": "127.0.0.1",
            "STREAMS_PORT": str(found.streams),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        },
    )
    for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
        result = run_manage(*command, environment=environment)
        assert result.returncode == 0, result.stderr
    main = _write_nginx(
        folder,
        {
            "STORYCHAT_LISTEN": f"127.0.0.1:{found.nginx}",
            "STORYCHAT_WEB": f"127.0.0.1:{found.web}",
            "STORYCHAT_STREAMS": f"127.0.0.1:{found.streams}",
            # Debian's nginx does not know `resolve` yet, and fixed addresses need none.
            "STORYCHAT_RESOLVER": "127.0.0.1",
            "STORYCHAT_RESOLVE": "",
            "STORYCHAT_TLS_PROXY": "127.0.0.1/32",
            "STORYCHAT_STATIC": f"{folder / 'static'}/",
        },
    )
    # nginx gives up root for a user who must be able to read our files.
    folder.chmod(0o755)
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    owner = ["-g", "user root;"] if os.geteuid() == 0 else []
    subprocess.run([nginx, "-t", "-q", "-c", str(main), *owner], check=True, capture_output=True)
    with ExitStack() as processes:
        for name, command in (
            ("web", ["deploy/entrypoint.sh", "web"]),
            ("streams", ["deploy/entrypoint.sh", "streams"]),
            ("nginx", [nginx, "-c", str(main), *owner]),
        ):
            processes.enter_context(running(*command, environment=environment, log=folder / f"{name}.log"))
        for port in (found.web, found.streams, found.nginx):
            wait_until(lambda port=port: opens(port), f"a server on port {port}")
        yield found
