"""Apps import downward only, foreign keys point the same way, and only workers know torch."""

import os
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from tests.processes import ROOT, make_environment
from tools.check_all import PACKAGES
from tools.check_locks import read_lock

_CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
_LAYERS: list[str] = _CONTRACT["contracts"][0]["layers"]
_RANKS = {
    app: rank for rank, layer in enumerate(reversed(_LAYERS)) for app in layer.replace("|", " ").split()
}
_BLOCK_FOREIGN = """
import sys
blocked = set(sys.argv[1].split(","))
class Guard:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ModuleNotFoundError(f"{name} is not in requirements-web.lock", name=name)
sys.meta_path.insert(0, Guard())
import django
django.setup()
import storychat.asgi, storychat.wsgi, storychat.urls, storychat.celery
from django.urls import get_resolver
assert get_resolver().url_patterns
storychat.celery.app.loader.import_default_modules()
print(",".join(sorted({each.partition(".")[0] for each in sys.modules})))
"""


def lint_imports(config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", str(config)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_contracts_are_kept() -> None:
    result = lint_imports(ROOT / "pyproject.toml")
    assert result.returncode == 0, result.stdout


def test_the_contract_would_notice_an_import_upward(tmp_path: Path) -> None:
    """With accounts above notifications, today's legal imports must be reported."""
    config = tmp_path / ".importlinter"
    turned = "\n".join(f"    {layer}" for layer in reversed(_LAYERS))
    packages = "\n".join(f"    {package}" for package in PACKAGES)
    config.write_text(
        f"[importlinter]\nroot_packages =\n{packages}\n"
        f"[importlinter:contract:turned]\nname = turned\ntype = layers\nlayers =\n{turned}\n"
    )
    result = lint_imports(config)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout


def test_every_app_has_a_place_in_the_layers() -> None:
    assert set(_RANKS) == set(PACKAGES) == set(_CONTRACT["root_packages"])


def test_foreign_keys_point_downward() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in _RANKS
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model._meta.app_label in _RANKS
        and (
            _RANKS[field.related_model._meta.app_label] > _RANKS[model._meta.app_label]
            or (
                _RANKS[field.related_model._meta.app_label] == _RANKS[model._meta.app_label]
                and field.related_model._meta.app_label != model._meta.app_label
            )
        )
    ]
    assert upward == []


def test_web_processes_need_only_what_the_web_lock_pins(tmp_path: Path) -> None:
    """Everything that the web installs lack is made impossible to import; torch above all."""
    pinned = set(read_lock(ROOT / "requirements-web.lock"))
    blocked = {
        module
        for module, distributions in metadata.packages_distributions().items()
        if not {name.lower().replace("_", "-").replace(".", "-") for name in distributions}
        & (pinned | {"pip", "setuptools"})
    }
    assert {"torch", "diffusers", "transformers", "numpy", "pytest"} <= blocked
    result = subprocess.run(
        [sys.executable, "-c", _BLOCK_FOREIGN, ",".join(sorted(blocked))],
        cwd=ROOT,
        env=make_environment(tmp_path, STORYCHAT_DEMO="1", DJANGO_SETTINGS_MODULE="storychat.settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert "torch" not in result.stdout.split(",")


@pytest.mark.parametrize("package", ["torch", "numpy", "diffusers", "transformers", "accelerate"])
def test_the_web_lock_stays_small(package: str) -> None:
    assert package not in read_lock(ROOT / "requirements-web.lock")
    assert package in read_lock(ROOT / "requirements.lock")
