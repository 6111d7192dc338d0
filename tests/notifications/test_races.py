"""Workers at the same moment. Real threads on PostgreSQL; SQLite lets one writer in at a time."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError
from django.db.models import QuerySet

from accounts.models import User
from notifications import delivery, digests, services
from notifications.models import Digest, Mail, Preference, Timing
from notifications.queries import Wish
from tests.accounts.people import make_person
from tests.notifications import post
from tests.threads import at_once

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MORNING = datetime(2026, 6, 2, 8, tzinfo=UTC)
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def make_job() -> Mail:
    return services.notify(user=make_person(), kind="standing", title="a", now=NOW).mail


def make_daily() -> User:
    user = make_person()
    services.set_wishes(actor=user, wishes={"reviews": Wish(by_mail=Timing.DAILY)}, now=NOW)
    services.notify(user=user, kind="character-approved", title="a", now=NOW)
    return user


def test_of_many_workers_one_sends_the_mail() -> None:
    job = make_job()
    results = at_once(*[lambda: post.send(job, now=NOW)] * 8)
    assert sorted(results) == [False] * 7 + [True]
    assert len(mail.outbox) == 1
    assert Mail.objects.get().attempts == 1


def test_without_the_condition_two_workers_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes the race above harmless: a claim is of a row that still waits."""
    job = make_job()
    both_hold_it = threading.Barrier(2)
    claim_mail = delivery.claim_mail

    def claim_with_others(**arguments: Any) -> delivery.Claim | None:
        claim = claim_mail(**arguments)
        both_hold_it.wait()
        return claim

    monkeypatch.setattr(delivery, "_list_claimable", lambda pk, **_now: Mail.objects.filter(pk=pk))
    monkeypatch.setattr(delivery, "claim_mail", claim_with_others)
    at_once(lambda: post.send(job, now=NOW), lambda: post.send(job, now=NOW))
    assert len(mail.outbox) == 2


def test_of_many_clocks_one_makes_the_daily_mail() -> None:
    user = make_daily()
    results = at_once(*[lambda: digests.make_digest(user_id=user.pk, morning=MORNING, now=MORNING)[1]] * 8)
    assert sorted(results) == [False] * 7 + [True]
    assert Digest.objects.count() == Mail.objects.count() == 1


def test_two_sweepers_recover_a_mail_once() -> None:
    job = make_job()
    delivery.claim_mail(mail_id=job.pk, holder="first", now=NOW)
    later = NOW + timedelta(seconds=delivery.LEASE_SECONDS + 1)
    at_once(*[lambda: delivery.sweep(now=later)] * 4)
    recovered = Mail.objects.get()
    assert (recovered.state, recovered.was_interrupted) == (Mail.State.WAITING, True)


def save(user: User, *, is_shown: bool, timing: Timing) -> Callable[[], Any]:
    wishes = {"reviews": Wish(is_shown=is_shown, by_mail=timing)}
    return lambda: services.set_wishes(actor=user, wishes=wishes, now=NOW)


def test_two_tabs_save_one_after_the_other() -> None:
    user = make_person()
    results = at_once(
        save(user, is_shown=True, timing=Timing.DAILY), save(user, is_shown=False, timing=Timing.OFF)
    )
    assert results == [["reviews"], ["reviews"]]
    stored = Preference.objects.get()
    assert (stored.is_shown, stored.by_mail) in [(True, "DAILY"), (False, "OFF")]


def test_without_the_lock_two_tabs_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock makes the race above harmless; the constraint is the second line of defence."""
    user = make_person()
    both_have_looked = threading.Barrier(2)
    save_row = Preference.save

    def save_after_both_have_looked(row: Preference, *args: Any, **kwargs: Any) -> None:
        both_have_looked.wait()
        save_row(row, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    monkeypatch.setattr(Preference, "save", save_after_both_have_looked)
    results = at_once(
        save(user, is_shown=True, timing=Timing.DAILY),
        save(user, is_shown=False, timing=Timing.OFF),
        returning=DatabaseError,
    )
    assert len([error for error in results if isinstance(error, DatabaseError)]) == 1
    assert Preference.objects.count() == 1
