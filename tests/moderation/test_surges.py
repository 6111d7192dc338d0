"""Many reports at once: when they shut something, when they do not, and how it opens again."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts import policies as account_policies
from accounts import queries as account_queries
from accounts import services as account_services
from accounts.models import KnownDevice, Restriction, User
from core import switches
from core.models import AuditEvent
from core.refusals import RefusedError
from core.switches import Feature
from moderation import queries, services, statements
from moderation.models import Case, Decision
from moderation.services import StepKind, surges, weighing
from moderation.services.appeals import Request
from moderation.services.decisions import Kind
from notifications.models import Notice
from tests import factories
from tests.clients import client_of
from tests.factories import NOW
from tests.moderation.crowd import (
    crowd,
    decide,
    locks_of,
    proven,
    regular,
    report,
    report_all,
    wrong,
)

pytestmark = pytest.mark.django_db
Scope = Restriction.Scope
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def person() -> User:
    return regular(username="quinn")


def shut(person: User, *, now: Any = NOW) -> set[str]:
    found = account_queries.list_active_restrictions(person, now=now)
    return set(found.values_list("scope", flat=True))


def notices(person: User) -> list[Notice]:
    return list(Notice.objects.filter(user=person, kind="standing").order_by("pk"))


def test_the_last_voice_that_it_takes_shuts_what_reaches_others(person: User) -> None:
    """R13, R14: named features, with an end; who may chat and draw still may."""
    people = crowd()
    assert not report_all(people[:5], person).surged_at
    assert shut(person) == set()
    case = report(people[5], person)
    assert case.surged_at == NOW
    assert shut(person) == {"PUBLISHING", "POSTS", "MESSAGES"}
    assert account_policies.restriction_refusal(person, Scope.PUBLISHING, now=NOW)
    assert account_policies.restriction_refusal(person, Scope.CHAT, now=NOW) is None
    for decision in locks_of(person):
        assert (decision.source, decision.actor, decision.ends_at) == (
            "AUTOMATIC",
            None,
            NOW + timedelta(days=3),
        )
    assert set(queries.list_strikes(person.subject_id, since=NOW - timedelta(days=9), now=LATER)) == set()


def test_more_voices_shut_nothing_twice(person: User) -> None:
    report_all(crowd(size=9), person)
    assert len(locks_of(person)) == 3


def test_a_surge_comes_before_everything_else_in_the_queue(person: User) -> None:
    services.report_content(
        actor=proven(),
        target_kind="user",
        target_id=regular().public_id,
        reason="UNDERAGE",
        text="",
        creation_key="k",
        now=NOW - timedelta(days=9),
    )
    case = report_all(crowd(proven_count=0), person)
    assert queries.list_open_cases().first() == case
    assert AuditEvent.objects.get(kind="case.surged").data == {"case": case.public_id}


def test_the_person_is_told_once_and_reads_it_in_their_standing(person: User) -> None:
    """R13: what, why, until when, and how to appeal; not by how many, nor by whom."""
    people = crowd()
    report_all(people, person)
    (notice,) = notices(person)
    assert "Nobody has looked yet" in notice.body
    assert "June 4" in notice.body
    assert "appeal" in notice.body
    page = client_of(person).get(reverse("settings-standing")).content.decode()
    assert "Restricted: Publishing" in page
    assert "Restricted: Direct messages" in page
    assert "Nobody has looked yet" in page
    for reporter in people:
        assert reporter.username not in notice.body + page


def test_a_brigade_of_fresh_accounts_does_nothing(person: User) -> None:
    brigade = [regular(age=timedelta(days=number)) for number in range(1, 25)]
    case = report_all(brigade, person)
    assert (case.surged_at, locks_of(person), notices(person)) == (None, [], [])
    assert case.risk < 10_000


def test_old_accounts_without_a_record_bring_it_to_the_top_and_shut_nothing(person: User) -> None:
    case = report_all(crowd(size=20, proven_count=1), person)
    assert case.surged_at == NOW
    assert locks_of(person) == []


def share_mailbox(people: list[User]) -> None:
    for number, one in enumerate(people):
        User.objects.filter(pk=one.pk).update(email=f"Ada+{number}@example.test")


def share_browser(people: list[User]) -> None:
    for one in people:
        KnownDevice.objects.create(
            user=one, token_hash="a" * 64, label="", first_seen_at=NOW, last_seen_at=NOW
        )


def join_together(people: list[User]) -> None:
    for number, one in enumerate(people):
        joined = NOW - timedelta(days=90, minutes=50 * number)
        User.objects.filter(pk=one.pk).update(date_joined=joined)


def be_staff(people: list[User]) -> None:
    User.objects.filter(pk__in=[one.pk for one in people]).update(is_staff=True)


def be_suspended(people: list[User]) -> None:
    User.objects.filter(pk__in=[one.pk for one in people]).update(is_active=False)


def be_restricted(people: list[User]) -> None:
    for one in people:
        account_services.restrict_user(
            actor=None,
            user=one,
            scope=Scope.POSTS,
            reason_code="spam",
            explanation="x",
            ends_at=None,
            now=NOW - timedelta(days=1),
        )


@pytest.mark.parametrize(
    "belong_together",
    [share_mailbox, share_browser, join_together, be_staff, be_suspended, be_restricted],
    ids=lambda way: way.__name__,
)
def test_who_belongs_together_or_has_no_say_is_no_crowd(belong_together: Any, person: User) -> None:
    people = crowd()
    # One of them stays as they are: with all the others that makes two voices at most.
    belong_together(people[:5])
    case = report_all(people, person)
    assert (case.report_count, case.surged_at, locks_of(person)) == (6, None, [])


def test_copied_words_are_one_voice(person: User) -> None:
    for reporter in crowd():
        case = report(reporter, person, text="This account is a scam,  report it!\n")
    assert case.surged_at is None


def test_short_words_say_nothing_about_who_wrote_them(person: User) -> None:
    for reporter in crowd():
        case = report(reporter, person, text="Scam!")
    assert case.surged_at == NOW


def test_who_was_wrong_before_has_no_voice(person: User) -> None:
    assert report_all([*crowd(size=5), wrong(), wrong()], person).surged_at is None


def test_reports_of_yesterday_and_of_today_are_no_surge(person: User) -> None:
    people = crowd()
    report_all(people[:3], person)
    assert report_all(people[3:], person, now=NOW + timedelta(hours=25)).surged_at is None


def test_staff_are_not_shut_by_a_crowd(person: User) -> None:
    """Against staff everything takes two people."""
    User.objects.filter(pk=person.pk).update(is_staff=True)
    case = report_all(crowd(), person)
    assert (case.surged_at, locks_of(person)) == (NOW, [])


def test_what_was_made_for_a_reporter_shuts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case.objects.create(target_kind="chat-message", target_id="x", created_at=NOW, report_count=6)
    voices = [weighing.Voice(is_proven=True, is_free=True)] * 6
    monkeypatch.setattr(weighing, "list_voices", lambda *_case, **_values: voices)
    surges.watch(case, threshold=surges.read_threshold(), now=NOW)
    assert case.surged_at == NOW
    assert not case.locks.exists()


def test_content_that_many_report_shuts_whose_it_is(person: User) -> None:
    item = factories.make_character(owner=person, state="APPROVED", visibility="PUBLIC")
    case = report_all(crowd(), person, target=("character", item.public_id))
    assert case.surged_at == NOW
    assert shut(person) == {"PUBLISHING", "POSTS", "MESSAGES"}
    assert "Mira Vale" in notices(person)[-1].body
    # What a crowd says takes nothing down.
    assert factories.get_fresh(item).is_found_by(regular())


def test_the_operators_switch_turns_the_locks_off(person: User) -> None:
    switches.set_switch(
        actor=None, feature=Feature.AUTOMATIC_LOCKS, is_on=False, reason="A brigade is on.", now=NOW
    )
    case = report_all(crowd(), person)
    assert (case.surged_at, locks_of(person)) == (NOW, [])


@pytest.mark.parametrize(("voices", "surges_at"), [(0, None), (4, NOW), (7, None)])
def test_the_operator_says_how_many_it_takes(
    person: User, settings: Any, voices: int, surges_at: Any
) -> None:
    settings.MASS_REPORTS_VOICES = voices
    assert report_all(crowd(), person).surged_at == surges_at


def test_extra_verification_is_no_way_out(person: User) -> None:
    """R17: it lifts locks of sign-ins that look guessed, not what others reported."""
    report_all(crowd(), person)
    account_services.lock_until_verified(user=person, reason_code="suspicious-sign-in", now=NOW)
    assert account_services.unlock_by_second_factor(actor=person, now=NOW) == 1
    assert shut(person) == {"PUBLISHING", "POSTS", "MESSAGES"}
    assert account_services.send_unlock_code(actor=person, now=NOW) is None


def test_dismissing_restores_everything_and_says_so_once(person: User) -> None:
    case = report_all(crowd(), person)
    assert decide(case, StepKind.DISMISS, now=LATER).state == "DISMISSED"
    assert shut(person, now=LATER) == set()
    assert not queries.list_measures_in_force(person.subject_id, now=LATER)
    for decision in locks_of(person):
        reversal = queries.find_reversal(decision)
        assert reversal is not None
        assert (reversal.kind, reversal.source) == (Kind.LIFT, "HUMAN")
    _told, sorry = notices(person)
    assert "found nothing that breaks our rules" in sorry.body
    assert "You can use this again: Publishing." in sorry.body
    assert "You can use this again: Direct messages." in sorry.body
    page = client_of(person).get(reverse("settings-standing")).content.decode()
    assert page.count("Taken back") >= 3


def test_the_record_of_those_who_were_wrong_goes_down(person: User) -> None:
    people, bystander = crowd(), regular()
    before = [weighing.weight_of(reporter) for reporter in people]
    decide(report_all(people, person), StepKind.DISMISS)
    decide(report(bystander, regular()), StepKind.DISMISS)
    after = [weighing.weight_of(reporter) for reporter in people]
    assert all(now_it_is < it_was for now_it_is, it_was in zip(after, before, strict=True))
    # Wrong, and for nothing shut: that counts for more than being wrong.
    assert weighing.weight_of(people[-1]) < weighing.weight_of(bystander) < 100
    # The same people have no voice the next time, whomever it is about.
    other = regular()
    assert report_all(people, other, now=LATER).surged_at is None


def test_who_was_locked_for_nothing_is_spared_for_a_while(person: User) -> None:
    decide(report_all(crowd(), person), StepKind.DISMISS, now=NOW)
    again = report_all(crowd(), person, now=NOW + timedelta(days=29))
    assert again.surged_at is not None
    assert shut(person, now=NOW + timedelta(days=29)) == set()
    decide(again, StepKind.DISMISS, now=NOW + timedelta(days=29))
    report_all(crowd(), person, now=NOW + timedelta(days=31))
    assert shut(person, now=NOW + timedelta(days=31)) == {"PUBLISHING", "POSTS", "MESSAGES"}


def test_acting_ends_the_lock_and_takes_nothing_back(person: User) -> None:
    case = report_all(crowd(), person)
    assert decide(case, StepKind.WARN, now=LATER).state == "ACTED"
    assert shut(person, now=LATER) == set()
    assert all(queries.find_reversal(decision) is None for decision in locks_of(person))
    assert "the automatic lock is over" in notices(person)[-1].title
    page = client_of(person).get(reverse("settings-standing")).content.decode()
    assert "Taken back" not in page


def test_it_runs_out_by_itself_and_dismissing_afterwards_still_takes_it_back(person: User) -> None:
    case = report_all(crowd(), person)
    days_later = NOW + timedelta(days=3)
    assert shut(person, now=days_later) == set()
    decide(case, StepKind.DISMISS, now=days_later)
    assert all(queries.find_reversal(decision) for decision in locks_of(person))


def test_two_cases_share_what_is_shut_until_both_are_decided(person: User) -> None:
    item = factories.make_character(owner=person, state="APPROVED", visibility="PUBLIC")
    first = report_all(crowd(), person)
    second = report_all(crowd(), person, target=("character", item.public_id))
    assert len(locks_of(person)) == 3
    decide(first, StepKind.DISMISS, now=LATER)
    assert shut(person, now=LATER) == {"PUBLISHING", "POSTS", "MESSAGES"}
    decide(second, StepKind.DISMISS, now=LATER)
    assert shut(person, now=LATER) == set()
    assert len(notices(person)) == 2


def test_an_appeal_opens_it_and_the_case_goes_on(person: User) -> None:
    """R7: a person answers, and nobody who reported it."""
    people = crowd()
    case = report_all(people, person)
    lock = locks_of(person)[0]
    asked, _is_new = services.appeal(
        actor=person, decision=lock, request=Request("RESTORE", "It is a brigade."), creation_key="k", now=NOW
    )
    be_staff(people[5:])
    moderator = factories.make_staff()
    people[5].user_permissions.set(moderator.user_permissions.all())
    answer = {"appeal": asked, "kind": Kind.OVERTURN, "explanation": "You are right.", "now": LATER}
    with pytest.raises(RefusedError) as refused:
        services.answer(actor=User.objects.get(pk=people[5].pk), **answer)
    assert refused.value.refusal.code == "own-report"
    services.answer(actor=moderator, **answer)
    assert shut(person, now=LATER) == set()
    # More reports do not shut again what a person opened.
    report_all(crowd(size=2), person, now=LATER)
    assert len(locks_of(person)) == 3
    decide(case, StepKind.DISMISS, now=LATER)
    assert shut(person, now=LATER) == set()


def test_moderators_read_what_is_shut_and_that_a_crowd_is_no_judge(person: User) -> None:
    case = report_all(crowd(), person)
    client = client_of(factories.make_staff())
    path = reverse("admin:moderation_case_change", args=[case.pk])
    with time_machine.travel(LATER, tick=False):
        page = client.get(path).content.decode()
    assert "A crowd is no judge" in page
    assert "Publishing</a>: until you decide, at the latest June 4, 2026" in page
    with time_machine.travel(NOW + timedelta(days=4), tick=False):
        assert "Publishing</a>: over" in client.get(path).content.decode()
    decide(case, StepKind.DISMISS)
    assert "Publishing</a>: taken back" in client.get(path).content.decode()


def test_the_statement_of_reasons_says_that_it_was_reported(person: User) -> None:
    report_all(crowd(), person)
    rows = list(statements.make_statements(Decision.objects.all(), site_url="https://site.test"))
    assert len(rows) == 3
    for row in rows:
        assert "Several people reported it" in row.incompatible_content_explanation
        assert row.source_type == "SOURCE_TYPE_OTHER_NOTIFICATION"
        assert row.automated_decision == "AUTOMATED_DECISION_FULLY"


@pytest.mark.parametrize("size", [3, 9])
def test_counting_voices_takes_three_queries_for_few_and_for_many(
    person: User, size: int, django_assert_num_queries: Any
) -> None:
    case = report_all(crowd(size=size, proven_count=0), person)
    with django_assert_num_queries(3):
        voices = weighing.list_voices(
            case, since=NOW - timedelta(days=1), joined_by=NOW - timedelta(days=30), now=NOW
        )
    assert voices == [weighing.Voice(is_proven=False, is_free=True)] * size
