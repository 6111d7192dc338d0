"""Reports join cases, weigh by their reporters' record, and end with one decision."""

from datetime import timedelta

import pytest

from accounts.models import User
from core import ids
from core.refusals import LimitedError
from moderation import services, targets
from moderation.models import Case, Decision, Report
from moderation.services import ModerationRefusedError, ReportRefusedError, Step, StepKind, weighing
from moderation.targets import Target, Words
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return factories.make_user()


@pytest.fixture(autouse=True)
def thing(owner, monkeypatch):
    """One kind of content that exists, and that nobody can remove by itself."""
    target = Target(title="A thing", url="/thing/", owner=owner, excerpt="its words", content_hash="ab" * 32)
    handler = targets.Handler(lambda _viewer, public_id: target if public_id == "thing" else None)
    monkeypatch.setitem(targets._handlers, "thing", handler)
    return target


def report(person, now, *, target_id="thing", reason="SCAM", key=None, text=""):
    return services.report_content(
        actor=person,
        target_kind="thing",
        target_id=target_id,
        reason=reason,
        text=text,
        creation_key=key or ids.new_public_id(),
        now=now,
    )


def handle(actor, case, step, now, *, version=None):
    return services.handle_case(
        actor=actor,
        case=case,
        expected_version=case.version if version is None else version,
        step=step,
        now=now,
    )


WARN = Step(StepKind.WARN, Words("fraud", "No scams."))
DISMISS = Step(StepKind.DISMISS, Words(""))


def test_a_report_keeps_what_was_seen_and_opens_a_case(owner, now):
    made, is_new = report(factories.make_user(), now, text="they asked for my card")
    assert is_new
    assert (made.target_title, made.target_excerpt, made.content_hash) == ("A thing", "its words", "ab" * 32)
    assert (made.case.state, made.case.report_count, made.case.subject) == ("OPEN", 1, owner.subject)


def test_reports_about_one_thing_join_one_case(now):
    for reason in ("OTHER", "SCAM", "UNDERAGE"):
        report(factories.make_user(), now, reason=reason)
    case = Case.objects.get()
    assert case.report_count == 3
    assert case.risk == 1000 + 300
    assert report(factories.make_user(), now, target_id="other")[0].case != case


def test_one_person_counts_once_in_a_case(now):
    person = factories.make_user()
    first, _is_new = report(person, now)
    again, _is_new = report(person, now, reason="UNDERAGE")
    assert again == first
    case = Case.objects.get()
    assert (case.report_count, case.risk) == (1, 1000 + 100)


def test_nobody_reports_themselves(owner, now):
    with pytest.raises(ReportRefusedError) as caught:
        report(owner, now)
    assert caught.value.refusal.code == "self"


def test_reports_are_limited(now):
    person = factories.make_user()
    for number in range(services.REPORTS_PER_USER.count):
        report(person, now, target_id=f"thing-{number}")
    with pytest.raises(LimitedError):
        report(person, now)


def test_acting_closes_the_case_warns_the_owner_and_tells_every_reporter(owner, now):
    reporters = [factories.make_user() for _ in range(3)]
    for person in reporters:
        report(person, now)
    moderator = factories.make_staff()
    case = Case.objects.get()
    done = handle(moderator, case, WARN, now)
    case.refresh_from_db()
    assert (case.state, case.decision) == ("ACTED", done.decision)
    assert Notice.objects.filter(user=owner, kind="standing").count() == 1
    assert {notice.user for notice in Notice.objects.filter(kind="report-closed")} == set(reporters)


def test_dismissing_says_so_and_can_be_appealed(owner, now):
    person = factories.make_user()
    report(person, now)
    case = Case.objects.get()
    done = handle(factories.make_staff(), case, DISMISS, now)
    assert done.decision.kind == "DISMISS"
    notice = Notice.objects.get(user=person)
    assert done.decision.public_id in notice.url
    assert not Notice.objects.filter(user=owner).exists()


def test_a_case_that_grew_is_not_decided_unseen(now):
    report(factories.make_user(), now)
    seen = Case.objects.get().version
    report(factories.make_user(), now)
    with pytest.raises(ModerationRefusedError) as caught:
        handle(factories.make_staff(), Case.objects.get(), DISMISS, now, version=seen)
    assert caught.value.refusal.code == "changed"
    assert not Decision.objects.exists()


def test_a_decided_case_stays_decided(now):
    report(factories.make_user(), now)
    case = Case.objects.get()
    handle(factories.make_staff(), case, DISMISS, now)
    with pytest.raises(ModerationRefusedError) as caught:
        handle(factories.make_staff(), case, WARN, now)
    assert caught.value.refusal.code == "already-decided"
    assert not Decision.objects.filter(kind="WARN").exists()


def test_a_new_report_after_the_decision_opens_a_new_case(now):
    person = factories.make_user()
    report(person, now)
    handle(factories.make_staff(), Case.objects.get(), DISMISS, now)
    report(person, now)
    assert Case.objects.filter(state="OPEN").count() == 1
    assert Report.objects.count() == 2


def test_a_case_waits_while_a_second_person_is_asked(owner, now):
    report(factories.make_user(), now)
    first, second = factories.make_staff(), factories.make_staff()
    done = handle(first, Case.objects.get(), Step(StepKind.SUSPEND, Words("fraud")), now)
    assert (done.decision, Case.objects.get().state) == (None, "OPEN")
    services.confirm(actor=second, proposal=done.proposal, now=now)
    assert Case.objects.get().state == "ACTED"
    assert not User.objects.get(pk=owner.pk).is_active


def test_a_reporters_record_moves_their_weight_both_ways(now):
    moderator = factories.make_staff()
    right, wrong = factories.make_user(), factories.make_user()
    assert weighing.weight_of(right) == 100
    for number in range(8):
        at = now + timedelta(days=number)
        report(right, at, target_id=f"right-{number}")
        report(wrong, at, target_id=f"wrong-{number}")
    for case in Case.objects.all():
        is_right = case.target_id.startswith("right")
        Case.objects.filter(pk=case.pk).update(state="ACTED" if is_right else "DISMISSED", closed_at=now)
    assert weighing.weight_of(right) > 150
    assert 25 <= weighing.weight_of(wrong) < 50
    del moderator
