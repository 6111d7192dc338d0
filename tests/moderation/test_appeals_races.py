"""Appeals at the same moment. Real threads on PostgreSQL, whose row locks are what is tested."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.models import Restriction
from core import ids
from moderation import policies, queries, services
from moderation.models import Appeal, Decision
from moderation.services import ModerationRefusedError, repeats
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, dismissed, may, reply, restricted
from tests.threads import at_once, while_paused

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

Scope = Restriction.Scope


def sort_out(results: list[Any]) -> tuple[int, list[str], int]:
    """Return how many appeals were made, the codes of those refused, and how many broke."""
    codes = [error.refusal.code for error in results if isinstance(error, ModerationRefusedError)]
    broken = sum(isinstance(error, IntegrityError) for error in results)
    return len(results) - len(codes) - broken, codes, broken


def test_of_twenty_appeals_of_one_person_one_is_made_and_nineteen_are_told() -> None:
    person = factories.make_user()
    decision = restricted(person)
    results = at_once(*[lambda: ask(person, decision)] * 20)
    assert sort_out(results) == (1, ["appealed"] * 19, 0)
    assert Appeal.objects.count() == 1


def test_twenty_times_the_same_form_makes_one_appeal_and_tells_all() -> None:
    person, key = factories.make_user(), ids.new_public_id()
    decision = restricted(person)
    results = at_once(*[lambda: ask(person, decision, key=key)] * 20)
    assert sort_out(results) == (20, [], 0)
    assert len({made.pk for made in results}) == 1
    assert Appeal.objects.count() == 1


def test_without_the_lock_appeals_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is what makes the race above harmless; the constraint is the second line of defence."""
    person = factories.make_user()
    decision = restricted(person)
    all_have_looked = threading.Barrier(2, timeout=20)
    wish_refusal = policies.wish_refusal

    def wait_for_the_others(*arguments: Any) -> Any:
        all_have_looked.wait()
        return wish_refusal(*arguments)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    monkeypatch.setattr(policies, "wish_refusal", wait_for_the_others)
    assert sort_out(at_once(*[lambda: ask(person, decision)] * 2, returning=IntegrityError)) == (1, [], 1)
    assert Appeal.objects.count() == 1


def test_one_form_about_two_decisions_makes_one_appeal(monkeypatch: pytest.MonkeyPatch) -> None:
    person, key = factories.make_user(), ids.new_public_id()
    # About things of two people: appeals about one person come one after the other.
    first, second = dismissed(person), dismissed(person)
    both_have_looked = threading.Barrier(2, timeout=20)
    wish_refusal = policies.wish_refusal

    def wait_for_the_other(*arguments: Any) -> Any:
        both_have_looked.wait()
        return wish_refusal(*arguments)

    monkeypatch.setattr(policies, "wish_refusal", wait_for_the_other)
    wish = Appeal.Wish.ACT
    results = at_once(
        lambda: ask(person, first, key=key, wish=wish), lambda: ask(person, second, key=key, wish=wish)
    )
    assert sort_out(results) == (2, [], 0)
    assert Appeal.objects.count() == 1


def test_two_answers_at_once_are_one() -> None:
    person = factories.make_user()
    made = ask(person, restricted(person))
    staff = [factories.make_staff(), factories.make_staff()]
    results = at_once(
        lambda: reply(made, Kind.OVERTURN, actor=staff[0]),
        lambda: reply(made, Kind.UPHOLD, actor=staff[1]),
    )
    assert sort_out(results) == (1, ["already-decided"], 0)
    assert Decision.objects.filter(reverses=made.decision).count() == 1


def test_a_strike_waits_while_what_followed_from_another_is_reckoned_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise each would count without the other: three strikes, of which one stands no more."""
    person = factories.make_user()
    moderator, other = factories.make_staff(), factories.make_staff()
    warnings = [
        services.warn(actor=moderator, user=person, words=Words("spam"), now=NOW - timedelta(days=days))[0]
        for days in (3, 2)
    ]
    made = ask(person, warnings[0])
    results = while_paused(
        monkeypatch,
        repeats,
        "list_outdated",
        lambda: reply(made, Kind.OVERTURN, actor=other),
        lambda: services.warn(actor=moderator, user=person, words=Words("fraud"), now=NOW),
    )
    assert not [error for error in results if isinstance(error, Exception)]
    assert repeats.count_strikes(person, now=NOW) == 2
    assert may(person, Scope.PUBLISHING)


def test_overturning_a_strike_and_what_followed_from_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither waits for what the other holds; see Note [Order of locks]."""
    person = factories.make_user()
    warnings = [
        services.warn(
            actor=factories.make_staff(), user=person, words=Words("spam"), now=NOW - timedelta(days=days)
        )[0]
        for days in (3, 2, 1)
    ]
    followed = queries.list_consequences(person.subject_id).get()
    strike_appeal, other_appeal = ask(person, warnings[2]), ask(person, followed)
    staff = [factories.make_staff(), factories.make_staff()]
    results = while_paused(
        monkeypatch,
        repeats,
        "list_outdated",
        lambda: reply(strike_appeal, Kind.OVERTURN, actor=staff[0]),
        lambda: reply(other_appeal, Kind.OVERTURN, actor=staff[1]),
    )
    assert not [error for error in results if isinstance(error, Exception)]
    assert may(person, Scope.PUBLISHING)
