"""A game goes on with whom it began, though a later version of the story has somebody else (R8, R9)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from characters.models import Character, State, Story, StoryRevision
from chat import policies, queries, replies
from chat.models import Conversation, Message
from chat.prompts import CastNote
from chat.services import ChatRefusedError
from moderation import services as moderation
from moderation.targets import Words
from tests import factories
from tests.chat.fakes import Scripted
from tests.chat.test_stories import hide, play, say, write
from tests.clients import client_of

OLD_PLOT, NEW_PLOT = "The letter is hers.", "The letter is a forgery."
READ_ONLY = "Whom you play with is not in the cast of this story any more"


@pytest.fixture
def mira(db: None) -> Character:
    return factories.make_character(state=State.APPROVED, name="Mira Vale")


@pytest.fixture
def olaf(db: None) -> Character:
    return factories.make_character(state=State.APPROVED, name="Olaf Rim", short_bio="Cooks and listens.")


@pytest.fixture
def berit(db: None) -> Character:
    return factories.make_character(state=State.APPROVED, name="Berit Holm", short_bio="Sails alone.")


@pytest.fixture
def story(mira: Character, olaf: Character) -> Story:
    return factories.make_story(state=State.APPROVED, cast=[mira, olaf], plot=OLD_PLOT)


@pytest.fixture
def game(person: User, story: Story, now: datetime) -> Conversation:
    """Played for a while with Mira."""
    begun = play(person, story, now=now)
    write(say(begun, "Hello", now=now), now=now, responder=Scripted("Good evening."))
    return begun


@pytest.fixture
def recast(story: Story) -> Callable[..., StoryRevision]:
    """Publish another version with this cast."""

    def publish(*cast: Character, **changes: Any) -> StoryRevision:
        ids = tuple(character.public_id for character in cast)
        factories.edit(story, **({"cast": ids, "plot": NEW_PLOT} | changes))
        return factories.advance(story, State.APPROVED)

    return publish


def ask(game: Conversation, now: datetime) -> tuple[Message, Any]:
    """Say something; returns the reply and what its writer read."""
    responder = Scripted("Well.")
    reply = write(say(game, "And then?", now=now), now=now, responder=responder)
    return reply, responder.prompts[0]


def page_of(game: Conversation) -> str:
    return client_of(game.user).get(reverse("chat", args=[game.public_id])).content.decode()


def refusal_of(game: Conversation) -> str:
    actor = User.objects.get(pk=game.user_id)
    talk = queries.get_conversation_for(actor, game.public_id)
    refusal = policies.read_only_refusal(actor, talk)
    return str(refusal.message) if refusal is not None else ""


def test_whoever_plays_with_somebody_goes_on_with_them(
    game: Conversation,
    recast: Callable[..., StoryRevision],
    mira: Character,
    olaf: Character,
    berit: Character,
) -> None:
    """In the version that both were in: nobody is handed to somebody else in the middle of a story."""
    now = game.created_at
    played = game.story_revision
    recast(berit, olaf)

    reply, prompt = ask(game, now)

    assert reply.state == Message.State.DONE
    assert (prompt.sheet.name, reply.revision) == ("Mira Vale", mira.live_revision)
    assert OLD_PLOT in prompt.system
    assert NEW_PLOT not in prompt.system
    assert prompt.story.others == (CastNote("Olaf Rim", "Cooks and listens."),)
    assert queries.get_conversation_for(game.user, game.public_id).story_revision == played
    text = page_of(game)
    assert "Mira Vale is not in the newest version of this story." in text
    assert "data-composer" in text


def test_somebody_who_begins_now_meets_the_new_cast(
    game: Conversation, recast: Callable[..., StoryRevision], berit: Character, story: Story
) -> None:
    recast(berit)

    other = play(factories.make_user(), story, now=game.created_at)
    again = play(game.user, story, now=game.created_at)

    assert {other.character, again.character} == {berit}
    assert "Play anew" in page_of(game)


def test_who_stays_in_the_cast_plays_the_newest_version(
    game: Conversation, recast: Callable[..., StoryRevision], mira: Character, berit: Character
) -> None:
    """Also where somebody else leads it now: the one they play with is still there."""
    newest = recast(berit, mira)

    _reply, prompt = ask(game, game.created_at)

    assert prompt.sheet.name == "Mira Vale"
    assert NEW_PLOT in prompt.system
    assert queries.get_conversation_for(game.user, game.public_id).story_revision == newest
    assert "newest version" not in page_of(game)


def test_who_comes_back_to_the_cast_plays_the_newest_version_again(
    game: Conversation, recast: Callable[..., StoryRevision], mira: Character, berit: Character
) -> None:
    recast(berit)
    ask(game, game.created_at)
    newest = recast(mira, plot="Both meet again.")

    _reply, prompt = ask(game, game.created_at)

    assert "Both meet again." in prompt.system
    assert queries.get_conversation_for(game.user, game.public_id).story_revision == newest


@pytest.mark.parametrize("hidden", ["story", "mira", "olaf", "berit"])
def test_who_loses_sight_of_the_story_or_of_any_of_either_cast_reads_on_only(
    hidden: str,
    game: Conversation,
    recast: Callable[..., StoryRevision],
    berit: Character,
    request: pytest.FixtureRequest,
) -> None:
    """R8: no more visible than the least visible of those whom they play with, nor than the story is now."""
    now = game.created_at
    recast(berit)
    waiting = say(game, "And then?", now=now)
    hide(request.getfixturevalue(hidden), now)

    assert refusal_of(game)
    with pytest.raises(ChatRefusedError) as caught:
        say(game, "Hello?", now=now)
    assert caught.value.refusal.code == "read-only"
    assert write(waiting, now=now).failure_code == "access-lost"


def test_a_version_that_was_taken_down_is_not_played_on(
    game: Conversation, recast: Callable[..., StoryRevision], story: Story, berit: Character
) -> None:
    """Its author published another one without the character: the old one stays down, and says so."""
    moderation.remove_content(
        actor=factories.make_staff(),
        target_kind=story.KIND,
        target_id=story.public_id,
        words=Words("spam"),
        now=game.created_at,
    )
    recast(berit)

    assert READ_ONLY in refusal_of(game)
    text = page_of(game)
    assert READ_ONLY in text
    assert "data-composer" not in text
    assert "Play anew" in text
    assert "Good evening." in text


def test_a_draft_that_was_played_and_recast_says_so(
    person: User, mira: Character, berit: Character, now: datetime
) -> None:
    """There is no other version of it in which the author could go on."""
    draft = factories.make_story(owner=person, cast=[mira])
    game = play(person, draft, now=now)
    factories.edit(draft, cast=(berit.public_id,))

    assert READ_ONLY in refusal_of(game)
    assert "Play anew" in page_of(game)


def test_a_version_that_is_mature_stays_closed_to_whom_mature_items_are(
    recast: Callable[..., StoryRevision], story: Story, mira: Character, berit: Character, now: datetime
) -> None:
    """R10: the newest version is for everybody, and the one that was played is not."""
    recast(mira, safe_mode=False)
    player = factories.make_user(safe_mode=False)
    game = play(player, story, now=now)
    recast(berit, safe_mode=True)
    assert not refusal_of(game)
    job = queries.get_job(say(game, "Hello", now=now).pk)
    assert replies._is_mature_allowed(job.conversation, mira.live_revision)

    User.objects.filter(pk=player.pk).update(safe_mode=True)

    assert READ_ONLY in refusal_of(game)


def test_an_erased_character_of_the_old_cast_closes_it(
    game: Conversation, recast: Callable[..., StoryRevision], olaf: Character, berit: Character
) -> None:
    recast(berit)
    assert not refusal_of(game)

    olaf.owner.delete()

    assert READ_ONLY in refusal_of(game)


def test_the_list_of_chats_costs_the_same_for_games_in_older_versions(
    person: User, mira: Character, berit: Character, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client = client_of(person)

    def make_games(count: int) -> None:
        for _turn in range(count):
            story = factories.make_story(state=State.APPROVED, cast=[mira])
            play(person, story, now=now)
            factories.edit(story, cast=(berit.public_id,))
            factories.advance(story, State.APPROVED)

    make_games(2)
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("chats"))
    make_games(10)
    with django_assert_max_num_queries(20) as many:
        client.get(reverse("chats"))
    assert len(many) == len(few)
