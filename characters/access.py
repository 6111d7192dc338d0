"""What other apps ask about characters; registered in `apps.ready()`."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from accounts.models import User
from accounts.queries import Viewer
from characters import queries
from characters.models import Character, Revision
from imagegen.models import Picture
from moderation import viewing
from moderation.policies import is_reviewer
from moderation.targets import Target


def may_see_portrait(viewer: Viewer, picture: Picture) -> bool:
    """Let others see the portrait of what they may see, and reviewers what was put before them.

    An uploaded portrait stays owner-only until a person approved it: only an approved revision is live.
    """
    if queries.is_visible_portrait(viewer, picture):
        return True
    return is_reviewer(viewer) and queries.is_reviewed_portrait(picture)


def record_portrait_view(kind: str, viewer: Viewer, public_id: str, now: datetime) -> None:
    """Write down that a reviewer looks at a portrait that others do not see. Raises NotLoggedError."""
    if kind != "picture" or not is_reviewer(viewer) or not isinstance(viewer, User):
        return
    picture = Picture.objects.filter(public_id=public_id).exclude(owner=viewer).first()
    if picture is not None and not queries.is_visible_portrait(viewer, picture):
        viewing.record(actor=viewer, target_kind="picture", target_id=public_id, now=now)


def find_target(viewer: Viewer, public_id: str) -> Target | None:
    """Resolve a character for reports and decisions."""
    character = (
        Character.objects.filter(public_id=public_id)
        .select_related("owner", "live_revision", "open_revision", "delisted_revision")
        .first()
    )
    if character is None:
        return None
    revision = character.revision_for(viewer)
    if character.can_view(viewer) and revision is not None:
        return _target(character, revision, character.get_absolute_url())
    shown = queries.find_shown_to_staff(character) if is_reviewer(viewer) else None
    if shown is not None:
        return _target(character, shown, reverse("admin:characters_character_change", args=[character.pk]))
    return None


def _target(character: Character, revision: Revision, url: str) -> Target:
    words = filter(None, (revision.short_bio, revision.bio, revision.first_message))
    return Target(title=revision.name, url=url, owner=character.owner, excerpt="\n".join(words))


def find_days(public_ids: Sequence[str]) -> dict[str, date]:
    """Return for each character the day, in UTC, on which it was made. One query."""
    rows = Character.objects.filter(public_id__in=public_ids).values_list("public_id", "created_at")
    return {public_id: created_at.astimezone(UTC).date() for public_id, created_at in rows}


def list_titles(public_ids: Collection[str]) -> dict[str, str]:
    """Return the newest name of each character. One query."""
    newest = Revision.objects.filter(character=OuterRef("pk")).order_by("-number").values("name")[:1]
    rows = Character.objects.filter(public_id__in=public_ids).annotate(newest_name=Subquery(newest))
    return dict(rows.values_list("public_id", "newest_name"))
