"""Telling a person something. Who delivers it registers here, because notices live above accounts."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from accounts.models import User
from core.refusals import Text


class Deliver(Protocol):
    """Delivers one notice, inside the caller's transaction."""

    def __call__(
        self,
        *,
        user: User,
        kind: str,
        title: Text,
        body: Text = "",
        url: str = "",
        now: datetime,
        by_mail: bool = False,
    ) -> object: ...


_deliverers: list[Deliver] = []


def register(deliver: Deliver) -> Callable[[], None]:
    """Let `deliver` carry notices from here on; returns what takes it out again."""
    if deliver not in _deliverers:
        _deliverers.append(deliver)
    return lambda: _deliverers.remove(deliver)


def tell(
    *,
    user: User,
    kind: str,
    title: Text,
    body: Text = "",
    url: str = "",
    now: datetime,
    by_mail: bool = False,
) -> None:
    """Give a notice to everyone who delivers them."""
    for deliver in _deliverers:
        deliver(user=user, kind=kind, title=title, body=body, url=url, now=now, by_mail=by_mail)
