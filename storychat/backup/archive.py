"""The archive: a tar of one database dump, the media files, and a manifest with a checksum for each."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

FORMAT = 1
MANIFEST_NAME = "manifest.json"
MEDIA_PREFIX = "media/"
_CHUNK_BYTES = 1 << 20


class BackupRefusedError(Exception):
    """Raised with a message for the person at the keyboard; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of the archive."""

    name: str
    byte_size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds and what made it."""

    created_at: str
    vendor: str
    versions: dict[str, str]
    migrations: dict[str, str]
    database: Entry
    media: list[Entry] = field(default_factory=list)
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Raises BackupRefusedError when this is not a manifest that we can read."""
        try:
            data: dict[str, Any] = json.loads(text)
            if data["format"] != FORMAT:
                raise BackupRefusedError(
                    f"The archive has format {data['format']}; this version reads {FORMAT}."
                )
            data["database"] = Entry(**data["database"])
            data["media"] = [Entry(**each) for each in data["media"]]
            return cls(**data)
        except (ValueError, KeyError, TypeError) as error:
            raise BackupRefusedError("The archive's manifest cannot be read.") from error


class _HashingReader:
    """Hashes what somebody else reads."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data


class Writer:
    """Adds members to a new archive and returns their entries."""

    def __init__(self, tar: tarfile.TarFile, *, timestamp: float) -> None:
        self._tar = tar
        self._timestamp = timestamp

    def add(self, name: str, source: IO[bytes], byte_size: int) -> Entry:
        reader = _HashingReader(source)
        self._tar.addfile(self._info(name, byte_size), reader)
        return Entry(name, byte_size, reader.digest.hexdigest())

    def add_manifest(self, manifest: Manifest) -> None:
        text = manifest.to_json()
        self._tar.addfile(self._info(MANIFEST_NAME, len(text)), io.BytesIO(text))

    def _info(self, name: str, byte_size: int) -> tarfile.TarInfo:
        info = tarfile.TarInfo(name)
        info.size = byte_size
        info.mtime = int(self._timestamp)
        info.mode = 0o600
        return info


class Reader:
    """Reads members of an archive that was verified."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.manifest = Manifest.from_json(self._read_manifest())

    def _read_manifest(self) -> bytes:
        try:
            return self.open(MANIFEST_NAME).read()
        except (KeyError, tarfile.TarError) as error:
            raise BackupRefusedError("This is no StoryChat archive, or it was cut short.") from error

    def open(self, name: str) -> IO[bytes]:
        """Raises KeyError when there is no such file in the archive."""
        handle = self._tar.extractfile(name)
        if handle is None:
            raise KeyError(name)
        return handle

    def verify(self) -> None:
        """Read everything once. Raises BackupRefusedError for a damaged, missing or unsafe member."""
        for entry in (self.manifest.database, *self.manifest.media):
            path = PurePosixPath(entry.name)
            if path.is_absolute() or ".." in path.parts:
                raise BackupRefusedError(f"The archive holds an unsafe name: {entry.name!r}")
            digest = hashlib.sha256()
            byte_size = 0
            try:
                with self.open(entry.name) as handle:
                    while chunk := handle.read(_CHUNK_BYTES):
                        digest.update(chunk)
                        byte_size += len(chunk)
            except (KeyError, OSError, tarfile.TarError) as error:
                raise BackupRefusedError(f"The archive lacks {entry.name} or is cut short there.") from error
            if (byte_size, digest.hexdigest()) != (entry.byte_size, entry.sha256):
                raise BackupRefusedError(f"{entry.name} does not have the checksum that the manifest names.")

    def copy(self, entry: Entry, target: Path) -> None:
        """Write a member to a file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.open(entry.name) as source, target.open("wb") as handle:
            while chunk := source.read(_CHUNK_BYTES):
                handle.write(chunk)

    def list_media(self) -> Iterator[tuple[str, Entry]]:
        """Yield storage names with their entries."""
        for entry in self.manifest.media:
            yield entry.name.removeprefix(MEDIA_PREFIX), entry
