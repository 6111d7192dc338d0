"""Staff pages show nobody what is about themselves, and no button for what is refused."""

from datetime import datetime

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from characters import services as character_services
from core.models import AuditEvent
from moderation import claims, services
from moderation.models import Case, Claim, Decision, Proposal
from moderation.targets import Words
from storychat.staff_groups import LEADS, MODERATORS, SUPPORT
from tests import factories
from tests.clients import client_of
from tests.moderation import conflicts
from tests.moderation.appealing import refused, suspended
from tests.moderation.conflicts import Part, admin

pytestmark = pytest.mark.django_db


def member_of(group: str) -> User:
    user = factories.make_staff(is_reviewer=False)
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def moderator() -> User:
    return member_of(MODERATORS)


def test_a_case_about_oneself_is_not_there(moderator: User) -> None:
    case = conflicts.report(Part(moderator))
    client = client_of(moderator)
    listed = client.get(reverse("admin:moderation_case_changelist")).context["cl"].result_list
    assert not list(listed)
    assert client.get(reverse("admin:moderation_case_change", args=[case.pk])).status_code == 404
    for name in ("step", "claim"):
        url = reverse(f"admin:moderation_case_{name}", args=[case.pk])
        assert client.post(url, {"step": "DISMISS", "expected_version": case.version}).status_code == 404
    assert Case.objects.get().state == Case.State.OPEN
    others = client_of(member_of(MODERATORS)).get(reverse("admin:moderation_case_changelist"))
    assert list(others.context["cl"].result_list)


def test_the_audit_trail_does_not_name_who_reported_or_decided_about_one(moderator: User) -> None:
    case = conflicts.report(Part(moderator))
    conflicts.dismiss(case, factories.make_staff())
    url = reverse("admin:core_auditevent_changelist")
    shown = client_of(moderator).get(url).context["cl"].result_list
    assert not {"report.made", "case.closed", "decision.dismiss"} & {event.kind for event in shown}
    shown = client_of(member_of(MODERATORS)).get(url).context["cl"].result_list
    assert {"report.made", "case.closed", "decision.dismiss"} <= {event.kind for event in shown}
    one = AuditEvent.objects.get(kind="report.made")
    assert client_of(moderator).get(reverse("admin:core_auditevent_change", args=[one.pk])).status_code == 302


def test_a_case_that_one_reported_has_no_buttons(moderator: User) -> None:
    case = conflicts.report(Part(factories.make_user(), reporter=moderator))
    client = client_of(moderator)
    text = client.get(reverse("admin:moderation_case_change", args=[case.pk])).content.decode()
    assert "You reported this yourself" in text
    assert reverse("admin:moderation_case_step", args=[case.pk]) not in text
    assert reverse("admin:moderation_case_claim", args=[case.pk]) not in text
    client.post(reverse("admin:moderation_case_claim", args=[case.pk]), {"claim": "1"})
    assert not Claim.objects.exists()


def test_a_proposal_about_oneself_is_not_there(moderator: User, now: datetime) -> None:
    words = Words("spam", private_notes="a note about you")
    proposal, _is_new = services.propose(
        actor=factories.make_staff(), kind="SUSPEND", user=moderator, words=words, now=now
    )
    client = client_of(moderator)
    listed = client.get(reverse("admin:moderation_proposal_changelist")).context["cl"].result_list
    assert not list(listed)
    url = reverse("admin:moderation_proposal_change", args=[proposal.pk])
    assert client.get(url).status_code == 404
    answer = reverse("admin:moderation_proposal_answer", args=[proposal.pk])
    assert client.post(answer, {"decline": "1"}).status_code == 404
    assert Proposal.objects.get().state == Proposal.State.OPEN
    # Of staff: a colleague who is no administrator reads why they can do nothing, and finds no button.
    text = client_of(member_of(MODERATORS)).get(url).content.decode()
    assert "Only an administrator can act against staff" in text
    assert 'name="decline"' not in text
    assert 'name="confirm"' not in text


def test_a_decision_about_oneself_is_not_there(moderator: User) -> None:
    decision = conflicts.restricted(Part(moderator))
    client = client_of(moderator)
    assert client.get(reverse("admin:moderation_decision_change", args=[decision.pk])).status_code == 404
    lift = reverse("admin:moderation_decision_lift", args=[decision.pk])
    assert client.post(lift, {"explanation": ""}).status_code == 404
    assert not decision.reversals.exists()
    listed = client.get(reverse("admin:moderation_decision_changelist")).context["cl"].result_list
    assert not list(listed)


def test_ones_own_person_page_leads_to_ones_standing(moderator: User) -> None:
    response = client_of(moderator).get(reverse("admin:moderation_person", args=[moderator.public_id]))
    assert (response.status_code, response["Location"]) == (302, reverse("settings-standing"))


def test_support_reads_no_private_notes(now: datetime) -> None:
    words = Words("spam", "You advertised.", private_notes="for colleagues only")
    decision, _is_new = services.warn(
        actor=factories.make_staff(), user=factories.make_user(), words=words, now=now
    )
    url = reverse("admin:moderation_decision_change", args=[decision.pk])
    for group, reads in ((SUPPORT, False), (MODERATORS, True)):
        text = client_of(member_of(group)).get(url).content.decode()
        assert "You advertised." in text
        assert ("for colleagues only" in text) == reads


def test_what_two_decided_is_proposed_to_be_taken_back_on_its_page(moderator: User) -> None:
    decision = suspended(factories.make_user())
    client = client_of(moderator)
    page = reverse("admin:moderation_decision_change", args=[decision.pk])
    assert "Propose to take it back" in client.get(page).content.decode()
    url = reverse("admin:moderation_decision_lift", args=[decision.pk])
    response = client.post(url, {"explanation": "We were wrong."}, follow=True)
    assert "it waits for a second person" in response.content.decode()
    assert not decision.reversals.exists()
    proposal = Proposal.objects.get(reverses=decision)
    second = client_of(member_of(MODERATORS))
    shown = second.get(reverse("admin:moderation_proposal_change", args=[proposal.pk])).content.decode()
    assert "Take back: Suspended" in shown
    assert "We were wrong." in shown
    second.post(reverse("admin:moderation_proposal_answer", args=[proposal.pk]), {"confirm": "1"})
    assert decision.reversals.count() == 1


def test_a_proposed_strike_says_what_would_follow(now: datetime) -> None:
    colleague = factories.make_staff()
    for _number in range(2):
        attempt = conflicts.act_on_person(Part(colleague))
        services.confirm(actor=admin(), proposal=attempt(admin()).proposal, now=now)
    proposal = conflicts.act_on_person(Part(colleague))(admin()).proposal
    page = reverse("admin:moderation_proposal_change", args=[proposal.pk])
    client = client_of(admin())
    with time_machine.travel(now, tick=False):
        text = client.get(page).content.decode()
    assert Decision.objects.filter(kind="WARN").count() == 2
    assert "would then be restricted for 7 days" in text


# --- Escalated entries ---


@pytest.mark.parametrize("kind", ["character", "story"])
def test_what_was_escalated_is_claimed_by_those_who_decide_it(kind: str, now: datetime) -> None:
    first, moderator, lead = member_of(MODERATORS), member_of(MODERATORS), member_of(LEADS)
    revision = factories.make_item(kind, state="PENDING").open_revision
    character_services.escalate(actor=first, revision=revision, note="Too hard for me.", now=now)
    queue = {"character": "characters", "story": "stories"}[kind]
    entry = {"queue": queue, "item_id": str(revision.pk), "now": now}
    refused("escalated", lambda: claims.claim(actor=moderator, **entry))
    assert not Claim.objects.exists()
    claims.claim(actor=lead, **entry)
    fresh = factories.get_fresh_revision(revision)
    approved, is_new = character_services.approve(
        actor=lead, revision=fresh, expected_hash=fresh.content_hash, now=now
    )
    assert is_new
    assert approved.state == "APPROVED"


def test_nobody_claims_what_they_made(now: datetime) -> None:
    moderator = member_of(MODERATORS)
    revision = factories.make_character(owner=moderator, state="PENDING").open_revision
    entry = {"queue": "characters", "item_id": str(revision.pk), "now": now}
    refused("self", lambda: claims.claim(actor=moderator, **entry))


def test_a_queue_without_a_rule_and_an_entry_that_is_gone_are_claimed(now: datetime) -> None:
    moderator = member_of(MODERATORS)
    for queue, item_id in (("nothing", "1"), ("characters", "no-number"), ("case", "0"), ("case", "x")):
        assert claims.claim(actor=moderator, queue=queue, item_id=item_id, now=now)[1]
