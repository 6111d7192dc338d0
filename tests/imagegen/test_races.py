"""Several workers at one queue."""

import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from imagegen import claims, services
from imagegen.models import Picture
from imagegen.services import PictureRequest
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4
PICTURES = 12


def fill_queue(now):
    for number in range(PICTURES):
        request = PictureRequest(
            owner=factories.make_user(),
            purpose=Picture.Purpose.PORTRAIT,
            mode=Picture.Mode.TEXT_TO_IMAGE,
            prompt="a woman",
        )
        services.request_picture(
            request=request, creation_key=f"{number:032x}", now=now + timedelta(milliseconds=number)
        )


def claim_all(claim):
    """Let several workers claim until nothing is left; returns how often each picture was handed out.

    SQLite has one writer at a time: there they take turns.
    """
    at_once = WORKERS if connection.vendor == "postgresql" else 1
    got = Counter()
    gate = threading.Barrier(at_once)

    def work(name):
        try:
            gate.wait()
            for turn in range(PICTURES * 2):
                picture = claim(holder=f"{name}-{turn}", is_idle=True, now=datetime.now(UTC))
                if picture is None:
                    return
                got[picture.pk] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[number]) for number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def make_naive_claim(pause):
    """Return what the claim must not be: a read, then a write, and `pause` between them."""

    def claim(*, holder, is_idle, now):
        picture = claims.list_claimable(now=now).order_by("priority", "created_at", "pk").first()
        if picture is None:
            return None
        pause()
        Picture.objects.filter(pk=picture.pk).update(
            state=Picture.State.RUNNING, lease_holder=holder, lease_expires_at=now + timedelta(seconds=20)
        )
        return picture

    return claim


def test_each_picture_is_claimed_by_one_worker(wake_ups):
    fill_queue(datetime.now(UTC) - timedelta(minutes=1))
    got = claim_all(claims.claim)
    assert len(got) == PICTURES
    assert set(got.values()) == {1}


def test_without_the_lock_the_same_race_hands_pictures_out_twice(wake_ups):
    """The proof that the test above sees what it looks for."""
    fill_queue(datetime.now(UTC) - timedelta(minutes=1))
    if connection.vendor == "postgresql":
        got = claim_all(make_naive_claim(lambda: time.sleep(0.01)))
        assert max(got.values()) > 1
        return
    taken = []
    inner = make_naive_claim(lambda: None)
    outer = make_naive_claim(lambda: taken.append(inner(holder="b", is_idle=True, now=datetime.now(UTC))))
    taken.append(outer(holder="a", is_idle=True, now=datetime.now(UTC)))
    assert taken[0] == taken[1]


def test_a_claim_is_one_locking_statement(wake_ups, django_assert_num_queries):
    fill_queue(datetime.now(UTC) - timedelta(minutes=1))
    with django_assert_num_queries(4) as captured:
        claims.claim(holder="w", is_idle=True, now=datetime.now(UTC))
    statements = [query["sql"] for query in captured.captured_queries]
    updates = [sql for sql in statements if sql.startswith("UPDATE")]
    assert len(updates) == 1
    assert ("SKIP LOCKED" in updates[0]) == (connection.vendor == "postgresql")
