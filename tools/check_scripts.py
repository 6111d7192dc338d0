"""Check the syntax of our shell scripts with the shell that each names in its first line."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (".ci", "tools", "deploy")
_SUFFIXES = {"", ".sh"}


def list_scripts() -> Iterator[tuple[str, Path]]:
    """Yield each script with its shell."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file():
                first = path.read_bytes().split(b"\n", 1)[0].decode(errors="replace")
                if first.startswith("#!") and (shell := first.split("/")[-1].split()[-1]) in {"sh", "bash"}:
                    yield shell, path


def main() -> int:
    results = [
        subprocess.run([shell, "-n", str(path)], check=False).returncode for shell, path in list_scripts()
    ]
    print(f"{len(results)} scripts, {sum(map(bool, results))} with errors")
    return 1 if any(results) or not results else 0


if __name__ == "__main__":
    sys.exit(main())
