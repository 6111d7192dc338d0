"""The files of pictures."""

from collections.abc import Iterator
from datetime import datetime

from core import files
from core.files import StoredFile, digest, read, remove

FOLDER = "pictures"


def store(data: bytes, *, extension: str) -> StoredFile:
    """Write a new file; the row that names it comes after it."""
    return files.store(data, folder=FOLDER, extension=extension)


def list_before(limit: datetime) -> Iterator[str]:
    """Yield the names of files that were last written before `limit`."""
    return files.list_before(FOLDER, limit)


__all__ = ["FOLDER", "StoredFile", "digest", "list_before", "read", "remove", "store"]
