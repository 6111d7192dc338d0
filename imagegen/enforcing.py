"""What becomes of waiting pictures when their owner is restricted; registered in `apps.ready()`."""

from datetime import datetime

from accounts.models import Restriction, User
from imagegen import settling
from imagegen.models import Picture

_STOPS = {Restriction.Scope.ACCOUNT, Restriction.Scope.PICTURES}


def end_waiting(user: User, scope: Restriction.Scope, *, now: datetime) -> None:
    """Refuse what waits and give its coins back; the worker ends what is being drawn (R13).

    Part of the caller's transaction, which holds the owner's row: so does whoever asks for a picture, so
    none comes in behind.
    """
    if scope not in _STOPS:
        return
    waiting = Picture.objects.filter(owner=user, state=Picture.State.QUEUED).order_by("pk")
    for picture in waiting:
        # A worker may have claimed it this moment: then it is the worker's to end.
        settling.end_without_result(picture, state=Picture.State.REFUSED, code="restricted", now=now)
