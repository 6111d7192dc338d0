"""One person works on one entry at a time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import User
from moderation import claims
from moderation.claims import CLAIM_DURATION, ClaimRefusedError
from moderation.models import Claim
from tests.factories import make_staff
from tests.threads import at_once

ENTRY = {"queue": "characters", "item_id": "7"}


@pytest.fixture
def rita(db: None) -> User:
    return make_staff(username="rita")


@pytest.fixture
def omar(db: None) -> User:
    return make_staff(username="omar")


def test_a_claim_keeps_others_from_deciding_until_it_runs_out(rita: User, omar: User, now: datetime) -> None:
    held, is_new = claims.claim(actor=rita, now=now, **ENTRY)
    assert is_new
    assert held.expires_at == now + CLAIM_DURATION
    assert claims.refusal(actor=rita, now=now, **ENTRY) is None
    refusal = claims.refusal(actor=omar, now=now, **ENTRY)
    assert refusal is not None
    assert refusal.code == "claimed"
    assert "rita is working on this until" in str(refusal.message)
    assert ".." not in str(refusal.message), "p.m. brings a full stop of its own"
    assert claims.refusal(actor=omar, now=now + CLAIM_DURATION, **ENTRY) is None


def test_what_is_claimed_is_refused_to_others(rita: User, omar: User, now: datetime) -> None:
    claims.claim(actor=rita, now=now, **ENTRY)
    with pytest.raises(ClaimRefusedError) as caught:
        claims.claim(actor=omar, now=now, **ENTRY)
    assert caught.value.refusal.code == "claimed"
    assert Claim.objects.get().holder == rita


def test_claiming_again_renews_ones_own(rita: User, now: datetime) -> None:
    claims.claim(actor=rita, now=now, **ENTRY)
    later = now + timedelta(minutes=10)
    held, is_new = claims.claim(actor=rita, now=later, **ENTRY)
    assert not is_new
    assert held.claimed_at == now
    assert Claim.objects.get().expires_at == later + CLAIM_DURATION


def test_a_claim_that_ran_out_is_taken_over(rita: User, omar: User, now: datetime) -> None:
    claims.claim(actor=rita, now=now, **ENTRY)
    later = now + CLAIM_DURATION
    held, is_new = claims.claim(actor=omar, now=later, **ENTRY)
    assert is_new
    assert (held.holder, held.claimed_at) == (omar, later)
    assert claims.refusal(actor=rita, now=later, **ENTRY) is not None


def test_only_ones_own_claim_is_given_back(rita: User, omar: User, now: datetime) -> None:
    claims.claim(actor=rita, now=now, **ENTRY)
    assert claims.release(actor=omar, **ENTRY) is False
    assert claims.release(actor=rita, **ENTRY) is True
    assert claims.release(actor=rita, **ENTRY) is False
    assert claims.claim(actor=omar, now=now, **ENTRY)[1]


def test_claims_that_ran_out_do_not_pile_up(rita: User, now: datetime) -> None:
    for number in range(3):
        claims.claim(actor=rita, queue="characters", item_id=str(number), now=now)
    claims.claim(actor=rita, queue="characters", item_id="9", now=now + CLAIM_DURATION)
    assert [claim.item_id for claim in Claim.objects.all()] == ["9"]


def test_queues_do_not_meet(rita: User, omar: User, now: datetime) -> None:
    claims.claim(actor=rita, queue="characters", item_id="7", now=now)
    assert claims.claim(actor=omar, queue="stories", item_id="7", now=now)[1]


def claim_as(actor: User, now: datetime) -> Callable[[], Any]:
    return lambda: claims.claim(actor=actor, now=now, **ENTRY)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_expired", [False, True], ids=["free", "run-out"])
def test_of_eight_who_claim_at_once_one_gets_it(now: datetime, is_expired: bool) -> None:
    if is_expired:
        claims.claim(actor=make_staff(), now=now - CLAIM_DURATION, **ENTRY)
    results = at_once(*[claim_as(make_staff(), now) for _number in range(8)])
    assert sum(isinstance(result, ClaimRefusedError) for result in results) == 7
    winners = [result[0] for result in results if not isinstance(result, ClaimRefusedError)]
    assert [claim.holder for claim in winners] == [Claim.objects.get().holder]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_would_take_over_the_same_claim(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.claim(actor=make_staff(), now=now - CLAIM_DURATION, **ENTRY)
    both_have_looked = threading.Barrier(2)
    save = Claim.save

    def save_after_both_have_looked(held: Claim, *args: Any, **kwargs: Any) -> None:
        both_have_looked.wait()
        save(held, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    monkeypatch.setattr(Claim, "save", save_after_both_have_looked)
    results = at_once(claim_as(make_staff(), now), claim_as(make_staff(), now))
    assert [is_new for _claim, is_new in results] == [True, True]
