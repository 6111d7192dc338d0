"""Pictures that must not come again, found by what they look like: resized, recoded or mirrored.

A hash that is nowhere near a blocked one passes. Whoever asks refuses the picture when the comparison fails.
"""

import io
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from PIL import Image

from core import audit
from core.models import Subject
from moderation.models import BlockedPicture
from moderation.screening import pdq

# Of 256 bits: the distance that the authors of PDQ recommend. Unrelated pictures differ in about 128.
DISTANCE_MAX = 31
_BATCH = 2000
_HEX = re.compile(r"[0-9a-f]{64}")
# About half of a real hash's bits are set; with next to none or nearly all it stands for any plain surface.
_PLAIN_BITS = 64


class BadHashError(ValueError):
    """A line that is no perceptual hash."""


@dataclass(frozen=True, slots=True)
class _Blocklist:
    """All entries as numbers: 100,000 of them are compared in some 40 ms, and take about 10 MB."""

    version: tuple[object, ...] = ()
    keys: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)


_lock = threading.Lock()
_known = _Blocklist()


def find_match(image: Image.Image) -> BlockedPicture | None:
    """Return the blocked picture that this one looks like, the nearest first, or None.

    Two queries while the list does not change. Raises what Pillow and the database raise: that is no pass.
    """
    blocklist = _load()
    if not blocklist.keys:
        return None
    found = pdq.compute(image)
    distance, place = min(_nearest(found.value, blocklist.values), _nearest(found.mirrored, blocklist.values))
    if distance > DISTANCE_MAX:
        return None
    # None when it was unblocked since the list was read.
    return BlockedPicture.objects.filter(pk=blocklist.keys[place]).first()


def block(
    picture: Image.Image | bytes, *, reason_code: str, decision_id: str, now: datetime
) -> tuple[BlockedPicture | None, bool]:
    """Let nothing pass any more that looks like a removed picture; returns whether this call did it.

    Part of the caller's transaction. A plain surface looks like too much else and is not blocked: None.
    Raises OSError for bytes that are no picture.
    """
    found = _hash_of(picture)
    if not found.is_telling:
        return None, False
    return BlockedPicture.objects.get_or_create(
        perceptual_hash=found.hex,
        decision_id=decision_id,
        defaults={
            "reason_code": reason_code,
            "source": BlockedPicture.Source.REMOVED,
            "created_at": now,
        },
    )


def unblock(decision_id: str) -> int:
    """Take out what a decision blocked, because it was overturned; returns how many. What other decisions
    or lists block stays blocked. Part of the caller's transaction.
    """
    if not decision_id:
        return 0
    return BlockedPicture.objects.filter(decision_id=decision_id).delete()[0]


@transaction.atomic
def import_list(
    lines: Iterable[str], *, reason_code: str, actor: Subject | None, now: datetime
) -> tuple[int, int]:
    """Add hashes, one in each line; empty lines and what follows a `#` do not count.

    Returns how many were new and how many were read; all or none. Raises BadHashError, which names the line.
    """
    wanted = _parse(lines)
    listed = BlockedPicture.objects.filter(source=BlockedPicture.Source.LIST)
    before = listed.count()
    rows = [
        BlockedPicture(
            perceptual_hash=value,
            reason_code=reason_code,
            source=BlockedPicture.Source.LIST,
            created_at=now,
        )
        for value in wanted
    ]
    BlockedPicture.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    added = listed.count() - before
    if added:
        audit.record(
            actor=actor,
            kind="blocked-pictures.imported",
            at=now,
            target_kind="blocked-pictures",
            data={"added": added, "read": len(rows), "reason_code": reason_code},
        )
    return added, len(rows)


def _parse(lines: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip().lower()
        if not text:
            continue
        if not _HEX.fullmatch(text):
            raise BadHashError(f"line {number}: a hash has 64 hexadecimal digits")
        bits = int(text, 16).bit_count()
        if not _PLAIN_BITS <= bits <= pdq.BITS - _PLAIN_BITS:
            raise BadHashError(f"line {number}: this hash would match every plain surface")
        found[text] = None
    return list(found)


def _hash_of(picture: Image.Image | bytes) -> pdq.PictureHash:
    if isinstance(picture, Image.Image):
        return pdq.compute(picture)
    with Image.open(io.BytesIO(picture)) as image:
        return pdq.compute(image)


def _nearest(value: int, values: list[int]) -> tuple[int, int]:
    """Return how many bits the nearest of `values` differs in, and its place."""
    distances = [(value ^ other).bit_count() for other in values]
    least = min(distances)
    return least, distances.index(least)


def _load() -> _Blocklist:
    """Return the list, read anew when an entry came or went. Keys are never used twice."""
    global _known  # noqa: PLW0603 - one list for a process
    last = BlockedPicture.objects.order_by("-pk").values_list("pk", "perceptual_hash").first()
    version = (BlockedPicture.objects.count(), last)
    with _lock:
        if _known.version != version:
            rows = list(BlockedPicture.objects.order_by("pk").values_list("pk", "perceptual_hash"))
            _known = _Blocklist(
                version=version,
                keys=[key for key, _value in rows],
                values=[int(value, 16) for _key, value in rows],
            )
        return _known
