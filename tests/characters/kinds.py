"""Items of either kind, for tests of what they share."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from characters import queries, services
from characters.models import ITEM_MODELS, Item, ItemRevision, State, Visibility
from core import ids
from tests.factories import NOW, make_character, make_content, make_picture, make_story_content

# A text in which anything may stand.
_TEXT = {"character": "bio", "story": "plot"}
_CREATE: dict[str, tuple[Callable[..., tuple[Any, bool]], Callable[..., Any]]] = {
    "character": (services.create_character, make_content),
    "story": (services.create_story, make_story_content),
}
_DISCOVERY: dict[str, Callable[..., Any]] = {
    "character": queries.list_newest,
    "story": queries.list_newest_stories,
}
_LIBRARY: dict[str, Callable[..., Any]] = {
    "character": queries.list_library,
    "story": queries.list_story_library,
}


def create(
    kind: str, owner: User, *, key: str = "", visibility: str = Visibility.PRIVATE, **content: Any
) -> tuple[Any, bool]:
    """Send the creation form."""
    make, write = _CREATE[kind]
    return make(
        owner=owner,
        content=write(**content),
        visibility=visibility,
        creation_key=key or ids.new_public_id(),
        now=NOW,
    )


def make_complete(kind: str, owner: User) -> dict[str, Any]:
    """Return what content needs beside its words to be submitted: a portrait, or a cast."""
    if kind == "character":
        return {"portrait_id": make_picture(owner=owner).pk}
    return {"cast": (make_character(owner=owner, state=State.APPROVED).public_id,)}


def say(kind: str, text: str) -> dict[str, str]:
    """Return a change of content that says this."""
    return {_TEXT[kind]: text}


def said(revision: ItemRevision) -> str:
    """Return what `say` made it say."""
    return str(getattr(revision, _TEXT[revision.item_model().KIND]))


def items(kind: str) -> Any:
    """Return all items of a kind."""
    return ITEM_MODELS[kind].objects.all()


def revisions(kind: str) -> Any:
    """Return all versions of a kind."""
    return ITEM_MODELS[kind].revision_model().objects.all()


def list_discovered(item: Item, viewer: User) -> list[Any]:
    """Return what this viewer discovers of the item's kind."""
    return list(_DISCOVERY[item.KIND](viewer))


def list_library(item: Item) -> list[Any]:
    """Return its kind's shelf of its creator."""
    return list(_LIBRARY[item.KIND](item.owner))
