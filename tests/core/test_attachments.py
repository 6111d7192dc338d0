"""Files that people send along: judged by their bytes, kept as they are, deleted when no row names them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from core import attachments
from core.attachments import MAX_BYTES, MAX_COUNT, AttachmentRefusedError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"0" * 40
PDF = b"%PDF-1.7\n" + b"0" * 40
LATER = datetime.now(tz=UTC) + timedelta(days=2)


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def list_stored() -> list[str]:
    return list(attachments.files.list_before(attachments.FOLDER, LATER))


@pytest.mark.parametrize(
    ("data", "content_type", "extension"),
    [
        (PNG, "image/png", "png"),
        (JPEG, "image/jpeg", "jpg"),
        (WEBP, "image/webp", "webp"),
        (PDF, "application/pdf", "pdf"),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, content_type: str, extension: str) -> None:
    (stored,) = attachments.store([upload("proof.html", data)])
    assert (stored.content_type, stored.name) == (content_type, f"proof.{extension}")
    assert stored.file.endswith(f".{extension}")
    assert attachments.files.read(stored.file) == data
    assert (stored.byte_size, stored.sha256) == (len(data), attachments.files.digest(data))


@pytest.mark.parametrize(
    ("uploads", "code"),
    [
        ([("page.png", b"<html><script>")], "unknown-kind"),
        ([("riff.webp", b"RIFF0000WAVE")], "unknown-kind"),
        ([("nothing.pdf", b"")], "empty"),
        ([("huge.png", PNG + b"0" * MAX_BYTES)], "too-big"),
        ([("one.png", PNG)] * (MAX_COUNT + 1), "too-many-files"),
        ([("good.png", PNG), ("bad.png", b"GIF89a")], "unknown-kind"),
    ],
)
def test_of_files_that_are_not_all_right_none_is_kept(uploads: list[tuple[str, bytes]], code: str) -> None:
    with pytest.raises(AttachmentRefusedError) as caught:
        attachments.store([upload(name, data) for name, data in uploads])
    refusal = caught.value.refusal
    assert refusal.code == code
    assert refusal.fix
    assert list_stored() == []


def test_a_refusal_names_the_file() -> None:
    with pytest.raises(AttachmentRefusedError) as caught:
        attachments.store([upload("good.png", PNG), upload("holiday.gif", b"GIF89a")])
    assert "“holiday.gif”" in str(caught.value.refusal.message)


def test_as_many_as_may_be_sent_and_as_large_are_taken() -> None:
    largest = PNG + b"0" * (MAX_BYTES - len(PNG))
    assert len(attachments.store([upload("one.png", largest)] * MAX_COUNT)) == MAX_COUNT


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("a" * 300 + ".png", "a" * 110 + ".png"),
        ("a\u202egnp.exe", "agnp.png"),
        (".png", ".png.png"),
    ],
)
def test_the_shown_name_is_printable_and_short(sent: str, shown: str) -> None:
    (stored,) = attachments.store([upload(sent, PNG)])
    assert stored.name == shown


def test_the_sweep_deletes_what_no_row_names_and_is_old_enough(monkeypatch: Any) -> None:
    kept, lost = attachments.store([upload("kept.png", PNG), upload("lost.png", PNG)])
    asked: list[list[str]] = []

    def list_known(names: list[str]) -> set[str]:
        asked.append(names)
        return {kept.file}

    monkeypatch.setattr(attachments, "_listers", [list_known, lambda _names: set()])
    assert attachments.sweep(before=datetime.now(tz=UTC) - timedelta(days=1)) == 0
    assert asked == []
    assert attachments.sweep(before=LATER) == 1
    assert len(asked) == 1
    assert default_storage.exists(kept.file)
    assert not default_storage.exists(lost.file)
    assert attachments.sweep(before=LATER) == 0


def test_rows_of_any_app_keep_their_files(monkeypatch: Any) -> None:
    (stored,) = attachments.store([upload("kept.png", PNG)])
    monkeypatch.setattr(attachments, "_listers", [lambda _names: set()])
    attachments.register(keeper := lambda _names: {stored.file})
    attachments.register(keeper)
    assert len(attachments._listers) == 2
    assert attachments.sweep(before=LATER) == 0


def test_the_sweep_goes_through_many_in_parts(monkeypatch: Any) -> None:
    attachments.store([upload(f"{number}.png", PNG) for number in range(5)])
    monkeypatch.setattr(attachments, "_SWEEP_COUNT", 2)
    monkeypatch.setattr(attachments, "_listers", [])
    assert attachments.sweep(before=LATER) == 5
