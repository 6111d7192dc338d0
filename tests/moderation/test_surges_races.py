"""What many reports at once shut, while others report or decide. Real threads: locks are tested."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import QuerySet

from accounts import queries as account_queries
from accounts.models import User
from core.refusals import RefusedError
from core.switches import Feature
from moderation import services
from moderation.models import Case, CaseLock, Decision
from moderation.services import StepKind, surges, undoing
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests.factories import NOW, make_character, make_staff
from tests.moderation.appealing import ask, reply
from tests.moderation.crowd import crowd, decide, locks_of, regular, report, report_all
from tests.threads import at_once, codes, while_paused

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def two_cases(person: User) -> list[Callable[[], Any]]:
    """Return two last reports, about two things of the same person, of which each shuts features."""
    last = []
    for _number in range(2):
        item = make_character(owner=person, state="APPROVED", visibility="PUBLIC")
        target = ("character", item.public_id)
        *people, final = crowd()
        report_all(people, person, target=target)
        last.append(lambda final=final, target=target: report(final, person, target=target))
    return last


def test_two_cases_that_come_so_far_at_once_shut_each_feature_once() -> None:
    person = regular()
    at_once(*two_cases(person))
    assert len(locks_of(person)) == 3
    assert CaseLock.objects.count() == 6


def test_without_the_lock_they_would_shut_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above proves is the lock's doing."""
    person = regular()
    calls = two_cases(person)
    here = threading.Barrier(2, timeout=20)
    original = surges.queries.find_automatic
    seen = threading.local()

    def late(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        if not hasattr(seen, "once"):
            seen.once = True
            here.wait()
        return found

    monkeypatch.setattr(surges.queries, "find_automatic", late)
    monkeypatch.setattr(surges, "_take_turn", lambda: None)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    at_once(*calls)
    assert len(locks_of(person)) > 3


def _two_victims(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The same people report two persons at the same moment; return who of these is locked."""
    victims = [regular(), regular()]
    *people, final = crowd()
    for victim in victims:
        report_all(people, victim)
    here = threading.Barrier(2, timeout=20)
    original = surges.switches.refusal

    def meet(feature: Feature) -> Any:
        if feature == Feature.AUTOMATIC_LOCKS:
            here.wait()
        return original(feature)

    monkeypatch.setattr(surges.switches, "refusal", meet)
    at_once(*(lambda victim=victim: report(final, victim) for victim in victims))
    return [bool(locks_of(victim)) for victim in victims]


def test_the_same_people_lock_one_of_two_whom_they_report_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(_two_victims(monkeypatch)) == [False, True]


def test_without_their_turn_they_would_lock_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surges, "_take_turn", lambda: None)
    original = surges._lock
    here = threading.Barrier(2, timeout=20)

    def late(*args: Any, **kwargs: Any) -> None:
        here.wait()
        original(*args, **kwargs)

    monkeypatch.setattr(surges, "_lock", late)
    assert _two_victims(monkeypatch) == [True, True]


def test_the_last_two_reports_in_a_case_at_once_shut_it_once() -> None:
    person = regular()
    *people, one, other = crowd(size=7)
    report_all(people, person)
    at_once(lambda: report(one, person), lambda: report(other, person))
    assert len(locks_of(person)) == 3
    assert Case.objects.get(target_id=person.public_id).report_count == 7


def _dismissed_while_another_comes_so_far(monkeypatch: pytest.MonkeyPatch) -> User:
    """Dismiss a case and stop before its locks are given back, while a second case comes to share them."""
    person = regular()
    item = make_character(owner=person, state="APPROVED", visibility="PUBLIC")
    target = ("character", item.public_id)
    first = report_all(crowd(), person)
    *people, final = crowd()
    report_all(people, person, target=target)
    while_paused(
        monkeypatch,
        surges,
        "_is_held_by_others",
        lambda: decide(first, StepKind.DISMISS),
        lambda: report(final, person, target=target),
    )
    return person


def test_a_case_that_comes_so_far_while_another_is_dismissed_does_not_lose_what_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It comes after, and sees that this was for nothing: no case holds what is open already."""
    person = _dismissed_while_another_comes_so_far(monkeypatch)
    in_force = account_queries.list_active_restrictions(person, now=NOW).count()
    held = CaseLock.objects.filter(case__state="OPEN").count()
    assert (in_force, held) == (0, 0)


def test_without_the_persons_lock_it_would_hold_what_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    person = _dismissed_while_another_comes_so_far(monkeypatch)
    assert CaseLock.objects.filter(case__state="OPEN").count() == 3
    assert account_queries.list_active_restrictions(person, now=NOW).count() < 3


def _dismissed_while_an_appeal_is_answered(monkeypatch: pytest.MonkeyPatch) -> tuple[User, list[Any]]:
    person = regular()
    case = report_all(crowd(), person)
    asked = ask(person, locks_of(person)[0])
    results = while_paused(
        monkeypatch,
        surges,
        "_is_held_by_others",
        lambda: decide(case, StepKind.DISMISS),
        lambda: reply(asked, Kind.OVERTURN),
        returning=(OperationalError, RefusedError),
    )
    return person, results


def test_what_is_dismissed_while_an_appeal_is_answered_is_taken_back_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person, results = _dismissed_while_an_appeal_is_answered(monkeypatch)
    assert codes(results) == ["already-decided"]
    assert not account_queries.list_active_restrictions(person, now=NOW).exists()
    assert [lock.reversals.count() for lock in locks_of(person)] == [1, 1, 1]


def test_without_their_lock_the_two_get_in_each_others_way(monkeypatch: pytest.MonkeyPatch) -> None:
    original = undoing.lock_decision
    monkeypatch.setattr(
        undoing,
        "lock_decision",
        lambda decision: original(decision) if threading.current_thread().name == "second" else decision,
    )
    person, results = _dismissed_while_an_appeal_is_answered(monkeypatch)
    assert any(isinstance(result, OperationalError) for result in results) or [
        lock.reversals.count() for lock in locks_of(person)
    ] != [1, 1, 1]


def _lifted_by_two(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Two moderators lift two parts of one lock; return how often each part was taken back."""
    person = regular()
    report_all(crowd(), person)
    one, _second, other = locks_of(person)
    moderators = [make_staff(), make_staff()]
    while_paused(
        monkeypatch,
        undoing,
        "_take_back_together",
        lambda: services.lift(actor=moderators[0], decision=one, words=Words(""), now=NOW),
        lambda: services.lift(actor=moderators[1], decision=other, words=Words(""), now=NOW),
    )
    assert not account_queries.list_active_restrictions(person, now=NOW).exists()
    return [lock.reversals.count() for lock in locks_of(person)]


def test_two_who_lift_two_parts_take_each_back_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _lifted_by_two(monkeypatch) == [1, 1, 1]


def test_without_the_lock_of_all_parts_one_is_taken_back_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        undoing,
        "lock_decision",
        lambda decision: Decision.objects.select_for_update(no_key=True).get(pk=decision.pk),
    )
    assert _lifted_by_two(monkeypatch) == [1, 1, 2]
