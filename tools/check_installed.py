"""Fail unless every package of a lock file is installed in its pinned version."""

import sys
from importlib import metadata
from pathlib import Path


def find_problems(lock: str) -> list[str]:
    """Return one line per package that is missing or differs; a local version such as +cpu is the same."""
    problems = []
    for line in lock.splitlines():
        name, is_pin, wanted = line.partition("==")
        if not is_pin or line.startswith((" ", "#")):
            continue
        wanted = wanted.split(";")[0].strip()
        try:
            found = metadata.version(name).split("+")[0]
        except metadata.PackageNotFoundError:
            found = "not installed"
        if found != wanted:
            problems.append(f"{name}: {wanted} is wanted, {found}")
    return problems


if __name__ == "__main__":
    found_problems = find_problems(Path(sys.argv[1]).read_text())
    for problem in found_problems:
        print(problem, file=sys.stderr)
    if found_problems:
        print("The installation is not complete; pip's message stands above.", file=sys.stderr)
        sys.exit(1)
