"""R9, R10, R13, R14: the whole matrix of who sees which item, on every surface where others could read one.

Items are every visibility, every pair of open and live version, mature or not, of owners in each standing:
characters, stories, and the one character of a story that is itself fine (R8: a story is no more visible than
the least visible of its cast). Viewers are every age and Safe Mode, with every block and mute between them
and the owners. What is expected is said once more here, in the words of the rules, and not taken from the
code that it checks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
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
from characters import models, services
from characters.models import Character, State, Story
from characters.views import discovery
from core import ids, media
from storychat import access
from storychat.access import Who
from tests import factories
from tests.factories import (
    advance,
    edit,
    get_fresh,
    make_character,
    make_minor,
    make_staff,
    make_story,
    make_user,
)

pytestmark = pytest.mark.django_db

OPEN = (None, State.DRAFT, State.SUBMITTED, State.PENDING, State.REJECTED)
VERSIONS = [
    (opened, live)
    for opened, live in product(OPEN, (None, State.APPROVED, State.DELISTED))
    if opened is not None or live is not None
]
STANDINGS = ("fine", "restricted", "suspended")
# How many items there are of each pair of versions: public or not, mature or not, in each standing.
RUN = 4 * len(STANDINGS)
RELATIONS = ("none", "viewer blocked", "owner blocked", "muted")
VIEWERS = ("adult, Safe Mode off", "adult, Safe Mode on", "minor")


# What the matrix is about: what looks like this in it, or a story with a cast that does.
SUBJECTS = ("character", "story", "cast")


@dataclass(frozen=True)
class Item:
    """One item that viewers look at, with all that decides about it."""

    thing: models.Item
    opened: str | None
    live: str | None
    is_public: bool
    is_mature: bool
    standing: str
    # Whose standing that is, and with whom viewers have their relations.
    person: User

    def __str__(self) -> str:
        return (
            f"{self.thing.KIND} open={self.opened} live={self.live} public={self.is_public} "
            f"mature={self.is_mature} owner={self.standing}"
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


def reaches(surface: str, viewer: Viewer, item: Item) -> bool:
    """R14: whoever blocked somebody can still report what they saw of them."""
    if surface == "report" and viewer.relation == "viewer blocked":
        return sees(replace(viewer, relation="none"), item)
    return sees(viewer, item)


def finds(viewer: Viewer, item: Item) -> bool:
    """Lists leave out whom the viewer muted, too."""
    is_muted = viewer.relation == "muted" and item.thing.owner_id == item.person.pk
    return sees(viewer, item) and not is_muted


def make_item(
    subject: str,
    opened: str | None,
    live: str | None,
    *,
    public: bool,
    mature: bool,
    standing: str,
    fine: Character,
    now: datetime,
) -> Item:
    """fine: a character that everybody sees, for casts."""
    owner = make_user(safe_mode=not mature)
    kind = Story.KIND if subject == "story" else Character.KIND
    fields = {"cast": [fine]} if subject == "story" else {}
    made = factories.make_item(
        kind, owner=owner, state=live or opened or State.DRAFT, safe_mode=not mature, **fields
    )
    if live is not None and opened is not None:
        edit(made, tags=("another",))
        advance(get_fresh(made), State(opened))
    visibility = "PUBLIC" if public else "PRIVATE"
    services.set_visibility(actor=owner, item=made, visibility=visibility, now=now)
    thing = get_fresh(made)
    assert (thing.open_revision and thing.open_revision.state) == opened, (opened, live)
    if subject == "cast":
        thing = with_cast(thing, fine)
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
    return Item(get_fresh(thing), opened, live, public, mature, standing, owner)


def with_cast(character: models.Item, fine: Character) -> Story:
    """Return a live story with this character in it, whose author saw it once."""
    story = make_story(cast=[fine], state=State.APPROVED)
    revision = story.live_revision
    assert revision is not None
    revision.cast_members.update(character=character.pk)
    return story


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

    @property
    def kind(self) -> str:
        return self.items[0].thing.KIND


@pytest.fixture(params=SUBJECTS)
def world(now: datetime, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    # So that all the stories stand on the front page which may stand there.
    monkeypatch.setattr(discovery, "STRIP_SIZE", 10_000)
    fine = make_character(state=State.APPROVED)
    items = [
        make_item(
            request.param, opened, live, public=public, mature=mature, standing=standing, fine=fine, now=now
        )
        for (opened, live), public, mature, standing in product(
            VERSIONS, (True, False), (True, False), STANDINGS
        )
    ]
    owners = [item.person for item in items]
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
    return is_there(client, item.thing.get_absolute_url())


def look_at_portrait(client: Client, item: Item) -> bool:
    """What share previews show, too. Its file is not there in this test, which only asks who may have it."""
    shown = item.thing.live_revision or item.thing.working_revision
    found = access_to_file(client, shown.portrait.public_id)
    assert is_there(client, reverse("picture", args=[shown.portrait.public_id])) == found
    return found


def access_to_file(client: Client, public_id: str) -> bool:
    pk = client.session.get("_auth_user_id")
    viewer = User.objects.get(pk=pk) if pk else AnonymousUser()
    return media.find("picture", viewer=viewer, public_id=public_id) is not None


def look_at_report(client: Client, item: Item) -> bool:
    return is_there(client, reverse("report", args=[item.thing.KIND, item.thing.public_id]))


def start_chat(client: Client, item: Item) -> bool:
    route = {"character": "chat-start", "story": "story-play"}[item.thing.KIND]
    response = client.post(reverse(route, args=[item.thing.slug]), {"creation_key": ids.new_public_id()})
    return response.status_code == 302 and "/chats/" in response["Location"]


# What each route that shows an item to others is asked with, for each kind.
ITEM_SURFACES: dict[str, dict[str, Callable[[Client, Item], bool]]] = {
    "character": {
        "character": look_at_page,
        "media": look_at_portrait,
        "report": look_at_report,
        "chat-start": start_chat,
    },
    # Its pictures are the portraits of its cast.
    "story": {"story": look_at_page, "report": look_at_report, "story-play": start_chat},
}
COVERED_WITH_ANOTHER = {
    "picture": "media",
    # The stream of a picture that is being drawn; a portrait of an item that others see is finished.
    "picture-events": "media",
}
LISTS = {
    "character": {
        "discover": lambda: reverse("discover"),
        "category": lambda: reverse("category", args=["drama"]),
        "search": lambda: f"{reverse('discover')}?q=Mira",
    },
    "story": {
        "stories": lambda: reverse("stories"),
        "stories-category": lambda: reverse("stories-category", args=["drama"]),
        "story-search": lambda: f"{reverse('stories')}?q=Northern",
        # Beside the characters.
        "discover": lambda: reverse("discover"),
    },
}
LIBRARIES = {"character": "library", "story": "library-stories"}
FOR_MEMBERS = {"report", "chat-start", "story-play"}
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
        for part in (
            *(access._CHARACTERS, access._STORIES, access._CHAT),
            *(access._PICTURES, access._HELP, access._SETTINGS),
        )
        for name, rule in part.items()
        if rule.who in asked
    }
    surfaces = {name for surfaces in ITEM_SURFACES.values() for name in surfaces}
    lists = {name for lists in LISTS.values() for name in lists}
    assert routes <= {*surfaces, *COVERED_WITH_ANOTHER, *lists, *SHOW_NO_ITEM}
    assert {*surfaces, *COVERED_WITH_ANOTHER} <= routes


def list_slugs(client: Client, url: str) -> set[str]:
    """Return the items on all pages of a list."""
    found: set[str] = set()
    base, seen = url.partition("?")[0], set()
    while url and url not in seen:
        seen.add(url)
        text = client.get(url).content.decode()
        found |= set(re.findall(r'href="/(?:characters|stories)/([^/"]+)/"', text))
        following = re.search(r'href="([^"]*cursor=[^"]+)"', text)
        url = following[1].replace("&amp;", "&") if following else ""
        url = base + url if url.startswith("?") else url
    return found


def check_lists(viewer: Viewer, client: Client, world: World) -> list[str]:
    """Every list shows a viewer what they may find."""
    wrong = []
    for name, url in LISTS[world.kind].items():
        found = list_slugs(client, url())
        wrong += [
            f"{name}: {viewer}: {item}"
            for item in world.items
            if (item.thing.slug in found) != finds(viewer, item)
        ]
    return wrong


def surface_for(place: int, turn: int, viewer: Viewer, kind: str) -> str:
    """Return the surface that a pair is asked on: each in turn, so that all meet every kind of both."""
    names = [name for name in ITEM_SURFACES[kind] if viewer.user is not None or name not in FOR_MEMBERS]
    # Each pair of versions is a run of every visibility, maturity and standing; a step more after each run
    # brings every one of these to every surface.
    return names[(place + place // RUN + turn) % len(names)]


def check_items(viewer: Viewer, client: Client, world: World, *, turn: int) -> list[str]:
    """Every item is there for a viewer who may see it, and for no other; each is asked for on one surface."""
    wrong, met = [], set()
    for place, item in enumerate(world.items):
        name = surface_for(place, turn, viewer, world.kind)
        met.add((name, item.is_public, item.is_mature, item.standing))
        before = transaction.savepoint()
        if ITEM_SURFACES[world.kind][name](client, item) != reaches(name, viewer, item):
            wrong.append(f"{name}: {viewer}: {item}")
        transaction.savepoint_rollback(before)
        cache.clear()
    assert len(met) == len({name for name, *_rest in met}) * RUN
    return wrong


def test_everybody_finds_and_sees_what_they_may(world: World) -> None:
    """Every pair of a viewer and an item: on every list, and on one of the surfaces that show a single item.

    One test for both, because the world takes as long to make as to look at.
    """
    wrong = []
    for turn, viewer in enumerate(world.viewers):
        client = sign_in(viewer)
        wrong += check_lists(viewer, client, world)
        wrong += check_items(viewer, client, world, turn=turn)
    check_owners(world)
    check_staff(world)
    assert not wrong


def check_owners(world: World) -> None:
    """They always have what is theirs, unless they are suspended: then they are nobody."""
    for item in [item for item in world.items if item.standing == "fine"][::4]:
        client = Client()
        client.force_login(item.thing.owner)
        assert look_at_page(client, item), item
        assert item.thing.slug in list_slugs(client, reverse(LIBRARIES[world.kind])), item
    suspended = next(item for item in world.items if (item.standing, item.live) == ("suspended", None))
    client = Client()
    client.force_login(suspended.person)
    assert not look_at_page(client, suspended)


def check_staff(world: World) -> None:
    """Outside the staff pages they see what members see."""
    staff = Viewer(make_staff(is_reviewer=False), "adult, Safe Mode on", "none")
    client = sign_in(staff)
    for item in world.items[::7]:
        assert look_at_page(client, item) == sees(staff, item), item
