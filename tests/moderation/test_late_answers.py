"""Whoever decides what somebody else decided a moment before is told so, and keeps every word."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import ids
from moderation import services
from moderation.models import Decision
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, reply, restricted, suspended

pytestmark = pytest.mark.django_db

TYPED = {"explanation": "typed carefully", "private_notes": "a careful note"}


@pytest.fixture
def person() -> User:
    return factories.make_user()


@pytest.fixture
def page() -> Client:
    """One of the group of moderators, who may open decisions too."""
    moderator = factories.make_staff()
    moderator.groups.add(Group.objects.get(name="Moderators"))
    return signed_in(moderator)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def assert_kept(response: Any, *words: str) -> None:
    text = response.content.decode()
    assert response.status_code == 409
    assert "What you wrote, which was not sent" in text
    for one in words or TYPED.values():
        assert one in text


def test_an_appeal_that_somebody_answered(page: Client, person: User) -> None:
    appeal = ask(person, restricted(person))
    reply(appeal, Kind.UPHOLD)
    url = reverse("admin:moderation_appeal_answer", args=[appeal.pk])
    assert_kept(page.post(url, {"kind": "OVERTURN", **TYPED}))
    assert (
        "which was not sent"
        not in page.get(reverse("admin:moderation_appeal_change", args=[appeal.pk])).content.decode()
    )


def test_a_case_that_somebody_closed(page: Client) -> None:
    made, _is_new = services.report_content(
        actor=factories.make_user(),
        target_kind="character",
        target_id=factories.make_character(state="APPROVED").public_id,
        reason="SCAM",
        text="",
        creation_key=ids.new_public_id(),
        now=NOW,
    )
    version = made.case.version
    services.dismiss(
        actor=factories.make_staff(), case=made.case, expected_version=version, words=Words(""), now=NOW
    )
    url = reverse("admin:moderation_case_step", args=[made.case.pk])
    values = {"expected_version": version, "step": "WARN", "reason_code": "spam", **TYPED}
    assert_kept(page.post(url, values))


@pytest.mark.parametrize("kind", ["character", "story"])
def test_an_item_that_somebody_took_down_or_put_back(page: Client, kind: str) -> None:
    item = factories.make_item(kind, state="DELISTED")
    values = {"reason_code": "spam", "explanation": "typed carefully", "fix": "typed fix"}
    url = reverse(f"admin:characters_{kind}_delist", args=[item.pk])
    assert_kept(page.post(url, values), "typed carefully", "typed fix")
    assert Decision.objects.filter(kind="DELIST").count() == 1

    back = reverse(f"admin:characters_{kind}_reinstate", args=[item.pk])
    assert signed_in(factories.make_staff()).post(back, {"explanation": "It was fine."}).status_code == 302
    assert_kept(page.post(back, {"explanation": "typed carefully"}), "typed carefully")


def test_a_second_click_is_no_conflict(page: Client, person: User) -> None:
    item = factories.make_item("character", state="APPROVED")
    url = reverse("admin:characters_character_delist", args=[item.pk])
    values = {"reason_code": "spam", "explanation": "typed", "fix": "typed"}
    assert [page.post(url, values).status_code for _attempt in range(2)] == [302, 302]
    lift = reverse("admin:moderation_decision_lift", args=[restricted(person).pk])
    assert [page.post(lift, {"explanation": "typed"}).status_code for _attempt in range(2)] == [302, 302]


def test_a_decision_that_somebody_took_back(page: Client, person: User) -> None:
    decision = restricted(person)
    services.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=NOW)
    url = reverse("admin:moderation_decision_lift", args=[decision.pk])
    response = page.post(url, {"explanation": "typed carefully"})
    assert_kept(response, "typed carefully", "Somebody else took this back already.")


def test_taking_back_that_somebody_proposed(page: Client, person: User) -> None:
    decision = suspended(person)
    services.propose_lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=NOW)
    url = reverse("admin:moderation_decision_lift", args=[decision.pk])
    response = page.post(url, {"explanation": "typed carefully"})
    assert response.status_code == 409
    assert "typed carefully" in response.content.decode()
    assert "it waits already" in response.content.decode()


def test_why_something_is_taken_back_has_a_limit_and_is_kept(page: Client, person: User) -> None:
    decision = restricted(person)
    url = reverse("admin:moderation_decision_lift", args=[decision.pk])
    response = page.post(url, {"explanation": "x" * 2001})
    assert response.status_code == 422
    assert "x" * 2001 in response.content.decode()
    assert "at most 2000 characters" in response.content.decode()
    assert "Creation key" not in response.content.decode(), "it says nothing to anybody"
    assert not Decision.objects.filter(reverses=decision).exists()
