"""What can be reported or decided about. Higher apps register their kinds in `ready()`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import Viewer, as_reporter
from core.models import Subject
from core.refusals import Text
from moderation.models import Decision


@dataclass(frozen=True, slots=True)
class Target:
    """A content or a person, as a reporter and a moderator see it.

    url: empty when there is no page that the viewer may open.
    excerpt: the words that are reported, of any length; a report keeps their start.
    content_hash: of what stands there now, empty for what has none.
    is_made_for_owner: the product made it, so its owner may report it, and is not whom that is about.
    """

    title: str
    url: str
    owner: User
    excerpt: str = ""
    content_hash: str = ""
    is_made_for_owner: bool = False


# (viewer, public id) -> the target if the viewer may see it.
Resolver = Callable[[Viewer, str], Target | None]


@dataclass(frozen=True, slots=True)
class Words:
    """Why something is done, as it is told to people and to staff.

    about: the content because of which something is done about a person, as they call it.
    """

    reason_code: str
    explanation: str = ""
    fix: str = ""
    private_notes: str = ""
    about: Text = ""


class TakeDown(Protocol):
    """Removes a content and records the decision, in the caller's transaction; also says if it is new.

    second_actor: who proposed it, where it takes two; it stands in the decision. Raises RefusedError for what
    cannot be removed. Telling its owner is part of it, and so is `moderation.services.note_removal`.
    """

    def __call__(
        self,
        *,
        actor: User,
        public_id: str,
        words: Words,
        second_actor: Subject | None = None,
        now: datetime,
    ) -> tuple[Decision, bool]: ...


class PutBack(Protocol):
    """Undoes what a decision did to a content, in the caller's transaction; returns whether it did anything.

    answer: the decision that takes the other one back.
    """

    def __call__(self, *, actor: User, decision: Decision, answer: Decision, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Handler:
    """What moderation can do with one kind of target.

    is_ours: the product made each of them, whoever asked for it. So removing one is a step against nobody:
    it is no strike, takes no second person, and there is nothing to correct.
    """

    find: Resolver
    take_down: TakeDown | None = None
    put_back: PutBack | None = None
    is_ours: bool = False


_handlers: dict[str, Handler] = {}


def register(
    kind: str,
    find: Resolver,
    *,
    take_down: TakeDown | None = None,
    put_back: PutBack | None = None,
    is_ours: bool = False,
) -> None:
    """Make `kind` reportable, and removable when its app says how."""
    handler = Handler(find, take_down, put_back, is_ours)
    if _handlers.get(kind, handler) != handler:
        raise ValueError(f"two handlers for {kind!r}")
    _handlers[kind] = handler


def find(kind: str, *, viewer: Viewer, public_id: str) -> Target | None:
    """Return the target, or None when the kind is unknown or the viewer may not see it."""
    handler = _handlers.get(kind)
    return handler.find(viewer, public_id) if handler is not None else None


def find_reportable(kind: str, *, viewer: Viewer, public_id: str) -> Target | None:
    """Return the target for a report: also what the viewer does not see because they blocked its owner."""
    return find(kind, viewer=as_reporter(viewer), public_id=public_id)


def find_handler(kind: str) -> Handler | None:
    """Return what can be done with a kind of target, or None for one that nobody registered."""
    return _handlers.get(kind)


def is_ours(kind: str) -> bool:
    """Whether the product makes what this kind of target is; see Handler."""
    return kind in _handlers and _handlers[kind].is_ours


def list_our_kinds() -> list[str]:
    """Return the kinds of targets that the product makes."""
    return [kind for kind, handler in _handlers.items() if handler.is_ours]


# Public ids -> the title of each that exists, in as few queries for many as for one.
TitleLister = Callable[[Collection[str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Naming:
    """How a kind of target is called, and its single ones; for pages of whoever they belong to."""

    label: Text
    list_titles: TitleLister | None = None


_namings: dict[str, Naming] = {}


def register_naming(kind: str, label: Text, list_titles: TitleLister | None = None) -> None:
    """Give a kind of target its name; call it from an app's `ready()`."""
    _namings[kind] = Naming(label, list_titles)


# Public id -> who can see it now, in a sentence for its owner; empty for what is gone.
Outlook = Callable[[str], Text]
_outlooks: dict[str, Outlook] = {}


def register_outlook(kind: str, outlook: Outlook) -> None:
    """Say what its owner has of a content that was put back; call it from an app's `ready()`."""
    _outlooks[kind] = outlook


def outlook_of(kind: str, public_id: str) -> Text:
    """Return who can see a content now, in a sentence for its owner; empty where nobody can say."""
    return _outlooks[kind](public_id) if kind in _outlooks else ""


def label_of(kind: str) -> Text:
    """Return what people call this kind of target."""
    return _namings[kind].label if kind in _namings else _("Content")


def list_titles(kind: str, public_ids: Collection[str]) -> dict[str, str]:
    """Return the titles of those targets that exist; none of a kind whose targets have no title."""
    lister = _namings[kind].list_titles if kind in _namings else None
    return lister(public_ids) if lister is not None else {}
