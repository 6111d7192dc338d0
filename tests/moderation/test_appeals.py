"""Appeals: who may ask for another look, who answers, and what an answer gives back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Restriction, User
from core import attachments, ids
from core.models import AuditEvent
from core.refusals import LimitedError
from moderation import policies, queries, services, targets
from moderation.models import Appeal, Case, Decision
from moderation.services import repeats
from moderation.services.appeals import ANSWER_DAYS, APPEALS_PER_USER
from moderation.services.decisions import Kind
from moderation.services.explaining import APPEAL_DAYS
from moderation.targets import Target, Words
from notifications.models import Notice
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, may, refused, reply, restricted, suspended

Scope = Restriction.Scope
Wish = Appeal.Wish
PIXEL = b"\x89PNG\r\n\x1a\n" + b"0" * 40

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Callable[[User], Decision]:
    """Return a function with which a person reports something and a moderator finds nothing."""
    # Somebody who could answer, if it were not about them.
    owner = factories.make_staff()
    target = Target(title="A thing", url="/thing/", owner=owner, excerpt="its words")
    monkeypatch.setitem(targets._handlers, "thing", targets.Handler(lambda _viewer, _id: target))

    def report(person: User) -> Decision:
        made, _is_new = services.report_content(
            actor=person,
            target_kind="thing",
            target_id="one",
            reason="SCAM",
            text="",
            creation_key=ids.new_public_id(),
            now=NOW,
        )
        closed, _is_new = services.dismiss(
            actor=factories.make_staff(),
            case=made.case,
            expected_version=made.case.version,
            words=Words(""),
            now=NOW,
        )
        assert closed.decision is not None
        return closed.decision

    return report


# --- Asking -------------------------------------------------------------------------------------------------


def test_an_appeal_keeps_what_was_asked_and_when_it_is_to_be_answered() -> None:
    person = factories.make_user()
    decision = restricted(person)
    made = ask(person, decision)
    assert (made.role, made.wish, made.state) == ("OWNER", "RESTORE", "OPEN")
    assert made.due_at == NOW + timedelta(days=ANSWER_DAYS)
    assert list(queries.list_waiting_appeals()) == [made]
    event = AuditEvent.objects.get(kind="appeal.made")
    assert (event.actor, event.target_id) == (person.subject, decision.public_id)


def test_the_same_form_makes_one_appeal() -> None:
    person, key = factories.make_user(), ids.new_public_id()
    decision = restricted(person)
    assert ask(person, decision, key=key) == ask(person, decision, key=key)
    assert Appeal.objects.count() == 1


def test_nobody_appeals_twice_against_one_decision_until_the_first_is_withdrawn() -> None:
    person = factories.make_user()
    decision = restricted(person)
    first = ask(person, decision)
    refused("appealed", lambda: ask(person, decision))
    assert services.withdraw_appeal(actor=person, appeal=first, now=NOW)[1]
    assert not services.withdraw_appeal(actor=person, appeal=first, now=NOW)[1]
    second = ask(person, decision)
    reply(second, Kind.UPHOLD)
    refused("appealed", lambda: ask(person, decision))


def test_somebody_else_s_decision_is_not_theirs_to_appeal() -> None:
    decision = restricted(factories.make_user())
    refused("not-yours", lambda: ask(factories.make_user(), decision))


def test_an_appeal_can_be_made_until_the_deadline() -> None:
    person = factories.make_user()
    decision = restricted(person)
    last = NOW + timedelta(days=APPEAL_DAYS)
    refused("too-late", lambda: ask(person, decision, now=last + timedelta(seconds=1)))
    assert ask(person, decision, now=last).state == Appeal.State.OPEN


def test_what_was_taken_back_needs_no_appeal() -> None:
    person = factories.make_user()
    decision = restricted(person)
    lift, _is_new = services.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=NOW)
    refused("reversed", lambda: ask(person, decision))
    refused("not-appealable", lambda: ask(person, lift))


def test_only_what_makes_sense_can_be_wished() -> None:
    person = factories.make_user()
    refused("wish", lambda: ask(person, restricted(person), wish=Wish.ACT))


def test_appeals_are_limited_and_refused_ones_do_not_count() -> None:
    person = factories.make_user()
    decision = restricted(person)
    ask(person, decision)
    for _number in range(APPEALS_PER_USER.count):
        refused("appealed", lambda: ask(person, decision))
    later = [restricted(person, now=NOW + timedelta(hours=number)) for number in range(1, 11)]
    for one in later[:-1]:
        ask(person, one)
    with pytest.raises(LimitedError):
        ask(person, later[-1])


def test_files_belong_to_the_appeal_and_only_its_person_and_moderators_have_them(client: Any) -> None:
    person = factories.make_user()
    stored = attachments.store([SimpleUploadedFile("permission.png", PIXEL)])
    made = ask(person, restricted(person), files=stored)
    file = made.files.get()
    url = f"/media/appeal-file/{file.public_id}/"
    assert client.get(url).status_code == 404
    for stranger in (factories.make_user(), factories.make_staff(is_reviewer=False)):
        client.force_login(stranger)
        assert client.get(url).status_code == 404
    moderator = factories.make_staff()
    for user in (person, moderator):
        client.force_login(user)
        response = client.get(url)
        assert b"".join(response.streaming_content) == PIXEL
        assert response["Content-Disposition"] == 'attachment; filename="permission.png"'
        assert response["Content-Type"] == "image/png"
    # The moderator's look, and no one else's.
    event = AuditEvent.objects.get(kind="private.viewed")
    assert (event.actor, event.target_id) == (moderator.subject, file.public_id)


# --- Answering ----------------------------------------------------------------------------------------------


def test_whoever_decided_first_does_not_answer() -> None:
    person, first = factories.make_user(), factories.make_staff()
    made = ask(person, restricted(person, actor=first))
    refused("same-person", lambda: reply(made, Kind.OVERTURN, actor=first))
    refused("not-reviewer", lambda: reply(made, Kind.OVERTURN, actor=person))
    assert reply(made, Kind.UPHOLD).state == Appeal.State.UPHELD


def test_neither_of_the_two_who_suspended_answers() -> None:
    person = factories.make_user()
    decision = suspended(person)
    made = ask(person, decision)
    for subject in (decision.actor, decision.second_actor):
        assert subject is not None
        actor = User.objects.get(subject=subject)
        refused("same-person", lambda actor=actor: reply(made, Kind.OVERTURN, actor=actor))


def test_whoever_gave_the_strike_does_not_answer_for_what_followed_from_it() -> None:
    person, moderator = factories.make_user(), factories.make_staff()
    for number in range(3):
        services.warn(actor=moderator, user=person, words=Words("spam"), now=NOW + timedelta(hours=number))
    later = NOW + timedelta(hours=3)
    made = ask(person, queries.list_consequences(person.subject_id).get(), now=later)
    refused("same-person", lambda: reply(made, Kind.OVERTURN, actor=moderator, now=later))


def test_nobody_answers_an_appeal_about_themselves(reported: Callable[[User], Decision]) -> None:
    reporter = factories.make_user()
    made = ask(reporter, reported(reporter), wish=Wish.ACT)
    owner = queries.find_person(made.decision.affected_id)
    assert owner is not None
    refused("self", lambda: reply(made, Kind.UPHOLD, actor=owner))


def test_only_those_who_look_after_child_safety_unlock_what_screening_locked() -> None:
    """R11."""
    person = factories.make_user()
    decision, _is_new = services.enforcement.restrict_now(
        actor=None, user=person, scope=Scope.ACCOUNT, days=None, words=Words("minors"), now=NOW
    )
    made = ask(person, decision)
    moderator = factories.make_staff()
    refused("child-safety", lambda: reply(made, Kind.OVERTURN, actor=moderator))
    refused(
        "child-safety",
        lambda: services.lift(actor=moderator, decision=decision, words=Words(""), now=NOW),
    )
    reply(made, Kind.OVERTURN, actor=factories.make_staff(is_superuser=True))
    assert may(person, Scope.CHAT)


def test_overturning_gives_back_a_feature_and_tells_the_person() -> None:
    person = factories.make_user()
    made = ask(person, restricted(person, days=None))
    answered = reply(made, Kind.OVERTURN, private_notes="they were right all along")
    assert answered.state == Appeal.State.OVERTURNED
    assert may(person, Scope.CHAT)
    notice = Notice.objects.get(user=person, kind="appeal-answered")
    assert notice.url == f"/help/appeals/{made.public_id}/"
    assert "We looked again." in notice.body
    assert "all along" not in notice.body


def test_overturning_gives_back_an_account() -> None:
    person = factories.make_user()
    decision = suspended(person)
    assert not User.objects.get(pk=person.pk).is_active
    reply(ask(User.objects.get(pk=person.pk), decision), Kind.OVERTURN)
    assert User.objects.get(pk=person.pk).is_active


def test_upholding_changes_nothing() -> None:
    person = factories.make_user()
    reply(ask(person, restricted(person)), Kind.UPHOLD)
    assert not may(person, Scope.CHAT)


def test_a_part_makes_a_restriction_shorter() -> None:
    person = factories.make_user()
    made = ask(person, restricted(person, days=30))
    refused("end-missing", lambda: reply(made, Kind.PARTIAL))
    refused("end-missing", lambda: reply(made, Kind.PARTIAL, ends_at=NOW))
    answered = reply(made, Kind.PARTIAL, ends_at=NOW + timedelta(days=2))
    assert answered.answer is not None
    assert answered.answer.ends_at == NOW + timedelta(days=2)
    assert not may(person, Scope.CHAT, NOW + timedelta(days=1))
    assert may(person, Scope.CHAT, NOW + timedelta(days=3))


def test_a_part_gives_a_suspension_an_end() -> None:
    person = factories.make_user()
    reply(ask(person, suspended(person)), Kind.PARTIAL, ends_at=NOW + timedelta(days=2))
    assert not may(person, Scope.CHAT, NOW + timedelta(days=1))
    assert may(person, Scope.CHAT, NOW + timedelta(days=3))


def test_a_part_never_makes_it_longer() -> None:
    person = factories.make_user()
    made = ask(person, restricted(person, days=3))
    for ends_at in (NOW + timedelta(days=3), NOW + timedelta(days=20)):
        refused("not-shorter", partial(reply, made, Kind.PARTIAL, ends_at=ends_at))
    made.refresh_from_db()
    assert made.state == Appeal.State.OPEN
    assert not Decision.objects.filter(kind=Kind.PARTIAL).exists()
    reply(made, Kind.PARTIAL, ends_at=NOW + timedelta(days=2))
    assert may(person, Scope.CHAT, NOW + timedelta(days=2, hours=1))


def test_a_warning_granted_in_part_is_no_strike_and_leaves_nothing_that_followed() -> None:
    person = factories.make_user()
    warnings = [
        services.warn(
            actor=factories.make_staff(), user=person, words=Words("spam"), now=NOW + timedelta(hours=number)
        )[0]
        for number in range(3)
    ]
    later = NOW + timedelta(hours=4)
    assert not may(person, Scope.PUBLISHING, later)
    reply(ask(person, warnings[0], now=later), Kind.PARTIAL, now=later)
    assert repeats.count_strikes(person, now=later) == 2
    assert may(person, Scope.PUBLISHING, later)


def test_an_answer_stands_and_the_same_one_again_is_the_same() -> None:
    person, moderator = factories.make_user(), factories.make_staff()
    made = ask(person, restricted(person))
    reply(made, Kind.UPHOLD, actor=moderator)
    assert not services.answer(actor=moderator, appeal=made, kind=Kind.UPHOLD, explanation="Again.", now=NOW)[
        1
    ]
    refused("already-decided", lambda: reply(made, Kind.OVERTURN))
    refused("already-decided", lambda: services.withdraw_appeal(actor=person, appeal=made, now=NOW))
    assert not may(person, Scope.CHAT)


def test_a_reporter_s_appeal_opens_the_case_again(reported: Callable[[User], Decision]) -> None:
    person = factories.make_user()
    decision = reported(person)
    refused("wish", lambda: ask(person, decision))
    refused("not-yours", lambda: ask(factories.make_user(), decision, wish=Wish.ACT))
    made = ask(person, decision, wish=Wish.ACT)
    refused("not-partial", lambda: reply(made, Kind.PARTIAL))
    reply(made, Kind.OVERTURN)
    assert Case.objects.get().state == Case.State.OPEN
    assert Notice.objects.filter(user=person, kind="appeal-answered").exists()


def test_what_can_be_asked_for_is_what_the_form_offers() -> None:
    person = factories.make_user()
    assert policies.list_wishes(restricted(person), "OWNER") == (Wish.RESTORE,)
    assert policies.list_wishes(restricted(person), "REPORTER") == (Wish.ACT,)
    content = services.record_decision(
        kind=Kind.REJECT,
        actor=None,
        affected=person.subject,
        target_kind="character",
        target_id=ids.new_public_id(),
        now=NOW,
    )
    assert policies.list_wishes(content, "OWNER") == (Wish.RESTORE, Wish.CORRECT, Wish.PRIVATE)
