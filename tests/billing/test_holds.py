"""Holds are settled once."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from billing import services
from billing.models import Hold
from core.models import Subject

pytestmark = pytest.mark.django_db


def make_hold(now: datetime, reference: str = "picture:1") -> Hold:
    return services.place_hold(subject=Subject.objects.create(), reference=reference, amount_coins=0, now=now)


def test_a_captured_hold_cannot_be_released(now: datetime) -> None:
    hold = make_hold(now)
    assert services.capture_hold(hold_id=hold.pk, now=now) is True
    assert services.capture_hold(hold_id=hold.pk, now=now) is False
    assert services.release_hold(hold_id=hold.pk, now=now) is False
    hold.refresh_from_db()
    assert (hold.state, hold.settled_at) == (Hold.State.CAPTURED, now)


def test_one_hold_for_each_thing(now: datetime) -> None:
    make_hold(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_hold(now)


def test_the_database_refuses_a_settled_hold_without_its_time(now: datetime) -> None:
    hold = make_hold(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(state=Hold.State.RELEASED)
