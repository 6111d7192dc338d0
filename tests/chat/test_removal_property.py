"""Removing a reply and taking that back is as if it had never been removed.

Random histories of one chat are played twice: once with one more removal that is overturned at some later
moment, once without it. What the person reads, what a model reads, what is stored, and where the person
stands must be the same afterwards.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import queries as account_queries
from chat import queries, replies, services, updates
from chat.models import Conversation, Message
from core import ids
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation.models import Appeal, Decision
from moderation.services.appeals import Request
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories
from tests.chat.conftest import begin
from tests.chat.removing import remove, write
from tests.factories import NOW
from tests.moderation.test_overturning import undone

# Of the replies of the chat the histories remove the first ones, and the removal that is overturned one of
# the others: what was removed already is not removed again.
THEIRS, OURS = 2, 2
KINDS = ("say", "remove", "lift", "warn")
ANSWERS = ("lift", "overturn")


@dataclass(frozen=True)
class Case:
    """A history; the removal of `extra` comes before step `at` and is taken back before step `until`."""

    steps: tuple[tuple[str, int], ...]
    extra: int
    at: int
    until: int
    answer: str


@dataclass
class World:
    """A chat with a few replies, and the staff who decide."""

    talk: Conversation
    lines: list[Message]
    first: Any
    other: Any


@pytest.fixture
def world(db: None) -> World:
    talk = begin(factories.make_user(), factories.make_character(state="APPROVED"), now=NOW)
    lines = [answer_to(talk, f"Line {number}", NOW) for number in range(THEIRS + OURS)]
    return World(talk, lines, factories.make_staff(), factories.make_staff())


def answer_to(talk: Conversation, text: str, now: Any) -> Message:
    line, _created = services.send_message(
        actor=talk.user,
        conversation=queries.get_conversation_for(talk.user, talk.public_id),
        text=text,
        creation_key=ids.new_public_id(),
        now=now,
    )
    waiting = Message.objects.get(conversation=talk, position=line.position + 1)
    return write(waiting, f"Answer to {text}", now=now)


def take_back(world: World, decision: Decision, how: str, now: Any) -> None:
    if how == "lift":
        moderation.lift(actor=world.other, decision=decision, words=Words(""), now=now)
        return
    appeal, _is_new = moderation.appeal(
        actor=world.talk.user,
        decision=decision,
        request=Request(Appeal.Wish.RESTORE, "It was harmless."),
        creation_key=ids.new_public_id(),
        now=now,
    )
    moderation.answer(
        actor=world.other, appeal=appeal, kind=Kind.OVERTURN, explanation="It was harmless.", now=now
    )


def play(world: World, case: Case, *, with_extra: bool) -> dict[str, Any]:
    """Play a history; returns what the world looks like at its end."""
    removed: dict[int, Decision] = {}
    extra = None
    now = NOW
    for place in range(len(case.steps) + 1):
        now += timedelta(hours=1)
        if place == case.at and with_extra:
            extra = remove(world.lines[THEIRS + case.extra], now, actor=world.first)
        now += timedelta(hours=1)
        if place == case.until and extra is not None:
            take_back(world, extra, case.answer, now)
        if place == len(case.steps):
            break
        kind, value = case.steps[place]
        number = value % THEIRS
        now += timedelta(hours=1)
        if kind == "say":
            answer_to(world.talk, f"Step {place}", now)
        elif kind == "remove" and number not in removed:
            removed[number] = remove(world.lines[number], now, actor=world.first)
        elif kind == "lift" and number in removed:
            take_back(world, removed.pop(number), "lift", now)
        elif kind == "warn":
            moderation.warn(actor=world.first, user=world.talk.user, words=Words("spam"), now=now)
    return look(world, now)


def look(world: World, now: Any) -> dict[str, Any]:
    """Return what is stored, what the person and a model read, and where the person stands."""
    person = world.talk.user
    talk = queries.get_conversation_for(person, world.talk.public_id)
    shown = updates.read(talk, person, cursor="", now=now).lines
    history = queries.list_recent_turns(talk.pk, talk.message_count + 1, count=60)
    rows = Message.objects.filter(conversation=talk).order_by("position")
    return {
        "stored": list(rows.values_list("position", "author", "state", "text", "failure_code")),
        "shown": [
            (line.marker, line.paragraphs, bool(line.removal), bool(line.report_url)) for line in shown
        ],
        "read by models": [line.text for line in history],
        "restricted": sorted(
            restriction.scope for restriction in account_queries.list_active_restrictions(person, now=now)
        ),
        "strikes": moderation_queries.list_standing_strikes(person.subject_id).count(),
        "measures": moderation_queries.list_measures_in_force(person.subject_id, now=now).count(),
    }


@st.composite
def cases(draw: st.DrawFn) -> Case:
    steps = draw(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9)), max_size=6))
    at = draw(st.integers(0, len(steps)))
    return Case(
        tuple(steps),
        draw(st.integers(0, OURS - 1)),
        at,
        draw(st.integers(at, len(steps))),
        draw(st.sampled_from(ANSWERS)),
    )


@given(case=cases())
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_removal_and_its_overturning_leave_no_trace(world: World, case: Case) -> None:
    with undone():
        without = play(world, case, with_extra=False)
    with undone():
        with_it = play(world, case, with_extra=True)
    assert with_it == without


def test_the_comparison_would_notice_a_removal_that_stays(world: World) -> None:
    case = Case((), 0, at=0, until=-1, answer="lift")
    with undone():
        without = play(world, case, with_extra=False)
    with undone():
        with_it = play(world, case, with_extra=True)
    assert {key for key in without if without[key] != with_it[key]} == {"shown", "read by models", "measures"}


def test_a_reply_that_was_being_written_has_its_words_back(world: World) -> None:
    """The one thing that is not as before: nobody goes on writing it; the person may ask for another try."""
    line, _created = services.send_message(
        actor=world.talk.user,
        conversation=world.talk,
        text="Go on",
        creation_key=ids.new_public_id(),
        now=NOW,
    )
    waiting = Message.objects.get(conversation=world.talk, position=line.position + 1)
    claim = replies.claim_reply(message_id=waiting.pk, holder="one", now=NOW)
    assert claim is not None
    replies._append_chunk(claim, 0, "So far", NOW)

    take_back(world, remove(waiting, NOW, actor=world.first), "overturn", NOW)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.text, waiting.is_removed) == (Message.State.CANCELED, "So far", False)
