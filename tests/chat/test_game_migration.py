"""Games that earlier code moved to a version without who speaks in them go on after the migration."""

from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from characters.models import Character, State, Story
from chat import policies, queries
from chat.models import Conversation
from tests import factories
from tests.chat.test_stories import play

pytestmark = pytest.mark.django_db

migration = import_module("chat.migrations.0004_games_keep_who_speaks")


def migrate() -> None:
    migration.go_back(apps, connection.schema_editor())


@pytest.fixture
def mira(db: None) -> Character:
    return factories.make_character(state=State.APPROVED, name="Mira Vale")


@pytest.fixture
def story(mira: Character) -> Story:
    return factories.make_story(owner=mira.owner, cast=[mira], state=State.APPROVED)


def publish(story: Story, character: Character) -> Story:
    """Publish a version in which somebody else speaks."""
    factories.edit(story, cast=(character.public_id,))
    factories.advance(factories.get_fresh(story), State.APPROVED)
    return factories.get_fresh(story)


def move_on(game: Conversation, story: Story) -> Conversation:
    """Do what the earlier code did with each message."""
    Conversation.objects.filter(pk=game.pk).update(story_revision=story.live_revision)
    return queries.get_conversation_for(game.user, game.public_id)


def test_a_game_goes_back_to_the_newest_version_that_has_who_speaks(
    story: Story, mira: Character, now: datetime
) -> None:
    person = factories.make_user()
    game = play(person, story, now=now)
    first = game.story_revision
    factories.edit(story, plot="She never sent the letter.")
    factories.advance(factories.get_fresh(story), State.APPROVED)
    second = factories.get_fresh(story).live_revision
    other = factories.make_character(owner=mira.owner, state=State.APPROVED, name="Juno")
    game = move_on(game, publish(factories.get_fresh(story), other))
    refusal = policies.write_refusal(person, game, now=now)
    assert refusal is not None
    assert refusal.code == "read-only"

    migrate()

    game = queries.get_conversation_for(person, game.public_id)
    assert game.story_revision == second != first
    assert policies.write_refusal(person, game, now=now) is None


def test_others_stay_where_they_are(story: Story, mira: Character, now: datetime) -> None:
    """A game whose version has who speaks, and one for which no approved version ever had them."""
    other = factories.make_character(owner=mira.owner, state=State.APPROVED, name="Juno")
    kept = play(factories.make_user(), story, now=now)
    newest = publish(story, other)
    met = play(factories.make_user(), newest, now=now)
    stranger = factories.make_character(state=State.APPROVED)
    Conversation.objects.filter(pk=met.pk).update(character=stranger)
    before = list(Conversation.objects.order_by("pk").values_list("pk", "story_revision"))

    migrate()

    assert list(Conversation.objects.order_by("pk").values_list("pk", "story_revision")) == before
    assert kept.story_revision == story.live_revision
