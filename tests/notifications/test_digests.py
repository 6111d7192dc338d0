"""The daily mail: in the person's morning, never empty, never twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications import digests, queries, services
from notifications.models import Digest, Mail, Notice, Timing
from notifications.queries import Wish
from tests.accounts.people import make_person
from tests.notifications import post

# A Monday, noon.
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MORNING = datetime(2026, 6, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def make_daily(**fields: str) -> User:
    """Return somebody who wants reviews and reports once a day."""
    user = make_person(**fields)
    wish = Wish(by_mail=Timing.DAILY)
    services.set_wishes(actor=user, wishes={"reviews": wish, "reports": wish}, now=NOW)
    return user


def tell(
    user: User, title: str = "Mira is approved", *, at: datetime = NOW, kind: str = "character-approved"
) -> Notice:
    return services.notify(user=user, kind=kind, title=title, url="/library/", now=at)


def test_the_unread_of_a_day_come_in_one_mail() -> None:
    user = make_daily()
    tell(user)
    tell(user, "We looked at your report", kind="report-closed")
    services.mark_read(actor=user, now=NOW, public_id=tell(user, "Read already").public_id)
    tell(make_person(), "Somebody else's")
    assert digests.make_digests(now=MORNING) == 1
    (message,) = post.send_waiting()
    assert message.to == [user.email]
    assert message.subject == "2 unread notices on StoryChat"
    assert "Mira is approved" in message.body
    assert "We looked at your report" in message.body
    assert "Read already" not in message.body
    assert "Somebody else" not in message.body


def test_one_notice_is_counted_as_one() -> None:
    tell(make_daily())
    digests.make_digests(now=MORNING)
    assert post.send_waiting()[0].subject == "1 unread notice on StoryChat"


def test_there_is_no_second_one_on_a_day_and_no_notice_comes_twice() -> None:
    user = make_daily()
    tell(user)
    assert digests.make_digests(now=MORNING) == 1
    tell(user, "After breakfast", at=MORNING + timedelta(hours=1))
    for hours in range(16):
        assert digests.make_digests(now=MORNING + timedelta(hours=hours)) == 0
    assert digests.make_digests(now=MORNING + DAY) == 1
    first, second = post.send_waiting()
    assert "After breakfast" not in first.body
    assert "After breakfast" in second.body
    assert "Mira is approved" not in second.body
    assert digests.make_digests(now=MORNING + 2 * DAY) == 0


def test_nothing_to_say_makes_no_mail() -> None:
    user = make_daily()
    assert digests.make_digests(now=MORNING) == 0
    assert digests.make_digest(user_id=user.pk, morning=MORNING, now=MORNING) == (None, False)
    assert not Digest.objects.exists()


def test_what_was_read_before_the_mail_went_out_is_not_in_it() -> None:
    user = make_daily()
    read, unread = tell(user, "Read"), tell(user, "Unread")
    digests.make_digests(now=MORNING)
    services.mark_read(actor=user, now=MORNING, public_id=read.public_id)
    (message,) = post.send_waiting()
    assert "* Read" not in message.body
    assert unread.title in message.body


@pytest.mark.parametrize("way", ["read", "turned off"])
def test_an_empty_one_is_not_sent(way: str) -> None:
    user = make_daily()
    tell(user)
    digests.make_digests(now=MORNING)
    if way == "read":
        services.mark_read(actor=user, now=MORNING)
    else:
        services.stop_mail(user=user, group="reviews", now=MORNING)
    assert post.send_waiting() == []
    assert Mail.objects.get().state == Mail.State.CANCELED


@pytest.mark.parametrize(
    ("zone", "comes_at"),
    [
        ("UTC", datetime(2026, 6, 2, 8, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 6, 2, 6, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 6, 1, 15, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 6, 2, 2, 15, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 6, 1, 20, tzinfo=UTC)),
        ("Nowhere/Atlantis", datetime(2026, 6, 2, 8, tzinfo=UTC)),
    ],
)
def test_it_comes_at_eight_by_the_persons_own_clock(zone: str, comes_at: datetime) -> None:
    tell(make_daily(time_zone=zone))
    times = [NOW + timedelta(minutes=5 * step) for step in range(12 * 24)]
    made_at = [now for now in times if digests.make_digests(now=now)]
    assert made_at == [comes_at]


def test_on_the_day_the_clocks_change_it_comes_at_eight_too() -> None:
    before, after = datetime(2026, 3, 28, 9, tzinfo=UTC), datetime(2026, 3, 29, 9, tzinfo=UTC)
    assert digests.find_morning("Europe/Berlin", now=before).astimezone(UTC).hour == 7
    assert digests.find_morning("Europe/Berlin", now=after).astimezone(UTC).hour == 6


def test_a_clock_that_stood_still_for_days_makes_one_mail_of_all() -> None:
    user = make_daily()
    tell(user, "Old")
    tell(user, "New", at=NOW + 3 * DAY)
    assert digests.make_digests(now=MORNING + 4 * DAY) == 1
    (message,) = post.send_waiting()
    assert "Old" in message.body
    assert "New" in message.body


@pytest.mark.parametrize("fields", [{"is_active": False}, {"email": ""}])
def test_people_who_cannot_come_back_get_none(fields: dict[str, object]) -> None:
    user = make_daily()
    tell(user)
    User.objects.filter(pk=user.pk).update(**fields)
    assert digests.make_digests(now=MORNING) == 0


def test_notices_that_went_out_at_once_are_not_repeated() -> None:
    user = make_person()
    services.notify(user=user, kind="character-approved", title="At once", now=NOW, by_mail=True)
    services.set_wishes(actor=user, wishes={"reviews": Wish(by_mail=Timing.DAILY)}, now=NOW)
    assert digests.make_digests(now=MORNING) == 0


def test_a_hidden_notice_still_comes_by_mail() -> None:
    user = make_person()
    wish = Wish(is_shown=False, by_mail=Timing.DAILY)
    services.set_wishes(actor=user, wishes={"reviews": wish}, now=NOW)
    tell(user)
    digests.make_digests(now=MORNING)
    assert len(post.send_waiting()) == 1


def test_a_long_one_is_cut_and_says_how_many_more() -> None:
    user = make_daily()
    for number in range(23):
        tell(user, f"Notice {number}", at=NOW + timedelta(minutes=number))
    digests.make_digests(now=MORNING)
    (message,) = post.send_waiting()
    assert message.subject == "23 unread notices on StoryChat"
    assert message.body.count("* Notice") == 20
    assert "* Notice 22\n" in message.body
    assert "* Notice 2\n" not in message.body
    assert "And 3 more:" in message.body
    assert "And 3 more" in message.alternatives[0].content


def test_a_group_that_nobody_registers_any_more_stays_out() -> None:
    user = make_daily()
    Notice.objects.filter(pk=tell(user).pk).update(group="gone")
    digests.make_digests(now=MORNING)
    assert post.send_waiting() == []


def test_the_database_keeps_one_for_each_day() -> None:
    user = make_daily()
    Digest.objects.create(user=user, day=date(2026, 6, 2), created_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(user=user, day=date(2026, 6, 2), created_at=NOW)
    tell(user)
    assert digests.make_digests(now=MORNING) == 0
    assert digests.make_digest(user_id=user.pk, morning=MORNING, now=MORNING)[1] is False


def test_the_database_puts_only_daily_notices_into_one() -> None:
    user = make_daily()
    digest = Digest.objects.create(user=user, day=date(2026, 6, 2), created_at=NOW)
    notice = services.notify(user=user, kind="standing", title="a", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(digest=digest)


def test_looking_for_people_costs_the_same_for_two_and_twelve(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (2, 10):
        for _ in range(count):
            tell(make_daily())
        with django_assert_num_queries(2):
            (zone,) = queries.list_zones_to_digest(before=MORNING)
            people = queries.list_people_to_digest(zone=zone, day=MORNING.date(), before=MORNING, count=100)
    assert len(people) == 12


def test_composing_costs_the_same_for_two_and_twelve(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (2, 12):
        user = make_daily()
        for _ in range(count):
            tell(user)
        digests.make_digests(now=MORNING)
        job = Mail.objects.get(user=user)
        with django_assert_num_queries(6):
            post.send(job, now=MORNING)
    assert len(mail.outbox) == 2
