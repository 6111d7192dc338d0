"""Files that came with an appeal: for whoever sent them and for moderators, and nobody else."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.queries import Viewer
from core import viewing
from core.media import MediaFile
from moderation import queries
from moderation.models import Appeal, AppealFile
from moderation.policies import is_keeper, is_reviewer

KIND = "appeal-file"


def find_file(viewer: Viewer, public_id: str) -> MediaFile | None:
    """Return a file that came with an appeal to those who may have it."""
    if not isinstance(viewer, User):
        return None
    found = AppealFile.objects.filter(public_id=public_id).select_related("appeal").first()
    if found is None or not (found.appeal.appellant_id == viewer.pk or _reads(viewer, found.appeal)):
        return None
    return as_download(found)


def _reads(viewer: User, appeal: Appeal) -> bool:
    shown = queries.list_appeals_shown_to(viewer, Appeal.objects.filter(pk=appeal.pk))
    return (is_reviewer(viewer) or is_keeper(viewer)) and shown.exists()


def as_download(file: AppealFile) -> MediaFile:
    """Return a file that came with an appeal, for whoever may have it. It is only ever downloaded."""
    return MediaFile(
        name=file.file, content_type=file.content_type, download_name=file.name, is_download=True
    )


def note_look(kind: str, viewer: Any, public_id: str, now: datetime) -> None:
    """Write down which moderator opens a file. Raises core.media.UnavailableError."""
    if kind == KIND and (is_reviewer(viewer) or is_keeper(viewer)):
        viewing.record(actor=viewer, target_kind=KIND, target_id=public_id, now=now)
