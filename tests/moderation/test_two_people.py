"""What takes two people: steps against staff, shutting an account for ever, taking back what two decided."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Restriction, User
from moderation import policies, services
from moderation.models import Case, Decision, Proposal
from moderation.services import Step, StepKind
from moderation.services.decisions import Kind
from moderation.targets import Words
from notifications.models import Notice
from tests import factories
from tests.moderation import conflicts
from tests.moderation.appealing import refused, suspended
from tests.moderation.conflicts import Part, admin
from tests.threads import at_once, codes

pytestmark = pytest.mark.django_db

WORDS = Words("spam", "You advertised.", private_notes="seen twice")
ACCOUNT = Restriction.Scope.ACCOUNT


@pytest.fixture
def colleague() -> User:
    return factories.make_staff()


def propose_against(colleague: User, step: Step, now: datetime, *, by: User | None = None) -> Proposal:
    done = services.act_on_person(actor=by or factories.make_staff(), user=colleague, step=step, now=now)
    assert done.decision is None
    assert done.proposal is not None
    return done.proposal


def test_a_warning_of_staff_stands_once_an_administrator_confirms_it(colleague: User, now: datetime) -> None:
    moderator, boss = factories.make_staff(), admin()
    proposal = propose_against(colleague, Step(StepKind.WARN, WORDS), now, by=moderator)
    assert not Notice.objects.filter(user=colleague).exists()
    refused("staff", lambda: services.confirm(actor=factories.make_staff(), proposal=proposal, now=now))
    decision = services.confirm(actor=boss, proposal=proposal, now=now)[0].decision
    assert decision is not None
    assert (decision.kind, decision.private_notes) == (Kind.WARN, "seen twice")
    assert {decision.actor, decision.second_actor} == {moderator.subject, boss.subject}
    assert services.confirm(actor=boss, proposal=proposal, now=now)[1] is False
    assert Decision.objects.filter(kind=Kind.WARN).count() == 1
    assert Notice.objects.filter(user=colleague).count() == 1


def test_a_reported_content_of_staff_is_removed_by_two_and_its_case_closed(
    colleague: User, now: datetime
) -> None:
    part = Part(colleague)
    case = conflicts.report(part)
    moderator, boss = factories.make_staff(), admin()
    done = services.handle_case(
        actor=moderator,
        case=case,
        expected_version=case.version,
        step=Step(StepKind.REMOVE, WORDS),
        now=now,
    )
    assert done.proposal is not None
    assert (done.proposal.kind, done.proposal.target_id) == (Kind.REMOVE, case.target_id)
    assert Case.objects.get(pk=case.pk).state == Case.State.OPEN
    services.confirm(actor=boss, proposal=done.proposal, now=now)
    closed = Case.objects.get(pk=case.pk)
    assert closed.state == Case.State.ACTED
    assert closed.decision is not None
    assert closed.decision.kind == Kind.DELIST
    assert {closed.decision.actor, closed.decision.second_actor} == {moderator.subject, boss.subject}


def test_a_picture_of_staff_is_removed_by_two(colleague: User, now: datetime) -> None:
    picture = factories.make_picture(owner=colleague, with_file=True)
    target = {"target_kind": "picture", "target_id": picture.public_id}
    refused("second-person", lambda: services.remove_content(actor=admin(), words=WORDS, now=now, **target))
    picture.refresh_from_db()
    assert not picture.is_removed
    proposal, _is_new = services.propose(
        actor=factories.make_staff(),
        kind=Kind.REMOVE,
        user=colleague,
        content=("picture", picture.public_id),
        words=WORDS,
        now=now,
    )
    services.confirm(actor=admin(), proposal=proposal, now=now)
    picture.refresh_from_db()
    assert picture.is_removed


def test_what_strikes_of_staff_lead_to_was_agreed_by_two(colleague: User, now: datetime) -> None:
    for number in range(3):
        at = now + timedelta(hours=number)
        proposal = propose_against(colleague, Step(StepKind.WARN, WORDS), at)
        services.confirm(actor=admin(), proposal=proposal, now=at)
    followed = Decision.objects.get(kind=Kind.RESTRICT)
    assert followed.caused_by is not None
    assert followed.caused_by.second_actor is not None


def test_without_a_second_person_three_removals_restrict_nobody(colleague: User, now: datetime) -> None:
    for _number in range(3):
        attempt = conflicts.remove_content(Part(colleague))
        refused("second-person", lambda: attempt(factories.make_staff()))  # noqa: B023
    assert not Restriction.objects.filter(user=colleague).exists()
    assert not Decision.objects.filter(kind=Kind.DELIST).exists()


def test_whoever_is_registered_as_paid_takes_two(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    person = factories.make_user()
    monkeypatch.setattr(policies, "_needs_two", [])
    policies.register_needs_two(lambda user: user.pk == person.pk)
    refused("second-person", lambda: conflicts.warn(Part(person))(factories.make_staff()))
    proposal = propose_against(person, Step(StepKind.WARN, WORDS), now)
    assert services.confirm(actor=factories.make_staff(), proposal=proposal, now=now)[0].decision


# --- Shutting an account ---


@pytest.mark.parametrize(
    ("scope", "days", "is_alone"),
    [
        (ACCOUNT, None, False),
        (ACCOUNT, policies.SHUT_ALONE_DAYS + 1, False),
        (ACCOUNT, policies.SHUT_ALONE_DAYS, True),
        (Restriction.Scope.CHAT, None, True),
    ],
)
def test_a_whole_account_is_shut_for_long_by_two(
    scope: Restriction.Scope, days: int | None, is_alone: bool, now: datetime
) -> None:
    person, moderator = factories.make_user(), factories.make_staff()
    step = Step(StepKind.RESTRICT, WORDS, scope=scope, days=days)
    done = services.act_on_person(actor=moderator, user=person, step=step, now=now)
    assert (done.decision is not None) == is_alone
    if not is_alone:
        arguments = {"user": person, "scope": scope, "days": days, "words": WORDS, "now": now}
        refused("second-person", lambda: services.restrict(actor=moderator, **arguments))  # type: ignore[arg-type]
        assert not Restriction.objects.filter(user=person).exists()


# --- Steps that need a case ---


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (StepKind.REMOVE, "case-missing"),
        (StepKind.DISMISS, "case-missing"),
        (StepKind.RESTRICT, "scope-missing"),
    ],
)
def test_a_step_that_lacks_something_says_so(kind: StepKind, code: str, now: datetime) -> None:
    person = factories.make_user()
    step = Step(kind, WORDS)
    refused(
        code,
        lambda: services.act_on_person(actor=factories.make_staff(), user=person, step=step, now=now),
    )


# --- Taking back ---


def test_taking_back_alone_what_one_person_decided_needs_no_proposal(now: datetime) -> None:
    decision = conflicts.restricted(Part(factories.make_user()))
    actor = factories.make_staff()
    arguments = {"decision": decision, "words": Words(""), "now": now}
    refused("takes-one", lambda: services.propose_lift(actor=actor, **arguments))
    services.lift(actor=actor, **arguments)
    refused("reversed", lambda: services.propose_lift(actor=actor, **arguments))


def test_a_second_proposal_is_the_first_and_a_declined_one_may_come_again(now: datetime) -> None:
    decision = suspended(factories.make_user())
    first, second = factories.make_staff(), factories.make_staff()
    arguments = {"decision": decision, "words": Words("", "A mistake."), "now": now}
    proposal, is_new = services.propose_lift(actor=first, **arguments)
    assert is_new
    assert services.propose_lift(actor=second, **arguments) == (proposal, False)
    services.decline(actor=second, proposal=proposal, now=now)
    assert services.propose_lift(actor=second, **arguments)[1]


def test_a_proposal_to_take_back_lapses_when_an_appeal_is_granted(now: datetime) -> None:
    person = factories.make_user()
    decision = suspended(person)
    proposer = factories.make_staff()
    proposal, _is_new = services.propose_lift(
        actor=proposer, decision=decision, words=Words("", "A mistake."), now=now
    )
    conflicts.reply(conflicts.ask(person, decision), Kind.OVERTURN)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.LAPSED
    assert Notice.objects.filter(user=proposer, kind="proposal-lapsed").exists()
    refused("lapsed", lambda: services.confirm(actor=factories.make_staff(), proposal=proposal, now=now))


def test_what_was_about_somebody_who_is_gone_is_taken_back_by_one(now: datetime) -> None:
    person = factories.make_user()
    decision = suspended(person)
    person.delete()
    arguments = {"decision": decision, "words": Words(""), "now": now}
    refused("takes-one", lambda: services.propose_lift(actor=factories.make_staff(), **arguments))
    assert services.lift(actor=factories.make_staff(), **arguments)[1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_confirm_a_lifting_one_lifts(now: datetime) -> None:
    decision = suspended(factories.make_user())
    staff = [factories.make_staff() for _number in range(20)]
    proposal, _is_new = services.propose_lift(
        actor=factories.make_staff(), decision=decision, words=Words(""), now=now
    )
    results = at_once(
        *[lambda actor=actor: services.confirm(actor=actor, proposal=proposal, now=now) for actor in staff]
    )
    assert codes(results) == []
    assert [is_new for _proposal, is_new in results].count(True) == 1
    assert Decision.objects.filter(reverses=decision).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_a_lifting_and_a_granted_appeal_at_once_one_takes_back(now: datetime) -> None:
    for _round in range(3):
        person = factories.make_user()
        decision = suspended(person)
        proposal, _is_new = services.propose_lift(
            actor=factories.make_staff(), decision=decision, words=Words(""), now=now
        )
        appeal = conflicts.ask(person, decision)
        confirmer, other = factories.make_staff(), factories.make_staff()
        at_once(
            lambda: services.confirm(actor=confirmer, proposal=proposal, now=now),  # noqa: B023
            lambda: conflicts.reply(appeal, Kind.OVERTURN, actor=other),  # noqa: B023
        )
        assert Decision.objects.filter(reverses=decision, kind__in=["LIFT", "OVERTURN"]).count() == 1
        assert User.objects.get(pk=person.pk).is_active
