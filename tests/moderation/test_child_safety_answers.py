"""What follows once a person has looked at a hit: a decision, a notice, an appeal, a suspension (R11)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import Restriction, User
from core import viewing
from core.models import AuditEvent
from moderation import child_safety, media, services
from moderation.child_safety import SafetyRefusedError
from moderation.models import Appeal, AppealFile, Decision, Evidence, Note, Proposal, SafetyCase
from moderation.services.decisions import Kind
from moderation.staff.reviewing import list_waiting
from moderation.targets import Words
from notifications.models import Notice
from storychat.staff_groups import CHILD_SAFETY
from tests import factories
from tests.characters.test_after_all import reject_by_program
from tests.clients import client_of
from tests.moderation.appealing import ask, refused, reply
from tests.threads import at_once, codes

NOTE = "I looked at both pieces."
PAGE = "admin:moderation_safetycase_change"


@pytest.fixture
def person(db: None) -> User:
    return factories.make_user(username="somebody")


def make_keeper() -> User:
    user = factories.make_staff(is_reviewer=False)
    user.groups.add(Group.objects.get(name=CHILD_SAFETY))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def keeper(db: None) -> User:
    return make_keeper()


@pytest.fixture
def colleague(db: None) -> User:
    return make_keeper()


def hit(person: User, now: datetime) -> SafetyCase:
    return child_safety.record_hit(
        subject=person.subject, purpose="post", content_hash="0" * 64, content="withheld", now=now
    )[0]


def confirm(keeper: User, case: SafetyCase, now: datetime) -> SafetyCase:
    return child_safety.confirm_case(actor=keeper, case_id=case.pk, note=NOTE, now=now)[0]


def lock_of(case: SafetyCase) -> Decision:
    lock = child_safety.find_lock(case)
    assert lock is not None
    return lock


def test_a_confirmation_is_a_decision_that_the_person_is_told(
    person: User, keeper: User, now: datetime
) -> None:
    case = hit(person, now)
    later = now + timedelta(hours=1)
    confirm(keeper, case, later)
    confirmation = Decision.objects.get(kind=Kind.CONFIRM)
    lock = lock_of(case)
    assert (confirmation.actor, confirmation.reverses) == (keeper.subject, lock)
    notice = Notice.objects.get(user=person, created_at=later)
    assert notice.title == "A person confirmed why your account is locked"
    assert "A person looked at what was stopped" in notice.body
    assert "The rule: " in notice.body
    assert "You can appeal" in notice.body
    assert notice.url.endswith(f"#decision-{lock.public_id}")
    assert NOTE not in notice.body
    assert not Decision.objects.filter(private_notes__contains=NOTE).exists()


def test_the_standing_page_says_what_the_person_found(person: User, keeper: User, now: datetime) -> None:
    case = hit(person, now)
    confirm(keeper, case, now + timedelta(minutes=1))
    text = client_of(person).get("/settings/standing/").content.decode()
    assert "Nobody has decided anything yet" not in text
    assert "Confirmed by a person: Restricted: The whole account" in text
    assert f"?decision={lock_of(case).public_id}" in text


def test_without_a_lock_nobody_is_told_anything(person: User, keeper: User, now: datetime) -> None:
    case = child_safety.record_hit(
        subject=person.subject, purpose="reply", content_hash="0" * 64, content="x", locks=False, now=now
    )[0]
    confirm(keeper, case, now)
    assert not Decision.objects.exists()
    assert not Notice.objects.filter(user=person).exists()
    assert Note.objects.get().text == NOTE


def test_an_erased_account_can_be_confirmed(person: User, keeper: User, now: datetime) -> None:
    case = hit(person, now)
    person.delete()
    assert confirm(keeper, case, now).state == SafetyCase.State.CONFIRMED
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("operation", [child_safety.confirm_case, child_safety.clear_case])
def test_a_decision_without_a_note_is_refused(
    person: User, keeper: User, now: datetime, operation: Any
) -> None:
    case = hit(person, now)
    refused("note-missing", lambda: operation(actor=keeper, case_id=case.pk, note=" ", now=now))
    case.refresh_from_db()
    assert case.state == SafetyCase.State.OPEN


# --- Appeals ---


def test_a_second_keeper_answers_the_appeal_and_who_confirmed_does_not(
    person: User, keeper: User, colleague: User, now: datetime
) -> None:
    case = hit(person, now)
    confirm(keeper, case, now)
    appeal = ask(person, lock_of(case))
    refused("same-person", lambda: reply(appeal, Kind.UPHOLD, actor=keeper))
    refused("child-safety", lambda: reply(appeal, Kind.UPHOLD, actor=factories.make_staff()))
    answered = reply(appeal, Kind.OVERTURN, actor=colleague)
    assert answered.state == Appeal.State.OVERTURNED
    assert not [row for row in Restriction.objects.filter(user=person) if row.is_active(now)]


def test_the_appeal_is_answered_on_the_page_of_the_case(
    person: User, keeper: User, colleague: User, now: datetime
) -> None:
    case = hit(person, now)
    confirm(keeper, case, now)
    appeal = ask(person, lock_of(case))
    page = reverse(PAGE, args=[case.pk])
    url = reverse("admin:moderation_safetycase_appeal", args=[case.pk, appeal.pk])
    own = client_of(keeper).get(page).content.decode()
    assert url not in own
    assert "You took part in this decision" in own
    client = client_of(colleague)
    shown = client.get(page).content.decode()
    assert url in shown
    assert appeal.context in shown
    typed = client.post(url, {"kind": "OVERTURN", "explanation": "", "private_notes": "typed words"})
    assert (typed.status_code, "typed words" in typed.content.decode()) == (422, True)
    answer = {"kind": "OVERTURN", "explanation": "The program was wrong."}
    assert client_of(keeper).post(url, answer).status_code == 409
    assert client.post(url, answer).status_code == 302
    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.OVERTURNED
    assert client.post(url.replace(str(case.pk), str(case.pk + 1)), answer).status_code == 404


def test_what_an_appeal_took_back_is_not_confirmed(
    person: User, keeper: User, colleague: User, now: datetime
) -> None:
    case = hit(person, now)
    reply(ask(person, lock_of(case)), Kind.OVERTURN, actor=colleague)
    with pytest.raises(SafetyRefusedError) as caught:
        confirm(keeper, case, now)
    assert caught.value.refusal.code == "reversed"
    assert child_safety.clear_case(actor=keeper, case_id=case.pk, note=NOTE, now=now)[1]


@pytest.mark.parametrize("is_closed", [False, True])
def test_an_appeal_against_a_screening_rejection_is_answered_there_and_nowhere_else(
    keeper: User, colleague: User, now: datetime, is_closed: bool
) -> None:
    item = factories.make_character(state="SUBMITTED")
    case = hit(item.owner, now)
    appeal = ask(item.owner, reject_by_program(item, reason_code=child_safety.REASON))
    if is_closed:
        child_safety.clear_case(actor=colleague, case_id=case.pk, note=NOTE, now=now)
    moderator = client_of(factories.make_staff())
    desk = reverse("admin:moderation_appeal_change", args=[appeal.pk])
    assert moderator.get(desk).status_code == 404
    assert moderator.post(f"{desk.removesuffix('change/')}answer/", {"kind": "UPHOLD"}).status_code == 404
    listed = moderator.get(reverse("admin:moderation_appeal_changelist"), {"state__exact": "OPEN"})
    assert not list(listed.context["cl"].result_list)
    client = client_of(keeper)
    waiting = client.get(reverse("admin:moderation_safetycase_changelist")).context["cl"].result_list
    assert list(waiting) == [case]
    url = reverse("admin:moderation_safetycase_appeal", args=[case.pk, appeal.pk])
    assert url in client.get(reverse(PAGE, args=[case.pk])).content.decode()
    answer = {"kind": "OVERTURN", "explanation": "The program was wrong."}
    assert client.post(url, answer).status_code == 302
    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.OVERTURNED
    left = client.get(reverse("admin:moderation_safetycase_changelist")).context["cl"].result_list
    assert list(left) == ([] if is_closed else [case])


def test_a_file_that_came_with_it_is_for_those_who_answer_it(keeper: User, now: datetime) -> None:
    item = factories.make_character(state="SUBMITTED")
    hit(item.owner, now)
    appeal = ask(item.owner, reject_by_program(item, reason_code=child_safety.REASON))
    file = AppealFile.objects.create(
        appeal=appeal,
        file="appeals/x.png",
        name="x.png",
        content_type="image/png",
        byte_size=1,
        created_at=now,
    )
    assert media.find_file(factories.make_staff(), file.public_id) is None
    assert media.find_file(keeper, file.public_id) is not None
    assert media.find_file(item.owner, file.public_id) is not None


# --- The suspension that a confirmation proposes ---


def test_confirming_proposes_a_suspension_that_a_second_keeper_carries_out(
    person: User, keeper: User, colleague: User, now: datetime
) -> None:
    case = hit(person, now)
    confirm(keeper, case, now)
    proposal = Proposal.objects.get()
    refused("same-person", lambda: services.confirm(actor=keeper, proposal=proposal, now=now))
    refused(
        "child-safety", lambda: services.confirm(actor=factories.make_staff(), proposal=proposal, now=now)
    )
    services.confirm(actor=colleague, proposal=proposal, now=now)
    assert not User.objects.get(pk=person.pk).is_active
    suspension = Decision.objects.get(kind=Kind.SUSPEND)
    assert {suspension.actor, suspension.second_actor} == {keeper.subject, colleague.subject}
    # Whoever may not see what it rests on does not answer the appeal against it either.
    appeal = ask(person, suspension)
    refused("child-safety", lambda: reply(appeal, Kind.UPHOLD, actor=factories.make_staff()))
    reply(appeal, Kind.OVERTURN, actor=make_keeper())
    assert User.objects.get(pk=person.pk).is_active


def test_it_is_carried_out_on_the_page_by_somebody_else_only(
    person: User, keeper: User, colleague: User, now: datetime
) -> None:
    case = hit(person, now)
    confirm(keeper, case, now)
    url = reverse("admin:moderation_safetycase_proposal", args=[case.pk, Proposal.objects.get().pk])
    page = reverse(PAGE, args=[case.pk])
    assert 'name="confirm"' not in client_of(keeper).get(page).content.decode()
    client_of(keeper).post(url, {"confirm": "1"})
    assert User.objects.get(pk=person.pk).is_active
    client = client_of(colleague)
    assert 'name="confirm"' in client.get(page).content.decode()
    client.post(url, {"confirm": "1"})
    assert not User.objects.get(pk=person.pk).is_active


def test_a_keeper_declines_it(person: User, keeper: User, colleague: User, now: datetime) -> None:
    case = hit(person, now)
    confirm(keeper, case, now)
    proposal = Proposal.objects.get()
    url = reverse("admin:moderation_safetycase_proposal", args=[case.pk, proposal.pk])
    client_of(colleague).post(url, {"decline": "1"})
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.DECLINED


def test_it_lapses_with_the_lock(person: User, keeper: User, colleague: User, now: datetime) -> None:
    case = hit(person, now)
    confirm(keeper, case, now)
    reply(ask(person, lock_of(case)), Kind.OVERTURN, actor=colleague)
    assert Proposal.objects.get().state == Proposal.State.LAPSED
    assert Notice.objects.filter(user=keeper, kind="proposal-lapsed").exists()


def test_strikes_that_are_forgiven_do_not_end_it(person: User, keeper: User, now: datetime) -> None:
    confirm(keeper, hit(person, now), now)
    moderator = factories.make_staff()
    warning, _is_new = services.warn(actor=moderator, user=person, words=Words("spam"), now=now)
    services.lift(actor=moderator, decision=warning, words=Words(""), now=now)
    assert Proposal.objects.get().state == Proposal.State.OPEN


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_carried_out_while_an_appeal_is_granted_one_of_both_waits(now: datetime) -> None:
    for _round in range(3):
        person, keeper, colleague, third = factories.make_user(), *(make_keeper() for _each in range(3))
        case = hit(person, now)
        confirm(keeper, case, now)
        proposal, appeal = Proposal.objects.get(user=person), ask(person, lock_of(case))
        results = at_once(
            lambda: services.confirm(actor=colleague, proposal=proposal, now=now),  # noqa: B023
            lambda: reply(appeal, Kind.OVERTURN, actor=third),  # noqa: B023
        )
        proposal.refresh_from_db()
        is_suspended = not User.objects.get(pk=person.pk).is_active
        assert is_suspended == (proposal.state == Proposal.State.CONFIRMED)
        assert codes(results) in ([], ["lapsed"])


# --- Who learns of it (R11) ---


def test_nobody_else_among_the_staff_learns_of_a_hit(person: User, keeper: User, now: datetime) -> None:
    """Not in the audit trail, not among decisions, not on the page of the person."""
    case = hit(person, now)
    confirm(keeper, case, now)
    lock = lock_of(case)
    moderator = factories.make_staff(is_superuser=False)
    moderator.groups.add(Group.objects.get(name="Moderators"))
    support = factories.make_staff(is_reviewer=False)
    support.groups.add(Group.objects.get(name="Support"))
    person_page = reverse("admin:moderation_person", args=[person.public_id])
    decision_page = reverse("admin:moderation_decision_change", args=[lock.pk])
    for staff in (moderator, support):
        client = client_of(User.objects.get(pk=staff.pk))
        listed = client.get(reverse("admin:moderation_decision_changelist")).context["cl"]
        assert not list(listed.result_list)
        assert client.get(decision_page).status_code == 404
    client = client_of(User.objects.get(pk=moderator.pk))
    shown = client.get(person_page).content.decode()
    assert decision_page not in shown
    assert "A person looked at what was stopped" not in shown
    events = client.get(reverse("admin:core_auditevent_changelist")).context["cl"]
    assert not {"screening.evidence", "safety-case.opened"} & {event.kind for event in events.result_list}
    about = [event for event in events.result_list if event.target_id == person.public_id]
    assert {event.kind for event in about} <= {viewing.VIEWED}, "more than the moderator's own look"
    proposal = Proposal.objects.get()
    assert client.get(reverse("admin:moderation_proposal_change", args=[proposal.pk])).status_code == 404
    admin = client_of(factories.make_staff(is_superuser=True))
    assert list(admin.get(reverse("admin:moderation_decision_changelist")).context["cl"].result_list)
    seen = admin.get(reverse("admin:core_auditevent_changelist")).context["cl"].result_list
    assert "safety-case.opened" in {event.kind for event in seen}


def test_a_keepers_own_case_is_not_there_for_them(keeper: User, now: datetime) -> None:
    case = hit(keeper, now)
    restriction = Restriction.objects.get(user=keeper)
    Restriction.objects.filter(pk=restriction.pk).update(lifted_at=now)
    client = client_of(keeper)
    listed = client.get(reverse("admin:moderation_safetycase_changelist")).context["cl"].result_list
    assert not list(listed)
    assert client.get(reverse(PAGE, args=[case.pk])).status_code == 404
    evidence = Evidence.objects.get()
    url = reverse("admin:moderation_safetycase_evidence", args=[case.pk, evidence.pk])
    assert client.post(url).status_code == 404
    own = client.get(reverse("admin:moderation_evidence_change", args=[evidence.pk]))
    assert own.status_code in {302, 403, 404}
    assert not AuditEvent.objects.filter(kind="evidence.opened").exists()


def test_evidence_stays_in_no_browser(person: User, keeper: User, now: datetime) -> None:
    case = hit(person, now)
    url = reverse("admin:moderation_safetycase_evidence", args=[case.pk, Evidence.objects.get().pk])
    assert "no-store" in client_of(keeper).post(url)["Cache-Control"]


def test_nobody_else_is_told_of_it_by_counts_and_filters(person: User, keeper: User, now: datetime) -> None:
    """The start page counts neither its appeal nor its proposal; the filters do not name its rule."""
    case = hit(person, now)
    confirm(keeper, case, now)
    ask(person, lock_of(case))
    moderator = factories.make_staff(is_superuser=False)
    moderator.groups.add(Group.objects.get(name="Moderators"))
    client = client_of(User.objects.get(pk=moderator.pk))
    start = client.get(reverse("admin:index")).content.decode()
    assert "0 proposals wait for a second person" in start
    assert list_waiting(moderator)["proposals"] == 0
    assert {queue["key"]: queue["waiting"] for queue in list_waiting(moderator)["queues"]}["appeal"] == "0"
    listed = client.get(reverse("admin:moderation_decision_changelist")).content.decode()
    assert "reason_code=minors" not in listed
    admin = client_of(factories.make_staff(is_superuser=True))
    assert "reason_code=minors" in admin.get(reverse("admin:moderation_decision_changelist")).content.decode()
