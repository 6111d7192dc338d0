"""What chat does when something happens below it; registered in `apps.ready()`."""

from chat.models import Message
from imagegen.models import Picture


def follow_replaced_photo(old: Picture, new: Picture) -> None:
    """Show the second try where the first one stood. Part of the caller's transaction."""
    Message.objects.filter(photo=old).update(photo=new)
