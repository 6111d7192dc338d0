"""People who try every URL with everybody's ids, and what they leave behind."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from characters.models import Character, PendingRevision, PendingStoryRevision, Story
from chat.models import Conversation
from imagegen.models import Picture
from moderation.models import Appeal, Evidence

NAMES = ("anonymous", "owner", "other", "minor", "moderator", "support", "superuser")
_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


class Outcome(StrEnum):
    """What happened to a request."""

    IN = "in"
    SIGN_IN = "asked to sign in"
    REFUSED = "refused"
    ABSENT = "absent"
    OTHER_METHOD = "other method"
    BROKEN = "broken"


@dataclass(frozen=True)
class Route:
    """A URL. key: its name with its namespace, or its pattern; names: of its arguments."""

    key: str
    path: str
    names: tuple[str, ...]
    is_named: bool = True


@dataclass(frozen=True)
class Probe:
    """Somebody who tries; nobody in particular without a user."""

    name: str
    user: User | None
    is_adult: bool = True


@dataclass(frozen=True)
class Thing:
    """An address, whose thing it names, and whether others may see that."""

    path: str
    owner: str
    is_shown: bool = False
    # There may be no such thing, and saying so tells nobody anything.
    may_be_absent: bool = False


@dataclass
class Seen:
    """What came of visiting a thing with every method."""

    outcomes: set[Outcome] = field(default_factory=set)
    has_changed: bool = False


@dataclass(frozen=True)
class Belongings:
    """What one member has."""

    name: str
    user: User
    hidden: Character
    shown: Character
    hidden_story: Story
    shown_story: Story
    conversation: Conversation
    picture: Picture
    appeal: Appeal


def list_routes(name: str = "") -> list[Route]:
    """Return every route of the product, or those that a probe walks."""
    routes = sorted(_walk(get_resolver(), "", ""), key=lambda route: route.key)
    match name:
        # Beside those who walk everything: whether age matters, and what not even an administrator may do.
        case "minor":
            return [route for route in routes if not is_staff_page(route)]
        case "superuser":
            return [route for route in routes if is_staff_page(route)]
    return routes


def is_staff_page(route: Route) -> bool:
    return route.path.startswith("admin/")


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            names = tuple(first or second for first, second in _CONVERTER.findall(path))
            key = f"{namespace}{entry.name}" if entry.name else path
            yield Route(key, path, names, is_named=bool(entry.name))
        else:
            yield from _walk(entry, path, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


# --- What the arguments of routes name ----------------------------------------------------------------------

Arguments = dict[str, Any]
# Whose thing a route is about: the private one, and one that others may see where there is such a thing.
PRIVATE: dict[str, Callable[[Belongings], Arguments]] = {
    "slug": lambda own: {"slug": own.hidden.slug},
    "story-page": lambda own: {"slug": own.hidden_story.slug},
    "chat": lambda own: {"public_id": own.conversation.public_id},
    "picture": lambda own: {"public_id": own.picture.public_id},
    "person": lambda own: {"public_id": own.user.public_id},
    "media": lambda own: {"kind": "picture", "public_id": own.picture.public_id},
    "report": lambda own: {"kind": "character", "target_id": own.hidden.public_id},
    "appeal": lambda own: {"public_id": own.appeal.public_id},
    "file": lambda own: {
        "public_id": own.appeal.public_id,
        "file_id": own.appeal.files.get().public_id,
    },
}
SHOWN: dict[str, Callable[[Belongings], Arguments]] = {
    "slug": lambda own: {"slug": own.shown.slug},
    "story-page": lambda own: {"slug": own.shown_story.slug},
    "picture": lambda own: {"public_id": _portrait(own).public_id},
    "media": lambda own: {"kind": "picture", "public_id": _portrait(own).public_id},
    "report": lambda own: {"kind": "character", "target_id": own.shown.public_id},
}
# Of nobody in particular; the walk is about who is let in, not about what is found.
MADE_UP: Arguments = {
    "category": "fantasy",
    "provider_id": "nobody",
    "token": "made-up",
    "key": "made-up",
    "uidb36": "1",
    "pk": 1,
    "app_label": "moderation",
    "content_type_id": "1",
    "url": "nowhere",
}


# What a request says, by the last part of its path: without it there would be nothing to answer.
DATA: dict[str, Arguments] = {"greeting": {"index": "0"}}
# There is nothing before one has set it up, or without telling what is looked for.
NOT_ALWAYS_THERE = {
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_view_recovery_codes",
    "admin:autocomplete",
}


def list_things(route: Route, own: Belongings) -> list[Thing]:
    """Return the addresses that a member's things have under a route."""
    if not route.names:
        return [Thing(_path(route, {}), own.name, may_be_absent=route.key in NOT_ALWAYS_THERE)]
    kind = _kind_of(route)
    if kind == "passkey":
        # Of a third person: pages that ask the browser for a key of one's own would choke on a made-up one.
        passkey = Authenticator.objects.get()
        return [Thing(_path(route, {"pk": passkey.pk}), passkey.user.username)]
    found = []
    if kind in PRIVATE:
        found.append(Thing(_path(route, PRIVATE[kind](own)), own.name))
    if kind in SHOWN:
        found.append(Thing(_path(route, SHOWN[kind](own)), own.name, is_shown=True))
    if not found:
        arguments = {name: _argument(route, name, own) for name in route.names}
        found.append(Thing(_path(route, arguments), own.name, may_be_absent=True))
    return found


def _kind_of(route: Route) -> str:
    """Return which of the tables above knows a route's arguments, by the first word of its name."""
    if is_staff_page(route):
        return "admin"
    if "slug" in route.names:
        return "story-page" if route.path.startswith("stories/") else "slug"
    if "file_id" in route.names:
        return "file"
    if route.key.startswith("mfa_"):
        return "passkey"
    return route.key.partition("-")[0]


def _argument(route: Route, name: str, own: Belongings) -> Any:
    """Return a value for one argument; raises LookupError for one that nobody told us about."""
    if name == "object_id":
        return _first_key(route)
    if name in MADE_UP and not (name == "pk" and "user" in route.key):
        return MADE_UP[name]
    known = {
        "pk": own.user.pk,
        "public_id": own.user.public_id,
        "evidence_id": Evidence.objects.values_list("pk", flat=True).first(),
    }
    if name in known:
        return known[name]
    if name.endswith("_id"):
        return _first_key(route)
    raise LookupError(f"{route.key}: tell tests/architecture/probes.py what {name!r} is")


def _first_key(route: Route) -> Any:
    """Return the key of a row of the model that an admin page is about; 1 where there is none."""
    model = _model_of(route)
    if model is None:
        return 1
    # What waits for review is the newest of the revisions.
    order = "-pk" if model in {PendingRevision, PendingStoryRevision} else "pk"
    return model._default_manager.order_by(order).values_list("pk", flat=True).first() or 1


def _model_of(route: Route) -> type[Model] | None:
    parts = route.path.split("/")
    try:
        return apps.get_model(parts[1], parts[2])
    except (LookupError, ValueError):
        return None


def _path(route: Route, arguments: Arguments) -> str:
    if route.is_named:
        return reverse(route.key, kwargs=arguments or None)
    path = route.path.replace("$", "")
    for name, value in arguments.items():
        path = re.sub(rf"<(?:\w+:)?{name}>|\(\?P<{name}>[^)]*\)", str(value), path)
    return f"/{path}"


def _portrait(own: Belongings) -> Picture:
    revision = own.shown.live_revision
    assert revision is not None
    assert revision.portrait is not None
    return revision.portrait
