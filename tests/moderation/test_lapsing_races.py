"""Decisions that are taken back while somebody answers what follows from them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import User
from core import ids
from moderation import policies, queries, services
from moderation.models import Appeal, Case, Decision, Proposal
from moderation.services import ModerationRefusedError, repeats
from moderation.services.decisions import Kind
from moderation.targets import Words
from notifications.models import Notice
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, reply, restricted
from tests.threads import at_once, codes, while_paused

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WORDS = Words("spam", "You advertised.")


@pytest.fixture
def person() -> User:
    return factories.make_user()


@pytest.fixture
def staff() -> list[User]:
    return [factories.make_staff(is_superuser=True) for _number in range(2)]


def lift(actor: User, decision: Decision) -> Decision:
    return services.lift(actor=actor, decision=decision, words=Words(""), now=NOW)[0]


def warned(person: User, count: int) -> list[Decision]:
    moderator = factories.make_staff()
    return [
        services.warn(actor=moderator, user=person, words=WORDS, now=NOW - timedelta(hours=count - number))[0]
        for number in range(count)
    ]


def count_answers(person: User) -> int:
    return Notice.objects.filter(user=person, kind="appeal-answered").count()


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())


def uphold_while_lifting(monkeypatch: pytest.MonkeyPatch, staff: list[User], made: Appeal) -> list[Any]:
    return while_paused(
        monkeypatch,
        queries,
        "find_reversal",
        lambda: reply(made, Kind.UPHOLD, actor=staff[0]),
        lambda: lift(staff[1], made.decision),
    )


def test_an_answer_and_a_lifting_at_once_end_the_appeal_once(
    monkeypatch: pytest.MonkeyPatch, person: User, staff: list[User]
) -> None:
    made = ask(person, restricted(person))
    assert codes(uphold_while_lifting(monkeypatch, staff, made)) == []
    assert Appeal.objects.get().state == Appeal.State.UPHELD
    assert count_answers(person) == 1
    assert Notice.objects.filter(user=person, title="Taken back: Restricted: Chat").count() == 1


def test_without_locks_the_appeal_would_end_twice(
    monkeypatch: pytest.MonkeyPatch, person: User, staff: list[User]
) -> None:
    made = ask(person, restricted(person))
    without_locks(monkeypatch)
    uphold_while_lifting(monkeypatch, staff, made)
    assert count_answers(person) == 2


def test_of_a_lifting_and_twenty_answers_the_appellant_hears_once(person: User, staff: list[User]) -> None:
    made = ask(person, restricted(person))
    others = [factories.make_staff() for _number in range(19)]
    at_once(
        lambda: lift(staff[0], made.decision),
        *(lambda one=one: reply(made, Kind.OVERTURN, actor=one) for one in others),
    )
    assert Appeal.objects.get().state != Appeal.State.OPEN
    assert count_answers(person) == 1


def test_an_appeal_against_what_is_being_taken_back_waits_and_is_told_so(
    monkeypatch: pytest.MonkeyPatch, person: User, staff: list[User]
) -> None:
    """Without the person's lock it would be made, and stay open for nobody."""
    warnings = warned(person, 3)
    followed = queries.list_consequences(person.subject_id).get()
    results = while_paused(
        monkeypatch,
        repeats,
        "list_outdated",
        lambda: lift(staff[0], warnings[0]),
        lambda: ask(person, followed),
    )
    assert codes(results) == ["reversed"]
    assert not Appeal.objects.exists()


def test_a_report_while_a_case_is_opened_again_takes_its_place(
    monkeypatch: pytest.MonkeyPatch, staff: list[User]
) -> None:
    target = factories.make_character(state="APPROVED").public_id
    reporter, other = factories.make_user(), factories.make_user()
    report(reporter, target)
    case = Case.objects.get()
    closed, _is_new = services.dismiss(
        actor=factories.make_staff(), case=case, expected_version=case.version, words=Words(""), now=NOW
    )
    assert closed.decision is not None
    made = ask(reporter, closed.decision, wish=Appeal.Wish.ACT)
    results = while_paused(
        monkeypatch,
        queries,
        "find_open_case",
        lambda: reply(made, Kind.OVERTURN, actor=staff[0]),
        lambda: report(other, target),
    )
    assert codes(results) == []
    assert sorted(Case.objects.values_list("state", flat=True)) == ["DISMISSED", "OPEN"]
    assert Case.objects.get(state="OPEN").report_count == 1
    assert Appeal.objects.get().state == Appeal.State.OVERTURNED


def report(person: User, target_id: str) -> Any:
    return services.report_content(
        actor=person,
        target_kind="character",
        target_id=target_id,
        reason="SCAM",
        text="",
        creation_key=ids.new_public_id(),
        now=NOW,
    )


# --- Proposals ----------------------------------------------------------------------------------------------


def confirm_while_lifting(
    monkeypatch: pytest.MonkeyPatch, staff: list[User], strike: Decision
) -> tuple[bool, bool]:
    """Return whether somebody was suspended, and whether somebody was told that it lapsed."""
    proposal = Proposal.objects.get()
    results = while_paused(
        monkeypatch,
        policies,
        "confirm_refusal",
        lambda: services.confirm(actor=staff[0], proposal=proposal, now=NOW),
        lambda: lift(staff[1], strike),
    )
    assert codes(results) == []
    is_told = Notice.objects.filter(kind="proposal-lapsed").exists()
    return Decision.objects.filter(kind="SUSPEND").exists(), is_told


def test_a_proposal_that_is_being_confirmed_does_not_lapse(
    monkeypatch: pytest.MonkeyPatch, person: User, staff: list[User]
) -> None:
    strike = warned(person, 6)[0]
    assert confirm_while_lifting(monkeypatch, staff, strike) == (True, False)
    assert Proposal.objects.get().state == Proposal.State.CONFIRMED


def test_without_locks_it_would_be_carried_out_and_lapse(
    monkeypatch: pytest.MonkeyPatch, person: User, staff: list[User]
) -> None:
    strike = warned(person, 6)[0]
    without_locks(monkeypatch)
    assert confirm_while_lifting(monkeypatch, staff, strike) == (True, True)


def test_a_proposal_that_is_lapsing_is_not_carried_out(
    monkeypatch: pytest.MonkeyPatch, person: User, staff: list[User]
) -> None:
    strike, proposal = warned(person, 6)[0], Proposal.objects.get()
    results = while_paused(
        monkeypatch,
        repeats,
        "list_outdated",
        lambda: lift(staff[0], strike),
        lambda: services.confirm(actor=staff[1], proposal=proposal, now=NOW),
    )
    assert codes(results) == ["lapsed"]
    assert isinstance(results[1], ModerationRefusedError)
    assert User.objects.get(pk=person.pk).is_active
