"""Playing a story: the lead of its cast speaks; the scene, the plot and the others are in the prompt."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services as account_services
from accounts.models import User
from characters import services as character_services
from characters.models import Character, State, Story, Visibility
from characters.services import CharacterRefusedError
from chat import policies, queries, replies, services
from chat.models import Conversation, Message
from chat.prompts import CastNote
from chat.responders.persona import PersonaResponder, answer
from chat.services import ChatRefusedError
from core import ids
from imagegen.models import Picture
from moderation import targets
from tests import factories
from tests.chat.conftest import fresh
from tests.chat.fakes import Scripted
from tests.clients import client_of

SCENE = "Rain, {{user}}. *{{char}} lights the lamp.* Who knocks?"
PLOT = "{{char}} wrote the letter that {{user}} carries."


@pytest.fixture
def mira(db: None) -> Character:
    return factories.make_character(state=State.APPROVED, name="Mira Vale")


@pytest.fixture
def olaf(db: None) -> Character:
    return factories.make_character(state=State.APPROVED, name="Olaf Rim", short_bio="Cooks and listens.")


@pytest.fixture
def story(mira: Character, olaf: Character) -> Story:
    """Of a third person, with the characters of two others."""
    return factories.make_story(state=State.APPROVED, cast=[mira, olaf], opening_scene=SCENE, plot=PLOT)


@pytest.fixture
def game(person: User, story: Story, now: datetime) -> Conversation:
    return play(person, story, now=now)


def play(person: User, story: Story, *, now: datetime) -> Conversation:
    game, _created = services.play_story(
        actor=person, story=factories.get_fresh(story), creation_key=ids.new_public_id(), now=now
    )
    return game


def say(game: Conversation, text: str, *, now: datetime, **options: Any) -> Message:
    line, _created = services.send_message(
        actor=game.user,
        conversation=queries.get_conversation_for(game.user, game.public_id),
        text=text,
        creation_key=ids.new_public_id(),
        now=now,
        **options,
    )
    return Message.objects.get(conversation=game, position=line.position + 1)


def write(reply: Message, *, now: datetime, responder: Any = None) -> Message:
    replies.run_reply(
        message_id=reply.pk,
        holder=ids.new_public_id(),
        responder=responder or PersonaResponder(pace=0),
        clock=lambda: now,
    )
    return fresh(reply)


def hide(item: Any, now: datetime) -> None:
    character_services.set_visibility(actor=item.owner, item=item, visibility=Visibility.PRIVATE, now=now)


# --- Beginning ---


def test_the_lead_opens_with_the_scene(person: User, game: Conversation, mira: Character) -> None:
    """R8: the lead of the cast speaks, and the first line is the opening scene with its names filled in."""
    opening = game.messages.get()

    assert game.character == mira
    assert opening.text == "Rain, Alex. *Mira Vale lights the lamp.* Who knocks?"
    assert (opening.author, opening.revision) == (Message.Author.CHARACTER, mira.live_revision)


def test_the_same_form_plays_once(person: User, story: Story, now: datetime) -> None:
    key = ids.new_public_id()
    first, created = services.play_story(actor=person, story=story, creation_key=key, now=now)
    second, created_again = services.play_story(actor=person, story=story, creation_key=key, now=now)

    assert (created, created_again) == (True, False)
    assert first == second


def test_play_goes_on_where_it_was_and_begins_anew_when_asked(browser: Client, story: Story) -> None:
    url = reverse("story-play", args=[story.slug])
    first = browser.post(url, {"creation_key": ids.new_public_id()})

    assert browser.post(url, {"creation_key": ids.new_public_id()}).url == first.url
    key = ids.new_public_id()
    second = browser.post(url, {"creation_key": key, "new": "1"})
    assert second.url != first.url
    assert browser.post(url, {"creation_key": key, "new": "1"}).url == second.url
    assert Conversation.objects.count() == 2


def test_a_chat_with_the_lead_is_not_a_game(
    browser: Client, person: User, story: Story, mira: Character
) -> None:
    game = browser.post(reverse("story-play", args=[story.slug])).url
    chat = browser.post(reverse("chat-start", args=[mira.slug])).url

    assert game != chat
    assert browser.post(reverse("story-play", args=[story.slug])).url == game
    assert browser.post(reverse("chat-start", args=[mira.slug])).url == chat


@pytest.mark.parametrize("hidden", ["story", "mira", "olaf"])
def test_nobody_plays_what_they_cannot_see(
    hidden: str, browser: Client, story: Story, now: datetime, request: pytest.FixtureRequest
) -> None:
    """R8: no more visible than the least visible of the cast."""
    hide(request.getfixturevalue(hidden), now)

    assert browser.post(reverse("story-play", args=[story.slug])).status_code == 404
    with pytest.raises(ChatRefusedError) as caught:
        play(factories.make_user(), story, now=now)
    assert caught.value.refusal.code == "not-available"


def test_a_draft_is_played_by_its_author_alone(browser: Client, person: User, now: datetime) -> None:
    """R3: the author tries it before submitting it."""
    story = factories.make_story(owner=person, opening_scene=SCENE)

    page = browser.post(reverse("story-play", args=[story.slug]), follow=True)

    assert "lights the lamp" in page.content.decode()
    other = client_of(factories.make_user())
    assert other.post(reverse("story-play", args=[story.slug])).status_code == 404


def test_a_draft_without_a_scene_opens_with_the_leads_greeting(person: User, now: datetime) -> None:
    story = factories.make_story(owner=person, opening_scene="")

    assert play(person, story, now=now).messages.get().text == "You made it through the fog. Tea?"


def test_a_draft_without_a_cast_says_what_is_missing(browser: Client, person: User) -> None:
    story = factories.make_story(owner=person, cast=[])

    page = browser.post(reverse("story-play", args=[story.slug]))

    assert page.status_code == 422
    assert "Add a character to the cast and save." in page.content.decode()
    assert not Conversation.objects.exists()


def test_playing_counts_once_and_not_for_its_author(
    game: Conversation, story: Story, mira: Character, now: datetime
) -> None:
    def counts() -> tuple[int, int]:
        return factories.get_fresh(story).chat_count, factories.get_fresh(mira).chat_count

    assert counts() == (0, 0)
    write(say(game, "Hello", now=now), now=now)
    write(say(game, "And again", now=now), now=now)
    assert counts() == (1, 0)
    own = play(story.owner, story, now=now)
    say(own, "Hello", now=now)
    assert counts() == (1, 0)


def test_a_draft_that_was_played_is_kept(person: User, now: datetime) -> None:
    """The version that a conversation read stays."""
    story = factories.make_story(owner=person, state=State.DELISTED)
    draft = factories.edit(story, opening_scene="Another beginning.")
    assert play(person, story, now=now).story_revision == draft

    with pytest.raises(CharacterRefusedError) as caught:
        character_services.discard_draft(actor=person, item=story, now=now)

    assert caught.value.refusal.code == "in-use"
    assert factories.get_fresh(story).open_revision == draft


# --- The prompt ---


def test_the_prompt_has_the_scene_the_plot_and_the_others(game: Conversation, now: datetime) -> None:
    responder = Scripted("It is me.")

    write(say(game, "Who is there?", now=now), now=now, responder=responder)

    prompt = responder.prompts[0]
    assert prompt.sheet.name == "Mira Vale"
    assert prompt.story is not None
    assert prompt.story.others == (CastNote("Olaf Rim", "Cooks and listens."),)
    for words in (
        "the story “The Northern Light”",
        "Rain, Alex. *Mira Vale lights the lamp.*",
        "Mira Vale wrote the letter that Alex carries.",
        "- Olaf Rim: Cooks and listens.",
    ):
        assert words in prompt.system
    assert "A lighthouse on a rainy evening." not in prompt.system
    assert prompt.history[0].text.startswith("Rain, Alex.")


def test_an_edit_that_waits_is_not_played(game: Conversation, story: Story, now: datetime) -> None:
    """R5: conversations read only approved versions, and the next line the newest of them."""
    factories.edit(story, plot="Unread so far.", name="Unread title")
    factories.advance(story, State.PENDING)
    responder = Scripted("One.", "Two.")
    write(say(game, "Hello", now=now), now=now, responder=responder)
    assert "Unread" not in repr(responder.prompts)

    revision = factories.get_fresh(story).open_revision
    character_services.approve(
        actor=factories.make_staff(), revision=revision, expected_hash=revision.content_hash, now=now
    )
    write(say(game, "Go on", now=now), now=now, responder=responder)
    assert "Unread so far." in responder.prompts[-1].system
    assert queries.get_conversation_for(game.user, game.public_id).story_revision == revision


def test_one_character_in_two_stories_keeps_them_apart(
    person: User, game: Conversation, mira: Character, now: datetime
) -> None:
    other = play(person, factories.make_story(state=State.APPROVED, cast=[mira], plot="Elsewhere."), now=now)
    responder = Scripted("Well.")

    write(say(other, "Hello", now=now), now=now, responder=responder)

    assert "Elsewhere." in responder.prompts[0].system
    assert "wrote the letter" not in responder.prompts[0].system


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Who is Olaf?", "Cooks and listens."),
        ("Is anybody else here?", "Olaf Rim"),
        ("And rim?", "Cooks and"),
    ],
)
def test_the_built_in_responder_knows_the_others(
    asked: str, said: str, game: Conversation, now: datetime
) -> None:
    assert said in write(say(game, asked, now=now), now=now).text


def test_the_built_in_responder_says_it_once_and_gives_nothing_away(
    game: Conversation, now: datetime
) -> None:
    lines = [write(say(game, "Tell me about Olaf", now=now), now=now).text for _round in range(4)]

    assert sum("Cooks and listens." in line for line in lines) == 1
    assert len(set(lines)) == len(lines)
    assert not any("letter" in line for line in lines)


def test_the_same_line_is_answered_the_same(game: Conversation, now: datetime) -> None:
    responder = Scripted("Hm.")
    write(say(game, "Who is Olaf?", now=now), now=now, responder=responder)

    assert answer(responder.prompts[0]) == answer(responder.prompts[0])


def test_a_photo_shows_the_lead(game: Conversation, mira: Character, now: datetime) -> None:
    """R1: in a cast, the speaking character's portrait is the reference. R2: it comes when asked for."""
    reply = write(say(game, "Can you send me a photo of you?", now=now), now=now)

    assert reply.photo is not None
    assert reply.photo.mode == Picture.Mode.IMAGE_TO_IMAGE
    assert reply.photo.reference == mira.live_revision.portrait


# --- What stops it ---


@pytest.mark.parametrize("hidden", ["story", "mira", "olaf"])
def test_when_one_of_them_goes_away_the_chat_is_read_only(
    hidden: str,
    game: Conversation,
    browser: Client,
    now: datetime,
    request: pytest.FixtureRequest,
) -> None:
    """R9: read-only, with the reason, and no pictures; what was queued is not written."""
    drawn = write(say(game, "Can you send me a photo of you?", now=now), now=now)
    waiting = say(game, "And another photo of you?", now=now)
    hide(request.getfixturevalue(hidden), now)

    written = write(waiting, now=now)

    assert (written.state, written.failure_code) == (Message.State.CANCELED, "access-lost")
    assert written.photo is None
    assert drawn.photo is not None
    replies.sweep(now=now)
    assert Picture.objects.get(pk=drawn.photo.pk).state == Picture.State.CANCELED
    with pytest.raises(ChatRefusedError) as caught:
        say(game, "Hello?", now=now)
    assert caught.value.refusal.code == "read-only"
    page = browser.get(reverse("chat", args=[game.public_id])).content.decode()
    assert "This story, or somebody in its cast, is not available to you" in page
    assert "data-composer" not in page
    assert "lights the lamp" in page
    assert "The Northern Light" in page
    listed = browser.get(reverse("chats")).content.decode()
    assert "Read-only" in listed
    assert "The Northern Light" in listed


def test_the_author_too_needs_the_whole_cast(story: Story, olaf: Character, now: datetime) -> None:
    """R9: an author who lost sight of one of the cast reads on and writes no more."""
    game = play(story.owner, story, now=now)
    hide(olaf, now)

    with pytest.raises(ChatRefusedError) as caught:
        say(game, "Hello?", now=now)
    assert caught.value.refusal.code == "read-only"


@pytest.mark.parametrize("whose", ["story", "mira", "olaf"])
def test_who_blocked_one_of_the_authors_is_told_so(
    whose: str, game: Conversation, person: User, now: datetime, request: pytest.FixtureRequest
) -> None:
    """R14: and who was blocked does not learn it."""
    item = request.getfixturevalue(whose)
    account_services.block_user(actor=person, public_id=item.owner.public_id, now=now)
    actor = User.objects.get(pk=person.pk)

    refusal = policies.read_only_refusal(actor, queries.get_conversation_for(actor, game.public_id))

    assert refusal is not None
    assert "You blocked the creator" in str(refusal.message)
    account_services.unblock_user(actor=person, public_id=item.owner.public_id, now=now)
    account_services.block_user(actor=item.owner, public_id=person.public_id, now=now)
    actor = User.objects.get(pk=person.pk)
    refusal = policies.read_only_refusal(actor, queries.get_conversation_for(actor, game.public_id))
    assert refusal is not None
    assert "block" not in f"{refusal.message} {refusal.fix}"


def test_it_goes_on_when_the_story_is_back(game: Conversation, story: Story, now: datetime) -> None:
    hide(story, now)
    character_services.set_visibility(actor=story.owner, item=story, visibility=Visibility.PUBLIC, now=now)

    assert write(say(game, "Hello", now=now), now=now).state == Message.State.DONE


def test_a_mature_story_is_for_those_who_see_mature_items(mira: Character, now: datetime) -> None:
    """R10: both Safe Modes are off, and its replies may be what the story is."""
    story = factories.make_story(state=State.APPROVED, cast=[mira], safe_mode=False)
    viewer = factories.make_user(safe_mode=False)
    with pytest.raises(ChatRefusedError):
        play(factories.make_user(), story, now=now)

    game = play(viewer, story, now=now)

    job = queries.get_job(say(game, "Hello", now=now).pk)
    assert replies._is_mature_allowed(job.conversation, mira.live_revision)
    plain = services.start_conversation(
        actor=viewer, character=factories.get_fresh(mira), creation_key=ids.new_public_id(), now=now
    )[0]
    job = queries.get_job(say(plain, "Hello", now=now).pk)
    assert not replies._is_mature_allowed(job.conversation, mira.live_revision)


# --- Pages ---


def test_the_chat_shows_the_storys_title(browser: Client, game: Conversation, story: Story) -> None:
    page = browser.get(reverse("chat", args=[game.public_id])).content.decode()

    assert f'<a href="{story.get_absolute_url()}">The Northern Light</a>' in page
    assert "With Mira Vale, AI character" in page
    assert "Play anew" in page
    assert reverse("story-play", args=[story.slug]) in page


def test_the_list_shows_the_title_and_who_it_is_with(browser: Client, game: Conversation) -> None:
    page = browser.get(reverse("chats")).content.decode()

    assert "The Northern Light" in page
    assert "Story with Mira Vale" in page


def test_a_scene_has_no_other_greetings(browser: Client, game: Conversation) -> None:
    page = browser.get(reverse("chat", args=[game.public_id])).content.decode()

    assert "data-opening" not in page
    answer = browser.post(reverse("chat-greeting", args=[game.public_id]), {"index": "1"})
    assert answer.status_code == 422


def test_the_list_asks_the_same_for_two_games_and_for_twelve(
    browser: Client, person: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    def make_games(count: int) -> None:
        for _turn in range(count):
            cast = [factories.make_character(state=State.APPROVED) for _member in range(2)]
            play(person, factories.make_story(state=State.APPROVED, cast=cast), now=now)
            hidden = play(person, factories.make_story(state=State.APPROVED, cast=cast), now=now)
            hide(hidden.story, now)

    make_games(1)
    with django_assert_max_num_queries(20) as few:
        browser.get(reverse("chats"))
    make_games(5)
    with django_assert_max_num_queries(20) as many:
        browser.get(reverse("chats"))
    assert len(many) == len(few)


def test_a_line_that_is_reported_is_the_storys(game: Conversation, story: Story, person: User) -> None:
    target = targets.find("chat-message", viewer=person, public_id=game.messages.get().public_id)

    assert target is not None
    assert target.owner == story.owner
