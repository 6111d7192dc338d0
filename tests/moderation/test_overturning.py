"""Taking an action and overturning it on appeal is as if it had never been taken.

Random histories of a few people are played twice: once with one more action that is overturned at some
later moment, once without it. What everybody may see and do afterwards, until when, and which strikes count,
must be the same. A new kind of action is one more entry in ACTIONS.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import queries as account_queries
from accounts.models import Restriction, User
from characters import queries as character_queries
from characters import rejections
from characters import services as character_services
from characters.models import ITEM_MODELS, Item, ItemRevision, State
from core import ids
from core.refusals import Refusal, RefusedError
from moderation import policies, queries, services
from moderation.models import Appeal, Decision
from moderation.services import repeats
from moderation.services.appeals import Request
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories
from tests.factories import NOW

PEOPLE = 2
SCOPES = (Restriction.Scope.PUBLISHING, Restriction.Scope.CHAT, Restriction.Scope.ACCOUNT)
REASONS = ("spam", "fraud")
# The number of the act that is overturned.
EXTRA = -1


@dataclass(frozen=True)
class Act:
    """Something that is decided about a person. value: what the kind makes of it; number: its own."""

    kind: str
    person: int
    value: int
    number: int = EXTRA


@dataclass(frozen=True)
class Answer:
    """An answer to the act of a number, or to what a rule made follow from it."""

    kind: str
    number: int
    to_consequence: bool
    days: int


@dataclass(frozen=True)
class Case:
    """A history with a wait before each step, and the act that is overturned, before the step at `until`."""

    steps: tuple[tuple[int, Act | Answer], ...]
    extra: Act
    at: int
    until: int


@dataclass
class World:
    """The people of a history, each with public items, and the staff who decide.

    Of each person's items the histories remove the first two, and the act that is overturned one of the
    others: what is down already is not taken down again.
    """

    people: list[User] = field(default_factory=list)
    items: list[list[Item]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for _number in range(PEOPLE):
            owner = factories.make_user()
            self.people.append(owner)
            self.items.append([item for _half in range(2) for item in self._publish(owner)])
        self.first, self.second, self.other = (factories.make_staff() for _number in range(3))

    def _publish(self, owner: User) -> tuple[Item, Item]:
        """Publish a character, and a story that is seen as long as the character is."""
        character = factories.make_character(owner=owner, state=State.APPROVED, visibility="PUBLIC")
        return character, factories.make_story(owner=owner, cast=[character], state=State.APPROVED)


# --- What can happen: new kinds of actions come here --------------------------------------------------------


def warn(world: World, act: Act, now: datetime) -> Decision:
    words = Words(REASONS[act.value % len(REASONS)])
    return services.warn(actor=world.first, user=world.people[act.person], words=words, now=now)[0]


def restrict(world: World, act: Act, now: datetime) -> Decision:
    person = world.people[act.person]
    scope, days = SCOPES[act.value % len(SCOPES)], (None, 3, 40)[act.value // len(SCOPES) % 3]
    arguments: dict[str, Any] = {"user": person, "scope": scope, "days": days, "words": Words("spam")}
    if policies.takes_two(Kind.RESTRICT, person, scope=scope, days=days):
        return by_two(world, Kind.RESTRICT, arguments, now)
    return services.restrict(actor=world.first, now=now, **arguments)[0]


def suspend(world: World, act: Act, now: datetime) -> Decision:
    arguments = {"user": world.people[act.person], "words": Words("spam")}
    return by_two(world, Kind.SUSPEND, arguments, now)


def by_two(world: World, kind: Kind, arguments: dict[str, Any], now: datetime) -> Decision:
    proposal, _is_new = services.propose(actor=world.first, kind=kind, now=now, **arguments)
    confirmed, _is_new = services.confirm(actor=world.second, proposal=proposal, now=now)
    assert confirmed.decision is not None
    return confirmed.decision


def find_item(world: World, act: Act) -> Item:
    half = 2 if act.number == EXTRA else 0
    return world.items[act.person][half + act.value % 2]


def remove(world: World, act: Act, now: datetime) -> Decision:
    item = find_item(world, act)
    decision, is_new = services.remove_content(
        actor=world.first, target_kind=item.KIND, target_id=item.public_id, words=Words("spam"), now=now
    )
    if not is_new:
        raise RefusedError(Refusal("down-already", "It was taken down before."))
    return decision


def remove_as_ours(world: World, act: Act, now: datetime) -> Decision:
    """Take down what should not have been approved: it is gone just the same, and no strike."""
    item, is_new = character_services.delist(
        actor=world.first,
        item=find_item(world, act),
        reason_code="spam",
        explanation="",
        fix="",
        is_our_mistake=True,
        now=now,
    )
    if not is_new:
        raise RefusedError(Refusal("down-already", "It was taken down before."))
    return character_queries.list_decisions(item).latest("pk")


ACTIONS: dict[str, Callable[[World, Act, datetime], Decision]] = {
    "warn": warn,
    "remove": remove,
    "remove as our mistake": remove_as_ours,
    "restrict": restrict,
    "suspend": suspend,
}
ANSWERS = ("lift", "uphold", "partial", "overturn")


def answer(world: World, decision: Decision, kind: str, days: int, now: datetime) -> None:
    """Lift a decision, or appeal against it as its person and answer."""
    # What people may send in a day is not what is tested.
    cache.clear()
    if kind == "lift":
        arguments: dict[str, Any] = {"decision": decision, "words": Words(""), "now": now}
        if policies.lift_alone_refusal(decision) is None:
            services.lift(actor=world.other, **arguments)
        else:
            proposal, _is_new = services.propose_lift(actor=world.other, **arguments)
            services.confirm(actor=world.first, proposal=proposal, now=now)
        return
    person = queries.find_person(decision.affected_id)
    assert person is not None
    appeal, _is_new = services.appeal(
        actor=person,
        decision=decision,
        request=Request(Appeal.Wish.RESTORE, "It was not like that."),
        creation_key=ids.new_public_id(),
        now=now,
    )
    services.answer(
        actor=world.other,
        appeal=appeal,
        kind={"uphold": Kind.UPHOLD, "partial": Kind.PARTIAL, "overturn": Kind.OVERTURN}[kind],
        explanation="Looked at again.",
        ends_at=now + timedelta(days=days) if kind == "partial" else None,
        now=now,
    )


# --- Playing and looking ------------------------------------------------------------------------------------


def play(world: World, case: Case, *, with_extra: bool) -> list[Any]:
    """Play a history; returns what the world looks like at its end."""
    taken: dict[int, Decision] = {}
    now, extra = NOW, None
    for place, (hours, step) in enumerate(case.steps):
        if place == case.at:
            now += timedelta(hours=1)
            extra = ACTIONS[case.extra.kind](world, case.extra, now) if with_extra else None
        if place == case.until:
            now += timedelta(hours=1)
            overturn(world, extra, now)
        now += timedelta(hours=hours)
        try:
            if isinstance(step, Act):
                taken[step.number] = ACTIONS[step.kind](world, step, now)
            elif (target := find_target(taken, step)) is not None:
                answer(world, target, step.kind, step.days, now)
        except RefusedError:
            continue
    if case.at == len(case.steps):
        now += timedelta(hours=1)
        extra = ACTIONS[case.extra.kind](world, case.extra, now) if with_extra else None
    if case.until == len(case.steps):
        now += timedelta(hours=1)
        overturn(world, extra, now)
    numbers = {decision.pk: number for number, decision in taken.items()}
    return [look(world, person, numbers, now) for person in range(PEOPLE)]


def overturn(world: World, decision: Decision | None, now: datetime) -> None:
    if decision is not None:
        answer(world, decision, "overturn", 0, now)


def find_target(taken: dict[int, Decision], step: Answer) -> Decision | None:
    """Return what an answer is about: what was decided, or what followed from that and holds."""
    decision = taken.get(step.number)
    if decision is None or not step.to_consequence:
        return decision
    found = queries.list_consequences(decision.affected_id).filter(caused_by=decision)
    return found.filter(scope=Restriction.Scope.PUBLISHING).first()


def look(world: World, place: int, numbers: dict[int, int], now: datetime) -> dict[str, Any]:
    """Return what is in force about a person: their account, features and until when, visibility, strikes."""
    person = User.objects.get(pk=world.people[place].pk)
    items = [factories.get_fresh(item) for item in world.items[place]]
    ends: dict[str, str] = {}
    for restriction in account_queries.list_active_restrictions(person, now=now):
        end = restriction.ends_at.isoformat() if restriction.ends_at else "never"
        ends[restriction.scope] = max(ends.get(restriction.scope, ""), end)
    strikes = queries.list_strikes(
        person.subject_id, since=now - timedelta(days=repeats.STRIKE_DAYS), now=now
    )
    return {
        "is_active": person.is_active,
        "restricted": ends,
        "visible": [item.can_view(AnonymousUser()) for item in items],
        "strikes": sorted(numbers.get(decision.pk, EXTRA) for decision in strikes),
        "measures": queries.list_measures_in_force(person.subject_id, now=now).count(),
    }


@contextmanager
def undone() -> Iterator[None]:
    """Take back what happens inside; operations that open their own transaction work in it."""
    block = transaction.atomic()
    # What pytest's own transaction around a test is to Django.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


# --- The histories ------------------------------------------------------------------------------------------

HOURS = st.integers(1, 24 * 12)
ACTS = st.builds(
    Act,
    # Strikes are what other things follow from, so there are more of them.
    kind=st.sampled_from(["warn", "warn", "warn", *ACTIONS]),
    person=st.integers(0, PEOPLE - 1),
    value=st.integers(0, 8),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    acts = draw(st.lists(st.tuples(HOURS, ACTS), max_size=9))
    steps: list[tuple[int, Act | Answer]] = [
        (hours, replace(act, number=number)) for number, (hours, act) in enumerate(acts)
    ]
    # Each is answered once at most: nobody gets two answers to the same question.
    targets = st.tuples(st.integers(0, max(len(acts) - 1, 0)), st.booleans())
    for number, to_consequence in draw(st.lists(targets, max_size=4, unique=True)):
        reply = Answer(draw(st.sampled_from(ANSWERS)), number, to_consequence, draw(st.integers(1, 30)))
        steps.insert(draw(st.integers(0, len(steps))), (draw(HOURS), reply))
    at = draw(st.integers(0, len(steps)))
    return Case(tuple(steps), draw(ACTS), at, draw(st.integers(at, len(steps))))


@pytest.fixture
def world(db: None) -> World:
    return World()


@given(case=cases())
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_an_action_and_its_overturning_leave_no_trace(world: World, case: Case) -> None:
    with undone():
        without = play(world, case, with_extra=False)
    with undone():
        with_it = play(world, case, with_extra=True)
    assert with_it == without


@pytest.mark.parametrize("kind", list(ACTIONS))
@pytest.mark.parametrize("strikes", range(7))
def test_each_action_is_undone_after_any_number_of_strikes(world: World, kind: str, strikes: int) -> None:
    """The histories that matter most, always: on every rung, with another strike before it is overturned."""
    act = Act("warn", 0, 0)
    steps = tuple((2, replace(act, number=number)) for number in range(strikes + 1))
    case = Case(steps, Act(kind, 0, 0), at=strikes, until=strikes + 1)
    with undone():
        without = play(world, case, with_extra=False)
    with undone():
        assert play(world, case, with_extra=True) == without


def test_the_comparison_would_notice_an_action_that_stays(world: World) -> None:
    for kind in ACTIONS:
        case = Case((), Act(kind, 0, 0), at=0, until=-1)
        with undone():
            without = play(world, case, with_extra=False)
        with undone():
            assert play(world, case, with_extra=True) != without


# --- A rejection takes nothing away, so taking it back is as if it had been an approval ---------------------

Mend = Callable[[World, Item, datetime], None]


def approve_after_all(world: World, item: Item, now: datetime) -> None:
    found = rejections.find_wrong(world.other, item)
    assert found is not None
    character_services.approve_after_all(
        actor=world.other, item=item, decision_id=found.decision.public_id, now=now
    )


def overturn_rejection(world: World, item: Item, now: datetime) -> None:
    found = rejections.find_wrong(world.other, item)
    assert found is not None
    answer(world, found.decision, "overturn", 0, now)


def approve(world: World, revision: ItemRevision, now: datetime) -> None:
    character_services.approve(
        actor=world.first, revision=revision, expected_hash=revision.content_hash, now=now
    )


def reject(world: World, revision: ItemRevision, now: datetime) -> None:
    character_services.reject(
        actor=world.first, revision=revision, reason_code="spam", explanation="", fix="", now=now
    )


# What its creator, or somebody about them, does before it is decided (0) and after that (1).
EVENTS: dict[str, tuple[int, Callable[[World, Item, datetime], Any]]] = {
    "restricted before": (0, lambda world, _item, now: restrict(world, Act("restrict", 0, 3), now)),
    "private before": (0, lambda _world, item, now: set_private(item, now)),
    "warned after": (1, lambda world, _item, now: warn(world, Act("warn", 0, 0), now)),
    "private after": (1, lambda _world, item, now: set_private(item, now)),
    "draft after": (1, lambda _world, item, now: factories.edit(item, now=now, tags=("newer",))),
}


def set_private(item: Item, now: datetime) -> None:
    character_services.set_visibility(actor=item.owner, item=item, visibility="PRIVATE", now=now)


def play_review(
    world: World, kind: str, has_live: bool, events: list[str], mend: Mend | None
) -> dict[str, Any]:
    """Decide about a new item, or about an edit of one; returns what there is of it and of its creator."""
    # How often somebody may submit in an hour is not what is tested.
    cache.clear()
    owner = world.people[0]
    item = factories.make_item(kind, owner=owner, state=State.APPROVED if has_live else State.DRAFT)
    if has_live:
        factories.edit(item, tags=("edited",))
    revision = factories.advance(factories.get_fresh(item), State.PENDING)
    now = NOW + timedelta(hours=1)

    def happen(moment: int) -> None:
        for name in events:
            if EVENTS[name][0] == moment:
                EVENTS[name][1](world, factories.get_fresh(item), now)

    happen(0)
    (approve if mend is None else reject)(world, revision, now)
    happen(1)
    if mend is not None:
        mend(world, factories.get_fresh(item), now)
    fresh = factories.get_fresh(item)
    draft = fresh.open_revision
    assert fresh.live_revision is not None
    return {
        **look(world, 0, {}, now),
        "live": fresh.live_revision.tags,
        "state": fresh.live_revision.state,
        "visible": [item.can_view(AnonymousUser()) for item in [*world.items[0], fresh]],
        "visibility": fresh.visibility,
        "draft": draft and (draft.state, draft.tags),
        "published": fresh.published_at,
    }


@pytest.mark.parametrize("mend", [approve_after_all, overturn_rejection])
@given(
    kind=st.sampled_from(sorted(ITEM_MODELS)),
    has_live=st.booleans(),
    events=st.lists(st.sampled_from(sorted(EVENTS)), unique=True, max_size=3),
)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_rejection_that_is_taken_back_is_as_good_as_an_approval(
    world: World, mend: Mend, kind: str, has_live: bool, events: list[str]
) -> None:
    with undone():
        approved = play_review(world, kind, has_live, events, None)
    with undone():
        assert play_review(world, kind, has_live, events, mend) == approved
