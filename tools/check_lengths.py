"""Check that no source file is longer than a newcomer wants to open."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINE_LIMIT = 500
_SUFFIXES = {".py", ".html", ".css", ".js", ".sh"}
_LEFT_OUT = {".venv", "var", "vendor", "migrations", "staticfiles", ".git"}


def find_long_files() -> list[str]:
    """Return a line for each of our files that exceeds the limit."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - _LEFT_OUT)
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix in _SUFFIXES and (count := len(path.read_bytes().splitlines())) > LINE_LIMIT:
                found.append(f"{path.relative_to(ROOT)}: {count} lines, {LINE_LIMIT} are allowed")
    return found


if __name__ == "__main__":
    problems = find_long_files()
    print("\n".join(problems))
    sys.exit(bool(problems))
