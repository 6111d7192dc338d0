"""R11: hits concerning minors. Evidence, one case, one lock, and who reads what."""

import logging
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import policies as account_policies
from accounts.models import Restriction, User
from core import audit
from core.models import AuditEvent, Subject
from moderation import child_safety, screening
from moderation.child_safety import SafetyRefusedError
from moderation.models import Decision, Evidence, SafetyCase
from moderation.screening import Purpose
from notifications.models import Notice
from storychat.staff_groups import CHILD_SAFETY, GROUP_PERMISSIONS
from tests import factories

TEXT = "withheld words"
NOTE = "I looked at both pieces."
QUEUE = "admin:moderation_safetycase_changelist"
PAGE = "admin:moderation_safetycase_change"
OPEN = "admin:moderation_safetycase_evidence"
DECIDE = "admin:moderation_safetycase_decide"


@pytest.fixture
def person(db: None) -> User:
    return factories.make_user(username="somebody")


@pytest.fixture
def keeper(db: None) -> User:
    """Somebody who looks after child safety and nothing else."""
    user = factories.make_staff(is_reviewer=False, username="keeper")
    user.groups.add(Group.objects.get(name=CHILD_SAFETY))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def staff(keeper: User) -> Client:
    client = Client()
    client.force_login(keeper)
    return client


def hit(person: User, now: datetime, **options: Any) -> SafetyCase:
    options.setdefault("content", TEXT)
    case, _is_new = child_safety.record_hit(
        subject=person.subject, purpose="picture-prompt", content_hash="0" * 64, now=now, **options
    )
    return case


def locks(person: User, now: datetime) -> list[Restriction]:
    return [row for row in person.restrictions.all() if row.is_active(now)]


def test_a_hit_keeps_evidence_opens_a_case_and_locks_the_account(person: User, now: datetime) -> None:
    case = hit(person, now)
    evidence = Evidence.objects.get()
    assert (evidence.subject, evidence.content) == (person.subject, TEXT)
    assert (case.subject, case.user, case.state) == (person.subject, person, SafetyCase.State.OPEN)
    [lock] = locks(person, now)
    assert (lock.scope, lock.reason_code, lock.ends_at) == (Restriction.Scope.ACCOUNT, "minors", None)
    decision = Decision.objects.get()
    assert (decision.source, decision.kind) == (Decision.Source.AUTOMATIC, Decision.Kind.RESTRICT)
    refusal = account_policies.restriction_refusal(person, Restriction.Scope.CHAT, now=now)
    assert refusal is not None


def test_every_attempt_is_kept_in_one_case_under_one_lock(person: User, now: datetime) -> None:
    first, again = (hit(person, now + timedelta(hours=hours)) for hours in (0, 1))
    assert first == again
    assert Evidence.objects.count() == 2
    assert len(locks(person, now + timedelta(hours=2))) == 1
    assert Notice.objects.filter(user=person).count() == 1


def test_the_person_reads_a_calm_notice_without_what_was_stopped(
    person: User, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        hit(person, now)
    notice = Notice.objects.get(user=person)
    assert "A program stopped something of yours" in notice.body
    assert "Whatever that person finds, we tell you" in notice.body
    told = [notice.title, notice.body, *(message.body for message in mail.outbox)]
    assert not [words for words in told if TEXT in words]


def test_no_log_and_no_audit_event_holds_what_was_stopped(
    person: User, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hit(person, now)
    assert TEXT not in caplog.text
    assert not [event for event in AuditEvent.objects.all() if TEXT in str(event.data)]


def test_an_erased_account_leaves_its_case(person: User, now: datetime) -> None:
    case = hit(person, now)
    subject = person.subject
    person.delete()
    case.refresh_from_db()
    assert (case.subject, case.user) == (subject, None)
    assert child_safety.record_hit(
        subject=subject, purpose="reply", content_hash="1" * 64, content="a\0b", now=now
    ) == (case, False)
    assert Evidence.objects.filter(content="ab").exists()


def test_what_a_model_of_ours_wrote_locks_nobody_out(person: User, now: datetime) -> None:
    case = hit(person, now, locks=False)
    assert case.state == SafetyCase.State.OPEN
    assert locks(person, now) == []


@pytest.mark.parametrize("purpose", list(Purpose))
def test_screening_records_every_hit_and_still_answers_with_the_rule(
    person: User, now: datetime, settings: Any, purpose: Purpose
) -> None:
    settings.SCREENING_CHECKS = ["tests.moderation.scripted.Words"]
    for attempt in (1, 2):
        verdict = screening.screen_text(
            subject=person.subject,
            purpose=purpose,
            text="find severe:rule",
            is_mature_allowed=True,
            now=now,
        )
        refusal = screening.refusal_of(verdict)
        assert refusal is not None
        assert refusal.code == "minors"
        assert Evidence.objects.filter(subject=person.subject).count() == attempt
    assert SafetyCase.objects.count() == 1
    assert len(locks(person, now)) == (0 if purpose is Purpose.REPLY else 1)


@pytest.mark.django_db(transaction=True)
def test_a_hit_inside_a_transaction_that_may_roll_back_is_a_mistake_of_the_caller(now: datetime) -> None:
    from django.db import transaction

    person = factories.make_user()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        hit(person, now)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_twenty_hits_at_once_open_one_case_and_make_one_lock(_round: int, now: datetime) -> None:
    person = factories.make_user()
    results = run_at_once(
        *[
            lambda: child_safety.record_hit(
                subject=person.subject, purpose="post", content_hash="0" * 64, content=TEXT, now=now
            )
        ]
        * 20
    )
    assert sum(is_new for _case, is_new in results) == 1
    assert SafetyCase.objects.count() == 1
    assert Evidence.objects.count() == 20
    assert Restriction.objects.count() == Decision.objects.count() == 1
    assert Notice.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_hit_while_the_case_is_cleared_leaves_the_account_locked_or_open_with_its_case(
    now: datetime,
) -> None:
    """Whoever comes second decides: no account stays open beside an open case."""
    staff = factories.make_staff(is_superuser=True)
    for _round in range(5):
        person = factories.make_user()
        case = hit(person, now)
        run_at_once(
            partial(child_safety.clear_case, actor=staff, case_id=case.pk, note=NOTE, now=now),
            partial(hit, person, now + timedelta(seconds=1)),
        )
        is_open = SafetyCase.objects.filter(subject=person.subject, state="OPEN").exists()
        assert bool(locks(person, now + timedelta(seconds=2))) == is_open


def run_at_once(*calls: Callable[[], Any]) -> list[Any]:
    barrier = threading.Barrier(len(calls))
    results: list[Any] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(calls)
    return results


# --- Deciding ---


def test_clearing_opens_the_account_again_and_tells_the_person(
    person: User, keeper: User, now: datetime
) -> None:
    case = hit(person, now)
    cleared, did_it = child_safety.clear_case(actor=keeper, case_id=case.pk, note=NOTE, now=now)
    assert (cleared.state, cleared.closed_at, did_it) == (SafetyCase.State.CLEARED, now, True)
    assert locks(person, now) == []
    last = Notice.objects.filter(user=person).order_by("-pk").first()
    assert last is not None
    assert last.title == "Your account is open again"
    assert Evidence.objects.count() == 1
    answer = Decision.objects.get(kind=Decision.Kind.LIFT)
    assert answer.actor == keeper.subject
    assert answer.reverses is not None


def test_confirming_keeps_the_lock(person: User, keeper: User, now: datetime) -> None:
    case = hit(person, now)
    confirmed, did_it = child_safety.confirm_case(actor=keeper, case_id=case.pk, note=NOTE, now=now)
    assert (confirmed.state, did_it) == (SafetyCase.State.CONFIRMED, True)
    assert len(locks(person, now)) == 1


@pytest.mark.parametrize("operation", [child_safety.confirm_case, child_safety.clear_case])
def test_deciding_twice_is_deciding_once(person: User, keeper: User, now: datetime, operation: Any) -> None:
    case = hit(person, now)
    assert operation(actor=keeper, case_id=case.pk, note=NOTE, now=now)[1] is True
    assert operation(actor=keeper, case_id=case.pk, note=NOTE, now=now)[1] is False
    assert AuditEvent.objects.filter(kind__startswith="safety-case.c").count() == 1


def test_of_two_decisions_the_second_gets_the_conflict(person: User, keeper: User, now: datetime) -> None:
    case = hit(person, now)
    child_safety.confirm_case(actor=keeper, case_id=case.pk, note=NOTE, now=now)
    with pytest.raises(SafetyRefusedError) as caught:
        child_safety.clear_case(actor=keeper, case_id=case.pk, note=NOTE, now=now)
    assert caught.value.refusal.code == "already-decided"
    assert len(locks(person, now)) == 1


@pytest.mark.parametrize("operation", [child_safety.confirm_case, child_safety.clear_case])
def test_others_and_the_person_themself_decide_nothing(
    keeper: User, now: datetime, operation: Any, person: User
) -> None:
    case = hit(person, now)
    own = hit(keeper, now)
    for actor, number, code in ((factories.make_staff(), case.pk, "child-safety"), (keeper, own.pk, "self")):
        with pytest.raises(SafetyRefusedError) as caught:
            operation(actor=actor, case_id=number, note=NOTE, now=now)
        assert caught.value.refusal.code == code


def test_clearing_a_later_case_leaves_the_lock_of_a_confirmed_one(
    person: User, keeper: User, now: datetime
) -> None:
    first = hit(person, now)
    child_safety.confirm_case(actor=keeper, case_id=first.pk, note=NOTE, now=now)
    later = now + timedelta(hours=1)
    second = hit(person, later)
    assert second != first
    child_safety.clear_case(actor=keeper, case_id=second.pk, note=NOTE, now=later)
    assert len(locks(person, later)) == 1


def test_a_hit_after_a_case_was_cleared_locks_anew(person: User, keeper: User, now: datetime) -> None:
    child_safety.clear_case(actor=keeper, case_id=hit(person, now).pk, note=NOTE, now=now)
    later = now + timedelta(hours=1)
    assert hit(person, later).state == SafetyCase.State.OPEN
    assert len(locks(person, later)) == 1


def test_an_erased_account_can_be_cleared(person: User, keeper: User, now: datetime) -> None:
    case = hit(person, now)
    person.delete()
    assert child_safety.clear_case(actor=keeper, case_id=case.pk, note=NOTE, now=now)[1]


# --- The staff pages ---


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_group_may_do_exactly_this() -> None:
    assert GROUP_PERMISSIONS[CHILD_SAFETY] == (
        "moderation.view_safetycase",
        "moderation.change_safetycase",
    )


def test_the_queue_shows_open_cases_the_oldest_first_and_no_evidence(
    staff: Client, keeper: User, now: datetime
) -> None:
    people = [factories.make_user(username=name) for name in ("late", "early", "closed")]
    for person, hours in zip(people, (2, 1, 0), strict=True):
        case = hit(person, now + timedelta(hours=hours))
    child_safety.clear_case(actor=keeper, case_id=case.pk, note=NOTE, now=now + timedelta(hours=3))
    response = staff.get(reverse(QUEUE))
    assert [row.user.username for row in response.context["cl"].result_list] == ["early", "late"]
    assert TEXT not in text_of(response)
    closed = staff.get(reverse(QUEUE), {"state": "CLEARED"})
    assert [row.user.username for row in closed.context["cl"].result_list] == ["closed"]


@pytest.mark.parametrize("name", [QUEUE, PAGE])
def test_the_pages_cost_the_same_for_two_and_for_twelve(staff: Client, now: datetime, name: str) -> None:
    def count(rows: int) -> int:
        person = factories.make_user()
        for number in range(rows):
            hit(factories.make_user() if name == QUEUE else person, now + timedelta(seconds=number))
        case = SafetyCase.objects.order_by("-pk").first()
        assert case is not None
        url = reverse(name, args=[] if name == QUEUE else [case.pk])
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(url).status_code == 200
        return len(queries)

    count(1)
    assert count(2) == count(12)


def test_evidence_shows_after_a_click_that_is_remembered(
    staff: Client, keeper: User, person: User, now: datetime
) -> None:
    case, evidence = hit(person, now), Evidence.objects.get()
    closed = staff.get(reverse(PAGE, args=[case.pk]))
    assert TEXT not in text_of(closed)
    assert not AuditEvent.objects.filter(kind="evidence.opened").exists()
    opened = staff.post(reverse(OPEN, args=[case.pk, evidence.pk]))
    assert TEXT in text_of(opened)
    event = AuditEvent.objects.get(kind="evidence.opened")
    assert (event.actor, event.target_id) == (keeper.subject, evidence.content_hash)
    assert staff.get(reverse(OPEN, args=[case.pk, evidence.pk])).status_code == 405


def test_evidence_stays_closed_when_the_opening_cannot_be_written_down(
    staff: Client, person: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, evidence = hit(person, now), Evidence.objects.get()

    def broken(**_event: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(audit, "record", broken)
    response = staff.post(reverse(OPEN, args=[case.pk, evidence.pk]))
    assert response.status_code == 503
    assert TEXT not in text_of(response)


def test_evidence_of_somebody_else_is_not_opened_through_a_case(
    staff: Client, person: User, now: datetime
) -> None:
    case = hit(person, now)
    hit(factories.make_user(), now, content="of another person")
    other = Evidence.objects.get(content="of another person")
    assert staff.post(reverse(OPEN, args=[case.pk, other.pk])).status_code == 404


def test_many_attempts_are_paged(staff: Client, person: User, now: datetime) -> None:
    for number in range(25):
        case = hit(person, now + timedelta(seconds=number))
    page = staff.get(reverse(PAGE, args=[case.pk]))
    assert len(page.context["evidence"]) == 20
    rest = staff.get(reverse(PAGE, args=[case.pk]), {"after": page.context["next_cursor"]})
    assert len(rest.context["evidence"]) == 5
    assert staff.get(reverse(PAGE, args=[case.pk]), {"after": "nonsense"}).status_code == 404


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        ("confirm", SafetyCase.State.CONFIRMED, "stays locked"),
        ("clear", SafetyCase.State.CLEARED, "is open again"),
    ],
)
def test_a_case_is_decided_on_its_page(
    staff: Client, person: User, now: datetime, answer: str, state: str, says: str
) -> None:
    case = hit(person, now)
    empty = staff.post(reverse(DECIDE, args=[case.pk]), {answer: "1", "note": " "})
    assert (empty.status_code, "This field is required" in text_of(empty)) == (422, True)
    response = staff.post(reverse(DECIDE, args=[case.pk]), {answer: "1", "note": NOTE}, follow=True)
    case.refresh_from_db()
    assert case.state == state
    assert NOTE in text_of(response)
    assert says in text_of(response)
    assert "Closed on" in text_of(response)


def test_whoever_may_only_look_is_told_so(person: User, now: datetime) -> None:
    from django.contrib.auth.models import Permission

    looker = factories.make_staff(is_reviewer=False)
    looker.user_permissions.add(Permission.objects.get(codename="view_safetycase"))
    client = Client()
    client.force_login(looker)
    case = hit(person, now)
    page = client.get(reverse(PAGE, args=[case.pk]))
    assert "Only those who look after child safety decide" in text_of(page)
    refused = client.post(reverse(DECIDE, args=[case.pk]), {"clear": "1"}, follow=True)
    assert "Only those who look after child safety decide" in text_of(refused)
    assert len(locks(person, now)) == 1


@pytest.mark.parametrize("who", ["reviewer", "user", "nobody"])
def test_nobody_else_gets_there(person: User, now: datetime, who: str) -> None:
    case, evidence = hit(person, now), Evidence.objects.get()
    client = Client()
    if who != "nobody":
        client.force_login(factories.make_staff() if who == "reviewer" else factories.make_user())
    urls = [reverse(QUEUE), reverse(PAGE, args=[case.pk])]
    posts = [reverse(OPEN, args=[case.pk, evidence.pk]), reverse(DECIDE, args=[case.pk])]
    answers = [client.get(url) for url in urls] + [client.post(url) for url in posts]
    assert {answer.status_code for answer in answers} <= {302, 403}
    assert not [answer for answer in answers if TEXT in answer.content.decode()]
    assert SafetyCase.objects.get().state == SafetyCase.State.OPEN


def test_a_case_without_a_number_is_not_found(staff: Client) -> None:
    assert staff.get(reverse(PAGE, args=["nonsense"])).status_code == 404


def test_confirmed_cases_lead_reviewers_to_the_person(person: User, now: datetime) -> None:
    admin = factories.make_staff(is_superuser=True)
    client = Client()
    client.force_login(admin)
    case = hit(person, now)
    child_safety.confirm_case(actor=admin, case_id=case.pk, note=NOTE, now=now)
    page = text_of(client.get(reverse(PAGE, args=[case.pk])))
    assert reverse("admin:moderation_person", args=[person.public_id]) in page


def test_a_subject_without_an_account_has_a_case_too(now: datetime, db: None) -> None:
    subject = Subject.objects.create()
    case, is_new = child_safety.record_hit(
        subject=subject, purpose="post", content_hash="0" * 64, content=TEXT, now=now
    )
    assert is_new
    assert case.user is None
