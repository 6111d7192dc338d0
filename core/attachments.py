"""Files that people send along with words: judged by their bytes, kept as they are, only ever downloaded.

What is shown in a page is written anew (imagegen.uploads); a proof must stay what it was. So these are never
shown: they are served as downloads from a sandbox, to the few who may have them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core import files
from core.refusals import Refusal, RefusedError, Text

FOLDER = "attachments"
MAX_BYTES = 8_000_000
MAX_COUNT = 5
_NAME_LENGTH = 120
_SWEEP_COUNT = 500
# By how they begin: content type and the ending that their stored file gets.
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"%PDF-", "application/pdf", "pdf"),
)
_WEBP_FRAME, _WEBP = b"RIFF", b"WEBP"


class AttachmentRefusedError(RefusedError):
    """A file that is not taken, with the reason and what would help."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was checked and written, before any row speaks of it. file: its name in the storage."""

    file: str
    name: str
    content_type: str
    byte_size: int
    sha256: str


def store(uploads: Sequence[UploadedFile]) -> list[Attachment]:
    """Check files and write them; either all of them or none.

    Raises AttachmentRefusedError (too-many-files, empty, too-big, unknown-kind).
    """
    if len(uploads) > MAX_COUNT:
        raise AttachmentRefusedError(
            Refusal(
                "too-many-files",
                _("These are too many files."),
                _("Send at most five; a PDF can hold several pictures."),
            )
        )
    checked = [(upload, *_check(upload)) for upload in uploads]
    return [_write(upload, data, kind) for upload, data, kind in checked]


def remove(attachments: Sequence[Attachment]) -> None:
    """Delete files that no row came to name."""
    for attachment in attachments:
        files.remove(attachment.file)


# Returns those of some names that rows speak of.
KnownLister = Callable[[list[str]], set[str]]
_listers: list[KnownLister] = []


def register(list_known: KnownLister) -> None:
    """Let the rows of an app keep their files; every app that stores attachments calls it in `ready()`."""
    if list_known not in _listers:
        _listers.append(list_known)


def sweep(*, before: datetime) -> int:
    """Delete files that were written before a moment and that no row names; returns how many."""
    lost = 0
    names = files.list_before(FOLDER, before)
    while chunk := list(islice(names, _SWEEP_COUNT)):
        known = {name for list_known in _listers for name in list_known(chunk)}
        for name in chunk:
            if name not in known:
                files.remove(name)
                lost += 1
    return lost


def _check(upload: UploadedFile) -> tuple[bytes, tuple[str, str]]:
    if not upload.size:
        raise _refuse("empty", upload, _("“%(name)s” is empty."), _("Choose another file."))
    if upload.size > MAX_BYTES:
        raise _refuse(
            "too-big", upload, _("“%(name)s” is larger than 8 MB."), _("Save it smaller and try again.")
        )
    upload.seek(0)
    data = upload.read(MAX_BYTES + 1)
    kind = _kind_of(data)
    if kind is None:
        raise _refuse(
            "unknown-kind",
            upload,
            _("“%(name)s” is not a picture (PNG, JPEG, WebP) and no PDF."),
            _("Save it as one of these; the name of the file does not matter."),
        )
    return data, kind


def _refuse(code: str, upload: UploadedFile, message: Text, fix: Text) -> AttachmentRefusedError:
    return AttachmentRefusedError(Refusal(code, message % {"name": _printable(upload.name or "")}, fix))


def _kind_of(data: bytes) -> tuple[str, str] | None:
    for start, content_type, extension in _KINDS:
        if data.startswith(start):
            return content_type, extension
    if data.startswith(_WEBP_FRAME) and data[8:12] == _WEBP:
        return "image/webp", "webp"
    return None


def _write(upload: UploadedFile, data: bytes, kind: tuple[str, str]) -> Attachment:
    content_type, extension = kind
    stored = files.store(data, folder=FOLDER, extension=extension)
    return Attachment(
        file=stored.name,
        name=_shown_name(upload.name or "", extension),
        content_type=content_type,
        byte_size=stored.byte_size,
        sha256=stored.sha256,
    )


def _shown_name(name: str, extension: str) -> str:
    """Return what staff read: the sender's name for it, with the ending of what it really is."""
    return f"{_printable(PurePath(name).stem) or 'file'}.{extension}"


def _printable(name: str) -> str:
    return "".join(char for char in name if char.isprintable())[: _NAME_LENGTH - 10].strip()
