"""Choosing what to appeal against, and one's own appeals."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from moderation import services
from moderation.models import Appeal, Decision
from moderation.services.decisions import Kind
from moderation.services.explaining import APPEAL_DAYS
from moderation.targets import Words
from tests import factories
from tests.factories import NOW
from tests.moderation.appeal_pages import (
    Scope,
    appeal,
    own_clock,
    own_storage,
    person,
    post,
    reader,
    reject,
    reported,
    restrict,
    text_of,
    url_of,
)

__all__ = ["own_clock", "own_storage", "person", "reader", "reported"]

pytestmark = pytest.mark.django_db


# --- Choosing, and one's own --------------------------------------------------------------------------------


def test_what_can_be_appealed_against_is_listed_newest_first(
    reader: Client, person: User, reported: Callable[[User], Decision]
) -> None:
    old = restrict(person, now=NOW - timedelta(days=APPEAL_DAYS - 1), days=None)
    too_old = restrict(person, now=NOW - timedelta(days=APPEAL_DAYS + 1), days=None)
    mine = reported(person)
    others = reported(factories.make_user())
    appealed = restrict(person, scope=Scope.PICTURES)
    appeal(person, appealed)
    lifted = restrict(person, scope=Scope.PUBLISHING)
    services.lift(actor=factories.make_staff(), decision=lifted, words=Words(""), now=NOW)
    response = reader.get("/help/appeals/new/")
    shown = [card.public_id for card in response.context["decisions"]]
    assert shown == [mine.public_id, old.public_id]
    for decision in (too_old, others, appealed, lifted):
        assert decision.public_id not in response.content.decode()
    assert "Until" in text_of(response)


def test_with_nothing_to_appeal_against_the_page_says_so(reader: Client) -> None:
    assert "Nothing to appeal against" in text_of(reader.get("/help/appeals/new/"))
    assert "No appeals" in text_of(reader.get("/help/appeals/"))


def test_lists_come_in_pages_of_the_same_cost(reader: Client, person: User) -> None:
    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as context:
            assert reader.get(url).status_code == 200
        return len(context)

    urls = ("/help/appeals/new/", "/help/appeals/")
    before: list[int] = []
    for number in range(12):
        appeal(person, restrict(person, now=NOW - timedelta(days=number + 1), days=None))
        restrict(person, now=NOW - timedelta(days=number + 30), days=None)
        if number == 1:
            reject(person)
            appeal(person, reject(person))
            for url in urls:
                count(url)  # what is read once and kept
            before = [count(url) for url in urls]
        forget_limits()
    reject(person)
    assert [count(url) for url in urls] == before
    for number in range(10):
        restrict(person, now=NOW - timedelta(days=number + 60), days=None)
        appeal(person, restrict(person, now=NOW - timedelta(days=number + 90), days=None))
        forget_limits()
    for url, name in zip(urls, ("decisions", "appeals"), strict=True):
        first = reader.get(url)
        assert len(first.context[name]) == 20
        second = reader.get(url + first.context["next_url"])
        shown = [card.public_id for page in (first, second) for card in page.context[name]]
        assert len(shown) == len(set(shown)) > 20
        assert reader.get(url + "?cursor=nonsense").status_code == 404


def forget_limits() -> None:
    """What people may send in a day is not what is tested."""
    cache.clear()


def test_the_answer_is_read_where_the_appeal_is(reader: Client, person: User) -> None:
    made = appeal(person, restrict(person))
    services.answer(
        actor=factories.make_staff(),
        appeal=made,
        kind=Kind.PARTIAL,
        explanation="It was milder than we thought.",
        private_notes="they were lucky",
        ends_at=NOW + timedelta(days=2),
        now=NOW,
    )
    for url in ("/help/appeals/", f"/help/appeals/{made.public_id}/"):
        page = text_of(reader.get(url))
        assert "Granted in part" in page
        assert "they were lucky" not in page
    assert "It was milder than we thought." in page
    assert "It now ends on June 3, 2026, noon (UTC)." in page
    assert "Withdraw" not in page


def test_an_answer_that_is_late_is_owned_up_to(reader: Client, person: User) -> None:
    made = appeal(person, restrict(person))
    with time_machine.travel(NOW + timedelta(days=15), tick=False):
        reader.force_login(person)
        assert "are late" in text_of(reader.get("/help/appeals/"))
        assert "are late" in text_of(reader.get(f"/help/appeals/{made.public_id}/"))


def test_an_open_appeal_is_withdrawn_after_a_question(reader: Client, person: User) -> None:
    made = appeal(person, restrict(person))
    url = f"/help/appeals/{made.public_id}/"
    assert f'href="{url}withdraw/"' in text_of(reader.get(url))
    assert "Withdraw your appeal?" in text_of(reader.get(url + "withdraw/"))
    assert Appeal.objects.get().state == Appeal.State.OPEN
    for _number in range(2):
        assert reader.post(url + "withdraw/").url == url
    assert Appeal.objects.get().state == Appeal.State.WITHDRAWN
    assert reader.get(url + "withdraw/").url == url
    assert "Withdrawn" in text_of(reader.get(url))


def test_an_answered_appeal_cannot_be_withdrawn(reader: Client, person: User) -> None:
    made = appeal(person, restrict(person))
    services.answer(actor=factories.make_staff(), appeal=made, kind=Kind.UPHOLD, explanation="No.", now=NOW)
    response = reader.post(f"/help/appeals/{made.public_id}/withdraw/", follow=True)
    assert "was answered already" in text_of(response)
    assert Appeal.objects.get().state == Appeal.State.UPHELD


def test_other_people_s_appeals_do_not_exist(reader: Client) -> None:
    other = factories.make_user()
    made = appeal(other, restrict(other))
    for path in ("", "withdraw/"):
        assert reader.get(f"/help/appeals/{made.public_id}/{path}").status_code == 404
    assert reader.post(f"/help/appeals/{made.public_id}/withdraw/").status_code == 404
    assert Appeal.objects.get().state == Appeal.State.OPEN
    assert made.public_id not in text_of(reader.get("/help/appeals/"))


def test_visitors_are_asked_to_sign_in(client: Client, person: User) -> None:
    decision = restrict(person)
    made = appeal(person, decision)
    for url in ("/help/appeals/", url_of(decision), f"/help/appeals/{made.public_id}/"):
        assert client.get(url).url.startswith("/accounts/login/?next=/help/appeals/")
    assert post(client, decision).url.startswith("/accounts/login/")
