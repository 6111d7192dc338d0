"""What the sweeper puts right."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from billing.models import Hold
from imagegen import claims, drawing, files, services, sweeper
from imagegen.models import Picture, Worker
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import draw_pending

pytestmark = pytest.mark.django_db
State = Picture.State


def die_with(picture, now, times=1):
    """A worker claims the picture and is never heard of again, and the sweeper notices."""
    for number in range(times):
        later = now + timedelta(seconds=number * 100)
        assert claims.claim(holder=f"dead-{number}", is_idle=True, now=later) == picture
        sweeper.sweep(now=later + timedelta(seconds=claims.LEASE_SECONDS + 1))


def test_a_lease_that_runs_is_left_alone(ask, now):
    picture = ask()
    claims.claim(holder="alive", is_idle=True, now=now)
    assert sweeper.sweep(now=now + timedelta(seconds=claims.LEASE_SECONDS - 1)) == 0
    assert fresh(picture).state == State.RUNNING


def test_the_first_death_costs_no_attempt_and_the_next_try_is_alone(ask, now):
    picture = ask()
    die_with(picture, now)
    back = fresh(picture)
    assert (back.state, back.is_alone, back.attempts) == (State.QUEUED, True, 0)
    assert back.hold.state == Hold.State.HELD
    draw_pending()
    assert fresh(picture).is_ready


def test_only_dying_alone_spends_attempts_until_it_is_given_up(ask, now):
    picture = ask()
    die_with(picture, now, times=drawing.ATTEMPTS)
    assert (fresh(picture).state, fresh(picture).attempts) == (State.QUEUED, drawing.ATTEMPTS - 1)
    claims.claim(holder="last", is_idle=True, now=now + timedelta(seconds=900))
    sweeper.sweep(now=now + timedelta(seconds=990))
    failed = fresh(picture)
    assert (failed.state, failed.failure_code) == (State.FAILED, "worker-died")
    assert failed.hold.state == Hold.State.RELEASED


def test_what_its_owner_canceled_meanwhile_is_not_drawn_again(ask, owner, now):
    picture = ask()
    claims.claim(holder="dead", is_idle=True, now=now)
    services.cancel_picture(actor=owner, picture=picture, now=now)
    assert fresh(picture).state == State.RUNNING
    sweeper.sweep(now=now + timedelta(seconds=claims.LEASE_SECONDS + 1))
    assert fresh(picture).state == State.CANCELED
    assert fresh(picture).hold.state == Hold.State.RELEASED


def make_worker(now):
    return Worker.objects.create(holder="w", model_name="fake", started_at=now, seen_at=now)


def test_a_lost_wake_up_is_sent_again_to_a_living_worker(ask, now, wake_ups):
    make_worker(now)
    ask(at=now - timedelta(seconds=sweeper.WAKE_UP_SECONDS + 1))
    wake_ups.clear()
    sweeper.sweep(now=now)
    assert len(wake_ups) == 1


def test_no_wake_up_is_sent_for_what_is_fresh_or_pauses_or_without_a_worker(ask, now, wake_ups):
    make_worker(now)
    old = ask(at=now - timedelta(seconds=60))
    Picture.objects.filter(pk=old.pk).update(not_before=now + timedelta(seconds=5))
    ask(at=now, owner=factories.make_user())
    wake_ups.clear()
    sweeper.sweep(now=now)
    assert wake_ups == []
    sweeper.sweep(now=now + timedelta(minutes=5))
    assert wake_ups == []


def test_workers_that_went_silent_long_ago_are_forgotten(now, db):
    make_worker(now - timedelta(days=2))
    sweeper.sweep(now=now)
    assert not Worker.objects.exists()


def test_files_without_a_row_are_deleted_when_they_are_old(ask, now):
    picture = ask()
    draw_pending()
    orphan = files.store(b"left behind", extension="webp")
    assert sweeper.sweep_files(now=now) == 0
    assert sweeper.sweep_files(now=now + timedelta(hours=2)) == 1
    with pytest.raises(FileNotFoundError):
        files.read(orphan.name)
    assert files.read(fresh(picture).file)


def test_nothing_stored_yet_is_nothing_to_sweep(now, db):
    assert sweeper.sweep_files(now=now) == 0


def test_files_that_vanish_meanwhile_do_not_end_the_sweep(now, db, monkeypatch):
    orphans = [files.store(bytes([number]), extension="webp").name for number in range(5)]
    read_time = default_storage.get_modified_time

    def vanish(path):
        if path == orphans[0]:
            files.remove(path)
        return read_time(path)

    monkeypatch.setattr(default_storage, "get_modified_time", vanish)
    assert sweeper.sweep_files(now=now + timedelta(hours=2)) == 4


def test_rows_of_files_are_looked_up_many_at_once(now, db, django_assert_num_queries):
    for number in range(5):
        files.store(bytes([number]), extension="webp")
    with django_assert_num_queries(1):
        assert sweeper.sweep_files(now=now + timedelta(hours=2)) == 5
