"""The rule for files of kind "picture"."""

from accounts.queries import Viewer
from core.media import MediaFile
from imagegen import queries
from imagegen.models import Picture
from imagegen.removals import KIND
from moderation import queries as moderation_queries
from moderation.policies import is_reviewer


def find_file(viewer: Viewer, public_id: str) -> MediaFile | None:
    """Return the file of a finished picture to those who may see it.

    Moderators see what was reported or decided about, though it has no page for them.
    """
    picture = _find(viewer, public_id)
    if picture is None or not (picture.is_ready or (picture.is_removed and is_reviewer(viewer))):
        return None
    extension = picture.file.rpartition(".")[2]
    return MediaFile(
        name=picture.file,
        content_type=picture.content_type,
        download_name=f"storychat-{picture.public_id[:8]}.{extension}",
    )


def _find(viewer: Viewer, public_id: str) -> Picture | None:
    try:
        return queries.get_picture_for(viewer, public_id)
    except Picture.DoesNotExist:
        if is_reviewer(viewer) and moderation_queries.was_put_before_moderators(KIND, public_id):
            return Picture.objects.filter(public_id=public_id).first()
        return None
