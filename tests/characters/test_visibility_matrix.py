"""R9, R10, R13, R14: the whole matrix of who sees which item, on every surface where others could read one.

Items are every visibility, every pair of open and live version, mature or not, of owners in each standing.
Viewers are every age and Safe Mode, with every block and mute between them and the owners. What is expected
is said once more here, in the words of the rules, and not taken from the code that it checks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import services as account_services
from accounts.models import Block, Mute, Restriction, User
from characters import services
from characters.models import Character, State
from core import ids, media
from storychat import access
from storychat.access import Who
from tests.factories import advance, edit, get_fresh, make_character, make_minor, make_staff, make_user

pytestmark = pytest.mark.django_db

OPEN = (None, State.DRAFT, State.SUBMITTED, State.PENDING, State.REJECTED)
VERSIONS = [
    (opened, live)
    for opened, live in product(OPEN, (None, State.APPROVED, State.DELISTED))
    if opened is not None or live is not None
]
STANDINGS = ("fine", "restricted", "suspended")
RELATIONS = ("none", "viewer blocked", "owner blocked", "muted")
VIEWERS = ("adult, Safe Mode off", "adult, Safe Mode on", "minor")


@dataclass(frozen=True)
class Item:
    """One item with all that decides about it."""

    character: Character
    opened: str | None
    live: str | None
    is_public: bool
    is_mature: bool
    standing: str

    def __str__(self) -> str:
        return (
            f"open={self.opened} live={self.live} public={self.is_public} mature={self.is_mature} "
            f"owner={self.standing}"
        )


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks; `user` is None for a visitor."""

    user: User | None
    kind: str
    relation: str

    @property
    def is_blocked(self) -> bool:
        return self.relation in {"viewer blocked", "owner blocked"}

    def __str__(self) -> str:
        return f"{self.kind}, {self.relation}"


def sees(viewer: Viewer, item: Item) -> bool:
    """R9: public with a live version. R10: mature only with both Safe Modes off. R13, R14: neither suspended
    nor blocked, either way; a restriction of its owner and a mute hide nothing that is asked for by name.
    """
    if not item.is_public or item.live != State.APPROVED or item.standing == "suspended":
        return False
    if item.is_mature and viewer.kind != "adult, Safe Mode off":
        return False
    return not viewer.is_blocked


def finds(viewer: Viewer, item: Item) -> bool:
    """Lists leave out whom the viewer muted, too."""
    return sees(viewer, item) and viewer.relation != "muted"


def make_item(
    opened: str | None, live: str | None, *, public: bool, mature: bool, standing: str, now: datetime
) -> Item:
    owner = make_user()
    first = live or opened
    character = make_character(owner=owner, state=first or State.DRAFT, safe_mode=not mature)
    if live is not None and opened is not None:
        edit(character, bio="Another life.")
        advance(get_fresh(character), State(opened))
    visibility = "PUBLIC" if public else "PRIVATE"
    services.set_visibility(actor=owner, character=character, visibility=visibility, now=now)
    if standing == "suspended":
        account_services.suspend_user(actor=None, user=owner, reason_code="spam", explanation="x", now=now)
    elif standing == "restricted":
        for scope in set(Restriction.Scope) - {Restriction.Scope.ACCOUNT}:
            account_services.restrict_user(
                actor=None,
                user=owner,
                scope=scope,
                reason_code="spam",
                explanation="x",
                ends_at=None,
                now=now,
            )
    fresh = get_fresh(character)
    assert (fresh.open_revision and fresh.open_revision.state) == opened, (opened, live)
    return Item(fresh, opened, live, public, mature, standing)


def make_viewer(kind: str, relation: str, owners: list[User], now: datetime) -> Viewer:
    user = make_minor() if kind == "minor" else make_user(safe_mode=kind != "adult, Safe Mode off")
    if relation == "viewer blocked":
        Block.objects.bulk_create(Block(blocker=user, blocked=owner, created_at=now) for owner in owners)
    elif relation == "owner blocked":
        Block.objects.bulk_create(Block(blocker=owner, blocked=user, created_at=now) for owner in owners)
    elif relation == "muted":
        Mute.objects.bulk_create(Mute(muter=user, muted=owner, created_at=now) for owner in owners)
    return Viewer(user, kind, relation)


@dataclass(frozen=True)
class World:
    """All items and all viewers."""

    items: list[Item]
    viewers: list[Viewer]


@pytest.fixture
def world(now: datetime) -> World:
    items = [
        make_item(opened, live, public=public, mature=mature, standing=standing, now=now)
        for (opened, live), public, mature, standing in product(
            VERSIONS, (True, False), (True, False), STANDINGS
        )
    ]
    owners = [item.character.owner for item in items]
    viewers = [make_viewer(kind, relation, owners, now) for kind, relation in product(VIEWERS, RELATIONS)]
    return World(items, [Viewer(None, "visitor", "none"), *viewers])


def sign_in(viewer: Viewer) -> Client:
    client = Client()
    if viewer.user is not None:
        client.force_login(viewer.user)
    return client


def is_there(client: Client, path: str) -> bool:
    response = client.get(path)
    if response.streaming:
        assert response.status_code == 404 or b"".join(response.streaming_content)
    assert response.status_code in {200, 302, 404}, (path, response.status_code)
    return response.status_code == 200


def look_at_page(client: Client, item: Item) -> bool:
    return is_there(client, item.character.get_absolute_url())


def look_at_portrait(client: Client, item: Item) -> bool:
    """What share previews show, too. Its file is not there in this test, which only asks who may have it."""
    shown = item.character.live_revision or item.character.working_revision
    found = access_to_file(client, shown.portrait.public_id)
    assert is_there(client, reverse("picture", args=[shown.portrait.public_id])) == found
    return found


def access_to_file(client: Client, public_id: str) -> bool:
    pk = client.session.get("_auth_user_id")
    viewer = User.objects.get(pk=pk) if pk else AnonymousUser()
    return media.find("picture", viewer=viewer, public_id=public_id) is not None


def look_at_report(client: Client, item: Item) -> bool:
    return is_there(client, reverse("report", args=["character", item.character.public_id]))


def start_chat(client: Client, item: Item) -> bool:
    response = client.post(
        reverse("chat-start", args=[item.character.slug]), {"creation_key": ids.new_public_id()}
    )
    return response.status_code == 302 and "/chats/" in response["Location"]


# What each route that shows an item to others is asked with. The first three are for visitors, too.
ITEM_SURFACES: dict[str, Callable[[Client, Item], bool]] = {
    "character": look_at_page,
    "media": look_at_portrait,
    "report": look_at_report,
    "chat-start": start_chat,
}
COVERED_WITH_ANOTHER = {
    "picture": "media",
    # The stream of a picture that is being drawn; a portrait of an item that others see is finished.
    "picture-events": "media",
}
LISTS = {
    "discover": lambda: reverse("discover"),
    "category": lambda: reverse("category", args=["drama"]),
    "search": lambda: f"{reverse('discover')}?q=Mira",
}
FOR_MEMBERS = {"report", "chat-start"}
SHOW_NO_ITEM = {
    "guidelines",
    "transparency",
    "transparency-json",
    "settings",
    "usersessions_list",
}


def test_every_surface_that_could_show_an_item_is_in_the_matrix() -> None:
    """A new page for others fails here until it says how the matrix looks at it."""
    asked = {Who.ANYBODY, Who.WHO_SEES_IT, Who.MEMBER_WHO_SEES_IT}
    routes = {
        name
        for part in (access._CHARACTERS, access._CHAT, access._PICTURES, access._HELP, access._SETTINGS)
        for name, rule in part.items()
        if rule.who in asked
    }
    known = {*ITEM_SURFACES, *COVERED_WITH_ANOTHER, *LISTS, *SHOW_NO_ITEM}
    assert routes <= known
    assert {*ITEM_SURFACES, *COVERED_WITH_ANOTHER} <= routes


def list_slugs(client: Client, url: str) -> set[str]:
    """Return the items on all pages of a list."""
    found: set[str] = set()
    base, seen = url.partition("?")[0], set()
    while url and url not in seen:
        seen.add(url)
        text = client.get(url).content.decode()
        found |= set(re.findall(r'href="/characters/([^/"]+)/"', text))
        following = re.search(r'href="([^"]*cursor=[^"]+)"', text)
        url = following[1].replace("&amp;", "&") if following else ""
        url = base + url if url.startswith("?") else url
    return found


def test_lists_hold_what_each_viewer_may_find(world: World) -> None:
    wrong = []
    for viewer in world.viewers:
        client = sign_in(viewer)
        for name, url in LISTS.items():
            found = list_slugs(client, url())
            wrong += [
                f"{name}: {viewer}: {item}"
                for item in world.items
                if (item.character.slug in found) != finds(viewer, item)
            ]
    assert not wrong


def surface_for(place: int, viewer: Viewer) -> str:
    """Return the surface that a pair is asked on: each in turn, so that all meet every kind of both."""
    names = [name for name in ITEM_SURFACES if viewer.user is not None or name not in FOR_MEMBERS]
    return names[place % len(names)]


def test_each_item_is_there_for_those_who_may_see_it(world: World) -> None:
    """Every pair of a viewer and an item, on one surface; the lists above have every pair on each."""
    wrong = []
    for turn, viewer in enumerate(world.viewers):
        client = sign_in(viewer)
        for place, item in enumerate(world.items):
            # Items come in runs of STANDINGS, so that a turn later each surface gets the next of them.
            name = surface_for(place + turn, viewer)
            before = transaction.savepoint()
            if ITEM_SURFACES[name](client, item) != sees(viewer, item):
                wrong.append(f"{name}: {viewer}: {item}")
            transaction.savepoint_rollback(before)
            cache.clear()
    check_owners(world)
    check_staff(world)
    assert not wrong


def check_owners(world: World) -> None:
    """They always have what is theirs, unless they are suspended: then they are nobody."""
    for item in world.items[:: len(STANDINGS) * 4]:
        assert item.standing == "fine"
        client = Client()
        client.force_login(item.character.owner)
        assert look_at_page(client, item), item
        assert item.character.slug in list_slugs(client, reverse("library")), item
    suspended = next(item for item in world.items if (item.standing, item.live) == ("suspended", None))
    client = Client()
    client.force_login(suspended.character.owner)
    assert not look_at_page(client, suspended)


def check_staff(world: World) -> None:
    """Outside the staff pages they see what members see."""
    staff = Viewer(make_staff(is_reviewer=False), "adult, Safe Mode on", "none")
    client = sign_in(staff)
    for item in world.items[::7]:
        assert look_at_page(client, item) == sees(staff, item), item
