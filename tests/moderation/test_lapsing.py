"""What waits for an answer ends when the decision behind it is taken back, and whoever waits is told once."""

from datetime import timedelta

import pytest

from accounts.models import Restriction, User
from core import ids
from moderation import queries, services
from moderation.models import Appeal, Case, Decision, Proposal
from moderation.services.decisions import Kind, record_decision
from moderation.targets import Words
from notifications.models import Mail, Notice
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, may, refused, reply, restricted

pytestmark = pytest.mark.django_db(transaction=True)

Scope = Restriction.Scope
WORDS = Words("spam", "You advertised.")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def person() -> User:
    return factories.make_user()


def lift(decision: Decision, explanation: str = "We were wrong.") -> Decision:
    words = Words("", explanation)
    return services.lift(actor=factories.make_staff(), decision=decision, words=words, now=LATER)[0]


def warned(person: User, count: int) -> list[Decision]:
    return [
        services.warn(
            actor=factories.make_staff(), user=person, words=WORDS, now=NOW - timedelta(hours=count - number)
        )[0]
        for number in range(count)
    ]


def told_since(person: User) -> list[Notice]:
    return list(Notice.objects.filter(user=person, created_at=LATER).order_by("pk"))


# --- Appeals ------------------------------------------------------------------------------------------------


def test_lifting_a_decision_grants_the_appeal_against_it_and_tells_once(person: User) -> None:
    made = ask(person, restricted(person))
    lifting = lift(made.decision)

    made.refresh_from_db()
    assert (made.state, made.answer, made.closed_at) == (Appeal.State.LIFTED, lifting, LATER)
    (notice,) = told_since(person)
    assert notice.title == "Your appeal about “Restricted: Chat”: Granted"
    assert notice.body.startswith("We were wrong.\n\n")
    assert notice.url.endswith(f"/{made.public_id}/")
    assert Mail.objects.filter(notice=notice).exists()
    assert not queries.list_waiting_appeals().exists()


def test_without_an_appeal_the_person_is_told_of_the_lifting_itself(person: User) -> None:
    lift(restricted(person))
    (notice,) = told_since(person)
    assert notice.title == "Taken back: Restricted: Chat"


def test_lifting_twice_tells_once(person: User) -> None:
    made = ask(person, restricted(person))
    lift(made.decision)
    lift(made.decision)
    assert len(told_since(person)) == 1


def test_an_appeal_that_was_taken_back_stays_so(person: User) -> None:
    made = ask(person, restricted(person))
    services.withdraw_appeal(actor=person, appeal=made, now=NOW)
    lift(made.decision)
    made.refresh_from_db()
    assert made.state == Appeal.State.WITHDRAWN
    (notice,) = told_since(person)
    assert notice.title == "Taken back: Restricted: Chat"


def test_everybody_who_appealed_that_nothing_was_found_is_granted_it_with_the_first(person: User) -> None:
    target = factories.make_character(state="APPROVED").public_id
    reporters = [factories.make_user(), factories.make_user()]
    for reporter in reporters:
        services.report_content(
            actor=reporter,
            target_kind="character",
            target_id=target,
            reason="SCAM",
            text="",
            creation_key=ids.new_public_id(),
            now=NOW,
        )
    case = Case.objects.get()
    closed, _is_new = services.dismiss(
        actor=factories.make_staff(), case=case, expected_version=case.version, words=Words(""), now=NOW
    )
    assert closed.decision is not None
    first, second = (ask(one, closed.decision, wish=Appeal.Wish.ACT) for one in reporters)
    answered = reply(first, Kind.OVERTURN, now=LATER)

    second.refresh_from_db()
    assert (second.state, second.answer) == (Appeal.State.LIFTED, answered.answer)
    assert [len(told_since(one)) for one in reporters] == [1, 1]
    assert Case.objects.get().state == Case.State.OPEN


def test_what_followed_from_a_lifted_strike_takes_its_appeal_along(person: User) -> None:
    warnings = warned(person, 3)
    made = ask(person, queries.list_consequences(person.subject_id).get())
    lift(warnings[0])

    made.refresh_from_db()
    assert made.state == Appeal.State.LIFTED
    assert made.answer is not None
    assert made.answer.reverses == made.decision
    assert may(person, Scope.PUBLISHING)


def test_an_appeal_that_was_left_open_is_closed_by_the_next_who_answers_it(person: User) -> None:
    made = ask(person, restricted(person))
    reversal = record_decision(
        kind=Kind.LIFT,
        actor=None,
        affected=person.subject,
        target_kind="user",
        target_id=person.public_id,
        reverses=made.decision,
        now=NOW,
    )
    refused("reversed", lambda: reply(made, Kind.UPHOLD, now=LATER))

    made.refresh_from_db()
    assert (made.state, made.answer) == (Appeal.State.LIFTED, reversal)
    assert not Decision.objects.filter(kind="UPHOLD").exists()
    assert len(told_since(person)) == 1
    refused("already-decided", lambda: reply(made, Kind.UPHOLD, now=LATER))


# --- Proposals ----------------------------------------------------------------------------------------------


def test_a_proposal_of_the_rule_lapses_with_its_strike_and_its_proposer_is_told(person: User) -> None:
    warnings = warned(person, 6)
    proposal = Proposal.objects.get()
    assert proposal.caused_by == warnings[-1]
    proposer = User.objects.get(subject=proposal.proposed_by)
    lift(warnings[0])

    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_at) == (Proposal.State.LAPSED, LATER)
    (notice,) = told_since(proposer)
    assert notice.title == f"A proposal lapsed: {person.username}"
    assert notice.url.endswith(f"/{proposal.pk}/change/")
    moderator = factories.make_staff(is_superuser=True)
    refused("lapsed", lambda: services.confirm(actor=moderator, proposal=proposal, now=LATER))
    refused("lapsed", lambda: services.decline(actor=moderator, proposal=proposal, now=LATER))
    assert User.objects.get(pk=person.pk).is_active


def test_an_appeal_that_is_granted_in_part_lets_it_lapse_too(person: User) -> None:
    made = ask(person, warned(person, 6)[-1])
    reply(made, Kind.PARTIAL, now=LATER)
    assert Proposal.objects.get().state == Proposal.State.LAPSED


def test_a_proposal_stays_while_enough_strikes_stand(person: User) -> None:
    warnings = warned(person, 7)
    lift(warnings[5])
    assert Proposal.objects.get().state == Proposal.State.OPEN
    lift(warnings[6])
    assert Proposal.objects.get().state == Proposal.State.LAPSED


def test_what_a_person_proposed_by_themselves_does_not_lapse(person: User) -> None:
    services.propose(
        actor=factories.make_staff(), kind=Kind.SUSPEND, user=person, words=Words("fraud"), now=NOW
    )
    lift(warned(person, 6)[0])
    assert Proposal.objects.get().state == Proposal.State.OPEN


def test_a_new_proposal_may_follow_one_that_lapsed(person: User) -> None:
    lift(warned(person, 6)[0])
    services.warn(actor=factories.make_staff(), user=person, words=WORDS, now=LATER)
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["LAPSED", "OPEN"]
