"""How review is going."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from characters import review_queue, services
from characters.models import State
from moderation import counters, second_reviews
from moderation.models import SecondReview
from moderation.services import record_decision
from moderation.staff.reviewing import spell
from tests.factories import NOW, get_fresh, make_character, make_staff

pytestmark = pytest.mark.django_db

WHY = {"reason_code": "spam", "explanation": "", "fix": ""}


def read(now: datetime = NOW) -> counters.QueueCounters:
    return counters.read(review_queue.CHARACTERS.queue, now=now)


def decide(*, submitted: datetime, decided: datetime, approves: bool = True) -> Any:
    character = make_character(state=State.PENDING, now=submitted)
    revision, staff = character.open_revision, make_staff()
    if approves:
        services.approve(actor=staff, revision=revision, expected_hash=revision.content_hash, now=decided)
    else:
        services.reject(actor=staff, revision=revision, now=decided, **WHY)
    return character


def test_nothing_to_count() -> None:
    found = read()
    assert (found.waiting, found.is_more, found.oldest_wait) == (0, False, None)
    for period in found.periods:
        assert (period.decided, period.median_wait) == (0, None)
        assert period.overturned.percent is period.agreed.percent is None


def test_what_waits_is_counted_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    for hours in (1, 30, 5):
        make_character(state=State.PENDING, now=NOW - timedelta(hours=hours))
    make_character(state=State.SUBMITTED)
    assert (read().waiting, read().is_more) == (3, False)
    assert read().oldest_wait == timedelta(hours=30)
    monkeypatch.setattr(counters, "WAITING_LIMIT", 2)
    assert (read().waiting, read().is_more) == (2, True)


def test_the_median_of_the_time_until_people_decided() -> None:
    for days_ago, hours in ((1, 1), (2, 2), (3, 30), (20, 100)):
        decided = NOW - timedelta(days=days_ago)
        decide(submitted=decided - timedelta(hours=hours), decided=decided, approves=bool(days_ago % 2))
    decide(submitted=NOW - timedelta(days=60), decided=NOW - timedelta(days=40))
    week, month = read().periods
    assert (week.days, week.decided, week.median_wait) == (7, 3, timedelta(hours=2))
    assert (month.days, month.decided, month.median_wait) == (30, 4, timedelta(hours=16))


def test_decisions_that_did_not_hold() -> None:
    """A de-listing that was put back counts, and so does an overturned rejection."""
    character = decide(submitted=NOW - timedelta(hours=2), decided=NOW - timedelta(hours=1))
    services.delist(actor=make_staff(), item=character, now=NOW, **WHY)
    assert read().periods[0].overturned == counters.Share(0, 2)
    services.reinstate(actor=make_staff(), item=get_fresh(character), now=NOW)
    assert read().periods[0].overturned == counters.Share(1, 2)
    rejected = decide(submitted=NOW - timedelta(hours=2), decided=NOW, approves=False)
    first = rejected.owner.subject.decisions.get()
    record_decision(
        kind="OVERTURN",
        actor=make_staff().subject,
        affected=first.affected,
        target_kind=first.target_kind,
        target_id=first.target_id,
        reverses=first,
        now=NOW,
    )
    share = read().periods[0].overturned
    assert (share.part, share.whole) == (2, 3)
    assert share.percent == pytest.approx(66.7, abs=0.1)


def test_second_reviews_that_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_reviews, "is_chosen", lambda _decision_id: True)
    for _number in range(3):
        decide(submitted=NOW - timedelta(hours=2), decided=NOW)
    staff = make_staff()
    for review, kind in zip(SecondReview.objects.order_by("pk"), ("APPROVE", "REJECT"), strict=False):
        second_reviews.answer(actor=staff, public_id=review.public_id, kind=kind, now=NOW)
    assert read().periods[0].agreed == counters.Share(1, 2)


def test_the_page_costs_the_same_whatever_there_is() -> None:
    client = Client()
    client.force_login(make_staff())
    counts = []
    for more in (1, 6):
        for _number in range(more):
            decide(submitted=NOW - timedelta(hours=2), decided=NOW)
            make_character(state=State.PENDING)
        with CaptureQueriesContext(connection) as used:
            response = client.get(reverse("admin:moderation_counters"))
        counts.append(len(used))
    assert response.status_code == 200
    assert "Waiting" in response.content.decode()
    assert counts[0] == counts[1]


def test_only_reviewers_see_it() -> None:
    client = Client()
    client.force_login(make_staff(is_reviewer=False))
    assert client.get(reverse("admin:moderation_counters")).status_code == 403


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (None, "—"),
        (timedelta(seconds=30), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=125), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=49), "2 days"),
    ],
)
def test_durations_are_spelled_in_their_largest_unit(duration: timedelta | None, words: str) -> None:
    assert spell(duration) == words
