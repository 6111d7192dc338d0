"""Two things happen to an account at the same moment. Real threads on PostgreSQL, whose locks are tested."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db.models import QuerySet

from accounts import queries, services
from accounts.models import Block, Restriction, User
from accounts.services import restricting
from core.models import AuditEvent
from notifications.models import Notice
from tests.accounts.people import make_person
from tests.accounts.test_unlocking import lock, mailed_code
from tests.threads import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROUNDS = 3


def suspend_twice(user: User) -> list[Restriction]:
    return [
        services.suspend_user(
            actor=None, user=user, reason_code="fraud", explanation="x", decision_id=sign * 32, now=NOW
        )[0]
        for sign in "ab"
    ]


def lift(restriction: Restriction) -> Callable[[], Any]:
    return lambda: services.lift_restriction(actor=None, restriction=restriction, now=NOW)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_suspensions_are_lifted_at_once(_round: int) -> None:
    """Whoever comes second sees that none is left, and lets the person in."""
    user = make_person()
    results = at_once(*[lift(each) for each in suspend_twice(user)])
    assert [is_done for _row, is_done in results] == [True, True]
    user.refresh_from_db()
    assert user.is_active


def test_without_the_lock_nobody_lets_the_person_in(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_person()
    suspensions = suspend_twice(user)
    both_have_looked = threading.Barrier(2)
    look = restricting._let_back_in

    def record_after_both_have_looked(person: User, *, now: datetime) -> None:
        look(person, now=now)
        both_have_looked.wait()

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    monkeypatch.setattr(restricting, "_let_back_in", record_after_both_have_looked)
    at_once(*[lift(each) for each in suspensions])
    user.refresh_from_db()
    assert not user.is_active
    assert not queries.list_active_restrictions(user, now=NOW).exists()


def locked_with_code() -> tuple[User, str]:
    cache.clear()
    user = make_person()
    lock(user)
    services.send_unlock_code(actor=user, now=NOW)
    return user, mailed_code()


def unlock(user: User, code: str) -> Callable[[], Any]:
    return lambda: services.unlock_by_code(actor=user, code=code, now=NOW)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_right_codes_lift_once(_round: int) -> None:
    user, code = locked_with_code()
    results = at_once(unlock(user, code), unlock(user, code))
    assert sorted(results) == [0, 1]
    assert AuditEvent.objects.filter(kind="restriction.lifted").count() == 1
    assert Notice.objects.filter(user=user, title__contains="was lifted").count() == 1


def test_without_the_lock_two_right_codes_lift_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    user, code = locked_with_code()
    both_have_looked = threading.Barrier(2)
    end = restricting.end_restriction

    def end_after_both_have_looked(**values: Any) -> None:
        both_have_looked.wait()
        end(**values)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    monkeypatch.setattr(restricting, "end_restriction", end_after_both_have_looked)
    assert at_once(unlock(user, code), unlock(user, code)) == [1, 1]
    assert AuditEvent.objects.filter(kind="restriction.lifted").count() == 2


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_wrong_codes_at_once_are_all_counted(_round: int) -> None:
    user, code = locked_with_code()
    guess = f"{(int(code) + 1) % 10**6:06}"
    results = at_once(*[unlock(user, guess)] * 5)
    said = sorted(error.refusal.code for error in results)
    assert said == ["too-many-tries"] + ["wrong-code"] * 4


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_same_decision_twice_restricts_once(_round: int) -> None:
    user = make_person()

    def restrict() -> Any:
        return services.restrict_user(
            actor=None,
            user=user,
            scope=Restriction.Scope.CHAT,
            reason_code="hate",
            explanation="x",
            ends_at=None,
            decision_id="a" * 32,
            now=NOW,
        )

    assert sorted(is_new for _row, is_new in at_once(restrict, restrict)) == [False, True]
    assert Restriction.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_clocks_tell_the_end_once(_round: int) -> None:
    user = make_person()
    services.restrict_user(
        actor=None,
        user=user,
        scope=Restriction.Scope.CHAT,
        reason_code="hate",
        explanation="x",
        ends_at=NOW + timedelta(days=1),
        now=NOW,
    )
    mail.outbox.clear()
    Notice.objects.all().delete()

    def tell() -> int:
        return services.tell_ended(now=NOW + timedelta(days=1))

    assert sorted(at_once(tell, tell)) == [0, 1]
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_click_blocks_once(_round: int) -> None:
    actor, person = make_person(), make_person()

    def block() -> Any:
        return services.block_user(actor=actor, public_id=person.public_id, now=NOW)

    assert sorted(is_new for _row, is_new in at_once(block, block)) == [False, True]
    assert Block.objects.count() == 1
