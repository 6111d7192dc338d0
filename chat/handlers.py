"""What chat does when something happens below it; registered in `apps.ready()`."""

from django.urls import reverse

from accounts.models import User
from accounts.queries import Viewer
from chat.models import Message
from imagegen.models import Picture
from moderation.policies import is_reviewer
from moderation.targets import Target


def follow_replaced_photo(old: Picture, new: Picture) -> None:
    """Show the second try where the first one stood. Part of the caller's transaction."""
    Message.objects.filter(photo=old).update(photo=new)


def find_target(viewer: Viewer, public_id: str) -> Target | None:
    """Resolve a line of a character for reports: by the person who talks with it, and by reviewers."""
    line = (
        Message.objects.filter(public_id=public_id, author=Message.Author.CHARACTER)
        .select_related("conversation__character__owner", "conversation__story__owner", "revision")
        .first()
    )
    if line is None or line.revision is None:
        return None
    conversation = line.conversation
    is_own = isinstance(viewer, User) and conversation.user_id == viewer.pk
    if not is_own and not is_reviewer(viewer):
        return None
    return Target(
        title=line.revision.name,
        url=reverse("chat", args=[conversation.public_id]) if is_own else "",
        # What is said in a story is its author's doing.
        owner=conversation.story.owner if conversation.story is not None else conversation.character.owner,
        excerpt=line.text,
    )
