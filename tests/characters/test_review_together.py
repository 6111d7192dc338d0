"""R6: one decision about several revisions, with what one has to know of each on the same page."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters import services
from characters.models import Revision, State
from moderation.models import Decision
from policies.rules import RULES
from tests.factories import NOW, make_character, make_staff, make_user

pytestmark = pytest.mark.django_db

NAMES = "admin:characters_pendingrevision_"
WORDS = {"reason_code": "spam", "explanation": "The bio sells candles.", "fix": "Take the shop out."}


@pytest.fixture
def rita() -> User:
    return make_staff(username="rita")


@pytest.fixture
def omar() -> User:
    return make_staff(username="omar")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *arguments: Any) -> str:
    return reverse(f"{NAMES}{name}", args=arguments)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def waiting(**fields: Any) -> Revision:
    return make_character(state=State.PENDING, **fields).open_revision


def held(**fields: Any) -> Revision:
    character = make_character(state=State.SUBMITTED, bio="She looks exactly like the actor.", **fields)
    return services.screen_revision(revision_id=character.open_revision.pk, now=NOW)[0]


def get_revision(revision: Revision) -> Revision:
    return Revision.objects.get(pk=revision.pk)


def chosen(*revisions: Revision, **more: Any) -> dict[str, Any]:
    versions = {f"version-{revision.pk}": revision.review_version for revision in revisions}
    keys = [revision.pk for revision in revisions]
    return {"item": keys, "shown": keys, **versions, **more}


def test_several_are_shown_with_what_one_has_to_know_before_anything_is_decided(rita: User) -> None:
    plain, suspect = waiting(name="Plain", short_bio="A plain one."), held(name="Suspect")
    client = client_of(rita)
    listed = client.post(
        url("changelist"),
        {"action": "decide_together", "_selected_action": [plain.pk, suspect.pk], "index": "0"},
    )
    page = text_of(client.get(listed.url))
    for shown in ("Plain", "A plain one.", "Suspect", f"Held: {RULES['real-person'].title}"):
        assert shown in page
    for revision in (plain, suspect):
        assert f'data-picture="{revision.portrait.public_id}"' in page
    assert not Decision.objects.exists()


def test_several_are_approved_and_several_rejected(rita: User) -> None:
    one, two, three = waiting(), waiting(), waiting()
    client = client_of(rita)
    approved = client.post(url("bulk_decide"), chosen(one, two, approve="1"), follow=True)
    assert "2 are approved." in text_of(approved)
    rejected = client.post(url("bulk_decide"), chosen(three, **WORDS), follow=True)
    assert "1 is rejected" in text_of(rejected)
    assert get_revision(one).state == get_revision(two).state == State.APPROVED
    assert get_revision(three).explanation == "The bio sells candles."


def test_one_that_is_refused_stops_no_other_and_loses_no_words(rita: User, omar: User) -> None:
    free, taken = waiting(name="Free"), waiting(name="Taken")
    client_of(omar).post(url("claim", taken.pk))
    response = client_of(rita).post(url("bulk_decide"), chosen(free, taken, **WORDS))
    assert response.status_code == 409
    told = text_of(response)
    assert "Taken: omar is working on this" in told
    assert "The bio sells candles." in told
    assert "1 is rejected" in told
    assert get_revision(free).state == State.REJECTED
    assert get_revision(taken).state == State.PENDING


def test_of_several_only_what_was_ticked_as_it_was_shown_is_decided(rita: User) -> None:
    ticked, left = waiting(), waiting()
    client = client_of(rita)
    sent = chosen(ticked, left, approve="1") | {"item": [ticked.pk]}
    client.post(url("bulk_decide"), sent)
    assert get_revision(left).state == State.PENDING
    stale = chosen(left, approve="1") | {f"version-{left.pk}": "0" * 64 + ".PENDING."}
    assert client.post(url("bulk_decide"), stale).status_code == 409
    assert client.post(url("bulk_decide"), {"shown": [left.pk], "approve": "1"}).status_code == 422
    assert client.post(url("bulk_decide"), chosen(left, reason_code="")).status_code == 422
    assert get_revision(left).state == State.PENDING


def test_at_most_twenty_at_once(rita: User) -> None:
    keys = list(range(1, 22))
    client = client_of(rita)
    for response in (
        client.get(url("bulk"), {"item": keys}, follow=True),
        client.post(url("bulk_decide"), {"item": keys, "approve": "1"}, follow=True),
    ):
        assert "At most 20 at once" in text_of(response)
    assert client.get(url("bulk")).url == url("changelist")


def test_several_cost_the_same_for_two_and_for_twelve(rita: User, django_assert_max_num_queries: Any) -> None:
    counts = []
    client = client_of(rita)
    for more in (2, 10):
        for _number in range(more):
            waiting()
        keys = list(Revision.objects.values_list("pk", flat=True))
        with django_assert_max_num_queries(9) as used:
            client.get(url("bulk"), {"item": keys})
        counts.append(len(used))
    assert counts[0] == counts[1]


def test_only_reviewers_decide_together() -> None:
    revision = waiting()
    for person in (make_user(), make_staff(is_reviewer=False)):
        client = client_of(person)
        responses = [
            client.get(url("bulk"), {"item": revision.pk}),
            client.post(url("bulk_decide"), chosen(revision, approve="1")),
        ]
        assert {response.status_code for response in responses} <= {302, 403}
        assert all("login" in response.url for response in responses if response.status_code == 302)
    assert get_revision(revision).state == State.PENDING
