"""Two or twenty people at the same case, report or proposal. Real threads: PostgreSQL's locks are tested."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db.models import QuerySet

from core import ids
from moderation import services
from moderation.models import Case, Decision, Proposal, Report
from moderation.services import Step, StepKind
from moderation.targets import Words
from tests.factories import NOW, make_character, make_staff, make_user
from tests.threads import at_once, codes

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

CROWD = 20


def report(person: Any, target_id: str, key: str = "") -> Callable[[], Any]:
    return lambda: services.report_content(
        actor=person,
        target_kind="character",
        target_id=target_id,
        reason="SCAM",
        text="",
        creation_key=key or ids.new_public_id(),
        now=NOW,
    )


def decide(case: Case, kind: StepKind) -> Callable[[], Any]:
    staff = make_staff()
    return lambda: services.handle_case(
        actor=staff,
        case=case,
        expected_version=case.version,
        step=Step(kind, Words("fraud")),
        now=NOW,
    )


@pytest.fixture
def case() -> Case:
    report(make_user(), make_character(state="APPROVED").public_id)()
    return Case.objects.get()


def test_of_twenty_decisions_about_a_case_one_wins(case: Case) -> None:
    results = at_once(*(decide(case, StepKind.WARN) for _ in range(CROWD)))
    assert codes(results) == ["already-decided"] * (CROWD - 1)
    assert Decision.objects.filter(kind="WARN").count() == 1


def test_without_the_lock_more_than_one_would_win(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above proves is the lock's doing."""
    here = threading.Barrier(CROWD, timeout=20)
    original = services.handling.policies.close_refusal

    def late(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        here.wait()
        return found

    monkeypatch.setattr(services.handling.policies, "close_refusal", late)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    at_once(*(decide(case, StepKind.WARN) for _ in range(CROWD)))
    assert Decision.objects.filter(kind="WARN").count() > 1


def test_twenty_people_who_report_at_once_join_one_case() -> None:
    target = make_character(state="APPROVED").public_id
    at_once(*(report(make_user(), target) for _ in range(CROWD)))
    case = Case.objects.get()
    assert (case.report_count, case.reports.count()) == (CROWD, CROWD)
    assert case.risk == 150 + CROWD * 100


def test_one_person_who_sends_twenty_reports_at_once_made_one() -> None:
    person, target = make_user(), make_character(state="APPROVED").public_id
    results = at_once(*(report(person, target) for _ in range(CROWD)))
    assert not codes(results)
    assert Report.objects.count() == 1
    assert Case.objects.get().report_count == 1


def test_a_proposal_is_carried_out_once() -> None:
    person = make_user()
    proposal, _is_new = services.propose(
        actor=make_staff(), kind="SUSPEND", user=person, words=Words("spam"), now=NOW
    )
    staff = [make_staff() for _ in range(5)]
    results = at_once(
        *(lambda one=one: services.confirm(actor=one, proposal=proposal, now=NOW) for one in staff)
    )
    assert not codes(results)
    assert [is_new for _proposal, is_new in results].count(True) == 1
    assert Decision.objects.filter(kind="SUSPEND").count() == 1


def test_twenty_who_propose_at_once_made_one_proposal() -> None:
    person = make_user()
    staff = [make_staff() for _ in range(CROWD)]
    at_once(
        *(
            lambda one=one: services.propose(
                actor=one, kind="SUSPEND", user=person, words=Words("spam"), now=NOW
            )
            for one in staff
        )
    )
    assert Proposal.objects.count() == 1


def test_one_form_sent_twenty_times_at_once_warns_once() -> None:
    person, moderator = make_user(), make_staff()
    send = partial(
        services.warn, actor=moderator, user=person, words=Words("spam"), creation_key="k" * 32, now=NOW
    )
    results = at_once(*[send] * CROWD)
    assert not codes(results)
    assert [is_new for _decision, is_new in results].count(True) == 1
    assert Decision.objects.filter(kind="WARN").count() == 1


def test_one_form_about_a_case_sent_twenty_times_at_once_is_one_step() -> None:
    person, moderator = make_user(), make_staff()
    target = make_character(owner=person, state="APPROVED").public_id
    made, _is_new = report(make_user(), target)()
    step = Step(StepKind.WARN, Words("spam"), creation_key="k" * 32)
    send = partial(
        services.handle_case,
        actor=moderator,
        case=made.case,
        expected_version=made.case.version,
        step=step,
        now=NOW,
    )
    results = at_once(*[send] * CROWD)
    assert not codes(results)
    assert len({done.decision.pk for done in results}) == 1
    assert Decision.objects.filter(kind="WARN").count() == 1


def test_of_those_who_propose_the_same_at_once_nobody_s_words_are_lost() -> None:
    person = make_user()
    staff = [make_staff() for _ in range(5)]
    at_once(
        *(
            partial(
                services.propose,
                actor=one,
                kind="SUSPEND",
                user=person,
                words=Words("spam", one.username),
                now=NOW,
            )
            for one in staff
        )
    )
    proposal = Proposal.objects.get()
    said = {proposal.explanation, *proposal.additions.values_list("explanation", flat=True)}
    assert said == {one.username for one in staff}
