"""What other apps ask about characters; registered in `apps.ready()`."""

from django.urls import reverse

from accounts.queries import Viewer
from characters import queries
from characters.models import Character, Revision
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
