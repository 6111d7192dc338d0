"""What a picture comes from. Only what our own model drew from words is safe by construction."""

from imagegen import handlers
from imagegen.models import Picture


def needs_classifier(reference: Picture) -> bool:
    """Whether nobody but a classifier could vouch for what is drawn from this picture."""
    origin = find_origin(reference)
    if origin.mode == Picture.Mode.UPLOAD:
        return not handlers.is_upload_approved(origin)
    return is_foreign(origin)


def is_foreign(origin: Picture) -> bool:
    """Whether an origin is anything but a drawing from words: an upload, or one that is erased."""
    return origin.mode != Picture.Mode.TEXT_TO_IMAGE


def find_origin(picture: Picture) -> Picture:
    """Return the picture that it all started from; what was drawn from an erased one is its own origin."""
    while picture.reference is not None:
        picture = picture.reference
    return picture
