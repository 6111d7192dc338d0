"""The pages of appeals: choosing, asking, refusals, one's own appeals; for suspended people too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Restriction, User
from characters.models import State
from core import attachments, ids
from moderation import services, targets, tasks
from moderation.appeal_forms import FILES_AGAIN
from moderation.models import Appeal, AppealFile, Decision
from moderation.services.appeals import APPEAL_DAYS, Request
from moderation.services.decisions import Kind
from moderation.targets import Target, Words
from tests import factories
from tests.accounts.people import make_person, sign_in
from tests.factories import NOW

pytestmark = pytest.mark.django_db

Scope = Restriction.Scope
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PDF = b"%PDF-1.7\n" + b"0" * 40
CONTEXT = "It was a joke among friends."


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def person() -> User:
    return make_person(username="mira")


@pytest.fixture
def reader(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Callable[[User], Decision]:
    """Return a function with which a person reports something and a moderator finds nothing."""
    target = Target(title="A strange thing", url="/", owner=factories.make_user(), excerpt="its words")
    monkeypatch.setitem(targets._handlers, "thing", targets.Handler(lambda _viewer, _id: target))

    def report(reporter: User) -> Decision:
        made, _is_new = services.report_content(
            actor=reporter,
            target_kind="thing",
            target_id=ids.new_public_id(),
            reason="SCAM",
            text="",
            creation_key=ids.new_public_id(),
            now=NOW,
        )
        closed, _is_new = services.dismiss(
            actor=factories.make_staff(),
            case=made.case,
            expected_version=made.case.version,
            words=Words("", "About the owner of the thing."),
            now=NOW,
        )
        assert closed.decision is not None
        return closed.decision

    return report


def restrict(person: User, **changes: Any) -> Decision:
    values = {"scope": Scope.CHAT, "days": 30, "words": Words("spam", "You advertised."), "now": NOW}
    return services.restrict(actor=factories.make_staff(), user=person, **(values | changes))[0]


def suspend(person: User) -> Decision:
    proposal, _is_new = services.propose(
        actor=factories.make_staff(), kind=Kind.SUSPEND, user=person, words=Words("fraud"), now=NOW
    )
    confirmed, _is_new = services.confirm(actor=factories.make_staff(), proposal=proposal, now=NOW)
    assert confirmed.decision is not None
    return confirmed.decision


def reject(person: User, name: str = "Mira Vale") -> Decision:
    character = factories.make_character(owner=person, state=State.REJECTED, name=name)
    return Decision.objects.get(target_id=character.public_id, kind=Kind.REJECT)


def appeal(person: User, decision: Decision) -> Appeal:
    return services.appeal(
        actor=person,
        decision=decision,
        request=Request(Appeal.Wish.RESTORE, CONTEXT),
        creation_key=ids.new_public_id(),
        now=NOW,
    )[0]


def url_of(decision: Decision) -> str:
    return f"/help/appeals/new/?decision={decision.public_id}"


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def post(client: Client, decision: Decision, **changes: Any) -> Any:
    values = {"wish": "RESTORE", "context": CONTEXT, "creation_key": ids.new_public_id()} | changes
    return client.post(url_of(decision), values)


def list_files() -> list[str]:
    later = NOW + timedelta(days=10_000)
    return list(attachments.files.list_before(attachments.FOLDER, later))


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


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
    for words in (CONTEXT, "For my friends.", "Drawn by me.", "sketch.png", "permission.pdf", "Open"):
        assert words in page
    assert "Let me correct how it is presented" in page
    assert "We answer by" in page
    file = made.files.order_by("pk").first()
    assert file is not None
    assert f'href="/media/appeal-file/{file.public_id}/"' in page


def test_a_reporter_appeals(reader: Client, person: User, reported: Callable[[User], Decision]) -> None:
    decision = reported(person)
    page = text_of(reader.get(url_of(decision)))
    assert "A strange thing" in page
    # What was written about somebody else stays away.
    assert "About the owner" not in page
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
        assert "Overturned in part" in page
        assert "they were lucky" not in page
    assert "It was milder than we thought." in page
    assert "it now ends on June 3, 2026" in page
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
    # They are not signed in, and files are for people who are.
    assert "/media/" not in page
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
