"""What a form is sent for happens once, and what moderators write is never dropped for another's words."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import ids
from moderation import policies, queries, services
from moderation.models import Case, Decision, Proposal, ProposalAddition
from moderation.services import ModerationRefusedError, Step, StepKind
from moderation.targets import Words
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def spammer() -> User:
    return factories.make_user()


def make_case(owner: User, now: datetime, *, reporter: User | None = None) -> Case:
    made, _is_new = services.report_content(
        actor=reporter or factories.make_user(),
        target_kind="character",
        target_id=factories.make_character(owner=owner, state="APPROVED").public_id,
        reason="SCAM",
        text="It sells things.",
        creation_key=ids.new_public_id(),
        now=now,
    )
    return made.case


def send(client: Client, case: Case, **values: Any) -> str:
    """Send the form of a case; returns what the moderator is told."""
    url = reverse("admin:moderation_case_step", args=[case.pk])
    typed = {"expected_version": case.version, "step": "WARN", "reason_code": "spam"}
    response = client.post(url, {"creation_key": ids.new_public_id(), **typed, **values})
    assert response.status_code == 302, response.content.decode()
    return str(list(get_messages(response.wsgi_request))[-1])


def test_two_cases_about_one_person_are_two_decisions_with_their_own_words(
    client: Client, spammer: User, now: datetime
) -> None:
    cases = [make_case(spammer, now), make_case(spammer, now)]
    client.force_login(factories.make_staff())
    for case, words in zip(cases, ("first words", "second words"), strict=True):
        send(client, case, explanation=words, private_notes=f"note on {words}")
    found = [Case.objects.select_related("decision").get(pk=case.pk).decision for case in cases]
    assert [decision and decision.explanation for decision in found] == ["first words", "second words"]
    assert [decision and decision.private_notes for decision in found] == [
        "note on first words",
        "note on second words",
    ]


@pytest.mark.parametrize("step", ["WARN", "DISMISS", "REMOVE"])
def test_the_form_of_a_case_sent_twice_is_no_conflict(
    client: Client, spammer: User, now: datetime, step: str
) -> None:
    case, key = make_case(spammer, now), ids.new_public_id()
    client.force_login(factories.make_staff())
    told = [send(client, case, step=step, creation_key=key) for _attempt in range(2)]
    assert told[0] == told[1]
    assert Decision.objects.exclude(kind="APPROVE").count() == 1


def test_whoever_sends_another_form_is_told_that_the_case_is_decided(spammer: User, now: datetime) -> None:
    case = make_case(spammer, now)
    step = Step(StepKind.WARN, Words("spam"), creation_key=ids.new_public_id())
    moderator = factories.make_staff()
    arguments = {"case": case, "expected_version": case.version, "now": now}
    services.handle_case(actor=moderator, step=step, **arguments)
    for actor in (factories.make_staff(), moderator):
        again = Step(StepKind.WARN, Words("spam"), creation_key=ids.new_public_id())
        with pytest.raises(ModerationRefusedError) as caught:
            services.handle_case(actor=actor, step=again, **arguments)
        assert caught.value.refusal.code == "already-decided"


def test_a_proposal_says_that_it_waits_and_a_second_one_joins_it(
    client: Client, spammer: User, now: datetime
) -> None:
    cases = [make_case(spammer, now), make_case(spammer, now)]
    moderator, other = factories.make_staff(), factories.make_staff()
    client.force_login(moderator)
    key = ids.new_public_id()
    values = {"step": "SUSPEND", "explanation": "It is a shop.", "private_notes": "see the bank"}
    for _attempt in range(2):
        assert "Proposed. The case stays open" in send(client, cases[0], creation_key=key, **values)
    assert not ProposalAddition.objects.exists()
    client.force_login(other)
    key = ids.new_public_id()
    values = {"step": "SUSPEND", "explanation": "It lies.", "private_notes": "and a second bank"}
    for _attempt in range(2):
        assert "stand beside it now" in send(client, cases[1], creation_key=key, **values)
    proposal = Proposal.objects.get()
    assert proposal.additions.count() == 1
    client.force_login(factories.make_staff())
    page = client.get(reverse("admin:moderation_case_change", args=[cases[1].pk])).content.decode()
    assert "A proposal waits for a second person." in page
    page = client.get(reverse("admin:moderation_proposal_change", args=[proposal.pk])).content.decode()
    assert all(words in page for words in ("It is a shop.", "It lies.", "and a second bank"))

    confirmed, _is_new = services.confirm(actor=factories.make_staff(), proposal=proposal, now=now)
    assert confirmed.decision is not None
    assert confirmed.decision.explanation == "It is a shop.\n\nIt lies."
    assert confirmed.decision.private_notes == "see the bank\n\nand a second bank"
    closed = Case.objects.filter(pk__in=[case.pk for case in cases])
    assert {(case.state, case.decision_id) for case in closed} == {("ACTED", confirmed.decision.pk)}


def test_on_a_person_s_page_it_is_said_what_waits(client: Client, spammer: User) -> None:
    url = reverse("admin:moderation_person", args=[spammer.public_id])
    told = []
    for step in ("WARN", "SUSPEND", "SUSPEND"):
        client.force_login(factories.make_staff())
        key = client.get(url).context["form"]["creation_key"].value()
        response = client.post(url, {"step": step, "reason_code": "spam", "creation_key": key})
        told.append(str(list(get_messages(response.wsgi_request))[-1]))
    assert told[0].startswith("Done")
    assert told[1].startswith("Proposed")
    assert told[2].startswith("Somebody proposed the same before")


def test_whoever_reported_in_a_case_that_joined_does_not_confirm(spammer: User, now: datetime) -> None:
    reporter = factories.make_staff()
    cases = [make_case(spammer, now), make_case(spammer, now, reporter=reporter)]
    for case in cases:
        services.handle_case(
            actor=factories.make_staff(),
            case=case,
            expected_version=case.version,
            step=Step(StepKind.SUSPEND, Words("spam")),
            now=now,
        )
    refusal = policies.confirm_refusal(reporter, Proposal.objects.get())
    assert refusal is not None
    assert refusal.code == "own-report"


def test_a_case_that_joins_while_somebody_confirms_sends_them_back(
    spammer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a case would be closed that nobody read, or left open that nobody looks at."""
    case, late = make_case(spammer, now), make_case(spammer, now)
    arguments = {"kind": "SUSPEND", "user": spammer, "words": Words("spam"), "now": now}
    proposal, _is_new = services.propose(actor=factories.make_staff(), case=case, **arguments)
    known = queries.list_cases_behind(proposal)
    services.propose(actor=factories.make_staff(), case=late, **arguments)
    answers = [known]
    look = queries.list_cases_behind
    monkeypatch.setattr(queries, "list_cases_behind", lambda asked: answers.pop() if answers else look(asked))
    with pytest.raises(ModerationRefusedError) as caught:
        services.confirm(actor=factories.make_staff(), proposal=proposal, now=now)
    assert caught.value.refusal.code == "changed"
    assert User.objects.get(pk=spammer.pk).is_active
    services.confirm(actor=factories.make_staff(), proposal=proposal, now=now)
    assert not User.objects.get(pk=spammer.pk).is_active


def test_what_somebody_added_stands_when_the_strike_behind_a_proposal_is_taken_back(
    spammer: User, now: datetime
) -> None:
    moderator = factories.make_staff()
    strikes = [
        services.warn(actor=moderator, user=spammer, words=Words("spam"), now=now + timedelta(hours=hours))[0]
        for hours in range(6)
    ]
    proposal = Proposal.objects.get()
    later = now + timedelta(days=1)
    services.propose(
        actor=factories.make_staff(), kind="SUSPEND", user=spammer, words=Words("fraud", "A shop."), now=later
    )
    services.lift(actor=factories.make_staff(), decision=strikes[0], words=Words(""), now=later)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN
