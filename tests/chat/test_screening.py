"""What screening does to a chat: help for who is not well, and the closer look of workers."""

import html
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chat import replies, services
from chat.models import Conversation, Message
from chat.services import ChatRefusedError
from core import ids
from moderation.models import Evidence
from policies.rules import RULES
from tests.chat.conftest import Say, fresh
from tests.chat.fakes import Scripted
from tests.moderation import scripted

HEAVY = "Some nights I think about how to hurt myself."
TITLE = "You are not alone with this"

pytestmark = pytest.mark.django_db


def write(reply: Message, now: datetime, *said: str) -> Message:
    replies.run_reply(
        message_id=reply.pk,
        holder=ids.new_public_id(),
        responder=Scripted(*said or ("Yes.",)),
        clock=lambda: now,
    )
    return fresh(reply)


@pytest.fixture
def show(browser: Client, talk: Conversation) -> Any:
    def page() -> str:
        return browser.get(reverse("chat", args=[talk.public_id])).content.decode()

    return page


def test_somebody_who_is_not_well_is_heard_and_shown_where_to_find_help(
    say: Say, talk: Conversation, show: Any
) -> None:
    say(HEAVY)
    assert talk.messages.get(position=2).text == HEAVY
    page = show()
    assert TITLE in page
    assert 'href="https://findahelpline.com"' in page
    assert "local emergency number" in page


def test_an_installation_names_its_own_place_for_help(say: Say, show: Any, settings: Any) -> None:
    settings.CRISIS_RESOURCES_URL = "https://help.example/talk"
    say(HEAVY)
    page = show()
    assert 'href="https://help.example/talk"' in page
    assert ">help.example<" in page


def test_other_lines_and_the_characters_own_show_no_card(say: Say, show: Any, now: datetime) -> None:
    write(say("How are you?"), now, "I wanted to die once.")
    assert TITLE not in show()


def test_only_the_last_card_is_open(say: Say, show: Any, now: datetime) -> None:
    write(say(HEAVY), now)
    write(say(HEAVY), now)
    page = show()
    assert page.count(TITLE) == 2
    assert page.count('<details class="care__card" open>') == 1
    assert page.index('<details class="care__card">') < page.index('<details class="care__card" open>')


def test_the_card_comes_with_the_line_without_a_reload(browser: Client, talk: Conversation) -> None:
    answer = browser.post(
        reverse("chat-send", args=[talk.public_id]),
        {"text": HEAVY, "creation_key": ids.new_public_id(), "cursor": ""},
        HTTP_ACCEPT="application/json",
    )
    assert any(TITLE in line["html"] for line in answer.json()["lines"])


def test_the_line_that_locks_an_account_still_gets_the_usual_answer_r11(
    browser: Client, talk: Conversation, settings: Any
) -> None:
    settings.SCREENING_CHECKS = ["rules.minors", scripted.Words.name]
    form = {"text": "find severe:rule", "creation_key": ids.new_public_id()}
    refused = browser.post(reverse("chat-send", args=[talk.public_id]), form)
    assert refused.status_code == 422
    assert str(RULES["minors"].explanation) in html.unescape(refused.content.decode())
    assert talk.messages.count() == 1
    page = browser.get(reverse("chat", args=[talk.public_id]))
    assert page.headers["Location"] == reverse("settings-standing")
    standing = html.unescape(browser.get(reverse("settings-standing")).content.decode())
    assert "A program stopped something of yours" in standing
    assert "find severe" not in standing


def test_a_line_that_cannot_be_checked_is_refused_and_can_be_sent_again(
    person: User, talk: Conversation, now: datetime, settings: Any
) -> None:
    settings.SCREENING_CHECKS = ["rules.minors", scripted.Broken.name]
    with pytest.raises(ChatRefusedError) as caught:
        services.send_message(actor=person, conversation=talk, text="hi", creation_key="a" * 32, now=now)
    assert caught.value.refusal.code == "not-checked"
    assert talk.messages.count() == 1


def test_what_a_person_would_have_to_look_at_is_said_all_the_same(say: Say, settings: Any) -> None:
    settings.SCREENING_CHECKS = ["rules.minors", scripted.Words.name]
    assert say("find hold:hate").state == Message.State.QUEUED


# --- In the worker ---


@pytest.fixture
def classify(settings: Any) -> None:
    settings.SCREENING_CHECKS = ["rules.minors", scripted.InWorkers.name]


@pytest.mark.usefixtures("classify")
def test_a_line_that_a_classifier_passes_or_holds_is_answered(say: Say, now: datetime) -> None:
    assert write(say("Hello"), now).text == "Yes."
    assert write(say("find hold:hate"), now).text == "Yes."


@pytest.mark.usefixtures("classify")
def test_a_line_that_a_classifier_refuses_gets_a_kind_way_out(say: Say, now: datetime) -> None:
    reply = write(say("find reject:hate"), now)
    assert reply.state == Message.State.DONE
    assert "Let us not go there" in reply.text


@pytest.mark.usefixtures("classify")
def test_a_line_that_concerns_minors_is_not_answered_and_locks_the_account_r11(
    say: Say, person: User, now: datetime
) -> None:
    reply = write(say("find severe:rule"), now)
    assert (reply.state, reply.failure_code, reply.text) == (Message.State.CANCELED, "access-lost", "")
    assert Evidence.objects.get().purpose == "chat-message"
    assert person.restrictions.get().reason_code == "minors"


@pytest.mark.usefixtures("classify")
@pytest.mark.parametrize("outcome", ["hold:hate", "reject:hate", "severe:rule"])
def test_a_reply_that_a_classifier_finds_something_in_is_replaced(
    say: Say, person: User, now: datetime, outcome: str
) -> None:
    reply = write(say("Hello"), now, f"find {outcome}")
    assert reply.state == Message.State.DONE
    assert "Let us not go there" in reply.text
    assert not person.restrictions.exists()


def test_a_line_that_a_worker_cannot_check_fails_the_reply_and_can_be_tried_again(
    say: Say, talk: Conversation, person: User, now: datetime, settings: Any, show: Any
) -> None:
    reply = say("Hello")
    settings.SCREENING_CHECKS = ["rules.minors", scripted.BrokenInWorkers.name]
    failed = write(reply, now)
    assert (failed.state, failed.failure_code) == (Message.State.FAILED, "not-checked")
    assert "We could not check the conversation just now" in show()
    settings.SCREENING_CHECKS = []
    again, _is_new = services.retry_reply(actor=person, conversation=talk, now=now)
    assert write(again, now).text == "Yes."
