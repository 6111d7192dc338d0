"""What a crowd that agreed beforehand cannot do: chain locks, lock many people, borrow a good record."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts import queries as account_queries
from accounts import services as account_services
from accounts.models import User
from characters import services as character_services
from characters.models import Character
from core.refusals import RefusedError
from moderation import queries, services, transparency
from moderation.models import Case
from moderation.services import StepKind, weighing
from moderation.services.decisions import Kind
from moderation.targets import Words
from notifications.models import Notice
from tests import factories
from tests.clients import client_of
from tests.factories import NOW
from tests.moderation.appealing import ask, reply
from tests.moderation.crowd import crowd, decide, locks_of, note_report, proven, regular, report, report_all

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=2)
ALL = {"PUBLISHING", "POSTS", "MESSAGES"}


@pytest.fixture
def person() -> User:
    return regular(username="quinn")


def item_of(person: User) -> tuple[str, str]:
    return "character", factories.make_character(
        owner=person, state="APPROVED", visibility="PUBLIC"
    ).public_id


def shut(person: User, *, now: Any = NOW) -> set[str]:
    found = account_queries.list_active_restrictions(person, now=now)
    return set(found.values_list("scope", flat=True))


def notices(person: User) -> list[Notice]:
    return list(Notice.objects.filter(user=person, kind="standing").order_by("pk"))


# --- A lock ends, and no other follows it -------------------------------------------------------------------


@pytest.mark.parametrize("is_same_crowd", [True, False])
def test_nobody_is_locked_again_for_a_month_while_no_person_has_acted(
    person: User, is_same_crowd: bool
) -> None:
    people = crowd()
    targets = [item_of(person) for _each in range(6)]
    for number, target in enumerate(targets):
        at = NOW + number * (3 * DAY + timedelta(minutes=1))
        case = report_all(people, person, target=target, now=at)
        assert case.surged_at == at
        assert shut(person, now=at) == (ALL if number == 0 else set())
        people = people if is_same_crowd else crowd()
    assert len(locks_of(person)) == 3


def test_a_month_later_they_can_be_locked_again(person: User) -> None:
    first, second = item_of(person), item_of(person)
    report_all(crowd(), person, target=first)
    report_all(crowd(), person, target=second, now=NOW + 31 * DAY)
    assert shut(person, now=NOW + 31 * DAY) == ALL


def test_who_broke_the_rules_can_be_locked_again_at_once(person: User) -> None:
    first, second = item_of(person), item_of(person)
    decide(report_all(crowd(), person, target=first), StepKind.WARN)
    report_all(crowd(), person, target=second, now=NOW + DAY)
    assert shut(person, now=NOW + DAY) == ALL


def test_a_second_case_shares_the_lock_and_lengthens_nothing(person: User) -> None:
    first, second = item_of(person), item_of(person)
    report_all(crowd(), person, target=first)
    report_all(crowd(), person, target=second, now=NOW + 2 * DAY)
    assert len(locks_of(person)) == 3
    assert shut(person, now=NOW + 3 * DAY) == set()


# --- A crowd locks one person at a time ---------------------------------------------------------------------


def test_the_same_people_lock_one_until_a_person_has_decided() -> None:
    people, victims = crowd(), [regular() for _each in range(8)]
    cases = [report_all(people, victim) for victim in victims]
    assert [bool(locks_of(victim)) for victim in victims] == [True] + [False] * 7
    # It comes first all the same.
    assert all(case.surged_at for case in cases)
    # Nor does it help that the lock ran out.
    later = NOW + 10 * DAY
    assert report_all(people, (victim := regular()), now=later).surged_at == later
    assert locks_of(victim) == []
    # They were right: they are heard again.
    decide(cases[0], StepKind.WARN, now=later)
    report_all(people, (victim := regular()), now=later)
    assert shut(victim, now=later) == ALL


def test_who_shares_a_mailbox_with_somebody_behind_a_lock_is_behind_it(person: User) -> None:
    people = crowd(size=7)
    report_all(people[:6], person)
    User.objects.filter(pk=people[0].pk).update(email="ada+one@example.test")
    User.objects.filter(pk=people[6].pk).update(email="ada@example.test")
    other = regular()
    report_all([*crowd(size=5), people[0], people[6]], other)
    assert locks_of(other) == []


def test_what_came_of_reports_since_counts(person: User) -> None:
    """Their word is weighed when it counts, not when they said it."""
    *people, last = crowd(proven_count=6)
    report_all(people, person)
    for one in people:
        for _each in range(9):
            note_report(one, Case.State.DISMISSED)
    assert report(last, person).surged_at is None


# --- Who was right before -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "proven_count", "is_locked"), [(6, 2, True), (40, 2, False)])
def test_a_third_of_all_who_report_were_right_before(
    person: User, size: int, proven_count: int, is_locked: bool
) -> None:
    usual = [regular() for _each in range(size - proven_count)]
    case = report_all([*usual, *(proven() for _each in range(proven_count))], person)
    assert case.surged_at == NOW
    assert bool(locks_of(person)) is is_locked


def test_being_right_about_one_person_often_proves_nothing(person: User) -> None:
    sock = regular()
    people = [regular() for _each in range(6)]
    for one in people:
        for _each in range(9):
            note_report(one, Case.State.ACTED, subject=sock.subject)
    assert report_all(people, person).surged_at == NOW
    assert locks_of(person) == []


def test_what_was_our_mistake_proves_nobody_right(person: User) -> None:
    target = item_of(person)
    people = crowd()
    before = [weighing.weight_of(one) for one in people]
    case = report_all(people, person, target=target)
    take_down_as_our_mistake(target)
    case = decide(case, StepKind.SETTLE, now=LATER)
    assert case.state == "ACTED"
    assert [weighing.weight_of(one) for one in people] == before
    assert weighing.agreement(people[-1]) == (0, 0)


def take_down_as_our_mistake(target: tuple[str, str]) -> None:
    character_services.delist(
        actor=factories.make_staff(),
        item=factories.get_fresh(Character.objects.get(public_id=target[1])),
        reason_code="spam",
        explanation="",
        fix="",
        is_our_mistake=True,
        now=LATER,
    )


def test_what_was_our_mistake_takes_the_lock_back_and_says_sorry(person: User) -> None:
    target, other = item_of(person), item_of(person)
    case = report_all(crowd(), person, target=target)
    take_down_as_our_mistake(target)
    decide(case, StepKind.SETTLE, now=LATER)
    assert shut(person, now=LATER) == set()
    assert all(queries.find_reversal(decision) for decision in locks_of(person))
    sorry = notices(person)[-1].body
    assert "The mistake was ours" in sorry
    assert "We are sorry" in sorry
    assert "found nothing" not in sorry
    report_all(crowd(), person, target=other, now=NOW + 29 * DAY)
    assert shut(person, now=NOW + 29 * DAY) == set()


# --- One event, one appeal ----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_appeal_against_one_part_opens_all_of_it(person: User, place: int) -> None:
    case = report_all(crowd(), person)
    asked = ask(person, locks_of(person)[place])
    reply(asked, Kind.OVERTURN, now=LATER)
    assert shut(person, now=LATER) == set()
    assert all(queries.find_reversal(decision) for decision in locks_of(person))
    assert not queries.list_measures_in_force(person.subject_id, now=LATER)
    told = Notice.objects.get(user=person, kind="appeal-answered").body
    for feature in ("Publishing", "Posts and comments", "Direct messages"):
        assert f"You can use this again: {feature}." in told
    # Nothing is left to take back, nor to say.
    count = Notice.objects.filter(user=person).count()
    assert decide(case, StepKind.DISMISS, now=LATER).state == "DISMISSED"
    assert [lock.reversals.count() for lock in locks_of(person)] == [1, 1, 1]
    assert Notice.objects.filter(user=person).count() == count


def test_there_is_one_appeal_against_all_of_it(person: User) -> None:
    report_all(crowd(), person)
    first, second, _third = locks_of(person)
    ask(person, first)
    with pytest.raises(RefusedError) as refused:
        ask(person, second)
    assert refused.value.refusal.code == "appealed"


def test_an_earlier_end_is_of_all_of_it(person: User) -> None:
    report_all(crowd(), person)
    reply(ask(person, locks_of(person)[1]), Kind.PARTIAL, ends_at=NOW + DAY)
    assert shut(person, now=NOW + DAY) == set()
    assert shut(person, now=NOW + DAY - timedelta(minutes=1)) == ALL


def test_a_moderator_who_lifts_one_part_lifts_all_of_it(person: User) -> None:
    report_all(crowd(), person)
    services.lift(actor=factories.make_staff(), decision=locks_of(person)[2], words=Words(""), now=LATER)
    assert shut(person, now=LATER) == set()
    assert "You can use this again: Publishing." in notices(person)[-1].body


def test_dismissing_answers_a_waiting_appeal_and_tells_once(person: User) -> None:
    case = report_all(crowd(), person)
    asked = ask(person, locks_of(person)[1])
    decide(case, StepKind.DISMISS, now=LATER)
    asked.refresh_from_db()
    assert asked.state == "LIFTED"
    told = Notice.objects.filter(user=person).exclude(title__startswith="You cannot publish")
    assert [notice.kind for notice in told] == ["appeal-answered"]


# --- What its person is told --------------------------------------------------------------------------------


def test_a_lock_that_runs_out_is_told_once_and_that_nobody_looked(person: User) -> None:
    report_all(crowd(), person)
    over = NOW + 3 * DAY + timedelta(minutes=5)
    assert account_services.tell_ended(now=over) == 1
    assert account_services.tell_ended(now=over) == 0
    _locked, told = notices(person)
    assert "before a person looked" in told.title
    assert "still open" in told.body
    for feature in ("Publishing", "Posts and comments", "Direct messages"):
        assert feature in told.body


def test_after_acting_they_read_where_the_decision_stands(person: User) -> None:
    decide(report_all(crowd(), person), StepKind.WARN, now=LATER)
    assert "What we decided stands on your standing page" in notices(person)[-1].body
    assert "if anything" not in notices(person)[-1].body


def test_after_it_is_gone_they_are_not_sent_to_look_for_a_decision(person: User) -> None:
    target = item_of(person)
    case = report_all(crowd(), person, target=target)
    Character.objects.get(public_id=target[1]).delete()
    assert decide(case, StepKind.SETTLE, now=LATER).state == "GONE"
    assert shut(person, now=LATER) == set()
    told = notices(person)[-1].body
    assert "is gone" in told
    assert "What we decided" not in told


# --- What others read ---------------------------------------------------------------------------------------


def count_june() -> transparency.Numbers:
    transparency.publish_months(now=NOW + 90 * DAY)
    found = transparency.find_published("2026-06")
    assert found is not None
    return found[1]


@pytest.mark.parametrize("kind", [StepKind.WARN, StepKind.DISMISS])
def test_the_transparency_page_counts_one_event_once(kind: StepKind) -> None:
    for _each in range(2):
        decide(report_all(crowd(), regular()), kind)
    numbers = count_june()
    assert numbers.by_kind["RESTRICT"] == 2
    assert numbers.by_rule["many-reports"].total == 2
    assert numbers.by_kind.get("LIFT", 0) == (2 if kind == StepKind.DISMISS else 0)
    assert ("kind", "RESTRICT") in transparency.find_withheld(numbers)


def test_an_appeal_that_was_granted_is_counted_once(person: User) -> None:
    report_all(crowd(), person)
    reply(ask(person, locks_of(person)[1]), Kind.OVERTURN)
    numbers = count_june()
    assert (numbers.by_kind["OVERTURN"], numbers.by_kind.get("LIFT", 0)) == (1, 0)
    assert numbers.by_rule["many-reports"] == transparency.Tally(1, 1, 1)


def test_the_queue_says_who_is_shut_meanwhile(person: User) -> None:
    case = report_all(crowd(), person)
    report(regular(), regular())
    client = client_of(factories.make_staff())
    address = reverse("admin:moderation_case_changelist")
    with time_machine.travel(LATER, tick=False):
        page = client.get(address).content.decode()
    assert page.count("many at once") == 1
    assert "shut until June 4, 2026" in page
    with time_machine.travel(NOW + 4 * DAY, tick=False):
        page = client.get(address).content.decode()
    assert case.title in page
    assert "shut until" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_one_and_for_many(
    count: int, django_assert_max_num_queries: Any
) -> None:
    for _each in range(count):
        report_all(crowd(), regular())
    client = client_of(factories.make_staff())
    client.get(reverse("admin:moderation_case_changelist"))
    with django_assert_max_num_queries(14):
        client.get(reverse("admin:moderation_case_changelist"))
