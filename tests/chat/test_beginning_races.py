"""Beginning a chat while a moderator decides about what is talked with: real threads on PostgreSQL.

Whoever decides holds the item and then its creator. Who begins a chat writes rows that point to both, and
PostgreSQL checks at commit that they are there. So beginning must hold nothing that a decision waits for.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError

from accounts.models import Restriction, User
from characters import services as characters
from characters.models import Item, State
from characters.services import reviewing
from chat import services
from chat.models import Conversation
from core import ids
from moderation import services as moderation
from moderation.models import Decision, Proposal
from moderation.services import undoing
from moderation.targets import Words
from tests import factories
from tests.threads import while_paused

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

# How often the creator was warned before; a third strike restricts, a sixth proposes to suspend.
STRIKES = {"approve": 0, "delist": 0, "delist-third": 2, "delist-sixth": 5}


def clock() -> datetime:
    return datetime.now(UTC)


def decision_about(item: Item, what: str) -> Callable[[], Any]:
    staff = factories.make_staff()
    if what == "approve":
        revision = item.open_revision
        return lambda: characters.approve(
            actor=staff, revision=revision, expected_hash=revision.content_hash, now=clock()
        )
    for _number in range(STRIKES[what]):
        moderation.warn(actor=staff, user=item.owner, words=Words("spam", "Too much."), now=clock())
    # What followed from the warnings has run out meanwhile; the strikes still count.
    Restriction.objects.update(lifted_at=clock())
    return lambda: characters.delist(
        actor=staff, item=item, reason_code="spam", explanation="", fix="", now=clock()
    )


def beginning_with(item: Any) -> Callable[[], Any]:
    person, key = item.owner, ids.new_public_id()
    if item.KIND == "story":
        return lambda: services.play_story(actor=person, story=item, creation_key=key, now=clock())
    return lambda: services.start_conversation(actor=person, character=item, creation_key=key, now=clock())


def assert_both_were_done(results: list[Any], person: User, item: Any, what: str) -> None:
    assert not [result for result in results if isinstance(result, OperationalError)]
    assert Conversation.objects.filter(user=person).count() == 1
    is_live = factories.get_fresh(item).live_revision is not None
    assert is_live == (what == "approve")
    assert Restriction.objects.filter(user=person).exists() == (STRIKES[what] > 0)
    assert Proposal.objects.filter(user=person).exists() == (STRIKES[what] == 5)


@pytest.mark.parametrize("what", STRIKES)
@pytest.mark.parametrize("kind", ["character", "story"])
def test_a_decision_comes_while_its_creator_begins_a_chat(
    kind: str, what: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = factories.make_item(kind, state=State.PENDING if what == "approve" else State.APPROVED)
    decide, begin = decision_about(item, what), beginning_with(factories.get_fresh(item))

    results = while_paused(monkeypatch, services, "_opening", begin, decide, returning=(OperationalError,))

    assert_both_were_done(results, item.owner, item, what)


@pytest.mark.parametrize("what", STRIKES)
@pytest.mark.parametrize("kind", ["character", "story"])
def test_a_creator_begins_a_chat_while_a_decision_is_made(
    kind: str, what: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision holds the item already; the chat waits for it at commit and holds up nothing meanwhile."""
    item = factories.make_item(kind, state=State.PENDING if what == "approve" else State.APPROVED)
    decide, begin = decision_about(item, what), beginning_with(factories.get_fresh(item))

    results = while_paused(monkeypatch, reviewing, "_record", decide, begin, returning=(OperationalError,))

    assert_both_were_done(results, item.owner, item, what)


@pytest.mark.parametrize("kind", ["character", "story"])
def test_a_creator_begins_a_chat_while_a_decision_is_taken_back(
    kind: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking back holds the creator first and the item then."""
    item = factories.make_item(kind, state=State.APPROVED)
    decision_about(item, "delist")()
    staff, decision = factories.make_staff(), Decision.objects.get(kind="DELIST")
    begin = beginning_with(factories.get_fresh(item))

    def take_back() -> Any:
        return moderation.lift(actor=staff, decision=decision, words=Words(""), now=clock())

    results = while_paused(
        monkeypatch, undoing, "lock_person", take_back, begin, returning=(OperationalError,)
    )

    assert_both_were_done(results, item.owner, item, "approve")
