"""Appeals: who may ask for another look, who answers, and what an answer gives back."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from accounts import policies as account_policies
from accounts.models import Restriction, User
from core import attachments, ids
from core.models import AuditEvent
from core.refusals import LimitedError, RefusedError
from moderation import policies, queries, services, targets
from moderation.models import Appeal, Case, Decision
from moderation.services import ModerationRefusedError, repeats
from moderation.services.appeals import ANSWER_DAYS, APPEAL_DAYS, APPEALS_PER_USER, Request
from moderation.services.decisions import Kind
from moderation.targets import Target, Words
from notifications.models import Notice
from tests import factories
from tests.factories import NOW

Scope = Restriction.Scope
Wish = Appeal.Wish
PIXEL = b"\x89PNG\r\n\x1a\n" + b"0" * 40

db = pytest.mark.django_db


def restricted(person: User, *, days: int | None = 30, now: datetime = NOW, **changes: Any) -> Decision:
    values = {"actor": factories.make_staff(), "scope": Scope.CHAT, "words": Words("spam", "You advertised.")}
    return services.restrict(user=person, days=days, now=now, **(values | changes))[0]


def suspended(person: User, *, now: datetime = NOW) -> Decision:
    proposal, _is_new = services.propose(
        actor=factories.make_staff(), kind=Kind.SUSPEND, user=person, words=Words("fraud"), now=now
    )
    confirmed, _is_new = services.confirm(actor=factories.make_staff(), proposal=proposal, now=now)
    assert confirmed.decision is not None
    return confirmed.decision


def ask(person: User, decision: Decision, *, key: str = "", now: datetime = NOW, **changes: Any) -> Appeal:
    return services.appeal(
        actor=person,
        decision=decision,
        request=Request(changes.pop("wish", Wish.RESTORE), "It was a joke among friends."),
        creation_key=key or ids.new_public_id(),
        now=now,
        **changes,
    )[0]


def reply(appeal: Appeal, kind: Kind, *, now: datetime = NOW, **changes: Any) -> Appeal:
    values = {"actor": factories.make_staff(), "explanation": "We looked again."} | changes
    return services.answer(appeal=appeal, kind=kind, now=now, **values)[0]


def refused(code: str, call: Callable[[], Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        call()
    assert caught.value.refusal.code == code


def may(person: User, scope: Scope, now: datetime = NOW) -> bool:
    fresh = User.objects.get(pk=person.pk)
    return account_policies.restriction_refusal(fresh, scope, now=now) is None


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


@db
def test_an_appeal_keeps_what_was_asked_and_when_it_is_to_be_answered() -> None:
    person = factories.make_user()
    decision = restricted(person)
    made = ask(person, decision)
    assert (made.role, made.wish, made.state) == ("OWNER", "RESTORE", "OPEN")
    assert made.due_at == NOW + timedelta(days=ANSWER_DAYS)
    assert list(queries.list_waiting_appeals()) == [made]
    event = AuditEvent.objects.get(kind="appeal.made")
    assert (event.actor, event.target_id) == (person.subject, decision.public_id)


@db
def test_the_same_form_makes_one_appeal() -> None:
    person, key = factories.make_user(), ids.new_public_id()
    decision = restricted(person)
    assert ask(person, decision, key=key) == ask(person, decision, key=key)
    assert Appeal.objects.count() == 1


@db
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


@db
def test_somebody_else_s_decision_is_not_theirs_to_appeal() -> None:
    decision = restricted(factories.make_user())
    refused("not-yours", lambda: ask(factories.make_user(), decision))


@db
def test_an_appeal_can_be_made_until_the_deadline() -> None:
    person = factories.make_user()
    decision = restricted(person)
    last = NOW + timedelta(days=APPEAL_DAYS)
    refused("too-late", lambda: ask(person, decision, now=last + timedelta(seconds=1)))
    assert ask(person, decision, now=last).state == Appeal.State.OPEN


@db
def test_what_was_taken_back_needs_no_appeal() -> None:
    person = factories.make_user()
    decision = restricted(person)
    lift, _is_new = services.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=NOW)
    refused("reversed", lambda: ask(person, decision))
    refused("not-appealable", lambda: ask(person, lift))


@db
def test_only_what_makes_sense_can_be_wished() -> None:
    person = factories.make_user()
    refused("wish", lambda: ask(person, restricted(person), wish=Wish.ACT))


@db
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


@db
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


@db
def test_whoever_decided_first_does_not_answer() -> None:
    person, first = factories.make_user(), factories.make_staff()
    made = ask(person, restricted(person, actor=first))
    refused("same-person", lambda: reply(made, Kind.OVERTURN, actor=first))
    refused("not-reviewer", lambda: reply(made, Kind.OVERTURN, actor=person))
    assert reply(made, Kind.UPHOLD).state == Appeal.State.UPHELD


@db
def test_neither_of_the_two_who_suspended_answers() -> None:
    person = factories.make_user()
    decision = suspended(person)
    made = ask(person, decision)
    for subject in (decision.actor, decision.second_actor):
        assert subject is not None
        actor = User.objects.get(subject=subject)
        refused("same-person", lambda actor=actor: reply(made, Kind.OVERTURN, actor=actor))


@db
def test_whoever_gave_the_strike_does_not_answer_for_what_followed_from_it() -> None:
    person, moderator = factories.make_user(), factories.make_staff()
    for number in range(3):
        services.warn(actor=moderator, user=person, words=Words("spam"), now=NOW + timedelta(hours=number))
    later = NOW + timedelta(hours=3)
    made = ask(person, queries.list_consequences(person.subject_id).get(), now=later)
    refused("same-person", lambda: reply(made, Kind.OVERTURN, actor=moderator, now=later))


@db
def test_nobody_answers_an_appeal_about_themselves(reported: Callable[[User], Decision]) -> None:
    reporter = factories.make_user()
    made = ask(reporter, reported(reporter), wish=Wish.ACT)
    owner = queries.find_person(made.decision.affected_id)
    assert owner is not None
    refused("self", lambda: reply(made, Kind.UPHOLD, actor=owner))


@db
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


@db
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


@db
def test_overturning_gives_back_an_account() -> None:
    person = factories.make_user()
    decision = suspended(person)
    assert not User.objects.get(pk=person.pk).is_active
    reply(ask(User.objects.get(pk=person.pk), decision), Kind.OVERTURN)
    assert User.objects.get(pk=person.pk).is_active


@db
def test_upholding_changes_nothing() -> None:
    person = factories.make_user()
    reply(ask(person, restricted(person)), Kind.UPHOLD)
    assert not may(person, Scope.CHAT)


@db
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


@db
def test_a_part_gives_a_suspension_an_end() -> None:
    person = factories.make_user()
    reply(ask(person, suspended(person)), Kind.PARTIAL, ends_at=NOW + timedelta(days=2))
    assert not may(person, Scope.CHAT, NOW + timedelta(days=1))
    assert may(person, Scope.CHAT, NOW + timedelta(days=3))


@db
def test_a_part_never_makes_it_longer() -> None:
    person = factories.make_user()
    reply(ask(person, restricted(person, days=3)), Kind.PARTIAL, ends_at=NOW + timedelta(days=20))
    assert may(person, Scope.CHAT, NOW + timedelta(days=4))


@db
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


@db
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


@db
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


@db
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


# --- At the same moment: real threads on PostgreSQL ---------------------------------------------------------

race = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; returns results and errors in the order of the calls."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results[index] = call()
        except (ModerationRefusedError, IntegrityError) as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def sort_out(results: list[Any]) -> tuple[int, list[str], int]:
    """Return how many appeals were made, the codes of those refused, and how many broke."""
    codes = [error.refusal.code for error in results if isinstance(error, ModerationRefusedError)]
    broken = sum(isinstance(error, IntegrityError) for error in results)
    return len(results) - len(codes) - broken, codes, broken


class TestAtTheSameMoment:
    pytestmark = race

    def test_of_twenty_appeals_of_one_person_one_is_made_and_nineteen_are_told(self) -> None:
        person = factories.make_user()
        decision = restricted(person)
        results = at_once(*[lambda: ask(person, decision)] * 20)
        assert sort_out(results) == (1, ["appealed"] * 19, 0)
        assert Appeal.objects.count() == 1

    def test_twenty_times_the_same_form_makes_one_appeal_and_tells_all(self) -> None:
        person, key = factories.make_user(), ids.new_public_id()
        decision = restricted(person)
        results = at_once(*[lambda: ask(person, decision, key=key)] * 20)
        assert sort_out(results) == (20, [], 0)
        assert len({made.pk for made in results}) == 1
        assert Appeal.objects.count() == 1

    def test_without_the_lock_appeals_collide(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The lock is what makes the race above harmless; the constraint is the second line of defence."""
        person = factories.make_user()
        decision = restricted(person)
        all_have_looked = threading.Barrier(2)
        wish_refusal = policies.wish_refusal

        def wait_for_the_others(*arguments: Any) -> Any:
            all_have_looked.wait()
            return wish_refusal(*arguments)

        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
        monkeypatch.setattr(policies, "wish_refusal", wait_for_the_others)
        assert sort_out(at_once(*[lambda: ask(person, decision)] * 2)) == (1, [], 1)
        assert Appeal.objects.count() == 1

    def test_one_form_about_two_decisions_makes_one_appeal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        person, key = factories.make_user(), ids.new_public_id()
        first, second = restricted(person), restricted(person, scope=Scope.PICTURES)
        both_have_looked = threading.Barrier(2)
        wish_refusal = policies.wish_refusal

        def wait_for_the_other(*arguments: Any) -> Any:
            both_have_looked.wait()
            return wish_refusal(*arguments)

        monkeypatch.setattr(policies, "wish_refusal", wait_for_the_other)
        results = at_once(lambda: ask(person, first, key=key), lambda: ask(person, second, key=key))
        assert sort_out(results) == (2, [], 0)
        assert Appeal.objects.count() == 1

    def test_two_answers_at_once_are_one(self) -> None:
        person = factories.make_user()
        made = ask(person, restricted(person))
        staff = [factories.make_staff(), factories.make_staff()]
        results = at_once(
            lambda: reply(made, Kind.OVERTURN, actor=staff[0]),
            lambda: reply(made, Kind.UPHOLD, actor=staff[1]),
        )
        assert sort_out(results) == (1, ["already-decided"], 0)
        assert Decision.objects.filter(reverses=made.decision).count() == 1

    def test_a_strike_and_the_overturning_of_another_leave_what_the_strikes_that_stand_lead_to(self) -> None:
        """Both hold the person while they count: whichever comes first, two strikes lead to nothing."""
        person = factories.make_user()
        moderator, other = factories.make_staff(), factories.make_staff()
        warnings = [
            services.warn(actor=moderator, user=person, words=Words("spam"), now=NOW - timedelta(days=days))[
                0
            ]
            for days in (3, 2)
        ]
        made = ask(person, warnings[0])
        at_once(
            lambda: reply(made, Kind.OVERTURN, actor=other),
            lambda: services.warn(actor=moderator, user=person, words=Words("fraud"), now=NOW),
        )
        assert repeats.count_strikes(person, now=NOW) == 2
        assert may(person, Scope.PUBLISHING)

    def test_overturning_a_strike_and_what_followed_from_it_at_once(self) -> None:
        """Neither waits for what the other holds."""
        person = factories.make_user()
        warnings = [
            services.warn(
                actor=factories.make_staff(), user=person, words=Words("spam"), now=NOW - timedelta(days=days)
            )[0]
            for days in (3, 2, 1)
        ]
        followed = queries.list_consequences(person.subject_id).get()
        strike_appeal, other_appeal = ask(person, warnings[2]), ask(person, followed)
        staff = [factories.make_staff(), factories.make_staff()]
        results = at_once(
            lambda: reply(strike_appeal, Kind.OVERTURN, actor=staff[0]),
            lambda: reply(other_appeal, Kind.OVERTURN, actor=staff[1]),
        )
        assert sort_out(results) == (2, [], 0)
        assert may(person, Scope.PUBLISHING)
