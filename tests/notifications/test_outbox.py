"""The outbox: a mail server that is away costs time and never the mail."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from accounts.models import User
from notifications import delivery, services, tasks, wakeups
from notifications.models import Mail, Notice, Timing
from notifications.queries import Wish
from tests.accounts.people import make_person
from tests.notifications import post

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=delivery.LEASE_SECONDS + 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Mails whose wake-up would have been sent."""
    sent: list[int] = []

    def wake(mail_id: int) -> bool:
        sent.append(mail_id)
        return True

    monkeypatch.setattr(wakeups, "wake_mail", wake)
    return sent


@pytest.fixture
def job() -> Mail:
    """A mail that waits."""
    return make_job(make_person())


def make_job(user: User, *, kind: str = "character-approved") -> Mail:
    notice = services.notify(user=user, kind=kind, title="Approved", now=NOW, by_mail=True)
    return notice.mail


def fresh(job: Mail) -> Mail:
    return Mail.objects.get(pk=job.pk)


def break_server(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(EmailMessage, "send", fail)


def test_a_mail_goes_out_once(job: Mail) -> None:
    assert post.send(job, now=NOW)
    assert not post.send(job, now=NOW)
    assert [message.to for message in mail.outbox] == [[job.user.email]]
    done = fresh(job)
    assert (done.state, done.attempts, done.finished_at) == (Mail.State.SENT, 1, NOW)


def test_a_mail_waits_for_the_end_of_the_transaction_that_caused_it(
    woken: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    user = make_person()
    with django_capture_on_commit_callbacks(execute=True):
        job = make_job(user)
        assert woken == []
    assert woken == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_sends_nothing(woken: list[int]) -> None:
    user = make_person()
    with transaction.atomic():
        make_job(user)
        transaction.set_rollback(True)
    assert woken == []
    assert not Mail.objects.exists()


def test_a_mail_reaches_the_address_that_a_person_had_when_it_was_written(job: Mail) -> None:
    address = job.user.email
    User.objects.filter(pk=job.user_id).update(email="new@example.test")
    post.send(job, now=NOW)
    assert mail.outbox[0].to == [address]


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError(), SMTPServerDisconnected("away"), TimeoutError(), RuntimeError("backend")],
)
def test_a_server_that_is_away_is_tried_again_later(
    job: Mail, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with monkeypatch.context() as broken:
        break_server(broken, error)
        assert not post.send(job, now=NOW)
    waiting = fresh(job)
    assert (waiting.state, waiting.due_at) == (Mail.State.WAITING, NOW + timedelta(seconds=60))
    assert not post.send(job, now=NOW + timedelta(seconds=59))
    assert post.send(job, now=NOW + timedelta(seconds=60))
    assert len(mail.outbox) == 1


def test_a_mail_is_given_up_after_a_day_and_the_notice_stays(
    job: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_server(monkeypatch, ConnectionRefusedError())
    now = NOW
    for _ in range(delivery.ATTEMPTS_CAP):
        post.send(job, now=now)
        now = fresh(job).due_at
    given_up = fresh(job)
    assert (given_up.state, given_up.failure_code) == (Mail.State.FAILED, "server-away")
    assert given_up.attempts == delivery.ATTEMPTS_CAP == 8
    assert given_up.finished_at is not None
    assert timedelta(hours=20) < given_up.finished_at - NOW < timedelta(hours=30)
    assert not post.send(job, now=now)
    assert Notice.objects.get().read_at is None


@pytest.mark.parametrize(
    ("code", "state"), [(550, Mail.State.FAILED), (450, Mail.State.WAITING), (None, Mail.State.WAITING)]
)
def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(
    job: Mail, monkeypatch: pytest.MonkeyPatch, code: int | None, state: str, caplog: Any
) -> None:
    refused = {} if code is None else {job.address: (code, b"no such person")}
    break_server(monkeypatch, SMTPRecipientsRefused(refused))
    assert post.send(job, now=NOW) == (state == Mail.State.FAILED)
    assert fresh(job).state == state
    assert job.address not in caplog.text


def test_a_killed_worker_costs_at_most_one_mail_too_many(job: Mail, woken: list[int]) -> None:
    """SMTP cannot say whether it arrived: sent once more, never a third time."""
    now = NOW
    for holder in ("first", "second"):
        assert delivery.claim_mail(mail_id=job.pk, holder=holder, now=now)
        assert delivery.sweep(now=now + LEASE / 2) == 0
        now += LEASE
        assert delivery.sweep(now=now) >= 1
    ended = fresh(job)
    assert (ended.state, ended.failure_code) == (Mail.State.FAILED, "worker-lost")
    assert not post.send(job, now=now)


def test_a_recovered_mail_goes_out(
    job: Mail, woken: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    delivery.claim_mail(mail_id=job.pk, holder="first", now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        delivery.sweep(now=NOW + LEASE)
    assert woken == [job.pk]
    assert post.send(job, now=NOW + LEASE)
    assert len(mail.outbox) == 1


def test_a_mail_that_ended_before_the_sweeper_came_to_it_stays_as_it_is(job: Mail) -> None:
    post.send(job, now=NOW)
    assert not delivery._recover(mail_id=job.pk, now=NOW + LEASE)
    assert fresh(job).state == Mail.State.SENT


def test_a_worker_that_lost_its_lease_changes_nothing(job: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_args: object, **_kwargs: object) -> None:
        delivery.sweep(now=NOW + LEASE)
        assert delivery.claim_mail(mail_id=job.pk, holder="second", now=NOW + LEASE)

    monkeypatch.setattr(EmailMessage, "send", lose)
    assert not post.send(job, now=NOW)
    assert (fresh(job).state, fresh(job).lease_holder) == (Mail.State.SENDING, "second")


def test_the_sweeper_sends_lost_wake_ups_again(job: Mail, woken: list[int]) -> None:
    delivery.sweep(now=NOW + timedelta(seconds=5))
    assert woken == []
    delivery.sweep(now=NOW + timedelta(seconds=11))
    assert woken == [job.pk]
    post.send(job, now=NOW)
    delivery.sweep(now=NOW + timedelta(days=1))
    assert woken == [job.pk]


def test_the_sweeper_stops_at_a_broker_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    monkeypatch.setattr(wakeups, "wake_mail", lambda mail_id: bool(tried.append(mail_id)))
    for _ in range(3):
        make_job(make_person())
    delivery.sweep(now=NOW + timedelta(minutes=1))
    assert len(tried) == 1


def test_a_broker_that_is_down_costs_the_wake_up_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.send_mail, "apply_async", fail)
    assert not wakeups.wake_mail(1)
    monkeypatch.undo()
    assert wakeups.wake_mail(1)


def test_what_was_turned_off_meanwhile_is_not_sent(job: Mail) -> None:
    services.set_wishes(actor=job.user, wishes={"reviews": Wish(by_mail=Timing.OFF)}, now=NOW)
    assert post.send(job, now=NOW)
    assert fresh(job).state == Mail.State.CANCELED
    assert not mail.outbox


def test_the_tasks_run_the_operations(job: Mail, woken: list[int]) -> None:
    Mail.objects.update(due_at=NOW - timedelta(days=1))
    tasks.sweep(unknown_later=1)
    assert woken == [job.pk]
    tasks.send_mail(mail_id=job.pk, unknown_later=1)
    assert len(mail.outbox) == 1
    tasks.make_digests()
    Mail.objects.update(finished_at=NOW - timedelta(days=1000))
    tasks.clean_up()
    assert not Mail.objects.exists()


def test_finished_mails_are_deleted_after_thirty_days_and_their_notices_stay(job: Mail) -> None:
    waiting = make_job(make_person())
    post.send(job, now=NOW)
    assert delivery.clean_up(now=NOW + timedelta(days=30)) == 0
    assert delivery.clean_up(now=NOW + timedelta(days=31)) == 1
    assert list(Mail.objects.all()) == [waiting]
    assert Notice.objects.count() == 2


def test_a_mail_goes_with_its_person(job: Mail) -> None:
    job.user.delete()
    assert not Mail.objects.exists()
    assert not post.send(job, now=NOW)


@pytest.mark.parametrize(
    "row",
    [
        {"state": "LOST"},
        {"state": "SENDING"},
        {"state": "SENT"},
        {"finished_at": NOW},
        {"lease_expires_at": NOW},
        {"notice": None},
    ],
)
def test_the_database_refuses_half_a_job(job: Mail, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.filter(pk=job.pk).update(**row)


def test_the_database_keeps_one_mail_for_each_notice(job: Mail) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        delivery.queue_mail(user=job.user, notice=job.notice, now=NOW)


def test_the_clock_runs_tasks_that_there_are(settings: Any) -> None:
    ours = {name for name in current_app.tasks if name.startswith("notifications.")}
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert ours - scheduled == {"notifications.send_mail"}
    assert scheduled <= set(current_app.tasks)
