"""The list of chats and one chat, mostly without a script."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters import services as character_services
from characters.models import Character, State, Visibility
from chat import replies
from chat.models import Conversation, Message
from chat.responders.persona import PersonaResponder
from core import ids
from imagegen.models import Picture
from moderation.models import Report
from tests import factories
from tests.chat.conftest import Say, begin, fresh
from tests.chat.fakes import Scripted, failing
from tests.clients import client_of

JSON = {"HTTP_ACCEPT": "application/json"}


def page_of(talk: Conversation) -> str:
    return reverse("chat", args=[talk.public_id])


def write(reply: Message, now: datetime, responder: Any = None) -> Message:
    replies.run_reply(
        message_id=reply.pk,
        holder=ids.new_public_id(),
        responder=responder or PersonaResponder(pace=0),
        clock=lambda: now,
    )
    return fresh(reply)


def test_the_empty_list_says_what_to_do(browser: Client) -> None:
    page = browser.get(reverse("chats")).content.decode()
    assert "No chats yet" in page
    assert "Discover characters" in page


def test_the_list_shows_the_last_line(browser: Client, talk: Conversation, say: Say, now: datetime) -> None:
    assert "You made it through the fog. Tea?" in browser.get(reverse("chats")).content.decode()
    reply = say("With milk, please")
    assert "is writing" in browser.get(reverse("chats")).content.decode()
    write(reply, now, Scripted("*pours* Here you are."))
    page = browser.get(reverse("chats")).content.decode()
    assert "Here you are." in page
    assert page_of(talk) in page


def test_the_list_goes_on_page_by_page(
    browser: Client, person: User, character: Character, now: datetime
) -> None:
    talks = [begin(person, character, now=now + timedelta(seconds=number)) for number in range(25)]
    first = browser.get(reverse("chats")).content.decode()
    assert page_of(talks[-1]) in first
    assert page_of(talks[0]) not in first
    found = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert found is not None
    assert page_of(talks[0]) in browser.get(found[1]).content.decode()
    assert browser.get(reverse("chats"), {"after": "made-up"}).status_code == 404


def test_the_chat_button_opens_a_chat_and_comes_back_to_it(browser: Client, character: Character) -> None:
    url = reverse("chat-start", args=[character.slug])
    first = browser.post(url, {"creation_key": ids.new_public_id()})
    assert first.status_code == 302
    assert browser.post(url, {"creation_key": ids.new_public_id()}).url == first.url
    key = ids.new_public_id()
    second = browser.post(url, {"creation_key": key, "new": "1"})
    assert second.url != first.url
    assert browser.post(url, {"creation_key": key, "new": "1"}).url == second.url
    assert Conversation.objects.count() == 2


def test_nobody_chats_with_what_they_cannot_see(browser: Client, character: Character, now: datetime) -> None:
    character_services.set_visibility(
        actor=character.owner, item=character, visibility=Visibility.PRIVATE, now=now
    )
    assert browser.post(reverse("chat-start", args=[character.slug])).status_code == 404


def test_the_page_has_its_labels_and_the_responder_note(browser: Client, talk: Conversation) -> None:
    page = browser.get(page_of(talk)).content.decode()
    line = talk.messages.get()
    assert f'data-message="{line.public_id}"' in page
    assert re.search(r'<label[^>]*for="id_text">\s*Message\s*</label>', page)
    buttons = re.findall(r"<button.*?</button>", page, re.DOTALL)
    names = [" ".join(re.sub(r"<[^>]*>", " ", button).split()) for button in buttons]
    assert {"Send", "Photo"} <= set(names)
    assert 'role="log"' in page
    assert "built-in persona responder" in page


def test_the_note_names_the_model_of_a_real_server(
    browser: Client, talk: Conversation, settings: Any
) -> None:
    settings.CHAT_BASE_URL = "http://127.0.0.1:1/v1"
    settings.CHAT_MODEL = "tiny-model-9"
    assert "tiny-model-9" in browser.get(page_of(talk)).content.decode()


def test_without_a_script_the_whole_exchange_works(
    browser: Client, talk: Conversation, now: datetime
) -> None:
    page = browser.get(page_of(talk)).content.decode()
    found = re.search(r'name="creation_key" value="([0-9a-f]{32})" id="id_creation_key"', page)
    assert found is not None
    sent = {"text": "Is the lamp lit?", "creation_key": found[1]}
    url = reverse("chat-send", args=[talk.public_id])
    for _click in range(2):
        answer = browser.post(url, sent)
        assert answer.status_code == 302
        assert answer.url == f"{page_of(talk)}#latest"
    assert talk.messages.count() == 3
    waiting = browser.get(page_of(talk)).content.decode()
    assert "Refresh" in waiting
    assert "Mira Vale is writing" in waiting
    write(talk.messages.get(position=3), now, Scripted("It is."))
    assert "It is." in browser.get(page_of(talk)).content.decode()


def test_a_refused_line_keeps_what_was_typed(browser: Client, talk: Conversation, say: Say) -> None:
    say()
    answer = browser.post(
        reverse("chat-send", args=[talk.public_id]), {"text": "My <long> thought", "creation_key": "a" * 32}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "My &lt;long&gt; thought</textarea>" in page
    assert "still being written" in page


@pytest.mark.parametrize("key", ["", "nonsense", "'; drop table", "A" * 500])
def test_a_wrong_key_gets_a_fresh_one(browser: Client, talk: Conversation, key: str) -> None:
    answer = browser.post(reverse("chat-send", args=[talk.public_id]), {"text": "Hello", "creation_key": key})
    assert answer.status_code == 302
    assert talk.messages.count() == 3


def test_the_camera_button_asks_for_a_photo(browser: Client, talk: Conversation, now: datetime) -> None:
    """R2: the photo appears in the same line as the words."""
    answer = browser.post(
        reverse("chat-photo", args=[talk.public_id]), {"text": "in the lamp room", "creation_key": "a" * 32}
    )
    assert answer.status_code == 302
    reply = write(talk.messages.get(position=3), now)
    assert reply.photo is not None
    page = browser.get(page_of(talk)).content.decode()
    line = page[page.index(f'data-message="{reply.public_id}"') :]
    assert f'id="picture-{reply.photo.public_id}"' in line


def test_a_photo_leads_back_to_its_line_until_it_is_there(
    browser: Client, talk: Conversation, say: Say, now: datetime
) -> None:
    """Without a script."""
    reply = write(say("/photo"), now)
    assert reply.photo is not None
    page = browser.get(page_of(talk)).content.decode()
    back = f"{page_of(talk)}#line-{reply.public_id}"
    assert f'name="next" value="{back}"' in page
    found = re.search(r'href="(/pictures/[^"]*)"', page)
    assert found is not None
    assert f'href="{back}"' in browser.get(found[1]).content.decode()
    assert browser.post(reverse("picture-cancel", args=[reply.photo.public_id]), {"next": back}).url == back
    older = browser.get(page_of(talk), {"before": "4"}).content.decode()
    assert f'name="next" value="{page_of(talk)}?before=4#line-{reply.public_id}"' in older


def test_the_page_can_be_refreshed_while_a_photo_is_drawn(
    browser: Client, talk: Conversation, say: Say, now: datetime
) -> None:
    def can_refresh() -> bool:
        tag = re.search(r"<p[^>]*data-refresh[^>]*>", browser.get(page_of(talk)).content.decode())
        assert tag is not None
        return "hidden" not in tag[0]

    assert not can_refresh()
    reply = write(say("/photo"), now)
    assert can_refresh()
    Picture.objects.update(state=Picture.State.CANCELED, finished_at=now)
    assert reply.state == Message.State.DONE
    assert not can_refresh()


def test_stopping_and_trying_again_work_as_plain_forms(
    browser: Client, talk: Conversation, say: Say, now: datetime
) -> None:
    reply = say()
    assert browser.post(reverse("chat-stop", args=[talk.public_id])).status_code == 302
    assert fresh(reply).state == Message.State.CANCELED
    assert "Stopped" in browser.get(page_of(talk)).content.decode()
    assert browser.post(reverse("chat-retry", args=[talk.public_id])).status_code == 302
    assert fresh(reply).state == Message.State.QUEUED
    write(reply, now, failing("model-busy"))
    page = browser.get(page_of(talk)).content.decode()
    assert "busy with others" in page
    assert "Try again" in page


def test_trying_again_what_is_fine_is_refused(browser: Client, talk: Conversation) -> None:
    answer = browser.post(reverse("chat-retry", args=[talk.public_id]), **JSON)
    assert answer.status_code == 422
    assert answer.json()["code"] == "not-failed"


def test_greetings_can_be_leafed_through(browser: Client, talk: Conversation) -> None:
    page = browser.get(page_of(talk)).content.decode()
    assert "Greeting 1 of 2" in page
    browser.post(reverse("chat-greeting", args=[talk.public_id]), {"index": "1"})
    page = browser.get(page_of(talk)).content.decode()
    assert "The lamp is lit. Come in." in page
    assert "Greeting 2 of 2" in page
    assert browser.post(reverse("chat-greeting", args=[talk.public_id]), {"index": "x"}).status_code == 404


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '*<img src=x onerror="alert(1)">*', "**<b>**", "{{ 7 }}{% now 'Y' %}"],
)
def test_text_is_never_markup(
    browser: Client, talk: Conversation, say: Say, now: datetime, text: str
) -> None:
    write(say(text), now, Scripted(text))
    for page in (browser.get(page_of(talk)).content.decode(), browser.get(reverse("chats")).content.decode()):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>" not in page
    assert "{{ 7 }}" in text or "&lt;" in browser.get(page_of(talk)).content.decode()


def test_actions_are_emphasised(browser: Client, talk: Conversation, say: Say, now: datetime) -> None:
    write(say(), now, Scripted("*lights the lamp* **Now** you see."))
    page = browser.get(page_of(talk)).content.decode()
    assert "<em>lights the lamp</em> <strong>Now</strong> you see." in page


def test_read_only_says_so_and_has_no_composer(
    browser: Client, talk: Conversation, character: Character, now: datetime
) -> None:
    """R9."""
    character_services.set_visibility(
        actor=character.owner, item=character, visibility=Visibility.PRIVATE, now=now
    )
    page = browser.get(page_of(talk)).content.decode()
    assert "this chat is read-only" in page
    assert "<textarea" not in page
    assert "You made it through the fog" in page
    assert "data-picture" not in page
    assert "Mira Vale" in page
    answer = browser.post(
        reverse("chat-photo", args=[talk.public_id]), {"text": "", "creation_key": "a" * 32}, **JSON
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "read-only")
    assert "Read-only" in browser.get(reverse("chats")).content.decode()


def test_others_chats_do_not_exist(talk: Conversation, say: Say, now: datetime) -> None:
    """R2: nobody else reaches a chat or its photos, not even the character's creator."""
    reply = write(say("/photo"), now)
    assert reply.photo is not None
    client = client_of(talk.character.owner)
    names = ["chat", "chat-updates"]
    posts = ["chat-send", "chat-photo", "chat-stop", "chat-retry", "chat-greeting"]
    for name in names:
        assert client.get(reverse(name, args=[talk.public_id])).status_code == 404
    for name in posts:
        assert client.post(reverse(name, args=[talk.public_id]), {"text": "hi"}).status_code == 404
    assert client.get(reverse("media", args=["picture", reply.photo.public_id])).status_code == 404
    assert client.get(reverse("picture", args=[reply.photo.public_id])).status_code == 404
    assert (
        client.get(
            reverse("report", kwargs={"kind": "chat-message", "target_id": reply.public_id})
        ).status_code
        == 404
    )


def test_a_reply_can_be_reported_by_its_reader(browser: Client, say: Say, now: datetime) -> None:
    """R14."""
    reply = write(say(), now)
    url = reverse("report", kwargs={"kind": "chat-message", "target_id": reply.public_id})
    assert browser.get(url).status_code == 200
    browser.post(url, {"reason": "ABUSE", "creation_key": ids.new_public_id()})
    report = Report.objects.get()
    assert report.target_excerpt == reply.text != ""


def test_a_reviewer_who_reports_a_line_lands_on_discovery(say: Say, now: datetime) -> None:
    """R9: the chat itself is not theirs to open."""
    reply = write(say(), now)
    client = client_of(factories.make_staff())
    url = reverse("report", kwargs={"kind": "chat-message", "target_id": reply.public_id})
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "OTHER"}).url == reverse("discover")


def test_visitors_are_sent_to_sign_in(client: Client, talk: Conversation, character: Character) -> None:
    login = reverse("account_login")
    assert client.get(page_of(talk)).url.startswith(login)
    assert client.get(reverse("chats")).url.startswith(login)
    assert client.post(reverse("chat-start", args=[character.slug])).url.startswith(login)


def test_older_lines_come_on_demand(browser: Client, talk: Conversation, now: datetime) -> None:
    fill(talk, 60, now)
    page = browser.get(page_of(talk)).content.decode()
    assert "Line 61." in page
    assert "Line 2." not in page
    found = re.search(r'href="([^"]*before=\d+)"', page)
    assert found is not None
    part = browser.get(found[1], HTTP_HX_REQUEST="true").content.decode()
    assert "Line 2." in part
    assert "<html" not in part
    whole = browser.get(found[1]).content.decode()
    assert "Back to the newest messages" in whole
    for wrong in ("x", "-1", "9" * 30, "²"):
        assert browser.get(page_of(talk), {"before": wrong}).status_code == 404


def test_each_day_is_announced_once(browser: Client, talk: Conversation, now: datetime) -> None:
    fill(talk, 4, now + timedelta(days=2))
    page = browser.get(page_of(talk)).content.decode()
    assert page.count('class="line__day"') == 2


def test_the_script_gets_what_is_new(browser: Client, talk: Conversation, now: datetime) -> None:
    page = browser.get(page_of(talk)).content.decode()
    found = re.search(r'data-cursor="([^"]+)"', page)
    assert found is not None
    sent = browser.post(
        reverse("chat-send", args=[talk.public_id]),
        {"text": "Hello", "creation_key": "a" * 32, "cursor": found[1]},
        **JSON,
    ).json()
    assert [line["id"] for line in sent["lines"]] == list(
        talk.messages.filter(position__gte=2).order_by("position").values_list("public_id", flat=True)
    )
    assert sent["active"] is True
    url = reverse("chat-updates", args=[talk.public_id])
    assert browser.get(url, {"cursor": sent["cursor"]}).json()["lines"] == []
    write(talk.messages.get(position=3), now, Scripted("Done."))
    after = browser.get(url, {"cursor": sent["cursor"]}).json()
    assert "Done." in after["lines"][0]["html"]
    assert after["active"] is False


@pytest.mark.parametrize("cursor", ["", "x", "9.9", "99999999999.W", "-1.D.0.0.-", "²"])
def test_a_made_up_cursor_starts_over(browser: Client, talk: Conversation, cursor: str) -> None:
    answer = browser.get(reverse("chat-updates", args=[talk.public_id]), {"cursor": cursor})
    assert answer.status_code == 200


def test_the_list_costs_the_same_for_two_and_for_twelve(
    browser: Client,
    person: User,
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    counts = []
    for total in (2, 12):
        while Conversation.objects.count() < total:
            begin(person, factories.make_character(state=State.APPROVED), now=now)
        browser.get(reverse("chats"))
        with django_assert_max_num_queries(14) as counted:
            browser.get(reverse("chats"))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_a_chat_costs_the_same_for_three_lines_and_for_thirty(
    browser: Client, talk: Conversation, now: datetime, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for total in (3, 27):
        fill(talk, total, now)
        with django_assert_max_num_queries(16) as counted:
            browser.get(page_of(talk))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def fill(talk: Conversation, count: int, now: datetime) -> None:
    """Store finished lines."""
    start = talk.messages.count() + 1
    speaker = talk.messages.get(position=1).revision
    Message.objects.bulk_create(
        Message(
            conversation=talk,
            position=position,
            author=Message.Author.CHARACTER if position % 2 else Message.Author.PERSON,
            state=Message.State.DONE,
            text=f"Line {position}.",
            revision=speaker if position % 2 else None,
            creation_key="" if position % 2 else ids.new_public_id(),
            created_at=now,
            finished_at=now,
        )
        for position in range(start, start + count)
    )
