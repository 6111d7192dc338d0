"""Kind, size and end of a picture, read from its bytes without decoding a pixel."""

import struct
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Frame headers: all SOF markers but DHT (C4), JPG (C8) and DAC (CC).
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_RESTARTS = range(0xD0, 0xD8)
_EOI, _SOS, _TEM = 0xD9, 0xDA, 0x01
# What phones append to a JPEG (depth maps, motion) is dropped; archives, programs, documents are refused.
_FOREIGN_STARTS = (b"%PDF-", b"Rar!", b"7z\xbc\xaf", b"\x7fELF", b"MZ")
_ZIP_PARTS = (b"PK\x03\x04", b"PK\x05\x06")
_VP8X_ANIMATION = 0x02
# A decoder visits every block once per scan, and a scan can be 43 bytes. Progressive files have about 10.
_MAX_JPEG_SCANS = 64


class BrokenImageError(ValueError):
    """The bytes start like a picture and do not go on like one."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the headers say. `format` is Pillow's name."""

    format: str
    width: int
    height: int
    is_animated: bool = False
    # Whether something follows the end of the picture that is no part of it.
    has_foreign_tail: bool = False


def read(data: bytes) -> Header | None:
    """Return the header of a PNG, JPEG or WebP, None for anything else. Raises BrokenImageError."""
    try:
        if data.startswith(_PNG):
            return _read_png(data)
        if data.startswith(_JPEG):
            return _read_jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _read_webp(data)
    except (struct.error, IndexError) as error:
        raise BrokenImageError("ends too early") from error
    return None


def _read_png(data: bytes) -> Header:
    length, name, width, height = struct.unpack_from(">I4sII", data, 8)
    if name != b"IHDR" or length != 13:
        raise BrokenImageError("no IHDR")
    position = 8
    first_end = position + length + 12
    is_animated = False
    while True:
        length, name = struct.unpack_from(">I4s", data, position)
        position += length + 12
        if position > len(data):
            raise BrokenImageError("ends too early")
        is_animated = is_animated or name == b"acTL"
        if name == b"IHDR" and position != first_end:
            raise BrokenImageError("two headers")
        if name == b"IEND":
            return Header("PNG", width, height, is_animated, has_foreign_tail=position < len(data))


def _read_webp(data: bytes) -> Header:
    end = struct.unpack_from("<I", data, 4)[0] + 8
    if end > len(data):
        raise BrokenImageError("ends too early")
    has_tail = len(data) > end + (end & 1)
    name = data[12:16]
    if name == b"VP8X":
        flags = data[20]
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return Header("WEBP", width, height, bool(flags & _VP8X_ANIMATION), has_foreign_tail=has_tail)
    if name == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return Header("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, has_foreign_tail=has_tail)
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("WEBP", width & 0x3FFF, height & 0x3FFF, has_foreign_tail=has_tail)
    raise BrokenImageError("unknown WebP")


def _read_jpeg(data: bytes) -> Header:
    position = 2
    size: tuple[int, int] | None = None
    scans = 0
    while True:
        marker, position = _next_marker(data, position)
        if marker == _EOI:
            if size is None:
                raise BrokenImageError("no frame")
            return Header("JPEG", *size, has_foreign_tail=_is_foreign(data[position:]))
        if marker == _TEM or marker in _JPEG_RESTARTS:
            continue
        length = struct.unpack_from(">H", data, position)[0]
        if marker in _JPEG_FRAMES:
            if size is not None:
                raise BrokenImageError("two frames")
            height, width = struct.unpack_from(">HH", data, position + 3)
            size = (width, height)
        position += length
        if marker == _SOS:
            scans += 1
            if scans > _MAX_JPEG_SCANS:
                raise BrokenImageError("too many scans")
            position = _skip_scan(data, position)


def _is_foreign(tail: bytes) -> bool:
    is_archive = all(part in tail for part in _ZIP_PARTS)
    return is_archive or tail.lstrip(b"\x00\r\n ").startswith(_FOREIGN_STARTS)


def _next_marker(data: bytes, position: int) -> tuple[int, int]:
    if data[position] != 0xFF:
        raise BrokenImageError("no marker")
    while data[position] == 0xFF:
        position += 1
    return data[position], position + 1


def _skip_scan(data: bytes, position: int) -> int:
    """Return where the next marker after entropy-coded data starts."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 1 >= len(data):
            raise BrokenImageError("ends too early")
        following = data[position + 1]
        if following != 0x00 and following != 0xFF and following not in _JPEG_RESTARTS:
            return position
        position += 1 if following == 0xFF else 2
