"""Restrictions side by side, their ends, and who hears of them: R13."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import handlers, policies, queries, services, tasks
from accounts.models import Restriction, User
from core.models import AuditEvent
from notifications.models import Notice
from tests.accounts.people import make_person

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Scope = Restriction.Scope
pytestmark = pytest.mark.django_db


def restrict(user: User, *, days: int | None = 7, **changes: Any) -> tuple[Restriction, bool]:
    values: dict[str, Any] = {
        "actor": None,
        "user": user,
        "scope": Scope.CHAT,
        "reason_code": "hate",
        "explanation": "You attacked a group of people.",
        "ends_at": NOW + timedelta(days=days) if days is not None else None,
        "now": NOW,
    }
    return services.restrict_user(**(values | changes))


def suspend(user: User, **changes: Any) -> tuple[Restriction, bool]:
    values: dict[str, Any] = {
        "reason_code": "fraud",
        "explanation": "You asked for card numbers.",
        "now": NOW,
    }
    return services.suspend_user(actor=None, user=user, **(values | changes))


def is_refused(user: User, scope: Scope, now: datetime) -> bool:
    return policies.restriction_refusal(User.objects.get(pk=user.pk), scope, now=now) is not None


@pytest.mark.parametrize("scope", list(Scope))
def test_every_feature_can_be_restricted_for_a_time_and_comes_back_by_itself(scope: Scope) -> None:
    user = make_person()
    restrict(user, scope=scope)
    assert is_refused(user, scope, NOW)
    assert not is_refused(user, scope, NOW + 7 * DAY)
    assert Restriction.objects.filter(user=user).count() == 1


def test_two_decisions_hold_a_feature_until_the_last_one_ends() -> None:
    user = make_person()
    first, _ = restrict(user, decision_id="a" * 32)
    second, is_new = restrict(user, decision_id="b" * 32, days=9)
    assert is_new
    assert services.lift_restriction(actor=None, restriction=second, now=NOW)[1]
    assert is_refused(user, Scope.CHAT, NOW)
    assert services.lift_restriction(actor=None, restriction=first, now=NOW)[1]
    assert not is_refused(user, Scope.CHAT, NOW)


def test_the_same_decision_restricts_once_even_after_it_was_taken_back() -> None:
    user = make_person()
    first, _ = restrict(user, decision_id="a" * 32)
    assert restrict(user, decision_id="a" * 32) == (first, False)
    services.lift_restriction(actor=None, restriction=first, now=NOW)
    assert restrict(user, decision_id="a" * 32)[1] is False
    assert not is_refused(user, Scope.CHAT, NOW)
    first.pk, first.public_id = None, "c" * 32
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_a_suspension_does_not_hide_another_one() -> None:
    user = make_person()
    first, _ = suspend(user, decision_id="a" * 32)
    second, is_new = suspend(user, decision_id="b" * 32)
    assert is_new
    assert suspend(user, decision_id="b" * 32) == (second, False)
    services.lift_restriction(actor=None, restriction=first, now=NOW)
    user.refresh_from_db()
    assert not user.is_active
    services.lift_restriction(actor=None, restriction=second, now=NOW)
    user.refresh_from_db()
    assert user.is_active


def test_a_restriction_of_the_account_does_not_keep_a_suspended_person_suspended() -> None:
    user = make_person()
    restrict(user, scope=Scope.ACCOUNT, reason_code="fraud")
    suspension, is_new = suspend(user)
    assert is_new
    services.lift_restriction(actor=None, restriction=suspension, now=NOW)
    user.refresh_from_db()
    assert user.is_active
    assert queries.is_shut_out(user, now=NOW)


def test_a_restriction_that_was_shortened_ends_then() -> None:
    user = make_person()
    restriction, _ = restrict(user, days=None)
    shortened, is_changed = services.shorten_restriction(restriction=restriction, ends_at=NOW + DAY, now=NOW)
    assert (is_changed, shortened.ends_at) == (True, NOW + DAY)
    assert is_refused(user, Scope.CHAT, NOW)
    assert not is_refused(user, Scope.CHAT, NOW + DAY)
    for later in (NOW + DAY, NOW + 2 * DAY):
        assert not services.shorten_restriction(restriction=restriction, ends_at=later, now=NOW)[1]
    assert services.shorten_restriction(restriction=restriction, ends_at=NOW, now=NOW)[1]
    assert not is_refused(user, Scope.CHAT, NOW)


def test_a_suspension_that_was_shortened_shuts_the_account_until_then() -> None:
    user = make_person()
    suspension, _ = suspend(user)
    services.shorten_restriction(restriction=suspension, ends_at=NOW + DAY, now=NOW)
    user.refresh_from_db()
    assert user.is_active
    assert queries.is_shut_out(user, now=NOW)
    assert not queries.is_shut_out(user, now=NOW + DAY)


def test_a_shortened_suspension_leaves_another_one_in_force() -> None:
    user = make_person()
    suspension, _ = suspend(user, decision_id="a" * 32)
    suspend(user, decision_id="b" * 32)
    services.shorten_restriction(restriction=suspension, ends_at=NOW + DAY, now=NOW)
    user.refresh_from_db()
    assert not user.is_active


def test_whoever_decides_can_tell_the_person_itself() -> None:
    user = make_person()
    restriction, _ = restrict(user, decision_id="a" * 32, tells=False)
    suspend(user, decision_id="b" * 32, tells=False)
    services.lift_restriction(actor=None, restriction=restriction, now=NOW, tells=False)
    assert not Notice.objects.filter(user=user).exists()
    made = AuditEvent.objects.get(kind="restriction.made")
    assert made.data["decision"] == "a" * 32


def test_who_hears_of_a_restriction_that_ran_out_hears_it_once() -> None:
    user = make_person()
    restrict(user)
    restrict(user, scope=Scope.PICTURES, days=30)
    assert services.tell_ended(now=NOW) == 0
    Notice.objects.all().delete()
    over = NOW + 7 * DAY
    assert services.tell_ended(now=over) == 1
    assert services.tell_ended(now=over) == 0
    notice = Notice.objects.get(user=user)
    assert notice.title == "A restriction on your account has ended"
    assert "Chat" in notice.body


def test_an_end_that_changes_nothing_yet_says_so() -> None:
    user = make_person()
    restrict(user, decision_id="a" * 32)
    restrict(user, decision_id="b" * 32, days=9)
    Notice.objects.all().delete()
    services.tell_ended(now=NOW + 7 * DAY)
    assert "Another one still applies" in Notice.objects.get(user=user).body


def test_what_was_lifted_or_ran_out_long_ago_is_not_told() -> None:
    user = make_person()
    lifted, _ = restrict(user)
    services.lift_restriction(actor=None, restriction=lifted, now=NOW)
    restrict(user, scope=Scope.PICTURES, days=1)
    assert services.tell_ended(now=NOW + 30 * DAY) == 0


def test_the_task_that_tells_runs_every_minute() -> None:
    user = make_person()
    restriction, _ = restrict(user)
    ended = datetime.now(tz=UTC) - timedelta(minutes=1)
    Restriction.objects.filter(pk=restriction.pk).update(starts_at=ended - DAY, ends_at=ended)
    tasks.tell_ended()
    assert Restriction.objects.get(pk=restriction.pk).end_told_at is not None
    entry = settings.CELERY_BEAT_SCHEDULE["tell-ended-restrictions"]
    assert (entry["task"], entry["schedule"]) == ("accounts.tell_ended", timedelta(minutes=1))


@pytest.fixture
def heard() -> Iterator[list[tuple[User, Scope]]]:
    """What a higher app is told."""
    told: list[tuple[User, Scope]] = []

    def hear(user: User, scope: Scope, *, now: datetime) -> None:
        told.append((user, scope))

    take_out = handlers.register_restricted(hear)
    yield told
    take_out()


def test_higher_apps_are_told_at_once_and_once(heard: list[tuple[User, Scope]]) -> None:
    user = make_person()
    for _time in range(2):
        restrict(user, scope=Scope.PICTURES)
        suspend(user)
    assert heard == [(user, Scope.PICTURES), (user, Scope.ACCOUNT)]
