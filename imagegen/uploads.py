"""Pictures that people send: judged by their bytes, never by their name, and written anew.

Sizes come from the headers, read by our own few lines before any decoder sees the file, so a decompression
bomb costs nothing. What we keep is a fresh encoding of the pixels: metadata, hidden parts and trailing data
are gone.
"""

import re
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from core.refusals import Refusal, RefusedError
from imagegen import image_headers
from imagegen.image_headers import BrokenImageError, Header

MAX_BYTES = 8_000_000
# Said by the page before the file is sent, too.
TOO_BIG = Refusal("too-big", _("The file is larger than 8 MB."), _("Save it smaller and try again."))
MAX_PIXELS = 24_000_000
MAX_SIDE = 12_000
MIN_SIDE = 64
MAX_RATIO = 4
# The longest side of what we keep.
STORED_SIDE = 1024
_QUALITY = 90
# No picture holds these; something that a browser or an interpreter would run does.
_FOREIGN_TEXT = re.compile(rb"<(?:script|html|body|iframe)[\s>/]|<\?php\s|<!doctype\s", re.IGNORECASE)

# What Pillow raises for hostile files is not one family; all of it means the same here.
_PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    ArithmeticError,
    LookupError,
    TypeError,
    Image.DecompressionBombError,
)


class UploadRefusedError(RefusedError):
    """A file that is not taken, with the reason and what would help."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """The pixels of an upload in an encoding of ours."""

    data: bytes
    width: int
    height: int
    extension: str = "webp"
    content_type: str = "image/webp"


def clean(upload: UploadedFile) -> CleanPicture:
    """Check a file and write its pixels anew, at most 1024 pixels wide and high.

    Raises UploadRefusedError (empty, too-big, not-a-picture, animated, too-many-pixels, too-small,
    too-narrow, hidden-content, broken).
    """
    if not upload.size:
        raise UploadRefusedError(Refusal("empty", _("The file is empty."), _("Choose another file.")))
    if upload.size > MAX_BYTES:
        raise UploadRefusedError(TOO_BIG)
    upload.seek(0)
    data = upload.read(MAX_BYTES + 1)
    try:
        header = image_headers.read(data)
    except BrokenImageError as error:
        raise _broken() from error
    if header is None:
        raise UploadRefusedError(
            Refusal(
                "not-a-picture",
                _("This is not a PNG, JPEG or WebP picture."),
                _("Save it as one of these; the name of the file does not matter."),
            )
        )
    if refusal := _header_refusal(header):
        raise UploadRefusedError(refusal)
    if header.has_foreign_tail or _FOREIGN_TEXT.search(data):
        raise UploadRefusedError(
            Refusal(
                "hidden-content",
                _("The file holds more than a picture."),
                _("Open it in a picture editor, save it again and send that."),
            )
        )
    return _encode_anew(data, header)


def _header_refusal(header: Header) -> Refusal | None:
    if header.is_animated:
        return Refusal("animated", _("Moving pictures are not supported."), _("Choose a still picture."))
    short, long = sorted((header.width, header.height))
    if short == 0:
        return _broken().refusal
    if header.width * header.height > MAX_PIXELS or long > MAX_SIDE:
        return Refusal(
            "too-many-pixels",
            _("The picture has more than 24 million pixels."),
            _("Save it smaller and try again."),
        )
    if short < MIN_SIDE:
        return Refusal("too-small", _("The picture is too small."), _("Each side needs at least 64 pixels."))
    if long > short * MAX_RATIO:
        return Refusal(
            "too-narrow", _("The picture is too long and narrow."), _("Cut it closer to a square.")
        )
    return None


def _encode_anew(data: bytes, header: Header) -> CleanPicture:
    try:
        with warnings.catch_warnings():
            # Pillow warns about odd metadata; we keep none of it.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=[header.format]) as image:
                if image.size != (header.width, header.height):
                    raise BrokenImageError("two sizes in one file")
                pixels = _decode(image)
    except _PILLOW_ERRORS as error:
        raise _broken() from error
    out = BytesIO()
    pixels.save(out, "WEBP", quality=_QUALITY, method=4)
    return CleanPicture(out.getvalue(), width=pixels.width, height=pixels.height)


def _decode(image: Any) -> Image.Image:
    # A JPEG is decoded at the nearest smaller scale, so a photo of 24 million pixels stays small in memory.
    image.draft(None, (STORED_SIDE, STORED_SIDE))
    image.load()
    image.thumbnail((STORED_SIDE, STORED_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = ImageOps.exif_transpose(image)
    if "A" in upright.getbands() or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        upright = Image.alpha_composite(paper, layer)
    pixels = upright.convert("RGB")
    pixels.info.clear()
    return pixels


def _broken() -> UploadRefusedError:
    return UploadRefusedError(
        Refusal("broken", _("The picture is damaged."), _("Open it, save it again and send that."))
    )
