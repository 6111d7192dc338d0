"""The rule for files of kind "picture"."""

from accounts.queries import Viewer
from core.media import MediaFile
from imagegen import queries
from imagegen.models import Picture
from moderation.policies import is_reviewer


def find_file(viewer: Viewer, public_id: str) -> MediaFile | None:
    """Return the file of a finished picture to those who may see it."""
    try:
        picture = queries.get_picture_for(viewer, public_id)
    except Picture.DoesNotExist:
        return None
    if not (picture.is_ready or (picture.is_removed and is_reviewer(viewer))):
        return None
    extension = picture.file.rpartition(".")[2]
    return MediaFile(
        name=picture.file,
        content_type=picture.content_type,
        download_name=f"storychat-{picture.public_id[:8]}.{extension}",
    )
