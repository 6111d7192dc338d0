"""People who try every URL with everybody's ids, and what they leave behind."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from characters.models import Character, Revision, State
from chat import services as chat_services
from chat.models import Conversation, Message
from core import ids
from imagegen.models import Picture
from moderation import services as moderation_services
from moderation.models import Appeal
from moderation.services.appeals import Request
from moderation.targets import Words
from storychat.staff_groups import MODERATORS, SUPPORT
from tests import factories

NAMES = ("anonymous", "owner", "other", "minor", "moderator", "support", "superuser")
_OBJECT_PAGE = re.compile(r"/admin/\w+/\w+/.+/\w+/$")
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
    "chat": lambda own: {"public_id": own.conversation.public_id},
    "picture": lambda own: {"public_id": own.picture.public_id},
    "person": lambda own: {"public_id": own.user.public_id},
    "media": lambda own: {"kind": "picture", "public_id": own.picture.public_id},
    "report": lambda own: {"kind": "character", "target_id": own.hidden.public_id},
    "appeal": lambda own: {"public_id": own.appeal.public_id},
}
SHOWN: dict[str, Callable[[Belongings], Arguments]] = {
    "slug": lambda own: {"slug": own.shown.slug},
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
        return "slug"
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
        "character_id": own.shown.pk,
        "revision_id": own.shown.live_revision_id,
    }
    if name in known:
        return known[name]
    if name.endswith("_id"):
        # Of a staff page's row; where there is none, the page says so.
        return 1
    raise LookupError(f"{route.key}: tell tests/architecture/probes.py what {name!r} is")


def _first_key(route: Route) -> Any:
    """Return the key of a row of the model that an admin page is about."""
    model = _model_of(route)
    return model._default_manager.order_by("pk").values_list("pk", flat=True).first() or 1 if model else 1


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


# --- The world ----------------------------------------------------------------------------------------------


class World:
    """Two members with the same kinds of things, and everybody else who tries."""

    def __init__(self) -> None:
        self.owners = [self._make_belongings("owner"), self._make_belongings("other")]
        Authenticator.objects.create(
            user=factories.make_user(),
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "A key", "credential": {}},
        )
        self._sessions: dict[int, str] = {}

    @cached_property
    def probes(self) -> dict[str, Probe]:
        """Who tries, by name."""
        own, other = self.owners
        return {
            "anonymous": Probe("anonymous", None),
            "owner": Probe("owner", own.user),
            "other": Probe("other", other.user),
            "minor": Probe("minor", factories.make_minor(), is_adult=False),
            "moderator": Probe("moderator", _make_staff(MODERATORS)),
            "support": Probe("support", _make_staff(SUPPORT)),
            "superuser": Probe("superuser", factories.make_staff(is_superuser=True)),
        }

    def visit(self, probe: Probe, thing: Thing, *, looks_after: bool) -> Seen:
        """Send GET and POST, as if nothing had happened before.

        looks_after: also look whether anything of the two members changed.
        """
        seen = Seen()
        for method in ("get", "post"):
            # What pages limit, they limit per person and hour; here each request stands alone.
            cache.clear()
            with _undone():
                before = self._look() if looks_after else []
                seen.outcomes.add(self._request(probe, method, thing.path))
                seen.has_changed |= looks_after and self._look() != before
        return seen

    def _request(self, probe: Probe, method: str, path: str) -> Outcome:
        client = Client(raise_request_exception=False)
        if probe.user is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._find_session(probe.user)
        response = getattr(client, method)(path, DATA.get(path.rstrip("/").rpartition("/")[2]))
        outcome = classify(response, path)
        if response.streaming and not response.is_async:
            # Files are open until they were read.
            list(response)
        return outcome

    def sign_in(self, probe: Probe) -> None:
        """Open a session; do it before the first visit, which would take it back."""
        if probe.user is not None:
            client = Client()
            client.force_login(probe.user)
            # Now the pages about second factors need not ask for the password again.
            client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
            self._sessions[probe.user.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def _find_session(self, user: User) -> str:
        return self._sessions[user.pk]

    def _look(self) -> list[Any]:
        """Return everything that belongs to the two members, as it is in the database."""
        owners = [own.user.pk for own in self.owners]
        return [
            list(rows.order_by("pk").values())
            for rows in (
                Character.objects.filter(owner__in=owners),
                Revision.objects.filter(character__owner__in=owners),
                Conversation.objects.filter(user__in=owners),
                Message.objects.filter(conversation__user__in=owners),
                Picture.objects.filter(owner__in=owners),
                Appeal.objects.filter(appellant__in=owners),
            )
        ]

    def _make_belongings(self, name: str) -> Belongings:
        user = factories.make_user(username=f"probe-{name}")
        portrait = factories.make_picture(owner=user, with_file=True)
        shown = factories.make_character(owner=user, state=State.APPROVED, portrait_id=portrait.pk)
        conversation, _is_new = chat_services.start_conversation(
            actor=user, character=shown, creation_key=ids.new_public_id(), now=factories.NOW
        )
        return Belongings(
            name=name,
            user=user,
            hidden=factories.make_character(owner=user, state=State.DRAFT),
            shown=shown,
            conversation=conversation,
            picture=factories.make_picture(owner=user, with_file=True),
            appeal=_make_appeal(user),
        )


def classify(response: HttpResponseBase, path: str) -> Outcome:
    """Return what a response means for whoever asked."""
    status = response.status_code
    if status >= 500:
        return Outcome.BROKEN
    if status in {301, 302} and response["Location"].startswith(("/accounts/login/", "/admin/login/")):
        return Outcome.SIGN_IN
    if status == 302 and response["Location"] == "/admin/" and _OBJECT_PAGE.match(path):
        # Django's admin leads back to its start when there is no such row.
        return Outcome.ABSENT
    known = {403: Outcome.REFUSED, 404: Outcome.ABSENT, 405: Outcome.OTHER_METHOD}
    return known.get(status, Outcome.IN)


def _make_appeal(user: User) -> Appeal:
    decision, _is_new = moderation_services.warn(
        actor=factories.make_staff(), user=user, words=Words("spam"), now=datetime.now(tz=UTC)
    )
    request = Request(Appeal.Wish.RESTORE, "It was a joke.")
    appeal, _is_new = moderation_services.appeal(
        actor=user,
        decision=decision,
        request=request,
        creation_key=ids.new_public_id(),
        now=datetime.now(tz=UTC),
    )
    return appeal


def _make_staff(group: str) -> User:
    user = factories.make_staff(is_reviewer=False)
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what happens inside; operations that open their own transaction work in it."""
    block = transaction.atomic()
    # What pytest's own transaction around a test is to Django: not one that an operation could be nested in.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)
