"""Collected static files, named as production names them."""

import json
import posixpath
import re
from pathlib import Path

import pytest

from tests.processes import make_environment, run_manage
from tools.check_all import make_production_environment

# Wider than what Django rewrites, so that a form that it misses (no semicolon, say) is found here.
_IMPORTS = re.compile(
    r"""^\s*(?:import|export)\b[^"'`;]*["'`]([./][^"'`]*)|\bimport\(\s*["'`]([./][^"'`]*)""", re.MULTILINE
)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    folder = home / "static"
    environment = make_environment(
        home, **make_production_environment(str(home)) | {"STATIC_ROOT": str(folder)}
    )
    result = run_manage("collectstatic", "--noinput", "--verbosity", "0", environment=environment)
    assert result.returncode == 0, result.stderr
    return folder


def test_scripts_import_hashed_names_only(collected: Path) -> None:
    """An unhashed module would stay in browsers beside a newer script that imports it."""
    hashed = json.loads((collected / "staticfiles.json").read_text())["paths"]
    followed = set()
    for name in hashed:
        if not name.startswith("js/"):
            continue
        text = (collected / hashed[name]).read_text()
        for url in (first or second for first, second in _IMPORTS.findall(text)):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(hashed[name]), url))
            assert target in hashed.values(), f"{name} imports {url}"
            followed.add(target)
    assert {hashed["js/shared/forms.js"], hashed["js/characters.js"]} <= followed


@pytest.mark.parametrize(
    "line",
    [
        'import { a } from "./a.js";',
        "import a from '../shared/a.js'",
        'import "./a.js";',
        'export { a } from "./a.js";',
        'const { a } = await import("./a.js");',
        'import {\n  a,\n  b,\n} from "./a.js";',
    ],
)
def test_every_form_of_an_import_is_followed(line: str) -> None:
    assert any(url.endswith("a.js") for found in _IMPORTS.findall(line) for url in found)
