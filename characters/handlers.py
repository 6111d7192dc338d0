"""What characters do when something happens to a picture they point to; registered in `apps.ready()`."""

from characters import services
from imagegen.models import Picture


def follow_replaced_portrait(old: Picture, new: Picture) -> None:
    """Let drafts point to the picture that is made instead of the one that came to nothing."""
    services.replace_portrait(old=old, new=new)
