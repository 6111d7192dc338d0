"""R5: others never read unreviewed words nor see an unreviewed portrait, on any page there is.

The pages come from the URL list: one that is added has to say here what it is opened with.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from characters import queries, services
from characters.models import Character, State, Story
from chat import replies
from chat import services as chat_services
from chat.models import Conversation, Message
from core import ids
from imagegen.models import Picture
from moderation import services as moderation_services
from notifications.models import Notice
from tests.chat.fakes import Scripted
from tests.factories import (
    advance,
    edit,
    get_fresh,
    make_character,
    make_picture,
    make_staff,
    make_story,
    make_user,
)
from tests.notifications import post

pytestmark = pytest.mark.django_db

MARKER = "Quetzalcoatlus"
# A search for a part of it would find it, and the page that repeats the search does not count.
SEARCH = "Quetzalco"
TEXTS = {
    name: f"{MARKER} {name}"
    for name in (
        "name",
        "short_bio",
        "bio",
        "description",
        "first_message",
        "scenario",
        "example_dialogue",
        "appearance",
    )
} | {"tags": (MARKER.lower(),), "greetings": (f"{MARKER} greeting",)}
STORY_TEXTS = {name: f"{MARKER} {name}" for name in ("name", "summary", "opening_scene", "plot")} | {
    "tags": (MARKER.lower(),)
}

Arguments = dict[str, Any]


@dataclass
class Surroundings:
    """An approved character in an approved story, both with an open edit, and somebody else who chats with
    the one and plays the other.
    """

    character: Character
    story: Story
    portrait: Picture
    other: User
    conversation: Conversation
    game: Conversation
    own_photo: Picture

    def slug(self) -> Arguments:
        return {"slug": self.character.slug}

    def story_slug(self) -> Arguments:
        return {"slug": self.story.slug}

    def chat(self) -> Arguments:
        return {"public_id": self.conversation.public_id}

    def picture(self) -> Arguments:
        return {"public_id": self.portrait.public_id}

    def media(self) -> Arguments:
        return {"kind": "picture", **self.picture()}

    def report(self) -> Arguments:
        return {"kind": "character", "target_id": self.character.public_id}

    def owner(self) -> Arguments:
        return {"public_id": self.character.owner.public_id}


def fixed(**arguments: Any) -> Callable[[Surroundings], Arguments]:
    return lambda _surroundings: arguments


NOBODYS = fixed(public_id="0" * 32)
# What each page that takes arguments is opened with.
OPENED_WITH: dict[str, Callable[[Surroundings], Arguments]] = {
    **dict.fromkeys(
        (
            "character",
            "character-edit",
            "character-why",
            "character-photo",
            "character-submit",
            "character-withdraw",
            "character-discard",
            "character-visibility",
            "chat-start",
        ),
        Surroundings.slug,
    ),
    **dict.fromkeys(
        (
            "story",
            "story-edit",
            "story-why",
            "story-play",
            "story-submit",
            "story-withdraw",
            "story-discard",
            "story-visibility",
        ),
        Surroundings.story_slug,
    ),
    **dict.fromkeys(
        (
            "chat",
            "chat-send",
            "chat-photo",
            "chat-stop",
            "chat-retry",
            "chat-greeting",
            "chat-updates",
            "chat-events",
        ),
        Surroundings.chat,
    ),
    **dict.fromkeys(
        ("picture", "picture-cancel", "picture-retry", "picture-reroll", "picture-events"),
        Surroundings.picture,
    ),
    # A file that came with an appeal: nobody here has one.
    "appeal-file": lambda _here: dict.fromkeys(("public_id", "file_id"), "0" * 32),
    **dict.fromkeys(("person-block", "person-unblock", "person-mute", "person-unmute"), Surroundings.owner),
    "media": Surroundings.media,
    "report": Surroundings.report,
    "category": fixed(category="drama"),
    "stories-category": fixed(category="drama"),
    "appeal-detail": NOBODYS,
    "appeal-withdraw": NOBODYS,
}


def list_routes(patterns: Any = None, known: frozenset[str] = frozenset()) -> Iterator[tuple[str, set[str]]]:
    """Yield the name and the arguments of every page outside the staff pages."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        names = known | set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from list_routes(entry.url_patterns, names)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name, set(names)


ROUTES = sorted(dict(list_routes()).items())


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def make_surroundings(state: str) -> Surroundings:
    now = datetime.now(UTC)
    character = make_character(state=State.APPROVED, visibility="PUBLIC", category="drama")
    other = make_user(username="otto", safe_mode=False)
    conversation, _created = chat_services.start_conversation(
        actor=other, character=character, creation_key=ids.new_public_id(), now=now
    )
    story = make_story(owner=character.owner, state=State.APPROVED, visibility="PUBLIC", cast=[character])
    game, _created = chat_services.play_story(
        actor=other, story=story, creation_key=ids.new_public_id(), now=now
    )
    photo = make_picture(
        owner=other,
        purpose=Picture.Purpose.PHOTO,
        mode=Picture.Mode.IMAGE_TO_IMAGE,
        reference=character.live_revision.portrait,
        strength=0.5,
    )
    portrait = make_picture(owner=character.owner, mode=Picture.Mode.UPLOAD, appearance="", with_file=True)
    held = f"{MARKER} looks exactly like the actor."
    edit(character, portrait_id=portrait.pk, **(TEXTS | ({"bio": held} if state == "HELD" else {})))
    edit(story, **(STORY_TEXTS | ({"summary": held} if state == "HELD" else {})))
    for item in (character, story):
        revision = advance(item, State.SUBMITTED if state == "HELD" else State(state))
        if state == "HELD":
            services.screen_revision(kind=item.KIND, revision_id=revision.pk, now=now)
            assert get_fresh(item).open_revision.is_held
        moderation_services.report_content(
            actor=other,
            target_kind=item.KIND,
            target_id=item.public_id,
            reason="OTHER",
            text="",
            creation_key=ids.new_public_id(),
            now=now,
        )
    return Surroundings(
        get_fresh(character), get_fresh(story), portrait, other, conversation, game, own_photo=photo
    )


def arguments_for(name: str, names: set[str], here: Surroundings) -> Arguments:
    if not names:
        return {}
    if name in OPENED_WITH:
        return OPENED_WITH[name](here)
    if name in WITHOUT_CONTENT:
        return dict.fromkeys(names, "1")
    pytest.fail(f"{name} is a new page with {sorted(names)}: say in OPENED_WITH what it is opened with")


# Pages of the sign-in library that take a token or a provider.
WITHOUT_CONTENT = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "openid_connect_login",
    "openid_connect_callback",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "notifications-unsubscribe",
    "notifications-unsubscribe-undo",
}


SEARCHED = {"discover", "category", "stories", "stories-category"}


def read_all(client: Client, name: str, arguments: Arguments) -> Iterator[str]:
    """Yield what a page answers, to a search too; a page that only takes forms gets a short one."""
    path = reverse(name, kwargs=arguments)
    for query in ({}, {"q": SEARCH}) if name in SEARCHED else ({},):
        response = client.get(path, query)
        if response.status_code == 405:
            typed = {"text": "Hello", "cast_search": SEARCH, "creation_key": ids.new_public_id()}
            response = client.post(path, typed)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        yield f"{dict(response.headers)} {body.decode(errors='replace')}"


def find_leaks(here: Surroundings, viewer: User | None, routes: Any = ROUTES) -> list[str]:
    leaks = []
    for name, names in routes:
        arguments = arguments_for(name, names, here)
        client = Client(raise_request_exception=True)
        before = transaction.savepoint()
        if viewer is not None:
            client.force_login(viewer)
        for text in read_all(client, name, arguments):
            # A page that is asked for the portrait may repeat its own address.
            is_asked_for = here.portrait.public_id in str(arguments)
            shows_portrait = here.portrait.public_id in text and not is_asked_for
            if MARKER.lower() in text.lower() or shows_portrait:
                leaks.append(name)
        transaction.savepoint_rollback(before)
        cache.clear()
    return leaks


STATES = ["DRAFT", "SUBMITTED", "HELD", "PENDING", "REJECTED", "WITHDRAWN"]


@pytest.mark.parametrize("state", STATES)
def test_no_page_shows_it_to_others(state: str) -> None:
    here = make_surroundings(state)
    viewers = [None, here.other, make_staff(is_reviewer=False)]
    assert {name for viewer in viewers for name in find_leaks(here, viewer)} == set()
    in_a_game = replace(here, conversation=here.game)
    chat = [route for route in ROUTES if route[0].startswith("chat")]
    assert find_leaks(in_a_game, here.other, chat) == []


def test_the_marks_would_be_noticed() -> None:
    """The creator reads them, on these pages among others."""
    here = make_surroundings("DRAFT")
    own = ["character-edit", "library", "library-stories", "story-edit"]
    routes = [route for route in ROUTES if route[0] in own]
    assert find_leaks(here, here.character.owner, routes) == own


def test_every_page_is_among_those_that_are_looked_at() -> None:
    names = {name for name, _names in ROUTES}
    assert {"discover", "character", "chat", "media", "notifications", "chat-updates"} <= names
    assert {"stories", "story", "story-cast", "story-play"} <= names
    assert set(OPENED_WITH) <= names


@pytest.mark.parametrize("state", STATES)
def test_nobody_else_gets_the_portraits_file(state: str) -> None:
    here = make_surroundings(state)
    path = reverse("media", kwargs=here.media())
    for viewer in (None, here.other, make_staff(is_reviewer=False)):
        client = Client()
        if viewer is not None:
            client.force_login(viewer)
        assert client.get(path).status_code == 404
    owner = Client()
    owner.force_login(here.character.owner)
    assert b"".join(owner.get(path).streaming_content)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("place", ["conversation", "game"])
def test_the_character_in_a_chat_knows_nothing_of_it(state: str, place: str) -> None:
    here = make_surroundings(state)
    conversation = getattr(here, place)
    now = datetime.now(UTC)
    chat_services.send_message(
        actor=here.other,
        conversation=conversation,
        text="Who are you?",
        creation_key=ids.new_public_id(),
        now=now,
    )
    responder = Scripted("I keep the light.")
    reply = Message.objects.get(conversation=conversation, state=Message.State.QUEUED)
    replies.run_reply(message_id=reply.pk, holder="test", responder=responder, clock=lambda: now)
    assert responder.prompts
    assert MARKER.lower() not in repr(responder.prompts).lower()


@pytest.mark.parametrize("state", STATES)
def test_no_notice_mail_or_report_carries_it(state: str) -> None:
    here = make_surroundings(state)
    mails = [sent for sent in post.send_waiting() if here.other.email in sent.to]
    told = [f"{notice.title} {notice.body}" for notice in Notice.objects.filter(user=here.other)]
    told += [f"{sent.subject} {sent.body} {sent.alternatives}" for sent in mails]
    found = queries.search(here.other, SEARCH).count() + queries.search_stories(here.other, SEARCH).count()
    assert not [text for text in told if MARKER.lower() in text.lower()]
    assert found == 0
    reports = here.other.reports.all()
    assert len(reports) == 2
    for report in reports:
        words = f"{report.target_title} {report.target_excerpt} {report.case.title}"
        assert MARKER.lower() not in words.lower()
