"""Check that docs/configuration.md and the settings name the same environment variables."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "configuration.md"
_READERS = re.compile(r"\benv\.(?:text|required|flag|number|words|choices|mapping)\(\s*\"([A-Z0-9_]+)\"")
_TOGETHER = re.compile(r"\benv\.together\(([^)]*)\)")
_DOCUMENTED = re.compile(r"^\| `([A-Z0-9_]+)`", re.MULTILINE)


def list_read() -> set[str]:
    """Return the keys that our settings ask for."""
    found: set[str] = set()
    for path in (ROOT / "storychat").glob("settings*.py"):
        text = path.read_text()
        found.update(_READERS.findall(text))
        for keys in _TOGETHER.findall(text):
            found.update(re.findall(r'"([A-Z0-9_]+)"', keys))
    return found


def list_documented() -> set[str]:
    """Return the keys that have a row in the settings part of the page."""
    settings_part = PAGE.read_text().split("## Around the application")[0]
    return set(_DOCUMENTED.findall(settings_part))


def find_problems() -> list[str]:
    read, documented = list_read(), list_documented()
    return [
        f"{key} is read by the settings and has no row in {PAGE.name}" for key in sorted(read - documented)
    ] + [f"{key} has a row in {PAGE.name} and nothing reads it" for key in sorted(documented - read)]


if __name__ == "__main__":
    problems = find_problems()
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))
