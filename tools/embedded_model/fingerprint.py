"""Print the SHA-256 the product pins: over names and contents of all files that decide on pixels."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

DEFAULT = Path(__file__).resolve().parents[2] / "imagegen/models/embedded"


def fingerprint(folder: Path) -> str:
    """Hash the lines `<relative path> <sha256 of the file>`, sorted, of every file that is not prose.

    Weights, configurations, tokenizer and default settings count; `*.md` does not.
    """
    lines = sorted(
        f"{path.relative_to(folder).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".md"
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    print(fingerprint(parser.parse_args().folder))


if __name__ == "__main__":
    main()
