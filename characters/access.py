"""What other apps ask about characters and stories; registered in `apps.ready()`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from accounts.models import User
from accounts.queries import Viewer
from characters import queries
from characters.models import Character, Item, ItemRevision, Story
from core import viewing
from imagegen.models import Picture
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


@dataclass(frozen=True, slots=True)
class Kind:
    """What moderation asks about one kind of item."""

    model: type[Item]

    def find_target(self, viewer: Viewer, public_id: str) -> Target | None:
        """Resolve an item for reports and decisions."""
        links = ("live_revision", "open_revision", "delisted_revision")
        rows = self.model.objects.with_revisions(*links)
        item: Item | None = rows.filter(public_id=public_id).first()
        if item is None:
            return None
        revision = item.revision_for(viewer)
        if item.can_view(viewer) and revision is not None:
            return _target(item, revision, item.get_absolute_url())
        if not is_reviewer(viewer) or not isinstance(viewer, User):
            return None
        found = queries.list_for_staff(viewer, self.model).filter(pk=item.pk).first()
        shown = queries.find_shown_to_staff(found) if found is not None else None
        if shown is None:
            return None
        return _target(item, shown, reverse(f"admin:characters_{item.KIND}_change", args=[item.pk]))

    def find_days(self, public_ids: Sequence[str]) -> dict[str, date]:
        """Return for each item the day, in UTC, on which it was made. One query."""
        rows = self.model.objects.filter(public_id__in=public_ids).values_list("public_id", "created_at")
        return {public_id: created_at.astimezone(UTC).date() for public_id, created_at in rows}

    def list_titles(self, public_ids: Collection[str]) -> dict[str, str]:
        """Return the newest name of each item. One query."""
        revisions = self.model.revision_model().objects
        newest = revisions.filter(item=OuterRef("pk")).order_by("-number").values("name")[:1]
        rows = self.model.objects.filter(public_id__in=public_ids).annotate(newest_name=Subquery(newest))
        return dict(rows.values_list("public_id", "newest_name"))


CHARACTERS = Kind(Character)
STORIES = Kind(Story)


def _target(item: Item, revision: ItemRevision, url: str) -> Target:
    words = "\n".join(filter(None, revision.excerpt()))
    return Target(
        title=revision.name, url=url, owner=item.owner, excerpt=words, content_hash=revision.content_hash
    )
