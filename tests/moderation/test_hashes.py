"""Pictures that must not come again: what is found, what passes, what fails closed."""

import io
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from PIL import Image, ImageDraw, ImageFilter

from core.models import AuditEvent
from moderation.models import BlockedPicture
from moderation.screening import hashes, pdq

WIDTH, HEIGHT = 320, 256


def make_picture(seed: int) -> Image.Image:
    """Return a picture of soft shapes, each seed another one."""
    chance = random.Random(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), _colour(chance))
    draw = ImageDraw.Draw(image)
    for _shape in range(24):
        left, top = chance.randrange(-40, WIDTH), chance.randrange(-40, HEIGHT)
        box = (left, top, left + chance.randrange(30, 160), top + chance.randrange(30, 160))
        draw.ellipse(box, fill=_colour(chance))
    return image.filter(ImageFilter.GaussianBlur(2))


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)


def encode(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def recoded(image: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(encode(image, "JPEG", quality=40)))


CHANGES = {
    "the same": lambda image: image,
    "recoded": recoded,
    "smaller": lambda image: image.resize((WIDTH // 3, HEIGHT // 3)),
    "larger": lambda image: image.resize((WIDTH * 2, HEIGHT * 2)),
    "another shape": lambda image: image.resize((WIDTH, WIDTH)),
    "grey": lambda image: image.convert("L"),
    "lighter": lambda image: image.point(lambda value: min(255, value + 20)),
    "with transparency": lambda image: image.convert("RGBA"),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "a little soft": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
}


# Hash and quality of `make_picture(seed)` by the reference code: pdqhash 0.2.8 and numpy.
REFERENCE = [
    (0, "b1c03de8a35758f460d47ff8a088b78863edfedc7185a708ad3c4b48b2db1253", 100),
    (1, "9dfb33352b036a78848564f81d0874a39bd82841b56de4c65b7b36aa33b7cd54", 100),
    (2, "4bcf0453291056d425e65a46673fa116666642ef920fa93b52b6f7438bdddd11", 100),
    (3, "191c6c1f8541cafb36f61120ce1f710fc9e1946a573ca89c16134eb7e5cafd62", 100),
    (4, "24f439aaf45532ead1598caa6934233cbe6554fa8c994aaac724aa65578fac5d", 76),
    (5, "df0b9f4280fc4507107c817efc743efabbf5ff0b7ce880031140381f02577de2", 100),
    (6, "b29dcdd16867710cab9308b1b845b31ba199ca815a4d0aef00bc4c65efacdefe", 100),
    (7, "84c94a1251a5ee56fabfe5e90436a29c4bebf62101dc3ff3423b6596d401399e", 100),
    (8, "837c816cc3279ba54be101f4017c413c6ca3bbc1efbc0dfe1b3c4c927a877a95", 100),
    (9, "e77abd0901f5a4dd9bcd2d8e9e9aa159b4d1f2d9588c10de2f09e958605b2331", 100),
]


@pytest.mark.parametrize(("seed", "expected", "quality"), REFERENCE)
def test_the_hash_is_the_one_that_lists_are_made_with(seed: int, expected: str, quality: int) -> None:
    """Far inside the distance that counts as the same picture."""
    found = pdq.compute(make_picture(seed))
    assert (found.value ^ int(expected, 16)).bit_count() <= 12
    assert abs(found.quality - quality) <= 2


@pytest.mark.parametrize("seed", range(4))
def test_the_mirrored_hash_is_that_of_the_mirror_image(seed: int) -> None:
    image = make_picture(seed)
    mirror = pdq.compute(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert (pdq.compute(image).mirrored ^ mirror.value).bit_count() <= 6


def test_a_plain_surface_has_no_telling_hash() -> None:
    plain = pdq.compute(Image.new("RGB", (64, 64), "teal"))
    assert not plain.is_telling
    assert (plain.value, plain.quality) == (0, 0)
    assert pdq.compute(make_picture(1)).is_telling


@pytest.mark.django_db
def test_without_a_list_everything_passes() -> None:
    assert hashes.find_match(make_picture(1)) is None


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_removed_picture_is_found_whatever_was_done_to_it(now: datetime, change: Any) -> None:
    image = make_picture(1)
    entry, is_new = hashes.block(image, reason_code="real-person", decision_id="a" * 32, now=now)
    assert is_new
    assert hashes.find_match(change(image)) == entry


@pytest.mark.django_db
def test_other_pictures_pass(now: datetime) -> None:
    for seed in range(20):
        hashes.block(make_picture(seed), reason_code="real-person", decision_id=f"{seed:032x}", now=now)
    assert [seed for seed in range(100, 140) if hashes.find_match(make_picture(seed))] == []


@pytest.mark.django_db
def test_the_nearest_entry_gives_the_reason(now: datetime) -> None:
    image = make_picture(1)
    near = pdq.compute(image).value ^ 0b111
    for value, code in ((near, "hate"), (pdq.compute(image).value ^ 1, "minors")):
        hashes.import_list([f"{value:064x}"], reason_code=code, actor=None, now=now)
    found = hashes.find_match(image)
    assert found is not None
    assert found.reason_code == "minors"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bits", "is_found"), [(hashes.DISTANCE_MAX, True), (hashes.DISTANCE_MAX + 1, False)]
)
def test_the_distance_is_where_we_say_it_is(now: datetime, bits: int, is_found: bool) -> None:
    image = make_picture(1)
    other = pdq.compute(image).value ^ ((1 << bits) - 1)
    hashes.import_list([f"{other:064x}"], reason_code="minors", actor=None, now=now)
    assert (hashes.find_match(image) is not None) == is_found


@pytest.mark.django_db
def test_a_plain_picture_blocks_nothing(now: datetime) -> None:
    plain = Image.new("RGB", (64, 64), "teal")
    assert hashes.block(plain, reason_code="hate", decision_id="a" * 32, now=now) == (None, False)
    assert not BlockedPicture.objects.exists()


@pytest.mark.django_db
def test_blocking_twice_adds_one_entry_and_a_file_is_a_picture_too(now: datetime) -> None:
    image = make_picture(1)
    words = {"reason_code": "hate", "decision_id": "a" * 32, "now": now}
    first, _is_new = hashes.block(image, **words)
    assert hashes.block(encode(image), **words) == (first, False)
    with pytest.raises(OSError, match="cannot identify"):
        hashes.block(b"no picture", **words)


@pytest.mark.django_db
def test_overturning_a_removal_frees_the_picture(now: datetime) -> None:
    image = make_picture(1)
    hashes.block(image, reason_code="hate", decision_id="a" * 32, now=now)
    assert hashes.find_match(image) is not None
    assert hashes.unblock("a" * 32) == 1
    assert hashes.find_match(image) is None
    assert hashes.unblock("a" * 32) == 0


@pytest.mark.django_db
def test_what_another_decision_or_a_list_blocks_stays_blocked(now: datetime) -> None:
    image = make_picture(1)
    for decision_id in ("a" * 32, "b" * 32):
        hashes.block(image, reason_code="hate", decision_id=decision_id, now=now)
    hashes.import_list([pdq.compute(image).hex], reason_code="minors", actor=None, now=now)
    assert hashes.unblock("a" * 32) == 1
    assert hashes.unblock("") == 0
    assert BlockedPicture.objects.count() == 2
    assert hashes.find_match(image) is not None


@pytest.mark.django_db
def test_a_list_is_read_once_until_it_changes(now: datetime, django_assert_num_queries: Any) -> None:
    hashes.import_list(
        [f"{random.Random(seed).getrandbits(256):064x}" for seed in range(50)],
        reason_code="minors",
        actor=None,
        now=now,
    )
    hashes.find_match(make_picture(1))
    with django_assert_num_queries(2):
        hashes.find_match(make_picture(2))


@pytest.mark.django_db
def test_a_comparison_that_fails_is_no_pass(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(hashes, "_load", broken)
    with pytest.raises(DatabaseError):
        hashes.find_match(make_picture(1))


def write(folder: Path, *lines: str) -> Path:
    path = folder / "hashes.txt"
    path.write_text("\n".join(lines))
    return path


def listed(seed: int) -> str:
    return pdq.compute(make_picture(seed)).hex


@pytest.mark.django_db
def test_a_list_is_imported_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "# a list", listed(1), "", f"  {listed(2).upper()} # a note", listed(1))
    for expected in ("2 new, 0 known already, 2 read.", "0 new, 2 known already, 2 read."):
        call_command("import_blocked_pictures", path)
        assert capsys.readouterr().out.strip() == expected
    assert set(BlockedPicture.objects.values_list("source", "reason_code")) == {("LIST", "minors")}
    assert AuditEvent.objects.filter(kind="blocked-pictures.imported").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("not a hash", "line 2: a hash has 64 hexadecimal digits"),
        ("ab" * 31, "line 2: a hash has 64 hexadecimal digits"),
        ("0" * 64, "line 2: this hash would match every plain surface"),
        ("f" * 64, "line 2: this hash would match every plain surface"),
    ],
)
def test_a_list_with_a_line_that_is_no_hash_is_not_imported_at_all(
    tmp_path: Path, line: str, problem: str
) -> None:
    with pytest.raises(CommandError, match=problem):
        call_command("import_blocked_pictures", write(tmp_path, listed(1), line))
    assert not BlockedPicture.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_blocked_pictures", tmp_path / "nowhere")
    (tmp_path / "picture").write_bytes(encode(make_picture(1)))
    with pytest.raises(CommandError, match="not a text of hexadecimal digits"):
        call_command("import_blocked_pictures", tmp_path / "picture")
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("import_blocked_pictures", tmp_path / "picture", "--reason=manners")
