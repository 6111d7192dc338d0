"""Appeals at the same moment. Real threads on PostgreSQL, whose row locks are what is tested."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.db.models import QuerySet

from accounts.models import Restriction
from core import ids
from core.refusals import RefusedError
from moderation import policies, queries, services
from moderation.models import Appeal, Decision
from moderation.services import ModerationRefusedError, repeats
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, may, reply, restricted

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

Scope = Restriction.Scope


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; returns results and errors in the order of the calls."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results[index] = call()
        except (ModerationRefusedError, IntegrityError) as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


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
    all_have_looked = threading.Barrier(2)
    wish_refusal = policies.wish_refusal

    def wait_for_the_others(*arguments: Any) -> Any:
        all_have_looked.wait()
        return wish_refusal(*arguments)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    monkeypatch.setattr(policies, "wish_refusal", wait_for_the_others)
    assert sort_out(at_once(*[lambda: ask(person, decision)] * 2)) == (1, [], 1)
    assert Appeal.objects.count() == 1


def test_one_form_about_two_decisions_makes_one_appeal(monkeypatch: pytest.MonkeyPatch) -> None:
    person, key = factories.make_user(), ids.new_public_id()
    first, second = restricted(person), restricted(person, scope=Scope.PICTURES)
    both_have_looked = threading.Barrier(2)
    wish_refusal = policies.wish_refusal

    def wait_for_the_other(*arguments: Any) -> Any:
        both_have_looked.wait()
        return wish_refusal(*arguments)

    monkeypatch.setattr(policies, "wish_refusal", wait_for_the_other)
    results = at_once(lambda: ask(person, first, key=key), lambda: ask(person, second, key=key))
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
    results = while_reckoning(
        monkeypatch,
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
    results = while_reckoning(
        monkeypatch,
        lambda: reply(strike_appeal, Kind.OVERTURN, actor=staff[0]),
        lambda: reply(other_appeal, Kind.OVERTURN, actor=staff[1]),
    )
    assert not [error for error in results if isinstance(error, Exception)]
    assert may(person, Scope.PUBLISHING)


def while_reckoning(
    monkeypatch: pytest.MonkeyPatch, first: Callable[[], Any], second: Callable[[], Any]
) -> list[Any]:
    """Stop the first call after it read what is outdated, until the second is done or waits for a lock."""
    has_read, may_go_on = threading.Event(), threading.Event()
    list_outdated = repeats.list_outdated

    def read_and_wait(*arguments: Any, **values: Any) -> Any:
        found = list_outdated(*arguments, **values)
        if threading.current_thread() is threads[0]:
            has_read.set()
            may_go_on.wait()
        return found

    monkeypatch.setattr(repeats, "list_outdated", read_and_wait)
    results: list[Any] = [None, None]

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            results[index] = call()
        except (RefusedError, DatabaseError) as error:
            results[index] = error
        finally:
            has_read.set()
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((first, second))]
    threads[0].start()
    has_read.wait()
    threads[1].start()
    while threads[1].is_alive() and not is_somebody_waiting():
        threads[1].join(0.01)
    may_go_on.set()
    for thread in threads:
        thread.join()
    return results


def is_somebody_waiting() -> bool:
    """Whether a transaction in this database waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
