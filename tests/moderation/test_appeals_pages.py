"""The form of an appeal: asking, errors that lose nothing, refusals that can be read, suspended people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from core import attachments, ids
from moderation import services, tasks
from moderation.appeal_forms import FILES_AGAIN
from moderation.models import Appeal, AppealFile, Decision
from moderation.services.decisions import Kind
from moderation.services.explaining import APPEAL_DAYS
from moderation.targets import Words
from tests import factories
from tests.accounts.people import sign_in
from tests.factories import NOW
from tests.moderation.appeal_pages import (
    CONTEXT,
    PDF,
    PNG,
    Scope,
    appeal,
    list_files,
    own_clock,
    own_storage,
    person,
    post,
    reader,
    reject,
    reported,
    restrict,
    suspend,
    text_of,
    upload,
    url_of,
)

__all__ = ["own_clock", "own_storage", "person", "reader", "reported"]

pytestmark = pytest.mark.django_db


# --- The form -----------------------------------------------------------------------------------------------


def test_the_form_says_what_was_decided_and_until_when(reader: Client, person: User) -> None:
    page = text_of(reader.get(url_of(reject(person, "Otto the Great"))))
    for words in ("Rejected", "Character: Otto the Great", "Changes needed", "within 14 days"):
        assert words in page
    assert "Appeal until" in page
    for wish in ("RESTORE", "CORRECT", "PRIVATE"):
        assert f'value="{wish}"' in page
    assert 'value="ACT"' not in page
    assert 'enctype="multipart/form-data"' in page


def test_about_an_account_there_is_nothing_to_choose(reader: Client, person: User) -> None:
    page = text_of(reader.get(url_of(restrict(person))))
    assert "Your account" in page
    assert 'type="radio"' not in page
    assert "take the decision back" in page


def test_an_owner_appeals_with_files_and_reads_them_back(reader: Client, person: User) -> None:
    decision = reject(person)
    response = post(
        reader,
        decision,
        wish="CORRECT",
        intended_use="For my friends.",
        provenance="Drawn by me.",
        attachments=[upload("sketch.png", PNG), upload("permission.pdf", PDF)],
    )
    made = Appeal.objects.get()
    assert response.url == f"/help/appeals/{made.public_id}/"
    page = text_of(reader.get(response.url))
    for words in (
        CONTEXT,
        "For my friends.",
        "Drawn by me.",
        "sketch.png",
        "permission.pdf",
        "Waits for our answer",
    ):
        assert words in page
    assert "Let me correct how it is presented" in page
    assert "We answer by" in page
    file = made.files.order_by("pk").first()
    assert file is not None
    url = f"/help/appeals/{made.public_id}/files/{file.public_id}/"
    assert f'href="{url}"' in page
    download = reader.get(url)
    assert b"".join(download.streaming_content) == PNG
    assert download["Content-Disposition"] == 'attachment; filename="sketch.png"'
    assert download["Cache-Control"] == "private, no-store"


def test_files_of_an_appeal_are_its_person_s_alone_and_only_under_it(reader: Client, person: User) -> None:
    post(reader, restrict(person), attachments=[upload("sketch.png", PNG)])
    made, other = Appeal.objects.get(), appeal(person, restrict(person, scope=Scope.PICTURES))
    file = made.files.get()
    assert reader.get(f"/help/appeals/{other.public_id}/files/{file.public_id}/").status_code == 404
    url = f"/help/appeals/{made.public_id}/files/{file.public_id}/"
    stranger = Client()
    assert stranger.get(url).url.startswith("/accounts/login/")
    stranger.force_login(factories.make_user())
    assert stranger.get(url).status_code == 404


def test_who_is_shut_out_still_has_their_files(reader: Client, person: User) -> None:
    post(reader, restrict(person, scope=Scope.ACCOUNT), attachments=[upload("sketch.png", PNG)])
    made = Appeal.objects.get()
    download = reader.get(f"/help/appeals/{made.public_id}/files/{made.files.get().public_id}/")
    assert b"".join(download.streaming_content) == PNG


def test_a_reporter_appeals(reader: Client, person: User, reported: Callable[[User], Decision]) -> None:
    decision = reported(person)
    page = text_of(reader.get(url_of(decision)))
    assert "A strange thing" in page
    # Nobody else was told why nothing was done.
    assert "It is strange, but allowed." in page
    assert "act on what you reported" in page
    assert "intended_use" not in page
    post(reader, decision, wish="ACT")
    made = Appeal.objects.get()
    assert (made.role, made.wish) == ("REPORTER", "ACT")
    assert "A strange thing" in text_of(reader.get(f"/help/appeals/{made.public_id}/"))


def test_the_same_form_twice_makes_one_appeal_and_keeps_one_set_of_files(
    reader: Client, person: User
) -> None:
    decision, key = restrict(person), ids.new_public_id()
    responses = [
        post(reader, decision, creation_key=key, attachments=[upload("proof.png", PNG)])
        for _number in range(2)
    ]
    assert responses[0].url == responses[1].url
    assert Appeal.objects.count() == AppealFile.objects.count() == 1
    assert list_files() == [AppealFile.objects.get().file]


def test_an_error_keeps_every_word_and_asks_for_the_files_again(reader: Client, person: User) -> None:
    decision, key = reject(person), ids.new_public_id()
    response = post(
        reader,
        decision,
        creation_key=key,
        context=" ",
        provenance="Drawn by me.",
        wish="PRIVATE",
        attachments=[upload("proof.png", PNG)],
    )
    page = text_of(response)
    assert response.status_code == 422
    assert "Drawn by me." in page
    assert key in page
    assert str(FILES_AGAIN) in page
    assert response.context["form"]["wish"].value() == "PRIVATE"
    assert not Appeal.objects.exists()
    assert list_files() == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("page.png", b"<html>")], "“page.png” is not a picture"),
        ([("nothing.pdf", b"")], "“nothing.pdf” is empty"),
        ([("huge.png", PNG + b"0" * attachments.MAX_BYTES)], "“huge.png” is larger than 8 MB"),
        ([("one.png", PNG)] * 6, "too many files"),
    ],
)
def test_wrong_files_are_refused_with_a_reason_and_nothing_is_lost(
    reader: Client, person: User, files: list[tuple[str, bytes]], words: str
) -> None:
    response = post(reader, restrict(person), attachments=[upload(name, data) for name, data in files])
    page = text_of(response)
    assert response.status_code == 422
    assert words in page
    assert str(FILES_AGAIN) in page
    assert CONTEXT in page
    assert not Appeal.objects.exists()
    assert list_files() == []


def test_a_wish_that_makes_no_sense_is_refused(reader: Client, person: User) -> None:
    response = post(reader, restrict(person), wish="ACT")
    assert response.status_code == 422
    assert not Appeal.objects.exists()


def test_too_many_appeals_are_told_so_with_everything_typed(reader: Client, person: User) -> None:
    for number in range(10):
        appeal(person, restrict(person, now=NOW - timedelta(hours=number + 1)))
    # The same day, as far as counting is concerned.
    response = post(reader, restrict(person), attachments=[upload("proof.png", PNG)])
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert CONTEXT in text_of(response)
    assert str(FILES_AGAIN) in text_of(response)
    assert list_files() == []


# --- Refusals that can be read ------------------------------------------------------------------------------


def test_somebody_else_s_decision_does_not_exist(reader: Client) -> None:
    decision = restrict(factories.make_user())
    for url in (url_of(decision), "/help/appeals/new/?decision=nonsense", "/help/appeals/new/?decision=%00"):
        assert reader.get(url).status_code == 404
    assert post(reader, decision).status_code == 404


def test_too_late_is_a_page_that_says_so(reader: Client, person: User) -> None:
    decision = restrict(person, days=None)
    with time_machine.travel(NOW + timedelta(days=APPEAL_DAYS, seconds=1), tick=False):
        reader.force_login(person)
        for response in (reader.get(url_of(decision)), post(reader, decision)):
            assert response.status_code == 409
            assert "The time to appeal against this is over." in text_of(response)


def test_a_second_appeal_leads_to_the_first(reader: Client, person: User) -> None:
    decision = restrict(person)
    made = appeal(person, decision)
    for response in (
        reader.get(url_of(decision)),
        post(reader, decision, attachments=[upload("proof.png", PNG)]),
    ):
        assert response.status_code == 409
        assert f"/help/appeals/{made.public_id}/" in text_of(response)
    assert list_files() == []


def test_what_was_taken_back_says_so(reader: Client, person: User) -> None:
    decision = restrict(person)
    services.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=NOW)
    response = reader.get(url_of(decision))
    assert response.status_code == 409
    assert "taken back already" in text_of(response)


# --- Suspended people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("signs_in_again", [True, False])
def test_a_suspended_person_appeals_and_comes_back(person: User, signs_in_again: bool) -> None:
    client = Client()
    if not signs_in_again:
        client.force_login(person)
    decision = suspend(person)
    if signs_in_again:
        sign_in(client, "mira", factories.PASSWORD)
    assert client.get("/").url == "/settings/standing/"
    assert url_of(decision) in text_of(client.get("/settings/standing/"))
    assert decision.public_id in text_of(client.get("/help/appeals/new/"))
    assert client.get(url_of(decision)).status_code == 200
    response = post(client, decision, attachments=[upload("proof.png", PNG)])
    made = Appeal.objects.get()
    page = text_of(client.get(response.url))
    assert "proof.png" in page
    file = made.files.get()
    url = f"/help/appeals/{made.public_id}/files/{file.public_id}/"
    assert f'href="{url}"' in page
    assert b"".join(client.get(url).streaming_content) == PNG
    # To the rest of the product they are nobody.
    assert client.get(f"/media/appeal-file/{file.public_id}/").status_code in {302, 404}
    assert made.public_id in text_of(client.get("/help/appeals/"))
    services.answer(
        actor=factories.make_staff(), appeal=made, kind=Kind.OVERTURN, explanation="We erred.", now=NOW
    )
    assert User.objects.get(pk=person.pk).is_active
    fresh = Client()
    sign_in(fresh, "mira", factories.PASSWORD)
    assert fresh.get("/library/").status_code == 200


def test_who_is_shut_out_for_a_while_appeals(reader: Client, person: User) -> None:
    decision = restrict(person, scope=Scope.ACCOUNT)
    assert reader.get("/library/").url == "/settings/standing/"
    assert post(reader, decision).status_code == 302
    assert Appeal.objects.get().appellant == person


def test_a_form_from_another_site_is_refused(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert post(client, restrict(person)).status_code == 403
    assert not Appeal.objects.exists()


# --- Files --------------------------------------------------------------------------------------------------


def test_the_daily_sweep_keeps_the_files_of_appeals(reader: Client, person: User) -> None:
    post(reader, restrict(person), attachments=[upload("proof.png", PNG)])
    (lost,) = attachments.store([upload("lost.png", PNG)])
    with time_machine.travel(NOW + timedelta(days=20_000), tick=False):
        tasks.sweep_attachments()
    assert list_files() == [AppealFile.objects.get().file]
    assert not default_storage.exists(lost.file)
