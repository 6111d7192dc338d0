"""What moderation knows about its own kind of target: people."""

from accounts.models import User
from accounts.queries import Viewer
from moderation.policies import is_reviewer
from moderation.services.enforcement import PERSON
from moderation.targets import Target


def find_person(viewer: Viewer, public_id: str) -> Target | None:
    """Resolve a person for reports and decisions; a suspended one only for moderators."""
    person = User.objects.filter(public_id=public_id).select_related("subject").first()
    if person is None or not (person.is_active or is_reviewer(viewer)):
        return None
    return Target(title=person.shown_name, url="", owner=person, excerpt=person.display_name)


__all__ = ["PERSON", "find_person"]
