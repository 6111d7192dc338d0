"""A share of decisions is looked at again by somebody who is not told what was decided."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from characters import services
from characters.models import Character, State
from core import ids
from core.models import AuditEvent
from moderation import second_reviews
from moderation.models import Decision, SecondReview
from moderation.services import ModerationRefusedError
from tests.clients import client_of
from tests.factories import NOW, make_character, make_staff

pytestmark = pytest.mark.django_db

LIST = "admin:moderation_secondreview_changelist"
PAGE = "admin:characters_pendingrevision_second"
WHY = {"reason_code": "spam", "explanation": "It advertises Zanzibar.", "fix": "Take it out."}


@pytest.fixture(autouse=True)
def _every_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_reviews, "is_chosen", lambda _decision_id: True)


@pytest.fixture
def omar() -> User:
    return make_staff(username="omar")


def rejected_by(first: User, **fields: Any) -> tuple[Character, SecondReview]:
    character = make_character(state=State.PENDING, **fields)
    services.reject(actor=first, revision=character.open_revision, now=NOW, **WHY)
    return character, SecondReview.objects.latest("pk")


def test_about_one_in_twenty_is_chosen_and_always_the_same_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    names = [ids.new_public_id() for _number in range(4000)]
    chosen = [name for name in names if second_reviews.is_chosen(name)]
    # Five standard deviations around 200.
    assert 130 < len(chosen) < 270
    assert chosen == [name for name in names if second_reviews.is_chosen(name)]


def test_what_people_decide_about_publication_is_looked_at_again() -> None:
    make_character(state=State.APPROVED)
    make_character(state=State.REJECTED)
    make_character(state=State.DELISTED)
    kinds = sorted(review.decision.kind for review in SecondReview.objects.all())
    assert kinds == ["APPROVE", "APPROVE", "REJECT"]


def test_what_a_program_decided_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    affected = make_staff().subject
    decision = Decision.objects.create(
        at=NOW, kind="REJECT", source="AUTOMATIC", affected=affected, target_kind="character", target_id="x"
    )
    assert second_reviews.choose(decision=decision, queue="characters", item_id="1", now=NOW) is None


@pytest.mark.parametrize(("answer", "agrees"), [("REJECT", True), ("APPROVE", False)])
def test_the_answer_is_compared_and_changes_nothing(omar: User, answer: str, agrees: bool) -> None:
    character, review = rejected_by(make_staff())
    found, is_new = second_reviews.answer(actor=omar, public_id=review.public_id, kind=answer, now=NOW)
    assert is_new
    assert (found.reviewer, found.agrees) == (omar.subject, agrees)
    assert Character.objects.get(pk=character.pk).open_revision.state == State.REJECTED
    assert second_reviews.answer(actor=omar, public_id=review.public_id, kind=answer, now=NOW)[1] is False
    assert AuditEvent.objects.filter(kind="second-review.answered").count() == 1


def test_nobody_answers_twice_or_about_themselves(omar: User) -> None:
    first = make_staff()
    _character, review = rejected_by(first)
    with pytest.raises(ModerationRefusedError) as caught:
        second_reviews.answer(actor=first, public_id=review.public_id, kind="REJECT", now=NOW)
    assert caught.value.refusal.code == "same-person"
    second_reviews.answer(actor=omar, public_id=review.public_id, kind="REJECT", now=NOW)
    for late in (make_staff(), omar):
        with pytest.raises(ModerationRefusedError) as caught:
            second_reviews.answer(actor=late, public_id=review.public_id, kind="APPROVE", now=NOW)
        assert caught.value.refusal.code == "already-answered"


def test_the_second_reviewer_is_not_told_the_first_answer(omar: User) -> None:
    first = make_staff(username="first-reviewer")
    _character, review = rejected_by(first, bio="She keeps the light.")
    response = client_of(omar).get(reverse(PAGE, args=[review.public_id]))
    page = response.content.decode()
    assert "She keeps the light." in page
    for told in ("Rejected", "rejected", "Zanzibar", "first-reviewer", first.subject.public_id[:8]):
        assert told not in page


def test_it_is_answered_on_its_page(omar: User) -> None:
    _character, review = rejected_by(make_staff())
    client = client_of(omar)
    page = reverse(PAGE, args=[review.public_id])
    assert client.post(page, {}).status_code == 422
    response = client.post(page, {"kind": "REJECT"}, follow=True)
    assert "Your answer is counted" in response.content.decode()
    assert SecondReview.objects.get().agrees is True
    again = client.post(page, {"kind": "APPROVE"}, follow=True)
    assert "This second review is answered" in again.content.decode()
    assert SecondReview.objects.get().agrees is True


def test_the_list_has_what_others_decided(omar: User) -> None:
    rejected_by(make_staff(), name="Of somebody else")
    rejected_by(omar, name="Of Omar himself")
    page = client_of(omar).get(reverse(LIST)).content.decode()
    assert "Of somebody else" in page
    assert "Of Omar himself" not in page


def test_what_was_erased_leaves_the_list(omar: User) -> None:
    _character, review = rejected_by(make_staff(), name="Gone soon")
    SecondReview.objects.filter(pk=review.pk).update(item_id="999999")
    client = client_of(omar)
    assert "Erased meanwhile" in client.get(reverse(LIST)).content.decode()
    response = client.get(reverse(PAGE, args=[review.public_id]), follow=True)
    assert "was erased meanwhile" in response.content.decode()
    assert not SecondReview.objects.exists()


def test_the_list_is_paged_and_costs_the_same_for_two_and_for_twelve(
    omar: User, django_assert_max_num_queries: Any
) -> None:
    first = make_staff()
    counts = []
    for more in (2, 10, 9):
        for _number in range(more):
            rejected_by(first)
        client = client_of(omar)
        with django_assert_max_num_queries(9) as used:
            page = client.get(reverse(LIST)).content.decode()
        counts.append(len(used))
    assert counts[0] == counts[1] == counts[2]
    assert "Show more" in page


def test_only_reviewers_come_in(now: datetime) -> None:
    _character, review = rejected_by(make_staff())
    client = client_of(make_staff(is_reviewer=False))
    for path in (reverse(LIST), reverse(PAGE, args=[review.public_id])):
        assert client.get(path).status_code == 403
