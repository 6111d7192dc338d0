"""What fails on the way is counted by its cause, once, and only where it was really so."""

import pytest

from imagegen import claims, files, services, worker
from imagegen.engine.contract import NoMemoryError, NotFiniteError
from imagegen.models import Picture
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import FakeEngine, draw_pending
from tests.imagegen.test_metrics import read

State = Picture.State


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (NoMemoryError("full"), "out-of-memory"),
        (NotFiniteError("no numbers"), "not-finite"),
        (RuntimeError("broken"), "engine-failed"),
    ],
)
def test_a_failure_that_is_tried_again_counts_with_its_cause(
    ask, error, cause, django_capture_on_commit_callbacks
):
    retried = read("storychat_image_retried_total", cause=cause)
    picture = ask()
    with django_capture_on_commit_callbacks(execute=True):
        for _attempt in range(3):
            Picture.objects.update(not_before=None)
            draw_pending(engine=FakeEngine(error=error))
    assert (fresh(picture).state, fresh(picture).failure_code) == (State.FAILED, cause)
    assert read("storychat_image_retried_total", cause=cause) == retried + 2, "the third try is the end"


@pytest.mark.django_db
def test_storage_that_fails_counts_with_its_cause(ask, monkeypatch, django_capture_on_commit_callbacks):
    retried = read("storychat_image_retried_total", cause="not-stored")
    monkeypatch.setattr(files, "store", lambda *_args, **_options: 1 / 0)
    ask()
    with django_capture_on_commit_callbacks(execute=True):
        draw_pending()
    assert read("storychat_image_retried_total", cause="not-stored") == retried + 1


def lose_leases():
    Picture.objects.filter(state=State.RUNNING).update(lease_holder="another")


def lose_while_drawing(monkeypatch):
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0)
    renew = claims.renew

    def renew_too_late(**values):
        lose_leases()
        return renew(**values)

    monkeypatch.setattr(claims, "renew", renew_too_late)


def lose_while_storing(monkeypatch):
    store = files.store

    def store_late(data, *, extension):
        lose_leases()
        return store(data, extension=extension)

    monkeypatch.setattr(files, "store", store_late)


def lose_while_failing(monkeypatch):
    def fail_late(*_args, **_options):
        lose_leases()
        raise OSError("disk full")

    monkeypatch.setattr(files, "store", fail_late)


@pytest.mark.django_db
@pytest.mark.parametrize("lose", [lose_while_drawing, lose_while_storing, lose_while_failing])
def test_a_lease_that_was_lost_counts_once(ask, monkeypatch, lose):
    lost = read("storychat_image_troubles_total", cause="lease-lost")
    picture = ask()
    lose(monkeypatch)
    draw_pending()
    assert (fresh(picture).state, fresh(picture).lease_holder) == (State.RUNNING, "another")
    assert read("storychat_image_troubles_total", cause="lease-lost") == lost + 1


@pytest.mark.django_db
def test_a_cancel_in_the_last_moment_is_no_lost_lease(ask, owner, now, monkeypatch):
    lost = read("storychat_image_troubles_total", cause="lease-lost")
    picture = ask()
    store = files.store

    def store_and_cancel(data, *, extension):
        services.cancel_picture(actor=owner, picture=picture, now=now)
        return store(data, extension=extension)

    monkeypatch.setattr(files, "store", store_and_cancel)
    draw_pending()
    assert fresh(picture).state == State.CANCELED
    assert read("storychat_image_troubles_total", cause="lease-lost") == lost
