"""Results that are kept in the work folder, each with what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

Key = Mapping[str, object]


def is_current(path: Path, key: Key) -> bool:
    """Say whether `path` is there and was made from `key`."""
    note = _note(path)
    return path.exists() and note.exists() and json.loads(note.read_text()) == dict(key)


def mark(path: Path, key: Key) -> None:
    """Remember what `path`, which is complete now, was made from."""
    _note(path).write_text(json.dumps(dict(key)))


def forget(path: Path) -> None:
    """Say that `path` is about to change."""
    _note(path).unlink(missing_ok=True)


def fingerprint_of(*folders_or_files: Path) -> str:
    """Return a hash of source files, so that pictures of an older drawer are not taken for new ones."""
    files = [
        file for path in folders_or_files for file in (sorted(path.glob("*.py")) if path.is_dir() else [path])
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".key.json")
