"""Uploads: what is taken, what is refused, and that hostile files cost nothing."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Restriction
from core import ids, limits, media, switches
from core.refusals import LimitedError
from core.switches import Feature
from imagegen import access, files, image_headers, services, uploads
from imagegen.models import Picture
from imagegen.services import UploadRefusedError
from tests import factories
from tests.imagegen import hostile

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def send(owner, data, now, *, name="me.png", key=""):
    upload = SimpleUploadedFile(name, data, content_type="image/png")
    return services.store_upload(actor=owner, upload=upload, creation_key=key or ids.new_public_id(), now=now)


def stored_image(picture):
    return Image.open(io.BytesIO(files.read(picture.file)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_still_picture_is_taken_whatever_its_name_says(owner, now, kind):
    picture, created = send(owner, hostile.picture((300, 200), kind=kind), now, name="page.html")
    assert created
    assert (picture.state, picture.mode) == (Picture.State.READY, Picture.Mode.UPLOAD)
    assert (picture.width, picture.height, picture.content_type) == (300, 200, "image/webp")
    with stored_image(picture) as image:
        assert image.format == "WEBP"
        assert image.getpixel((20, 20))[0] == pytest.approx(200, abs=6)


@pytest.mark.parametrize(
    ("mode", "colour", "kind"),
    [
        ("L", 90, "PNG"),
        ("P", 3, "PNG"),
        ("1", 1, "PNG"),
        ("LA", (90, 0), "PNG"),
        ("RGBA", (9, 9, 9, 0), "PNG"),
        ("I;16", 900, "PNG"),
        ("CMYK", (0, 90, 90, 0), "JPEG"),
        ("L", 90, "JPEG"),
        ("RGBA", (9, 9, 9, 0), "WEBP"),
    ],
)
def test_every_kind_of_pixel_is_taken(owner, now, mode, colour, kind):
    picture, _created = send(owner, hostile.picture((100, 80), mode, colour, kind=kind), now)
    with stored_image(picture) as image:
        assert image.mode == "RGB"
        if "A" in mode:
            assert min(image.getpixel((5, 5))) > 245, "transparent is paper"


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_progressive_jpeg_is_taken(owner, now, mode):
    data = hostile.picture((300, 200), mode, 90 if mode == "L" else "red", kind="JPEG", progressive=True)
    assert data.count(b"\xff\xda") > 1
    picture, _created = send(owner, data, now)
    assert (picture.width, picture.height) == (300, 200)


def test_the_scans_of_a_jpeg_are_counted():
    """Pillow reads more than our limit, so only our own count stops them."""
    most = hostile.jpeg_with_scans(image_headers._MAX_JPEG_SCANS)
    assert image_headers.read(most).format == "JPEG"
    one_more = hostile.jpeg_with_scans(image_headers._MAX_JPEG_SCANS + 1)
    with Image.open(io.BytesIO(one_more)) as image:
        image.load()
    with pytest.raises(image_headers.BrokenImageError):
        image_headers.read(one_more)


def test_it_is_made_smaller_and_keeps_its_shape(owner, now):
    picture, _created = send(owner, hostile.picture((3000, 2000), kind="JPEG"), now)
    assert (picture.width, picture.height) == (1024, 683)


def test_metadata_and_place_are_gone_and_the_picture_is_upright(owner, now):
    data = hostile.photo_with_metadata()
    assert b"SecretCamera" in data
    picture, _created = send(owner, data, now)
    assert (picture.width, picture.height) == (200, 400)
    kept = files.read(picture.file)
    for secret in (b"SecretCamera", b"Exif", b"home address", b"GPS"):
        assert secret not in kept
    with stored_image(picture) as image:
        assert dict(image.getexif()) == {}
        left, right = image.getpixel((30, 200)), image.getpixel((170, 200))
        assert left[2] > 200, "blue was below, a quarter turn to the right brings it to the left"
        assert right[0] > 200


def test_what_phones_append_is_dropped(owner, now):
    tail = b"\0\0\0\x18ftypmp42" + b"motion" * 50
    picture, _created = send(owner, hostile.picture(kind="JPEG") + tail, now)
    assert b"motion" not in files.read(picture.file)


def cut(data, share):
    return data[: int(len(data) * share)]


PNG, JPEG, WEBP = (hostile.noise(kind=kind) for kind in ("PNG", "JPEG", "WEBP"))
HOSTILE = {
    "empty": (b"", "empty"),
    "too many bytes": (b"\x89PNG\r\n\x1a\n" + b"\0" * uploads.MAX_BYTES, "too-big"),
    "text": (b"hello", "not-a-picture"),
    "an SVG with a script": (hostile.svg(), "not-a-picture"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "not-a-picture"),
    "a GIF": (hostile.picture(kind="GIF"), "not-a-picture"),
    "a BMP": (hostile.picture(kind="BMP"), "not-a-picture"),
    "a TIFF": (hostile.picture(kind="TIFF"), "not-a-picture"),
    "an animated PNG": (hostile.animated("PNG"), "animated"),
    "an animated WebP": (hostile.animated("WEBP"), "animated"),
    "a PNG bomb": (hostile.png_bomb(), "too-many-pixels"),
    "a PNG with a second header": (hostile.png_two_headers(), "broken"),
    "a WebP bomb": (hostile.webp_bomb(), "too-many-pixels"),
    "a JPEG bomb": (hostile.jpeg_with_size(65_000, 65_000), "too-many-pixels"),
    "a bomb just above the limit": (hostile.png_bomb(4900, 4900), "too-many-pixels"),
    "a JPEG with a thousand scans": (hostile.jpeg_with_scans(1000), "broken"),
    "one very long side": (hostile.png_bomb(13_000, 100), "too-many-pixels"),
    "no height": (hostile.jpeg_with_size(100, 0), "broken"),
    "a PNG that lacks pixels": (hostile.png_bomb(4000, 4000), "broken"),
    "a text bomb": (hostile.png_text_bomb(), "broken"),
    "small": (hostile.picture((20, 20)), "too-small"),
    "narrow": (hostile.picture((1000, 100)), "too-narrow"),
    "a PNG with a page behind it": (PNG + b"<html><body onload=x>", "hidden-content"),
    "a PNG with anything behind it": (PNG + b"\0", "hidden-content"),
    "a WebP with a page behind it": (WEBP + b"<html><body onload=x>", "hidden-content"),
    "a JPEG with a page behind it": (JPEG + b"<script>alert(1)</script>", "hidden-content"),
    "a JPEG with an archive behind it": (JPEG + hostile.zip_tail(), "hidden-content"),
    "a JPEG with a document behind it": (JPEG + b"\n%PDF-1.7", "hidden-content"),
    "a JPEG with a program in its comment": (
        hostile.picture(kind="JPEG", comment=b"<?php system($_GET[0]); ?>"),
        "hidden-content",
    ),
    "half a PNG": (cut(PNG, 0.5), "broken"),
    "half a JPEG": (cut(JPEG, 0.5), "broken"),
    "half a WebP": (cut(WEBP, 0.5), "broken"),
    "the start of a PNG": (PNG[:20], "broken"),
    "the start of a JPEG": (JPEG[:3], "broken"),
    "the start of a WebP": (WEBP[:14], "broken"),
    "a PNG with a broken checksum": (PNG[:60] + b"\xff\xff\xff" + PNG[63:], "broken"),
    "noise after a signature": (b"\xff\xd8\xff" + bytes(range(256)) * 20, "broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_and_nothing_is_kept(owner, now, name):
    data, code = HOSTILE[name]
    with pytest.raises(UploadRefusedError) as caught:
        send(owner, data, now)
    assert caught.value.refusal.code == code
    assert caught.value.refusal.message
    assert caught.value.refusal.fix
    assert not Picture.objects.exists()
    assert list(files.list_before(now.replace(year=now.year + 1))) == []


def test_a_bomb_that_only_the_decoder_sees_is_refused_too(owner, now, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(UploadRefusedError) as caught:
        send(owner, hostile.picture(), now)
    assert caught.value.refusal.code == "broken"


def test_hostile_files_cost_no_memory(tmp_path):
    """Each file is judged in a process of its own, which says how much its memory grew at most."""
    cases = [
        "a PNG bomb",
        "a PNG with a second header",
        "a WebP bomb",
        "a JPEG bomb",
        "a bomb just above the limit",
        "a PNG that lacks pixels",
        "a text bomb",
        "an animated PNG",
        "an animated WebP",
    ]
    paths = []
    for number, name in enumerate(cases):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(HOSTILE[name][0])
        paths.append(str(path))
    largest = tmp_path / "largest.bin"
    largest.write_bytes(hostile.picture((4900, 4890), kind="JPEG", progressive=True))
    answer = subprocess.run(
        [sys.executable, "-m", "tests.imagegen.measure_upload", *paths, str(largest)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    grown = json.loads(answer.stdout)
    for name, path in zip(cases, paths, strict=True):
        assert grown[path]["code"] == HOSTILE[name][1]
        # Pixels of the largest picture we take are 72 MB; a refused one is never held whole.
        assert grown[path]["megabytes"] < 90, name
    assert grown[str(largest)]["code"] == "taken"
    assert grown[str(largest)]["megabytes"] < 250


def test_the_same_key_twice_keeps_one_file(owner, now):
    key = ids.new_public_id()
    first = send(owner, hostile.picture(), now, key=key)
    second = send(owner, hostile.picture(), now, key=key)
    assert first[0] == second[0]
    assert (first[1], second[1]) == (True, False)
    assert len(list(files.list_before(now.replace(year=now.year + 1)))) == 1


def test_the_file_of_the_slower_of_two_clicks_is_removed(owner, now, monkeypatch):
    key = ids.new_public_id()
    clean = uploads.clean

    def clean_while_another_wins(upload):
        monkeypatch.setattr(uploads, "clean", clean)
        send(owner, hostile.picture(), now, key=key)
        return clean(upload)

    monkeypatch.setattr(uploads, "clean", clean_while_another_wins)
    picture, created = send(owner, hostile.picture(), now, key=key)
    assert not created
    assert list(files.list_before(now.replace(year=now.year + 1))) == [picture.file]


def test_uploads_can_be_switched_off_and_restricted_and_are_limited(owner, now):
    for _ in range(services.UPLOADS_PER_USER.count):
        limits.spend(services.UPLOADS_PER_USER, key=owner.public_id, now=now)
    with pytest.raises(LimitedError):
        send(owner, hostile.picture(), now)
    owner.restrictions.create(
        scope=Restriction.Scope.PICTURES, reason_code="x", explanation="Why.", starts_at=now, created_at=now
    )
    with pytest.raises(UploadRefusedError) as caught:
        send(owner, hostile.picture(), now)
    assert caught.value.refusal.code == "restricted"
    switches.set_switch(actor=None, feature=Feature.UPLOADS, is_on=False, reason="Closed.", now=now)
    with pytest.raises(UploadRefusedError) as caught:
        send(owner, hostile.picture(), now)
    assert caught.value.refusal.code == "feature-off"


def test_an_upload_is_seen_by_its_owner_only_until_a_rule_says_more(owner, now, monkeypatch):
    monkeypatch.setattr(access, "_rules", [])
    picture, _created = send(owner, hostile.picture(), now)
    other = factories.make_user()
    assert media.find("picture", viewer=owner, public_id=picture.public_id) is not None
    assert media.find("picture", viewer=other, public_id=picture.public_id) is None
    access.register(lambda viewer, found: viewer == other and found == picture)
    assert media.find("picture", viewer=other, public_id=picture.public_id) is not None
    assert media.find("picture", viewer=factories.make_user(), public_id=picture.public_id) is None
