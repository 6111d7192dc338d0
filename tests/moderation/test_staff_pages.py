"""Staff pages: cases, appeals, proposals and people, as moderators use them."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import ids
from core.models import AuditEvent
from moderation import services
from moderation.models import Appeal, Case, Decision, Proposal
from moderation.services import appeals
from moderation.targets import Words
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return factories.make_staff()


@pytest.fixture
def page(moderator):
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def character():
    return factories.make_character(state="APPROVED")


@pytest.fixture
def case(character, now):
    services.report_content(
        actor=factories.make_user(),
        target_kind="character",
        target_id=character.public_id,
        reason="SCAM",
        text="It asked for my card number.",
        creation_key=ids.new_public_id(),
        now=now,
    )
    return Case.objects.get()


def step(page, case, **fields):
    url = reverse("admin:moderation_case_step", args=[case.pk])
    return page.post(url, {"expected_version": case.version, **fields})


def test_the_queue_shows_open_cases_and_counts_its_queries(
    page, now, character, django_assert_max_num_queries
):
    for _number in range(12):
        services.report_content(
            actor=factories.make_user(),
            target_kind="character",
            target_id=factories.make_character(state="APPROVED").public_id,
            reason="OTHER",
            text="",
            creation_key=ids.new_public_id(),
            now=now,
        )
    url = reverse("admin:moderation_case_changelist")
    page.get(url)
    with django_assert_max_num_queries(14):
        response = page.get(url)
    assert len(response.context["cl"].result_list) == 12
    del character


def test_a_case_shows_what_was_said_and_looking_is_written_down(page, case, character, moderator):
    response = page.get(reverse("admin:moderation_case_change", args=[case.pk]))
    text = response.content.decode()
    assert "It asked for my card number." in text
    assert character.live_revision.name in text
    viewed = AuditEvent.objects.get(kind="private.viewed")
    assert (viewed.actor, viewed.target_id) == (moderator.subject, character.public_id)


def test_removing_a_reported_character_takes_it_down_and_closes_the_case(page, case, character):
    response = step(page, case, step="REMOVE", reason_code="fraud", explanation="It fishes for cards.")
    assert response.status_code == 302
    fresh = factories.get_fresh(character)
    assert (fresh.live_revision, fresh.delisted_revision) == (None, character.live_revision)
    case.refresh_from_db()
    assert (case.state, case.decision.kind) == ("ACTED", "DELIST")


def test_a_step_without_a_rule_keeps_what_was_typed(page, case):
    response = step(page, case, step="WARN", explanation="typed words")
    assert response.status_code == 422
    assert "typed words" in response.content.decode()
    assert not Decision.objects.filter(kind="WARN").exists()


def test_a_case_that_changed_is_shown_again_with_what_was_typed(page, case, character, now):
    services.report_content(
        actor=factories.make_user(),
        target_kind="character",
        target_id=character.public_id,
        reason="ABUSE",
        text="",
        creation_key=ids.new_public_id(),
        now=now,
    )
    response = step(page, case, step="WARN", reason_code="fraud", explanation="typed words")
    assert response.status_code == 409
    text = response.content.decode()
    assert "typed words" in text
    assert "new reports" in text


def test_what_somebody_else_works_on_waits(page, case):
    colleague = Client()
    colleague.force_login(factories.make_staff())
    colleague.post(reverse("admin:moderation_case_claim", args=[case.pk]), {"claim": "1"})
    assert step(page, case, step="DISMISS").status_code == 409
    colleague.post(reverse("admin:moderation_case_claim", args=[case.pk]), {"release": "1"})
    assert step(page, case, step="DISMISS").status_code == 302


def test_a_person_is_warned_restricted_and_proposed_for_suspension(page, now):
    person = factories.make_user()
    url = reverse("admin:moderation_person", args=[person.public_id])
    for fields in (
        {"step": "WARN"},
        {"step": "RESTRICT", "scope": "CHAT", "days": "3"},
        {"step": "SUSPEND"},
    ):
        assert page.post(url, {"reason_code": "spam", **fields}).status_code == 302
    assert {decision.kind for decision in Decision.objects.all()} == {"WARN", "RESTRICT"}
    assert Proposal.objects.get().user == person
    text = page.get(url).content.decode()
    assert "CHAT" in text
    del now


def test_a_proposal_is_confirmed_by_a_colleague_only(page, moderator, now):
    person = factories.make_user()
    proposal, _is_new = services.propose(
        actor=moderator, kind="SUSPEND", user=person, words=Words("spam"), now=now
    )
    url = reverse("admin:moderation_proposal_answer", args=[proposal.pk])
    page.post(url, {"confirm": "1"})
    assert User.objects.get(pk=person.pk).is_active
    colleague = Client()
    colleague.force_login(factories.make_staff())
    colleague.post(url, {"confirm": "1"})
    assert not User.objects.get(pk=person.pk).is_active


def test_an_appeal_is_answered_by_somebody_else_and_gives_back_what_was_taken(
    page, moderator, character, now
):
    decision = services.remove_content(
        actor=moderator,
        target_kind="character",
        target_id=character.public_id,
        words=Words("spam", "It advertises."),
        now=now,
    )[0]
    appeal, _is_new = services.appeal(
        actor=character.owner,
        decision=decision,
        request=appeals.Request(wish=Appeal.Wish.RESTORE, context="It is a parody."),
        creation_key=ids.new_public_id(),
        now=now,
    )
    url = reverse("admin:moderation_appeal_answer", args=[appeal.pk])
    answer = {"kind": "OVERTURN", "explanation": "It is."}
    assert page.post(url, answer).status_code == 409
    assert (
        "You took part"
        in page.get(reverse("admin:moderation_appeal_change", args=[appeal.pk])).content.decode()
    )
    colleague = Client()
    colleague.force_login(factories.make_staff())
    assert colleague.post(url, answer).status_code == 302
    assert factories.get_fresh(character).live_revision == character.live_revision
    appeal.refresh_from_db()
    assert appeal.state == "OVERTURNED"


@pytest.mark.parametrize("name", ["moderation_case", "moderation_appeal", "moderation_proposal"])
def test_only_moderators_see_these_pages(name):
    client = Client()
    url = reverse(f"admin:{name}_changelist")
    client.force_login(factories.make_staff(is_reviewer=False))
    assert client.get(url).status_code == 403
    client.force_login(factories.make_user())
    assert client.get(url).status_code == 302
