"""Check that the lock files match requirements/*.in, without a network; `--write` compiles them.

Walks the metadata of what is installed from each .in file's packages down, and compares with the lock.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# Compiled in this order: the others take their versions from the first.
LOCKS = {
    "requirements-dev.lock": "requirements/dev.in",
    "requirements.lock": "requirements/worker.in",
    "requirements-web.lock": "requirements/web.in",
}
_CONSTRAINTS = "requirements-dev.lock"
# torch names its CUDA packages only in the wheels for machines that can use them; pip takes them from there.
_DEVICE_PACKAGES = ("nvidia-", "cuda-", "triton")
# Come with every virtual environment, and pip-compile may or may not list them.
_INSTALLERS = frozenset({"pip", "setuptools", "wheel"})


def read_requirements(path: Path) -> Iterator[Requirement]:
    """Yield the requirements of an .in file and of those it includes."""
    for raw in path.read_text().splitlines():
        line = raw.split("#")[0].strip()
        if line.startswith("-r "):
            yield from read_requirements(path.parent / line.removeprefix("-r ").strip())
        elif line:
            yield Requirement(line)


def read_lock(path: Path) -> dict[str, str]:
    """Return versions by canonical name."""
    pins = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            name, _separator, version = line.partition("==")
            pins[canonicalize_name(name)] = version.split(";")[0].strip()
    return pins


def list_needed(requirements: Iterator[Requirement]) -> set[str]:
    """Return the names of everything that these requirements bring along here."""
    needed: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen or name.startswith(_DEVICE_PACKAGES):
            continue
        seen.add((name, extras))
        needed.add(name)
        try:
            below = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for text in below:
            child = Requirement(text)
            marker = child.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                waiting.append(child)
    return needed


def find_problems(lock: str, source: str, constraints: dict[str, str]) -> Iterator[str]:
    """Yield one line per difference between a lock file and its source."""
    pins = read_lock(ROOT / lock)
    direct = list(read_requirements(ROOT / source))
    for requirement in direct:
        version = pins.get(canonicalize_name(requirement.name))
        if version is None:
            yield f"{lock}: {requirement.name} of {source} is missing"
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f"{lock}: {requirement.name} {version} does not satisfy {requirement}"
    needed = list_needed(iter(direct))
    for name in sorted(needed - pins.keys() - _INSTALLERS):
        yield f"{lock}: {name} is needed and not pinned"
    # Another Python version may need less.
    if f"Python {sys.version_info.major}.{sys.version_info.minor}" in (ROOT / lock).read_text():
        for name in sorted(pins.keys() - needed - _INSTALLERS):
            yield f"{lock}: {name} is pinned and nothing in {source} needs it"
    for name, version in pins.items():
        if constraints.get(name, version) != version:
            yield f"{lock}: {name} {version}, but {constraints[name]} in {_CONSTRAINTS}"


def write_locks(*, is_upgrade: bool) -> None:
    """Compile all lock files; needs the package index."""
    for lock, source in LOCKS.items():
        command = [
            sys.executable, "-m", "piptools", "compile", "--quiet", "--allow-unsafe", "--strip-extras",
            "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", f"--output-file={lock}",
        ]  # fmt: skip
        if lock == _CONSTRAINTS:
            command += ["--upgrade"] if is_upgrade else []
        else:
            command += [f"--constraint={_CONSTRAINTS}"]
        print(f"==> {lock}", flush=True)
        subprocess.run([*command, source], cwd=ROOT, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--upgrade", action="store_true")
    options = parser.parse_args()
    if options.write:
        write_locks(is_upgrade=options.upgrade)
    constraints = read_lock(ROOT / _CONSTRAINTS)
    problems = [each for lock, source in LOCKS.items() for each in find_problems(lock, source, constraints)]
    for problem in problems:
        print(problem)
    if problems:
        print("Run make lock and commit the result.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
