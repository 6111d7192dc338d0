"""Files that people should not send, made here."""

import io
import struct
import zlib

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base


def picture(size=(300, 200), mode="RGB", colour=(200, 40, 40), *, kind="PNG", **options):
    """Return the bytes of a plain picture."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def noise(size=(300, 200), *, kind="JPEG", **options):
    """Return the bytes of a picture that does not compress."""
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def photo_with_metadata():
    """Return a JPEG, 400 wide and 200 high on disk, to be shown turned, with GPS and a comment."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Make] = "SecretCamera"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    image = Image.new("RGB", (400, 200), "blue")
    image.paste("red", (0, 0, 400, 100))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, exif=exif, comment=b"my home address")
    return out.getvalue()


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(width=60_000, height=60_000):
    """Return a PNG of a few kilobytes that says it is 10 GB of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def png_two_headers():
    """Return a small PNG that says behind its header that it is a bomb after all."""
    plain = picture((256, 256))
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return plain[:33] + _chunk(b"IHDR", header) + plain[33:]


def png_text_bomb():
    """Return a small PNG with a text chunk that unfolds to hundreds of megabytes."""
    plain = picture((100, 100))
    bomb = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 300_000_000, 9))
    return plain[:33] + bomb + plain[33:]


def webp_bomb():
    """Return a WebP whose header says 16384 x 16384."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (16383).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_with_size(width, height):
    """Return a JPEG whose frame header lies about its size."""
    data = bytearray(picture((128, 128), kind="JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_with_scans(count):
    """Return a progressive JPEG with its last scan repeated until there are `count`."""
    data = picture(kind="JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * (count - data.count(b"\xff\xda") + 1) + data[-2:]


def animated(kind):
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50)
    return out.getvalue()


def svg():
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><script>alert(1)</script></svg>'


def zip_tail():
    return b"PK\x03\x04" + b"\0" * 60 + b"PK\x05\x06" + b"\0" * 18
