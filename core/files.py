"""Files in the storage: under unguessable names, never overwritten, written before any row speaks of them."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was written, before any row speaks of it."""

    name: str
    byte_size: int
    sha256: str


def store(data: bytes, *, folder: str, extension: str) -> StoredFile:
    """Write a new file; the row that names it comes after it."""
    token = secrets.token_hex(24)
    name = default_storage.save(f"{folder}/{token[:2]}/{token}.{extension}", ContentFile(data))
    return StoredFile(name=name, byte_size=len(data), sha256=digest(data))


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def remove(name: str) -> None:
    """Delete a file that no row names."""
    default_storage.delete(name)


def read(name: str) -> bytes:
    """Return the bytes of a stored file. Raises OSError when it is gone."""
    with default_storage.open(name) as handle:
        return handle.read()


def list_before(folder: str, limit: datetime) -> Iterator[str]:
    """Yield the names of a folder's files that were last written before `limit`."""
    if not default_storage.exists(folder) and not hasattr(default_storage, "bucket"):
        return
    yield from _walk(folder, limit)


def _walk(folder: str, limit: datetime) -> Iterator[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        path = f"{folder}/{name}"
        try:
            is_old = default_storage.get_modified_time(path) < limit
        except FileNotFoundError:
            # Removed since it was listed.
            continue
        if is_old:
            yield path
    for name in folders:
        yield from _walk(f"{folder}/{name}", limit)
