"""Stages of enforcement: what each puts in force, what takes two people, what repeats lead to."""

from datetime import timedelta

import pytest

from accounts import policies as account_policies
from accounts.models import Restriction, User
from core.models import AuditEvent
from moderation import queries, services
from moderation.models import Decision, Measure, Proposal
from moderation.services import ModerationRefusedError, repeats
from moderation.targets import Words
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db

Scope = Restriction.Scope
WORDS = Words("spam", "You advertised.", private_notes="third time this week")


@pytest.fixture
def moderator():
    return factories.make_staff()


@pytest.fixture
def person():
    return factories.make_user()


def refused(code, call, **arguments):
    with pytest.raises(ModerationRefusedError) as caught:
        call(**arguments)
    assert caught.value.refusal.code == code


def may_publish(user, now):
    fresh = User.objects.get(pk=user.pk)
    return account_policies.restriction_refusal(fresh, Scope.PUBLISHING, now=now) is None


def test_a_warning_is_a_decision_and_a_notice_and_holds_nothing(moderator, person, now):
    decision, is_new = services.warn(actor=moderator, user=person, words=WORDS, now=now)
    assert is_new
    assert (decision.kind, decision.source, decision.actor) == ("WARN", "HUMAN", moderator.subject)
    assert decision.policy_version
    assert not Measure.objects.exists()
    notice = Notice.objects.get(user=person)
    assert "You advertised." in notice.body
    assert "Spam" in notice.body
    assert "third time" not in notice.body
    assert AuditEvent.objects.filter(kind="decision.warn").count() == 1


def test_the_same_form_warns_once_whenever_it_comes_and_another_one_again(moderator, person, now):
    arguments = {"actor": moderator, "user": person, "words": WORDS}
    first, _is_new = services.warn(creation_key="a", now=now, **arguments)
    for at in (now, now + timedelta(days=1)):
        assert services.warn(creation_key="a", now=at, **arguments) == (first, False)
    assert services.warn(creation_key="b", now=now, **arguments)[1]
    assert services.warn(**arguments | {"actor": factories.make_staff()}, creation_key="a", now=now)[1]
    assert services.warn(**arguments | {"user": factories.make_user()}, creation_key="a", now=now)[1]


def test_the_same_form_restricts_once_and_another_one_again(moderator, person, now):
    arguments = {"actor": moderator, "user": person, "scope": Scope.CHAT, "days": 3, "words": WORDS}
    first, _is_new = services.restrict(creation_key="a", now=now, **arguments)
    assert services.restrict(creation_key="a", now=now + timedelta(days=1), **arguments) == (first, False)
    assert services.restrict(creation_key="b", now=now, **arguments)[1]
    assert Measure.objects.count() == 2


def test_a_restriction_ends_by_itself(moderator, person, now):
    decision, _is_new = services.restrict(
        actor=moderator, user=person, scope=Scope.PUBLISHING, days=7, words=WORDS, now=now
    )
    assert decision.ends_at == now + timedelta(days=7)
    assert not may_publish(person, now)
    assert not may_publish(person, now + timedelta(days=6))
    assert may_publish(person, now + timedelta(days=8))
    assert "Until" in Notice.objects.get(user=person).body


def test_two_restrictions_of_one_feature_hold_until_both_are_lifted(moderator, person, now):
    one, _is_new = services.restrict(
        actor=moderator, user=person, scope=Scope.PUBLISHING, days=None, words=WORDS, now=now
    )
    other, is_new = services.restrict(
        actor=moderator, user=person, scope=Scope.PUBLISHING, days=None, words=Words("fraud"), now=now
    )
    assert is_new
    services.lift(actor=moderator, decision=one, words=Words(""), now=now)
    assert not may_publish(person, now)
    services.lift(actor=moderator, decision=other, words=Words(""), now=now)
    assert may_publish(person, now)


def test_lifting_twice_lifts_once(moderator, person, now):
    decision, _is_new = services.restrict(
        actor=moderator, user=person, scope=Scope.CHAT, days=3, words=WORDS, now=now
    )
    first, is_new = services.lift(actor=moderator, decision=decision, words=Words(""), now=now)
    assert is_new
    assert first.reverses == decision
    assert services.lift(actor=moderator, decision=decision, words=Words(""), now=now) == (first, False)


def test_a_suspension_takes_two_people(moderator, person, now):
    second = factories.make_staff()
    proposal, is_new = services.propose(actor=moderator, kind="SUSPEND", user=person, words=WORDS, now=now)
    assert is_new
    assert services.propose(actor=second, kind="SUSPEND", user=person, words=WORDS, now=now) == (
        proposal,
        False,
    )
    assert User.objects.get(pk=person.pk).is_active
    refused("same-person", services.confirm, actor=moderator, proposal=proposal, now=now)
    confirmed, _is_new = services.confirm(actor=second, proposal=proposal, now=now)
    assert (confirmed.decision.actor, confirmed.decision.second_actor) == (moderator.subject, second.subject)
    assert not User.objects.get(pk=person.pk).is_active
    assert services.confirm(actor=second, proposal=proposal, now=now)[1] is False
    refused("confirmed", services.decline, actor=moderator, proposal=proposal, now=now)
    arguments = {"decision": confirmed.decision, "words": Words(""), "now": now}
    refused("second-person", services.lift, actor=second, **arguments)
    lifting, _is_new = services.propose_lift(actor=second, **arguments)
    assert not User.objects.get(pk=person.pk).is_active
    refused("same-person", services.confirm, actor=second, proposal=lifting, now=now)
    services.confirm(actor=moderator, proposal=lifting, now=now)
    assert User.objects.get(pk=person.pk).is_active


def test_a_declined_proposal_does_nothing_and_may_come_again(moderator, person, now):
    proposal, _is_new = services.propose(actor=moderator, kind="SUSPEND", user=person, words=WORDS, now=now)
    services.decline(actor=factories.make_staff(), proposal=proposal, now=now)
    refused("declined", services.confirm, actor=factories.make_staff(), proposal=proposal, now=now)
    assert User.objects.get(pk=person.pk).is_active
    assert services.propose(actor=moderator, kind="SUSPEND", user=person, words=WORDS, now=now)[1]


def test_staff_are_restricted_by_two_and_by_an_administrator_only(moderator, now):
    colleague = factories.make_staff()
    arguments = {"user": colleague, "scope": Scope.CHAT, "days": 1, "words": WORDS, "now": now}
    refused("staff", services.restrict, actor=moderator, **arguments)
    admin = factories.make_staff(is_superuser=True)
    refused("second-person", services.restrict, actor=admin, **arguments)
    proposal, _is_new = services.propose(actor=moderator, kind="RESTRICT", **arguments)
    refused("staff", services.confirm, actor=factories.make_staff(), proposal=proposal, now=now)
    assert services.confirm(actor=admin, proposal=proposal, now=now)[0].decision is not None


def test_nobody_decides_about_themselves_and_only_moderators_decide(moderator, person, now):
    refused("self", services.warn, actor=moderator, user=moderator, words=WORDS, now=now)
    refused("not-reviewer", services.warn, actor=person, user=moderator, words=WORDS, now=now)
    refused("reason-unknown", services.warn, actor=moderator, user=person, words=Words("weather"), now=now)
    assert not Decision.objects.exists()


def strike(moderator, person, now, count):
    for number in range(count):
        at = now + timedelta(hours=number)
        yield services.warn(actor=moderator, user=person, words=WORDS, now=at)[0]


def test_the_third_strike_restricts_publishing_and_says_why(moderator, person, now):
    decisions = list(strike(moderator, person, now, 3))
    followed = Decision.objects.get(kind="RESTRICT")
    assert (followed.source, followed.caused_by, followed.scope) == ("AUTOMATIC", decisions[2], "PUBLISHING")
    assert not may_publish(person, now + timedelta(hours=3))


def test_strikes_age_out(moderator, person, now):
    list(strike(moderator, person, now, 2))
    later = now + timedelta(days=repeats.STRIKE_DAYS + 1)
    services.warn(actor=moderator, user=person, words=WORDS, now=later)
    assert repeats.count_strikes(person, now=later) == 1
    assert not Decision.objects.filter(kind="RESTRICT").exists()


def test_after_the_last_rung_two_people_are_asked(moderator, person, now):
    list(strike(moderator, person, now, 6))
    assert Proposal.objects.get().kind == "SUSPEND"
    assert User.objects.get(pk=person.pk).is_active


def test_taking_the_strike_back_takes_back_what_followed_from_it(moderator, person, now):
    decisions = list(strike(moderator, person, now, 3))
    at = now + timedelta(hours=4)
    services.lift(actor=moderator, decision=decisions[2], words=Words(""), now=at)
    assert may_publish(person, at)
    assert repeats.count_strikes(person, now=at) == 2
    assert not queries.list_measures_in_force(person.subject_id, now=at)
